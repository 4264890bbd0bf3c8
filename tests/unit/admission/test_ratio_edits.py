"""Hidiroglou-Berthelot limits worked by hand, their symmetry, quantiles, and membership that is recovered."""

from __future__ import annotations

import numpy as np
import pytest

from orchestration.methods.membership import memberships
from orchestration.methods.ratio_edits import distances, effects, hidiroglou_berthelot, row_quantiles


def test_effects_and_limits_by_hand() -> None:
    """Ratios 0.5, 1, 1, 1.25, 2 with median 1: s = 1 - 1/0.5 = -1, 0, 0, 0.25, 1; with u = 0.5 and sizes 1, 1, 1, 0.25, 1
    e = -1, 0, 0, 0.125, 1; quartiles 0 and 0.125."""
    ratios = np.array([0.5, 1.0, 1.0, 1.25, 2.0])
    sizes = np.array([1.0, 1.0, 1.0, 0.25, 1.0])
    found = effects(ratios, sizes, u=0.5)
    assert found.tolist() == pytest.approx([-1, 0, 0, 0.125, 1])
    assert distances(found, a=0.05) == pytest.approx((0.0, 0.0, 0.125))
    suspicion = hidiroglou_berthelot(ratios, sizes, u=0.5, a=0.05, c=4.0, least=0.1)
    assert suspicion.tolist() == pytest.approx([10, 0, 0, 0.25, 2])


def test_effects_are_symmetric_in_the_ratio_and_its_inverse() -> None:
    ratios = np.array([0.25, 0.5, 1.0, 2.0, 4.0])
    found = effects(ratios, np.ones(5), u=0.3)
    assert found.tolist() == pytest.approx((-found[::-1]).tolist())


def test_the_larger_economy_has_the_narrower_limit() -> None:
    ratios = np.array([1.5, 1.5, 1.0, 1.0, 1.0])
    large, small, *_ = hidiroglou_berthelot(ratios, np.array([1, 0.01, 1, 1, 1.0]), u=0.3, a=0.05, c=4, least=0.1)
    assert large > small


def test_quantiles_of_rows_pass_over_what_is_missing() -> None:
    rows = np.array([[3.0, np.nan, 1.0, 2.0], [np.nan] * 4])
    assert row_quantiles(rows, 0.5)[0] == 2.0
    assert np.isnan(row_quantiles(rows, 0.5)[1])


def test_membership_is_recovered_from_sums() -> None:
    draw = np.random.default_rng(0)
    parts = np.exp(draw.normal(0, 1, (12, 40)))
    truth = (draw.random((3, 12)) < 0.5).astype(float)
    assert np.round(memberships(truth @ parts, parts)).tolist() == truth.tolist()
