"""Historical edit: the same series and year in this vintage over the one before, by age of the year."""

from collections.abc import Generator, Iterator

import numpy as np

from orchestration.admission.case import Booleans, Case, Floats
from orchestration.admission.edits.growth import growth_of
from orchestration.admission.edits.totals import explained
from orchestration.admission.reason import Reason, amount, listed, on_measure, on_series, percent
from orchestration.methods.ratio_edits import row_quantiles

EDIT = "revision"


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
    restated = yield from _restated(case, logs, signs, ~broad)
    suspicion = np.fmax(_by_age(case, logs, signs), _lone(case, logs))
    suspicion[broad | restated] = np.nan
    suspicion[explained(case)] = np.nan
    yield from _figures(case, logs, suspicion)


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
    what = "comprehensive revision" if is_revision else "unit or currency may differ"
    sentence = (
        f"{count} of {len(moved)} series changed in {case.span(columns)}, by "
        f"{percent(float(np.median(changed)))} at the median; {what}."
    )
    score, holds = 100.0 * float(np.abs(changed).max()), bool(counted[columns].max() >= settings.peers_least)
    yield on_measure(
        case, np.flatnonzero(rows), EDIT, sentence, holds=holds, score=score, year=int(case.years[columns[0]])
    )


def _restated(case: Case, logs: Floats, signs: Floats, judged: Booleans) -> Generator[Reason, None, Booleans]:
    """Yield series of which a run of years changed one way; by one exact factor it is another unit or currency.

    Returns:
        The series that were reported.
    """
    settings = case.parameters
    counted = np.isfinite(logs).sum(axis=1)
    changed = signs.astype(bool)
    low, middle, high = (row_quantiles(logs, share) for share in (0.1, 0.5, 0.9))
    even = (high - low < settings.one_factor_spread) & (np.abs(middle) > settings.one_factor)
    one_way = np.abs(signs.sum(axis=1)) == changed.sum(axis=1)
    mild = ~(np.abs(logs) >= settings.restatement).any(axis=1)
    by_factor = even & (counted >= settings.same_years)
    run = one_way & mild & (changed.sum(axis=1) >= settings.same_years) & (case.is_country | case.is_world)
    reported = np.zeros(len(logs), dtype=bool)
    for row in np.flatnonzero(judged & (by_factor | run) & ~explained(case).any(axis=1)):
        columns = np.flatnonzero(changed[row])
        least, most = sorted((float(np.nanmin(logs[row, columns])), float(np.nanmax(logs[row, columns]))), key=abs)
        if by_factor[row]:
            how = f"all of {case.span(columns)} changed by one factor, {percent(float(middle[row]))}; unit or currency may differ."
        else:
            how = f"{len(columns)} years of {case.span(columns)} were restated by {percent(least)} to {percent(most)}."
        holds = bool(case.of_consequence[row] and by_factor[row])
        reported[row] = case.of_consequence[row] or not by_factor[row]
        yield on_series(case, [int(row)], EDIT, how, holds=holds, suspicion=5.0 if holds else 1.0)
    return reported


def _by_age(case: Case, logs: Floats, signs: Floats) -> Floats:
    """Return how many times the limit of its age each revision is; a run of recent years may move further than one."""
    settings = case.parameters
    at = np.clip(case.age, 0, len(settings.revision_limits) - 1)
    limit = np.asarray(settings.revision_limits)[at]
    own = np.maximum(settings.revision_deviations * growth_of(case).scale, settings.leader_least)[:, None]
    limit = np.where(case.is_leader[:, None], np.minimum(limit, own), limit)
    beside = np.pad(signs, ((0, 0), (1, 1)))
    run = signs.astype(bool) & ((signs == beside[:, :-2]) | (signs == beside[:, 2:]))
    limit = np.where(run, np.maximum(limit, settings.restatement), limit)
    return np.asarray(np.abs(logs) / (limit * case.wider[:, None]), dtype=np.float64)


def _lone(case: Case, logs: Floats) -> Floats:
    """Return the suspicion of a change of one old year whose neighbours stay: publishers revise runs, typists single years.

    The limit is smaller where the measure has hardly another change, and the last known year counts too. In tables whose
    editions repeat nothing, a figure that an earlier edition has too is such a year at any age.
    """
    settings = case.parameters
    size = np.abs(logs)
    suspicion = np.where(case.restates[:, None], np.nan, size / settings.lone_revision)
    changed = (np.nan_to_num(logs) != 0) & case.is_country[:, None]
    few = np.bincount(case.measure, changed.sum(axis=1))[case.measure] <= settings.lone_changes
    limit = np.where(few, settings.lone_erratum, settings.lone_revision)[:, None]
    edged = np.pad(size, ((0, 0), (1, 1)), constant_values=np.nan)
    neighbours = np.fmax(edged[:, :-2], edged[:, 2:])
    begins = np.cumsum(np.isfinite(size), axis=1) == 1
    both = (np.isfinite(edged[:, :-2]) | begins) & (np.isfinite(edged[:, 2:]) | few[:, None])
    quiet = neighbours < settings.lone_neighbours * size
    old = case.age >= np.where(few, 1, settings.lone_age)[:, None]
    suspicion = np.fmax(suspicion, np.where(quiet & both & old, size / limit, np.nan))
    suspicion[case.is_stale] = np.nan
    return suspicion


def _figures(case: Case, logs: Floats, suspicion: Floats) -> Iterator[Reason]:
    minor: dict[int, list[int]] = {}
    remarkable = np.abs(logs) > case.parameters.revision_remark * case.wider[:, None]
    remarkable &= case.of_consequence[:, None] & np.isfinite(suspicion)
    doubted = suspicion > 1
    for row, column in np.argwhere(doubted | remarkable).tolist():
        if not case.of_consequence[row]:
            minor.setdefault(int(case.measure[row]), []).append(row)
            continue
        doubt = float(suspicion[row, column])
        holds = bool(doubted[row, column] and not case.is_distant[row])
        sentence = (
            f"{amount(case.before[row, column])} became {amount(case.now[row, column])} "
            f"({percent(float(logs[row, column]))}); {doubt:.1f} times the limit for a year of this age."
        )
        yield on_series(case, [row], EDIT, sentence, column=column, holds=holds, suspicion=doubt)
    for places in minor.values():
        rows = sorted(set(places), key=lambda row: -case.impact[row])
        names = listed([case.words_beside_others(row) for row in rows])
        sentence = f"figures of small series that were revised far ({len(places)}): {names}."
        yield on_measure(case, rows, EDIT, sentence, holds=False, score=0.5)
