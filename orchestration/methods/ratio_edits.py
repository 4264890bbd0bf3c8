"""Ratio edits of statistical data editing: Hidiroglou-Berthelot limits and resistant fences.

M. A. Hidiroglou and J.-M. Berthelot, Statistical editing and imputation for periodic business surveys, Survey
Methodology 12 (1986), pages 73-83. Notation and parameters: docs/methods/admission.md.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def effects(ratios: Floats, sizes: Floats, *, u: float) -> Floats:
    """Hidiroglou-Berthelot effects of ratios: symmetric about their median, heavier where the figures are larger.

    With r the ratio and m the median of all: s = 1 - m / r below the median, r / m - 1 above; e = s * size^u.

    Args:
        ratios: positive; NaN where there is none.
        sizes: of each figure, as a share of the largest, so that effects have no unit; 0 to 1.
        u: 0 (all figures alike) to 1 (in proportion to size).
    """
    held = ratios[np.isfinite(ratios)]
    if not held.size:
        return np.full_like(ratios, np.nan)
    middle = float(np.median(held))
    with np.errstate(divide="ignore", invalid="ignore"):
        centred = np.where(ratios < middle, 1 - middle / ratios, ratios / middle - 1)
        return np.asarray(centred * np.power(sizes, u), dtype=np.float64)


def distances(values: Floats, *, a: float) -> tuple[float, float, float]:
    """Median of effects and their lower and upper quartile distance d1, d3, neither smaller than abs(a * median)."""
    held = values[np.isfinite(values)]
    if not held.size:
        return 0.0, 0.0, 0.0
    lower, middle, upper = (float(one) for one in np.quantile(held, (0.25, 0.5, 0.75)))
    least = abs(a * middle)
    return middle, max(middle - lower, least), max(upper - middle, least)


def hidiroglou_berthelot(ratios: Floats, sizes: Floats, *, u: float, a: float, c: float, least: float) -> Floats:
    """How many times its limit each ratio lies from the median: above 1 it is outside, 0 is the median itself.

    Args:
        c: the width of the limits in quartile distances.
        least: the smallest half-width, in effects of a figure of size 1; where nearly all ratios are the same, quartiles
            are too.

    Returns:
        Suspicion without a sign, NaN where the ratio is.
    """
    found = effects(ratios, sizes, u=u)
    middle, below, above = distances(found, a=a)
    width = np.where(found < middle, max(c * below, least), max(c * above, least))
    return np.asarray(np.abs(found - middle) / width, dtype=np.float64)


def row_quantiles(values: Floats, share: float) -> Floats:
    """The quantile of the finite values of each row, the lower neighbour where it falls between two; NaN for empty rows."""
    ordered = np.sort(np.where(np.isfinite(values), values, np.nan), axis=1)
    counted = np.isfinite(ordered).sum(axis=1)
    if not ordered.shape[1]:
        return np.full(len(ordered), np.nan)
    place = np.maximum(np.floor(share * (counted - 1)), 0).astype(np.int64)
    return np.asarray(ordered[np.arange(len(ordered)), place], dtype=np.float64)
