"""One value for a flow that two partners report, from how reliable each reporter is.

Formulas, reasons and limits: docs/methods/reconciliation.md. In short, with x the exporter's and m the importer's report of one flow:

    (ln x - ln m)^2  =  variance of the exporter's reports + variance of the importer's reports + noise
    reconciled       =  x^w * m^(1 - w),   w = importer variance / (exporter variance + importer variance)

Variances are those of natural logarithms, hence pure numbers; 0.04 means reports that are off by about 20 percent.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

WINDOW_YEARS = 5
"""Variances are estimated for windows of this many years, which begin in years divisible by it: 2015 to 2019, 2020 to 2024."""

MINIMUM_PAIRS = 30
MINIMUM_REPORTERS = 5
"""Fewer flow years with two reports in an item and window, or fewer exporters or importers among them: equal weights."""

WINSOR = 2.25
"""A squared log ratio counts at most this many times its modelled variance: one and a half standard deviations."""

PRIOR_PAIRS = 5.0
"""Each reporter's variance is estimated as if it had this many more pairs, which show the common variance."""

SMALLEST_SHARE = 0.05
"""No variance is taken for smaller than this share of the common one: nobody is perfect on the evidence of a few pairs."""

ROWS_AT_ONCE = 200_000
"""Rows of a stream that are reconciled together; a larger item and window is reconciled whole."""

TOLERANCE = 1e-9
MOST_ROUNDS = 500
"""Iterations stop when no variance moves by more than the tolerance times the common variance, or after so many rounds."""

MEDIAN_OF_SQUARE = 0.45493642311957283
"""Median of the square of a standard normal variable."""

REPORTED_STATUSES = ("A", "P", "U")
"""Statuses of the reporter's own figures. An estimate of the publisher (E) is no evidence about the reporter."""

INVERSE_VARIANCE = "inverse_variance"
EQUAL_WEIGHTS = "equal_weights"
ARITHMETIC_MEAN = "arithmetic_mean"
SINGLE_REPORT = "single_report"

KEY = ["exporter", "importer", "item", "year"]

RECONCILED_SCHEMA = pa.schema(
    (name, kind)
    for kind, names in (
        (pa.string(), ("exporter", "importer", "item")),
        (pa.int32(), ("year",)),
        (pa.string(), ("unit",)),
        (pa.float64(), ("export_report", "import_report")),
        (pa.string(), ("export_source", "import_source")),
        (pa.date32(), ("export_vintage", "import_vintage")),
        (pa.string(), ("export_status", "import_status")),
        (pa.int32(), ("reports_held", "window_start", "window_end")),
        (pa.int32(), ("window_pairs", "exporter_pairs", "importer_pairs")),
        (pa.float64(), ("exporter_variance", "importer_variance", "exporter_weight", "importer_weight")),
        (pa.float64(), ("asymmetry", "residual", "value")),
        (pa.string(), ("obs_status", "method", "note")),
    )
    for name in names
)
"""One row a flow and year with at least one report. ``asymmetry`` is ln(export report / import report); ``residual`` is its
square less the two variances. Weights are those of the two reports in the value and sum to 1."""


@dataclass(frozen=True)
class ReporterVariances:
    """Variance of the log reports of each reporter in each role; arrays of one entry a reporter.

    ``pairs`` counts the flow years that a variance rests on; a reporter with none has the common variance. All entries of
    the variances are NaN where there are too few pairs for an estimate (``is_estimated`` is False).
    """

    exporter: Floats
    importer: Floats
    exporter_pairs: Integers
    importer_pairs: Integers
    is_estimated: bool

    @property
    def pairs(self) -> int:
        return int(self.exporter_pairs.sum())


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
    too_few = len(squares) < MINIMUM_PAIRS or min(int((count > 0).sum()) for count in pairs) < MINIMUM_REPORTERS
    if too_few:
        a, b = np.full((2, reporters), np.nan)
        return ReporterVariances(a, b, *pairs, is_estimated=False)
    a, b, common = _fitted(exporter, importer, squares, pairs)
    excess = max(0.0, float(np.mean(squares - a[exporter] - b[importer]))) / 2
    smallest = SMALLEST_SHARE * common
    return ReporterVariances(
        np.maximum(a, smallest) + excess, np.maximum(b, smallest) + excess, *pairs, is_estimated=True
    )


