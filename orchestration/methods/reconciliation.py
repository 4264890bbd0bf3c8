"""Reliability of reporters, from flows that two partners report; ``fct_bilateral_reconciled`` weighs reports by it.

Formulas, reasons and limits: docs/methods/reconciliation.md. In short, with x the exporter's and m the importer's
report of one flow:

    (ln x - ln m)^2  =  variance of the exporter's reports + variance of the importer's reports + noise
    reconciled       =  x^w * m^(1 - w),   w = importer variance / (exporter variance + importer variance)

Variances are those of natural logarithms, hence pure numbers; 0.04 means reports that are off by about 20 percent.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

MINIMUM_PAIRS = 30
MINIMUM_REPORTERS = 5
"""Fewer flow years with two reports in an item and window, or fewer exporters or importers: equal weights."""

WINSOR = 2.25
"""A squared log ratio counts at most this many times its modelled variance: one and a half standard deviations."""

PRIOR_PAIRS = 5.0
"""Each reporter's variance is estimated as if it had this many more pairs, which show the common variance."""

SMALLEST_SHARE = 0.05
"""Every variance is at least this share of the common one: a few pairs are no evidence of perfection."""

TOLERANCE = 1e-9
MOST_ROUNDS = 500
"""Iterations stop when no variance moves by more than the tolerance times the common one, or after so many rounds."""

MEDIAN_OF_SQUARE = 0.45493642311957283
KEPT_OF_SQUARE = 0.77846521617447
"""Of the square of a standard normal variable: the median, and the mean where it counts at most ``WINSOR``."""

RATED_SCHEMA = pa.schema(
    [
        ("item", pa.string()),
        ("window_start", pa.int32()),
        ("reporter", pa.string()),
        ("window_pairs", pa.int32()),
        ("exporter_pairs", pa.int32()),
        ("importer_pairs", pa.int32()),
        ("exporter_variance", pa.float64()),
        ("importer_variance", pa.float64()),
    ]
)
"""One row a reporter, item and window, and one without a reporter for every economy that has no pairs there."""


class ReporterVariances(NamedTuple):
    """Variance of the log reports of each reporter in each role; arrays of one entry a reporter.

    The pairs count the flow years that a variance rests on; a reporter with none has the common variance. All variances
    are NaN where there are too few pairs for an estimate.
    """

    exporter_pairs: Integers
    importer_pairs: Integers
    exporter: Floats
    importer: Floats


def reporter_variances(exporter: Integers, importer: Integers, log_ratio: Floats, reporters: int) -> ReporterVariances:
    """Fit the variances of one item and window: E[log_ratio^2] = a[exporter] + b[importer], a and b >= 0.

    Non-negative least squares, weighted by the inverse square of the modelled variance (the squares of normal variables
    vary in proportion to their mean) and re-weighted until nothing moves. A square counts at most ``WINSOR`` times its
    modelled variance; what that cuts off, huge ratios above all, is shared equally among all reporters, because a huge
    ratio does not say which side is wrong. Each reporter is drawn towards the common variance by ``PRIOR_PAIRS`` pairs.

    Args:
        exporter, importer: index of the reporter in each pair, 0 to reporters - 1; shape (pairs,).
        log_ratio: ln(export report / import report) of each pair, finite; shape (pairs,).
        reporters: how many reporters there are.
    """
    pairs = np.stack([np.bincount(role, minlength=reporters) for role in (exporter, importer)])
    squares = np.square(log_ratio)
    if len(squares) < MINIMUM_PAIRS or np.count_nonzero(pairs, axis=1).min() < MINIMUM_REPORTERS:
        return ReporterVariances(*pairs, *np.full(pairs.shape, np.nan))
    variances, common = _fitted(exporter, importer, squares, pairs)
    excess = max(0.0, float(np.mean(squares - variances[0][exporter] - variances[1][importer]))) / 2
    return ReporterVariances(*pairs, *(np.maximum(variances, SMALLEST_SHARE * common) + excess))


