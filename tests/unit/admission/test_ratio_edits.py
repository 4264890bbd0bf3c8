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


@pytest.mark.parametrize(
    ("values", "a", "found"),
    [
        ([1.0, 2.0, 3.0], 0.05, (2.0, 0.5, 0.5)),
        ([1.0, 2.0, 3.0], 1.0, (2.0, 2.0, 2.0)),
        ([-3.0, -2.0, -1.0, np.nan], 1.0, (-2.0, 2.0, 2.0)),
        ([0.0, 4.0, 5.0, 12.0, 13.0], 0.0, (5.0, 1.0, 7.0)),
        ([np.nan, np.nan], 0.05, (0.0, 0.0, 0.0)),
    ],
)
def test_distances_are_those_of_the_quartiles_or_a_share_of_the_median(
    values: list[float], a: float, found: tuple[float, float, float]
) -> None:
    assert distances(np.array(values), a=a) == pytest.approx(found)


def test_limits_are_quartile_distances_on_either_side() -> None:
    """With u = 0 effects are those of the ratios alone: -1, -0.25, 0, 0.5, 3, so that limits lie at 2 * 0.25 and 2 * 0.5."""
    ratios = np.array([0.5, 0.8, 1.0, 1.5, 4.0, np.nan])
    found = hidiroglou_berthelot(ratios, np.full(6, 0.3), u=0.0, a=0.05, c=2.0, least=0.1)
    assert found.tolist() == pytest.approx([2.0, 0.5, 0.0, 0.5, 3.0, np.nan], nan_ok=True)


def test_without_any_ratio_nothing_is_suspicious() -> None:
    none = np.full(3, np.nan)
    assert np.isnan(hidiroglou_berthelot(none, np.ones(3), u=0.3, a=0.05, c=4, least=0.1)).all()


def test_quantiles_of_rows_pass_over_what_is_missing() -> None:
    rows = np.array([[3.0, np.nan, 1.0, 2.0], [np.nan] * 4, [np.inf, 5.0, np.nan, np.nan]])
    for share, expected in ((0.0, 1.0), (0.4, 1.0), (0.5, 2.0), (0.9, 2.0), (1.0, 3.0)):
        assert row_quantiles(rows, share).tolist() == pytest.approx([expected, np.nan, 5.0], nan_ok=True)
    assert np.isnan(row_quantiles(np.empty((2, 0)), 0.5)).tolist() == [True, True]


def test_of_an_even_number_the_lower_neighbour_is_the_median() -> None:
    assert row_quantiles(np.array([[4.0, 1.0, 3.0, 2.0]]), 0.5).tolist() == [2.0]


@pytest.mark.parametrize(
    ("wholes", "parts", "weight"),
    [
        ([1.0, 100.0], [2.0, 400.0], 0.3),
        ([1.0, 100.0, np.nan], [2.0, 400.0, 5000.0], 0.3),
        ([1.0, 100.0, 0.0], [2.0, 400.0, 5000.0], 0.3),
        ([-1.0, -100.0], [-2.0, -400.0], 0.3),
        ([1.0, 2.0, 8.0], [2.0, 4.0, np.nan], 0.5),
        ([3.0, 6.0], [1.0, 2.0], 1.0),
        ([-3.0, -6.0], [1.0, 2.0], 0.0),
        ([3.0, 6.0], [np.nan, np.nan], 0.0),
        ([np.nan, 0.0], [1.0, 2.0], 0.0),
    ],
)
def test_the_membership_of_one_part_by_hand(wholes: list[float], parts: list[float], weight: float) -> None:
    """The shares 2 and 4 of the whole: (2 + 4) / (2^2 + 4^2) = 0.3, however large the whole is; between 0 and 1."""
    assert memberships(np.array([wholes]), np.array([parts])) == pytest.approx(np.array([[weight]]))


def test_membership_is_recovered_from_sums() -> None:
    draw = np.random.default_rng(0)
    parts = np.exp(draw.normal(0, 1, (12, 40)))
    truth = (draw.random((3, 12)) < 0.5).astype(float)
    assert np.round(memberships(truth @ parts, parts)).tolist() == truth.tolist()
