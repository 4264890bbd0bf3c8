"""How reliable each reporter is, from flows that two partners report; ``fct_bilateral_reconciled`` weighs their reports by it.

Formulas, reasons and limits: docs/methods/reconciliation.md. In short, with x the exporter's and m the importer's report of one flow:

    (ln x - ln m)^2  =  variance of the exporter's reports + variance of the importer's reports + noise
    reconciled       =  x^w * m^(1 - w),   w = importer variance / (exporter variance + importer variance)

Variances are those of natural logarithms, hence pure numbers; 0.04 means reports that are off by about 20 percent.
"""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

MINIMUM_PAIRS = 30
MINIMUM_REPORTERS = 5
"""Fewer flow years with two reports in an item and window, or fewer exporters or importers among them: equal weights."""

WINSOR = 2.25
"""A squared log ratio counts at most this many times its modelled variance: one and a half standard deviations."""

PRIOR_PAIRS = 5.0
"""Each reporter's variance is estimated as if it had this many more pairs, which show the common variance."""

SMALLEST_SHARE = 0.05
"""No variance is taken for smaller than this share of the common one: nobody is perfect on the evidence of a few pairs."""

TOLERANCE = 1e-9
MOST_ROUNDS = 500
"""Iterations stop when no variance moves by more than the tolerance times the common variance, or after so many rounds."""

MEDIAN_OF_SQUARE = 0.45493642311957283
"""Median of the square of a standard normal variable."""

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


@dataclass(frozen=True)
class ReporterVariances:
    """Variance of the log reports of each reporter in each role; arrays of one entry a reporter.

    The pairs count the flow years that a variance rests on; a reporter with none has the common variance. All variances are
    NaN where there are too few pairs for an estimate.
    """

    exporter: Floats
    importer: Floats
    exporter_pairs: Integers
    importer_pairs: Integers


def reporter_variances(exporter: Integers, importer: Integers, log_ratio: Floats, reporters: int) -> ReporterVariances:
    """The two-way variance model of one item and window: E[log_ratio^2] = a[exporter] + b[importer], a and b >= 0.

    Non-negative least squares, weighted by the inverse square of the modelled variance (the squares of normal variables
    vary in proportion to their mean) and re-weighted until nothing moves. A square counts at most ``WINSOR`` times its
    modelled variance; what that cuts off, huge ratios above all, is shared equally among all reporters, because a huge
    ratio does not say which side is wrong. Each reporter is drawn towards the common variance by ``PRIOR_PAIRS`` pairs.

    Identification: adding a constant to all a and subtracting it from all b changes no sum. Of all splits that fit
    equally well, the one that lies nearest to equal variances of exporters and importers is taken; see ``_identified``.

    Args:
        exporter, importer: index of the reporter in each pair, 0 to reporters - 1; shape (pairs,).
        log_ratio: ln(export report / import report) of each pair, finite; shape (pairs,).
        reporters: how many reporters there are.

    Returns:
        Variances of shape (reporters,), or none below ``MINIMUM_PAIRS`` and ``MINIMUM_REPORTERS``.
    """
    pairs = np.bincount(exporter, minlength=reporters), np.bincount(importer, minlength=reporters)
    squares = np.square(log_ratio)
    if len(squares) < MINIMUM_PAIRS or min(int((count > 0).sum()) for count in pairs) < MINIMUM_REPORTERS:
        a, b = np.full((2, reporters), np.nan)
        return ReporterVariances(a, b, *pairs)
    a, b, common = _fitted(exporter, importer, squares, pairs)
    excess = max(0.0, float(np.mean(squares - a[exporter] - b[importer]))) / 2
    smallest = SMALLEST_SHARE * common
    return ReporterVariances(np.maximum(a, smallest) + excess, np.maximum(b, smallest) + excess, *pairs)


def rated_reporters(pairs: pa.Table) -> pa.Table:
    """Return the variances of the reporters of every item and window, in ``RATED_SCHEMA``.

    Args:
        pairs: flow years with two reports above zero: item, window_start, exporter, importer, year and asymmetry, which is
            ln(export report / import report).
    """
    windows = [
        pa.Table.from_pandas(
            _rated_window(rows).assign(item=item, window_start=start), RATED_SCHEMA, preserve_index=False
        )
        for (item, start), rows in pairs.to_pandas().groupby(["item", "window_start"])
    ]
    return pa.concat_tables([RATED_SCHEMA.empty_table(), *windows])


