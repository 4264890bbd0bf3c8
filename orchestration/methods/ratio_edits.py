"""Ratio edits of statistical data editing: growth against peers, robust scales shrunk to a size class.

Background: M. A. Hidiroglou and J.-M. Berthelot, Survey Methodology 12 (1986), pages 73-83; K. A. Thompson and
R. S. Sigman, Journal of Official Statistics 15 (1999), pages 517-535. Uses and limits: docs/methods/admission.md.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

NORMAL = 1.4826
"""A median absolute deviation times this is the standard deviation of a normal distribution."""


def peer_medians(steps: Floats, least: int) -> Floats:
    """Return the median of each column; 0 where fewer than ``least`` values are finite but any is, NaN for none."""
    counted = np.isfinite(steps).sum(axis=0)
    middle = row_quantiles(steps.T, 0.5)
    return np.where(counted >= least, middle, np.where(counted, 0.0, np.nan))


def shrunk_scales(apart: Floats, classes: Integers, *, prior: float, least: int, floor: float) -> Floats:
    """Return a robust scale for each row, shrunk towards the one of its class.

    With n distances in the row, s the row's own scale and c that of its class: sqrt((n s^2 + prior c^2) / (n + prior)).

    Args:
        apart: absolute distances from the centre of each row, NaN where there is none.
        classes: the class of each row; one of fewer than ``least`` distances uses those of all rows.
        prior: the number of distances that the class counts for.
        floor: the smallest scale.
    """
    counted = np.isfinite(apart).sum(axis=1)
    own = NORMAL * np.nan_to_num(row_quantiles(apart, 0.5))
    together = apart[np.isfinite(apart)]
    of_all = NORMAL * float(np.median(together)) if together.size else 2 * floor
    of_class = np.full(len(apart), of_all)
    for number in np.unique(classes):
        inside = apart[(classes == number)[:, None] & np.isfinite(apart)]
        if inside.size >= least:
            of_class[classes == number] = NORMAL * float(np.median(inside))
    blended = np.sqrt((counted * own**2 + prior * of_class**2) / (counted + prior))
    return np.asarray(np.maximum(blended, floor), dtype=np.float64)


def row_quantiles(values: Floats, share: float) -> Floats:
    """Return the quantile of the finite values of each row, the lower neighbour between two; NaN for empty rows."""
    is_finite = np.isfinite(values)
    ordered = np.sort(np.column_stack([np.where(is_finite, values, np.nan), np.full(len(values), np.nan)]), axis=1)
    place = np.floor(share * (is_finite.sum(axis=1) - 1)).astype(np.int64)  # of an empty row the last, which is NaN
    return np.asarray(ordered[np.arange(len(ordered)), place], dtype=np.float64)
