"""Historical edit: a figure in this vintage over the one before, by measure, size and age of the year."""

from collections.abc import Generator, Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from orchestration.admission.case import Booleans, Case, Floats
from orchestration.admission.edits.totals import totals_of
from orchestration.admission.reason import Reason, amount, beyond, largest, on_measure, on_series, percent
from orchestration.methods.ratio_edits import row_quantiles

EDIT = "revision"
TRIANGLES = Path(__file__).parents[1] / "revisions.csv"  # bench/revision_triangles.py makes it from real revisions
EVERY_MEASURE = "all"
AGES = (0, 2, 3, 4, 6, 11)  # the youngest year of each class of age


def findings(case: Case) -> Iterator[Reason]:
    """Yield figures, series and years of which a known value became another one."""
    logs = revision_logs(case)
    broad = np.zeros(len(case.series), dtype=bool)
    for number in np.unique(case.measure):
        rows = case.measure == number
        for finding in _whole_measure(case, logs, rows):
            broad |= rows & finding.holds
            yield finding
    signs = np.where(np.abs(logs) > case.parameters.one_factor, np.sign(logs), 0.0)
    explained = np.zeros(case.now.shape, dtype=bool)
    for total in totals_of(case):  # an aggregate that agrees with its members as it did before
        explained[total.row] = np.abs(total.moved) <= total.limit
    restated = yield from _one_factor(case, logs, ~(broad | explained.any(axis=1)))
    logs = np.where((broad | restated)[:, None] | explained, np.nan, logs)
    yield from _figures(case, logs, signs)


def sizes(case: Case) -> NDArray[np.str_]:
    """Return the class of each series: a leader, at least a thousandth of the total, small, or a ratio."""
    visible = np.where(case.weight >= case.parameters.common_weight, "visible", "small")
    return np.where(case.is_ratio, "ratio", np.where(case.is_leader, "leader", visible))


@cache
def _limits() -> dict[tuple[str, str], Floats]:
    """Return by measure, size and class of age the revisions from which a figure has a remark, and is held."""
    rows = pd.read_csv(TRIANGLES).set_index("age").groupby(["measure", "size"])
    own = {(str(key[0]), str(key[1])): of.reindex(AGES)[["remark", "hold"]].to_numpy().T for key, of in rows}
    return {key: np.where(np.isnan(limits), own[EVERY_MEASURE, key[1]], limits) for key, limits in own.items()}


def revision_logs(case: Case) -> Floats:
    """Return the logarithm of now over before, 0 where nothing changed; NaN where there is no such ratio."""
    both = case.now * case.before > 0
    ratios = np.divide(case.now, case.before, out=np.full(both.shape, np.nan), where=both)
    return np.asarray(np.log(ratios), dtype=np.float64)


def _whole_measure(case: Case, logs: Floats, rows: Booleans) -> Iterator[Reason]:
    """Yield a measure of which years moved at the median, or of which many series changed in old years too."""
    settings, wider = case.parameters, float(case.wider[rows].max())
    inside = logs[rows & ~case.is_aggregate]
    counted = np.isfinite(inside).sum(axis=0)
    middle = np.where(counted >= settings.few, row_quantiles(inside.T, 0.5), 0.0)
    moved = np.abs(inside) > settings.revision_median * wider
    is_old = case.age[rows][0] >= settings.comprehensive_years
    is_broad = moved.sum(axis=0) > np.maximum(settings.peers_least, settings.comprehensive_share * wider * counted)
    columns = np.flatnonzero((np.abs(middle) > settings.revision_median * wider) | (is_old & is_broad))
    if not len(columns):
        return
    count, changed = int(moved[:, columns].any(axis=1).sum()), inside[:, columns][moved[:, columns]]
    by_one_factor = np.ptp(np.quantile(changed, (0.1, 0.9))) < settings.one_factor_spread
    is_revision = is_old[columns].any() and not by_one_factor
    what = "by one factor: another unit or currency" if by_one_factor else "unit or currency may differ"
    what = "comprehensive revision" if is_revision else what
    middling = percent(float(np.median(changed)))
    sentence = f"{count} of {len(moved)} series changed in {case.span(columns)}, by {middling} at the median; {what}."
    score, holds = 100.0 * float(np.abs(changed).max()), bool(counted[columns].max() >= settings.peers_least)
    series, year = np.flatnonzero(rows), int(case.years[columns[0]])
    yield on_measure(case, series, EDIT, sentence, holds=holds, score=score, year=year)