def exporter_weight(exporter_variance: Floats, importer_variance: Floats) -> Floats:
    """Weight of the exporter's report, b / (a + b): inverse-variance weights of two reports. 1/2 where both are zero.

    Where one variance is unknown (NaN) so is the weight.
    """
    both = exporter_variance + importer_variance
    return np.where(both == 0, 0.5, importer_variance / np.where(both == 0, 1.0, both))


def log_mean(export_report: Floats, import_report: Floats, weight: Floats) -> Floats:
    """exp(w ln x + (1 - w) ln m), both reports above zero: equal reports come back unchanged, and no result lies outside them."""
    mean = export_report * (import_report / export_report) ** (1 - weight)
    return np.clip(mean, np.minimum(export_report, import_report), np.maximum(export_report, import_report))


def reconcile(paired: pd.DataFrame) -> pa.Table:
    """Every flow's reconciled value, with both reports, weights, variances and the reason for the method.

    ``inverse_variance``: two reports above zero in an item and window with enough pairs. ``equal_weights``: two reports
    above zero in one without. ``arithmetic_mean``: two reports of which one is zero or below, which has no logarithm.
    ``single_report``: one report, which stays as it is. A flow without any figure has no row.

    Args:
        paired: one row a flow and year with columns exporter, importer, item, year, unit, and export_ and import_ of
            report (in unit; empty where there is no figure), source, vintage, status (SDMX CL_OBS_STATUS).

    Returns:
        Rows in the columns of ``RECONCILED_SCHEMA``, ordered by exporter, importer, item, year.
    """
    ordered = _valued(_rated(_with_windows(paired)))
    return pa.Table.from_arrays(
        [pa.array(ordered[field.name], type=field.type, from_pandas=True) for field in RECONCILED_SCHEMA],
        schema=RECONCILED_SCHEMA,
    )


def reconcile_stream(paired: Iterable[pa.RecordBatch]) -> pa.RecordBatchReader:
    """``reconcile`` for flows that come ordered by item and year, a few whole items and windows in memory at a time.

    Args:
        paired: batches of any size, in the columns that ``reconcile`` takes. A window that is interrupted by another is
            taken for two, so that the order matters.

    Returns:
        A reader of ``RECONCILED_SCHEMA``. Memory grows with the largest window, not with the rows.
    """
    parts = (part for windows in _whole_windows(paired) for part in reconcile(windows.to_pandas()).to_batches())
    return pa.RecordBatchReader.from_batches(RECONCILED_SCHEMA, parts)