def rated_reporters(pairs: pa.Table) -> pa.Table:
    """Return the variances of the reporters of every item and window, in ``RATED_SCHEMA``.

    ``pairs`` are flow years with two reports above zero: item, window_start, exporter, importer, year and asymmetry,
    which is ln(export report / import report).
    """
    windows = [RATED_SCHEMA.empty_table()]
    ordered = pairs.to_pandas().sort_values(["exporter", "importer", "year"])  # sums of floats depend on the order
    for (item, start), rows in ordered.groupby(["item", "window_start"]):
        names, numbers = np.unique(rows[["exporter", "importer"]].to_numpy(dtype=object), return_inverse=True)
        exporter, importer = numbers.reshape(-1, 2).T
        rated = reporter_variances(exporter, importer, rows["asymmetry"].to_numpy(dtype="float64"), len(names) + 1)
        named = {"item": item, "window_start": start, "reporter": [*names, None], "window_pairs": len(rows)}
        frame = pd.DataFrame(named | dict(zip(RATED_SCHEMA.names[4:], rated, strict=True)))
        windows.append(pa.Table.from_pandas(frame, RATED_SCHEMA))
    return pa.concat_tables(windows)


def _fitted(exporter: Integers, importer: Integers, squares: Floats, pairs: Integers) -> tuple[Floats, float]:
    """Return exporter and importer variances, shape (2, reporters) as ``pairs``, and the common one of one report."""
    reporters = pairs.shape[1]
    scale = float(np.median(squares)) / MEDIAN_OF_SQUARE or float(squares.mean())
    variances, common = np.full(pairs.shape, scale / 2), 0.0
    for _ in range(MOST_ROUNDS if scale else 0):
        modelled = np.maximum(variances[0][exporter] + variances[1][importer], SMALLEST_SHARE * scale)
        kept = np.minimum(squares, WINSOR * modelled) / KEPT_OF_SQUARE
        common = float(kept.mean()) / 2
        weight = np.square(scale / modelled)
        weights, weighted = (  # sums over the years of one exporter and importer
            np.bincount(exporter * reporters + importer, values, reporters**2).astype("float64").reshape(-1, reporters)
            for values in (weight, weight * kept)
        )
        before = variances
        # half the way, because whole steps can go in a circle
        variances = (variances + _least_squares(weights, weighted, pairs, common, variances)) / 2
        if np.allclose(variances, before, rtol=0, atol=TOLERANCE * scale):
            break
    return variances, common


def _least_squares(weights: Floats, weighted: Floats, pairs: Integers, common: float, start: Floats) -> Floats:
    """Minimise sum W (y - a_i - b_j)^2 + sum p_i (a_i - common)^2 + sum q_j (b_j - common)^2; return a, b >= 0.

    By turns: given b, each a has a closed form, and the other way round. Then the split between the two sides, as
    adding a constant to all a and subtracting it from all b changes no sum: a + c and b - c with the c that minimises
    the penalties, as far as neither side falls below zero. At that c the exporters' distance from the common variance,
    averaged with the weights p, equals that of the importers averaged with q. The problem is convex and the penalty
    makes its solution unique.

    p and q are ``PRIOR_PAIRS`` times the mean weight of a reporter's own ``pairs``; 1 for a reporter without, which
    takes the common variance and no part in the split. ``weights`` and ``weighted`` are sums of W and of W y over the
    pairs of one exporter and importer, shape (reporters, reporters).
    """
    own, sums = (np.stack([matrix.sum(axis=1), matrix.sum(axis=0)]) for matrix in (weights, weighted))
    has_pairs = pairs.astype(bool)
    p, q = penalties = np.where(has_pairs, PRIOR_PAIRS * own / np.maximum(pairs, 1), 1.0)
    p_split, q_split = penalties * has_pairs
    total = float(p_split.sum() + q_split.sum())
    both = start
    for _ in range(MOST_ROUNDS):
        before = both
        a = np.maximum(0.0, (sums[0] - weights @ both[1] + p * common) / (own[0] + p))
        b = np.maximum(0.0, (sums[1] - a @ weights + q * common) / (own[1] + q))
        shift = float((q_split * (b - common)).sum() - (p_split * (a - common)).sum()) / total
        shift = min(max(shift, -float(a[has_pairs[0]].min())), float(b[has_pairs[1]].min()))
        both = np.where(has_pairs, np.stack([a + shift, b - shift]), np.stack([a, b]))
        if np.allclose(both, before, rtol=0, atol=TOLERANCE * common):
            break
    return both