def _one_factor(case: Case, logs: Floats, judged: Booleans) -> Generator[Reason, None, Booleans]:
    """Yield series of which all years changed by one factor, as in another unit; return those reported."""
    factor = one_factor(case, logs)
    reported = judged & np.isfinite(factor) & case.of_consequence
    for row in np.flatnonzero(reported):
        years, holds = case.span(np.flatnonzero(np.isfinite(logs[row]))), not redenominated(case)[row]
        why = "unit or currency may differ" if holds else "its currency was redenominated, or the unit differs"
        sentence = f"all of {years} changed by one factor, {percent(float(factor[row]))}; {why}."
        yield on_series(case, [int(row)], EDIT, sentence, holds=holds, suspicion=5.0 if holds else 1.0)
    return reported


def one_factor(case: Case, logs: Floats) -> Floats:
    """Return the logarithm of the factor by which all years of a series changed; NaN if there is not one."""
    settings = case.parameters
    low, middle, high = (row_quantiles(logs, share) for share in (0.1, 0.5, 0.9))
    even = (high - low < settings.one_factor_spread) & (np.abs(middle) > settings.one_factor)
    return np.where(even & (np.isfinite(logs).sum(axis=1) >= settings.same_years), middle, np.nan)


def redenominated(case: Case) -> Booleans:
    """Return rates that changed by one factor almost alone: a currency may be redenominated."""
    even = np.isfinite(one_factor(case, revision_logs(case)))
    rates = pd.DataFrame({"largest": np.nan_to_num(np.abs(case.before)).max(axis=1, initial=0.0), "even": even})
    of_measure = rates.groupby(case.measure)
    is_rate = (of_measure["largest"].transform("quantile", 0.9) > case.parameters.percentages).to_numpy()
    alone = (of_measure["even"].transform("sum") <= case.parameters.few).to_numpy()
    return np.asarray(even & case.is_ratio & is_rate & alone, dtype=bool)


def _figures(case: Case, logs: Floats, signs: Floats) -> Iterator[Reason]:
    """Yield each large figure that moved beyond its limit, and one remark for each measure and size of series.

    A run of years that changed one way is one restatement; where editions repeat nothing, another limit holds.
    """
    if not len(case.series):
        return
    settings, known = case.parameters, _limits()
    keys = zip(case.series["measure"], sizes(case), strict=True)
    by_class = np.array([known.get(key, known[EVERY_MEASURE, key[1]]) for key in keys])
    place = np.maximum(np.searchsorted(AGES, case.age, side="right") - 1, 0)
    limits = np.take_along_axis(by_class, place[:, None, :], axis=2) * case.wider[:, None, None]
    remark, hold = limits[:, 0], limits[:, 1]
    beside = np.pad(signs, ((0, 0), (1, 1)))
    run = signs.astype(bool) & ((signs == beside[:, :-2]) | (signs == beside[:, 2:]))
    hold = np.where(run, np.maximum(hold, settings.restatement * case.wider[:, None]), hold)
    hold = np.where(case.restates[:, None], hold, settings.lone_revision)
    moved, large = np.nan_to_num(np.abs(logs)), case.of_consequence
    shown = np.abs(case.now - case.before) >= settings.least_visible * np.nan_to_num(case.total)
    held = (moved > hold) & (large & (case.gap <= settings.distant_years))[:, None] & (shown | case.is_ratio[:, None])
    for row, column in np.argwhere(held).tolist():
        doubt, by = float(moved[row, column] / hold[row, column]), percent(float(logs[row, column]))
        what = f"{amount(case.before[row, column])} became {amount(case.now[row, column])} ({by})"
        sentence = f"{what}; {beyond(doubt)} for a year of this age."
        yield on_series(case, [row], EDIT, sentence, column=column, holds=True, suspicion=doubt)
    noted = (np.where(large[:, None], moved > remark, moved > hold) & ~held).astype(bool)
    yield from largest(case, EDIT, "were revised", logs, noted)