def _whole_windows(paired: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
    """Yield the rows in tables of about ``ROWS_AT_ONCE`` that cut no item and window in two."""
    waiting: list[pa.RecordBatch] = []
    for batch in paired:
        waiting.append(batch)
        if sum(part.num_rows for part in waiting) >= ROWS_AT_ONCE:
            rows = pa.Table.from_batches(waiting)
            window = rows.select(["item", "year"]).to_pandas()
            window["year"] //= WINDOW_YEARS
            last = int((window != window.iloc[-1]).any(axis=1).to_numpy().nonzero()[0].max(initial=-1)) + 1
            if last:
                yield rows.slice(0, last)
            waiting = rows.slice(last).to_batches()
    if waiting:
        yield pa.Table.from_batches(waiting)


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


def _with_windows(paired: pd.DataFrame) -> pd.DataFrame:
    """Return flows with at least one figure, in the order of their keys, with window, number of reports and log ratio."""
    flows = paired.astype({"export_report": "float64", "import_report": "float64"})
    reports = flows[["export_report", "import_report"]]
    above_zero = reports.where((reports > 0).all(axis=1))
    start = flows["year"] - flows["year"] % WINDOW_YEARS
    flows = flows.assign(
        reports_held=reports.notna().sum(axis=1),
        window_start=start,
        window_end=start + WINDOW_YEARS - 1,
        asymmetry=np.log(above_zero["export_report"] / above_zero["import_report"]),
    )
    return flows[flows["reports_held"] > 0].sort_values(KEY, ignore_index=True)


def _rated(flows: pd.DataFrame) -> pd.DataFrame:
    """Return the flows with the variances that their reporters have in their item and window, and the pairs that these rest on."""
    reported = flows[["export_status", "import_status"]].isin(REPORTED_STATUSES).all(axis=1)
    flows = flows.assign(is_paired=flows["asymmetry"].notna() & reported)
    parts = [_rated_window(part) for _, part in flows.groupby(["item", "window_start"])]
    return pd.concat(parts).sort_index() if parts else _rated_window(flows)


def _rated_window(flows: pd.DataFrame) -> pd.DataFrame:
    names, numbers = np.unique(flows[["exporter", "importer"]].to_numpy(dtype=object), return_inverse=True)
    exporter, importer = numbers.reshape(-1, 2).T
    pairs = flows["is_paired"].to_numpy(dtype="bool")
    log_ratio = flows["asymmetry"].to_numpy(dtype="float64")[pairs]
    rated = reporter_variances(exporter[pairs], importer[pairs], log_ratio, len(names))
    return flows.assign(
        window_pairs=rated.pairs,
        exporter_pairs=rated.exporter_pairs[exporter],
        importer_pairs=rated.importer_pairs[importer],
        exporter_variance=rated.exporter[exporter],
        importer_variance=rated.importer[importer],
        is_estimated=rated.is_estimated,
    )


def _valued(flows: pd.DataFrame) -> pd.DataFrame:
    """Method, weights, value, residual, status and note of each flow."""
    x, m = (flows[name].to_numpy(dtype="float64") for name in ("export_report", "import_report"))
    a, b = (flows[name].to_numpy(dtype="float64") for name in ("exporter_variance", "importer_variance"))
    asymmetry = flows["asymmetry"].to_numpy(dtype="float64")
    single = flows["reports_held"].to_numpy() == 1
    method = np.select(
        [single, np.isnan(asymmetry), flows["is_estimated"].to_numpy(dtype="bool")],
        [SINGLE_REPORT, ARITHMETIC_MEAN, INVERSE_VARIANCE],
        EQUAL_WEIGHTS,
    )
    weight = np.select(
        [single, method == INVERSE_VARIANCE], [np.where(np.isnan(x), 0.0, 1.0), exporter_weight(a, b)], 0.5
    )
    logarithmic = np.isin(method, [INVERSE_VARIANCE, EQUAL_WEIGHTS])
    value = np.where(single, np.where(np.isnan(x), m, x), (x + m) / 2)
    value[logarithmic] = log_mean(x[logarithmic], m[logarithmic], weight[logarithmic])
    own_status = np.where(np.isnan(x), flows["import_status"], flows["export_status"])
    unreliable = (flows[["export_status", "import_status"]] == "U").any(axis=1).to_numpy(dtype="bool")
    return flows.assign(
        method=method,
        exporter_weight=weight,
        importer_weight=1 - weight,
        value=value,
        residual=np.square(asymmetry) - a - b,
        obs_status=np.select([single, (method == INVERSE_VARIANCE) & ~unreliable], [own_status, "E"], "U"),
        note=[_note(kind, pairs) for kind, pairs in zip(method.tolist(), flows["window_pairs"], strict=True)],
    )


def _note(method: str, window_pairs: int) -> str:
    """The reason for the method in one sentence."""
    if method == SINGLE_REPORT:
        return "One report is held and stays as it is."
    if method == ARITHMETIC_MEAN:
        return "One report is zero or below and has no logarithm; the value is the arithmetic mean."
    if method == INVERSE_VARIANCE:
        return f"Weights by the reporters' variances, estimated from {window_pairs} flow years with two reports."
    return (
        f"Equal weights: flow years with two reports in this item and window are too few to compare the reporters "
        f"({window_pairs}; at least {MINIMUM_PAIRS} from {MINIMUM_REPORTERS} exporters and {MINIMUM_REPORTERS} importers are needed)."
    )
