"""Numerics of series, by hand: large steps, medians of peers, shrunk scales, members of aggregates."""

import numpy as np
import pytest

from orchestration.methods.large_steps import differ, large_steps
from orchestration.methods.membership import memberships
from orchestration.methods.ratio_edits import NORMAL, peer_medians, row_quantiles, shrunk_scales

NAN = np.nan


def test_a_median_of_peers_needs_enough_of_them() -> None:
    steps = np.array([[1.0, 1.0, 1.0, NAN], [2.0, 2.0, NAN, NAN], [9.0, NAN, np.inf, NAN]])
    np.testing.assert_array_equal(peer_medians(steps, 2), [2.0, 1.0, 0.0, NAN])
    np.testing.assert_array_equal(peer_medians(steps[:0], 2), [NAN] * 4)


@pytest.mark.parametrize(("share", "expected"), [(0.0, 1.0), (0.5, 2.0), (0.7, 3.0), (0.99, 3.0), (1.0, 4.0)])
def test_a_quantile_is_the_lower_of_two_neighbours(share: float, expected: float) -> None:
    rows = np.array([[4.0, NAN, 1.0, 3.0, 2.0], [NAN] * 5])
    np.testing.assert_array_equal(row_quantiles(rows, share), [expected, NAN])


def test_a_scale_lies_between_that_of_its_row_and_that_of_its_class() -> None:
    """The class of four distances counts for two of them; the one of three uses the distances of all rows."""
    apart = np.array([[1.0, 3.0], [1.0, 5.0], [2.0, 4.0], [8.0, NAN]])
    scales = shrunk_scales(apart, np.array([0, 0, 1, 1]), prior=2, least=4, floor=0.5)
    squares = [(2 * 1 + 2 * 2**2) / 4] * 2 + [(2 * 2**2 + 2 * 3**2) / 4, (1 * 8**2 + 2 * 3**2) / 3]
    np.testing.assert_allclose(scales, NORMAL * np.sqrt(squares))


@pytest.mark.parametrize(("distance", "scale"), [(0.1, 0.5), (NAN, 1.0)])
def test_a_scale_has_a_floor(distance: float, scale: float) -> None:
    assert shrunk_scales(np.array([[distance]]), np.array([0]), prior=2, least=4, floor=0.5) == [scale]


def test_only_large_unreviewed_steps_count() -> None:
    values = {2000: 2e9, 2001: 1.2e9, 2002: 0.55e9, 2003: 1.1e9, 2004: 2.3e9, 2006: 9e9, 2007: None, 2008: 1e9}
    figures = [(year, value, "A") for year, value in values.items()]
    assert large_steps(figures) == {2002, 2004}
    assert large_steps([(2000, 1.0, "A"), (2001, 2e9, "A")]) == {2001}, "one dollar is a figure"
    small = [(2000, 1e8, "A"), (2001, 9e8, "A"), (2002, -5e9, "A"), (2003, 5e9, "B"), (2004, 50e9, "B")]
    assert large_steps(small) == frozenset()


@pytest.mark.parametrize(
    ("before", "after", "is_step"),
    [
        *((31.7, 49.9, True), (10.91, 7.06, True), (10.0, 13.1, True), (10.0, 12.9, False), (7.5, 9.99, False)),
        *((11.0, 7.71, False), (11.0, 7.69, True)),
    ],
)
def test_large_series_step_at_30_percent(before: float, after: float, is_step: bool) -> None:
    assert (2024 in large_steps([(2023, before * 1e9, "A"), (2024, after * 1e9, "A")])) is is_step
    assert not large_steps([(2023, before * 1e9, "A"), (2024, after * 1e9, "B")]), "its cause is known"


def test_two_publishers_differ_by_more_than_they_round() -> None:
    assert differ(17.76e9, 22.37e9)
    assert differ(0.0, 1.0)
    assert not differ(100.0, 101.0)
    assert not differ(None, 1.0)


def test_members_large_and_small_are_found_and_others_left_out() -> None:
    chance = np.random.default_rng(7)  # synthetic
    parts = np.array([[100.0], [20.0], [5.0], [8.0]]) * np.exp(chance.normal(0, 0.5, (4, 40)))
    parts[1, 3] = np.nan  # adds nothing in that year
    known = np.nan_to_num(parts)
    wholes = np.array([known[0] + known[1], known[1] + known[2] + known[3], known[0] + 0.5 * known[2], known[0]])
    wholes[1, 5], wholes[3] = np.nan, np.nan
    expected = np.array([[1, 1, 0, 0], [0, 1, 1, 1], [1, 0, 0.5, 0], [0, 0, 0, 0]])
    assert np.abs(memberships(wholes, parts) - expected).max() < 0.01
