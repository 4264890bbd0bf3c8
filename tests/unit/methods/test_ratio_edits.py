"""Medians of peers and scales shrunk to a size class, by hand."""

import numpy as np
import pytest

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