def _rated_window(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the variances of one item and window; the last row is that of an economy without pairs."""
    ordered = rows.sort_values(["exporter", "importer", "year"])  # sums of floats depend on the order
    names, numbers = np.unique(ordered[["exporter", "importer"]].to_numpy(dtype=object), return_inverse=True)
    exporter, importer = numbers.reshape(-1, 2).T
    rated = reporter_variances(exporter, importer, ordered["asymmetry"].to_numpy(dtype="float64"), len(names) + 1)
    return pd.DataFrame(
        {
            "reporter": [*names, None],
            "window_pairs": len(rows),
            "exporter_pairs": rated.exporter_pairs,
            "importer_pairs": rated.importer_pairs,
            "exporter_variance": rated.exporter,
            "importer_variance": rated.importer,
        }
    )


def _fitted(
    exporter: Integers, importer: Integers, squares: Floats, pairs: tuple[Integers, Integers]
) -> tuple[Floats, Floats, float]:
    """Exporter and importer variances, each of shape (reporters,), and the common variance of one report."""
    reporters = len(pairs[0])
    scale = float(np.median(squares)) / MEDIAN_OF_SQUARE or float(squares.mean())
    a, b, common = np.full(reporters, scale / 2), np.full(reporters, scale / 2), scale / 2
    for _ in range(MOST_ROUNDS if scale else 0):
        modelled = np.maximum(a[exporter] + b[importer], SMALLEST_SHARE * scale)
        kept = np.minimum(squares, WINSOR * modelled) / _kept_by_winsorising(WINSOR)
        common = float(kept.mean()) / 2
        weight = np.square(scale / modelled)
        weights = _sums_by_pair(exporter, importer, weight, reporters)
        weighted = _sums_by_pair(exporter, importer, weight * kept, reporters)
        before = a, b
        solved = _least_squares(weights, weighted, pairs, common, before)
        a, b = (a + solved[0]) / 2, (b + solved[1]) / 2  # half the way, because whole steps can go in a circle
        if _moved(before, (a, b)) <= TOLERANCE * scale:
            break
    return a, b, common


def _sums_by_pair(exporter: Integers, importer: Integers, values: Floats, reporters: int) -> Floats:
    """Sums over the years of one exporter and importer, shape (reporters, reporters)."""
    sums = np.bincount(exporter * reporters + importer, values, minlength=reporters**2)
    return sums.astype("float64").reshape(reporters, reporters)


def _least_squares(
    weights: Floats, weighted: Floats, pairs: tuple[Integers, Integers], common: float, start: tuple[Floats, Floats]
) -> tuple[Floats, Floats]:
    """a, b >= 0 that minimise sum W (y - a_i - b_j)^2 + sum p_i (a_i - common)^2 + sum q_j (b_j - common)^2.

    By turns: given b, each a has a closed form, and the other way round; then the split between the two sides. The
    problem is convex and the penalty makes its solution unique.

    Args:
        weights, weighted: sums of W and of W y over the pairs of one exporter and importer, shape (reporters, reporters).
        pairs: number of pairs of each exporter and of each importer, whose weights the penalties p and q take over.
        common: variance that reporters are drawn towards.
        start: a and b to begin with.
    """
    of_exporter, of_importer = weights.sum(axis=1), weights.sum(axis=0)
    p, q = _penalty(of_exporter, pairs[0]), _penalty(of_importer, pairs[1])
    a, b = start
    for _ in range(MOST_ROUNDS):
        before = a, b
        a = np.maximum(0.0, (weighted.sum(axis=1) - weights @ b + p * common) / (of_exporter + p))
        b = np.maximum(0.0, (weighted.sum(axis=0) - a @ weights + q * common) / (of_importer + q))
        a, b = _identified(a, b, p * (pairs[0] > 0), q * (pairs[1] > 0), common)
        if _moved(before, (a, b)) <= TOLERANCE * common:
            break
    return a, b


def _penalty(weight: Floats, pairs: Integers) -> Floats:
    """``PRIOR_PAIRS`` times the mean weight of a reporter's own pairs; 1 for a reporter without, which takes the common variance."""
    return np.where(pairs > 0, PRIOR_PAIRS * weight / np.maximum(pairs, 1), 1.0)


def _identified(a: Floats, b: Floats, p: Floats, q: Floats, common: float) -> tuple[Floats, Floats]:
    """The convention: a + c and b - c with the c that minimises the penalties, as far as neither side falls below zero.

    At that c the exporters' distance from the common variance, averaged with the weights p, equals that of the importers
    averaged with q. Reporters without pairs (p or q zero) stay where they are.
    """
    shift = float((q * (b - common)).sum() - (p * (a - common)).sum()) / float(p.sum() + q.sum())
    shift = min(max(shift, -float(a[p > 0].min())), float(b[q > 0].min()))
    return np.where(p > 0, a + shift, a), np.where(q > 0, b - shift, b)


def _moved(before: tuple[Floats, Floats], after: tuple[Floats, Floats]) -> float:
    return max(float(np.abs(old - new).max()) for old, new in zip(before, after, strict=True))


def _kept_by_winsorising(limit: float) -> float:
    """E[min(Z^2, limit)] of a standard normal Z, so that winsorised squares can be brought back to their variance."""
    root = math.sqrt(limit)
    within = math.erf(root / math.sqrt(2))
    return within - 2 * root * math.exp(-limit / 2) / math.sqrt(2 * math.pi) + limit * (1 - within)
