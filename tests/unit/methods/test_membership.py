"""Which members add up to an aggregate is found from the figures alone."""

import numpy as np

from orchestration.methods.membership import memberships


def test_members_large_and_small_are_found_and_others_left_out() -> None:
    chance = np.random.default_rng(7)  # synthetic
    parts = np.array([[100.0], [20.0], [5.0], [8.0]]) * np.exp(chance.normal(0, 0.5, (4, 40)))
    parts[1, 3] = np.nan  # adds nothing in that year
    known = np.nan_to_num(parts)
    wholes = np.array([known[0] + known[1], known[1] + known[2] + known[3], known[0] + 0.5 * known[2], known[0]])
    wholes[1, 5], wholes[3] = np.nan, np.nan
    expected = np.array([[1, 1, 0, 0], [0, 1, 1, 1], [1, 0, 0.5, 0], [0, 0, 0, 0]])
    assert np.abs(memberships(wholes, parts) - expected).max() < 0.01
