"""Exchanged economies: series that are equal to, or follow the history of, another area's."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from orchestration.admission.case import Case, Floats, Integers
from orchestration.admission.edits.growth import LONGEST_STEP, growth_of
from orchestration.admission.edits.repeats import long_enough
from orchestration.admission.finding import Finding, on_figure, on_series

EDIT = "exchanged"


def findings(case: Case) -> Iterator[Finding]:
    """Yield pairs of economies whose figures may be each other's."""
    for group in np.unique(case.group):
        rows = np.flatnonzero((case.group == group) & case.is_country)
        if len(rows) > 1:
            yield from _equal(case, rows)
            yield from _nearer(case, rows)
            if not case.is_ratio[rows].any():
                yield from _newest(case, rows)


def _equal(case: Case, rows: Integers) -> Iterator[Finding]:
    """Yield two areas with the same figures in many years, as they had not before."""
    distinct = long_enough(case.now[rows], case.parameters.digits)
    for column in np.flatnonzero(distinct.sum(axis=0) > 1)[-1:]:
        values = np.where(distinct[:, column], case.now[rows, column], np.nan)
        for first, second in pairwise(np.argsort(values)):
            if values[first] != values[second] or np.isnan(values[first]):
                continue
            one, other = int(rows[first]), int(rows[second])
            same = int(((case.now[one] == case.now[other]) & distinct[first]).sum())
            before = int((case.before[one] == case.before[other]).sum())
            if same >= case.parameters.same_years and same > 2 * before:
                sentence = f"{same} figures are also those of {_name(case, one, other)}."
                yield on_series(case, [one, other], EDIT, sentence, holds=True)


def _name(case: Case, one: int, other: int) -> str:
    """Return the name in which the second series differs from the first."""
    column = "area" if case.series["area"].iloc[one] != case.series["area"].iloc[other] else "counterpart"
    return case.areas.name(str(case.series[column].iloc[other]))


def _nearer(case: Case, rows: Integers) -> Iterator[Finding]:
    """Yield series that lie nearer to what another area had before than to their own history."""
    with np.errstate(divide="ignore", invalid="ignore"):
        now = np.where(case.now[rows] > 0, np.log(case.now[rows]), np.nan)
        before = np.where(case.before[rows] > 0, np.log(case.before[rows]), np.nan)
    own = _distance(now, before)
    for place in np.flatnonzero(own > case.parameters.swap_distance):
        to_others = _distance(now[place][None, :], before)
        to_others[place] = np.inf
        nearest = int(np.argmin(np.where(np.isnan(to_others), np.inf, to_others)))
        exact = to_others[nearest] < 1e-9
        if exact or (to_others[nearest] < case.parameters.swap_gain * own[place] and not case.is_ratio[rows[place]]):
            row, other = int(rows[place]), int(rows[nearest])
            sentence = f"the figures follow what {_name(case, row, other)} had before; codes may be exchanged."
            holds = bool(exact or case.of_consequence[row] or case.of_consequence[other])
            yield on_series(case, [row, other], EDIT, sentence, holds=holds)


def _distance(now: Floats, before: Floats) -> Floats:
    """Return the median absolute difference over the years that both have; NaN for fewer than three."""
    apart = np.abs(now - before)
    counted = np.isfinite(apart).sum(axis=1)
    filled = np.where((counted > 0)[:, None], apart, 0.0)
    return np.where(counted >= 3, np.nanmedian(filled, axis=1), np.nan)


def _newest(case: Case, rows: Integers) -> Iterator[Finding]:
    """Yield two economies whose new figures fit better the other way round: both are nearer to their own trends."""
    settings, growth = case.parameters, growth_of(case)
    column = int(case.newest[rows].max())
    if column < 3:
        return
    base, years = _last(case.history[rows], column)
    new = growth.new[rows, column] & (case.now[rows, column] > 0) & np.isfinite(base)
    value = np.log(np.where(new, case.now[rows, column], 1.0))
    scale = np.maximum(growth.scale[rows], settings.scale_floor) * np.sqrt(years)
    trend = np.where(
        np.isfinite(growth.excess[rows, column]), growth.step[rows, column] - growth.excess[rows, column], 0.0
    )
    expected = base + trend
    places = np.flatnonzero(new)
    least = settings.swap_odds + np.log(max(len(places), 1))
    for position, one in enumerate(places):
        others = places[position + 1 :]
        mine, theirs = (value[one] - expected[one]) / scale[one], (value[others] - expected[others]) / scale[others]
        crossed_mine = np.abs(value[others] - expected[one]) / scale[one]
        crossed_theirs = np.abs(value[one] - expected[others]) / scale[others]
        own, cross = np.abs(mine) + np.abs(theirs), crossed_mine + crossed_theirs
        both = (crossed_mine < np.abs(mine)) & (crossed_theirs < np.abs(theirs)) & (mine * theirs < 0)
        for other in others[both & (own - cross > least) & (cross < settings.swap_gain * own)]:
            serious = min(abs(mine), abs(theirs[others == other][0])) > settings.swap_deviations
            yield _exchange(case, int(rows[one]), int(rows[other]), column, serious=bool(serious))


def _last(history: Floats, column: int) -> tuple[Floats, Floats]:
    """Return the logarithm of the last value in the LONGEST_STEP years before a year, and the years between."""
    base, apart = np.full(len(history), np.nan), np.ones(len(history))
    for years in range(1, min(LONGEST_STEP, column) + 1):
        value = history[:, column - years]
        first = np.isnan(base) & (value > 0)
        base[first], apart[first] = np.log(value[first]), years
    return base, apart


def _exchange(case: Case, one: int, other: int, column: int, *, serious: bool) -> Finding:
    sentence = f"the figure fits {_name(case, one, other)} and the other way round; the two may be exchanged."
    apart = abs(float(case.now[one, column]) - float(case.now[other, column]))
    serious &= apart >= case.parameters.swap_impact * float(case.total[one, column])
    holds = bool(case.of_consequence[[one, other]].any()) and serious and not case.fresh[one]
    return on_figure(case, (one, column), EDIT, sentence, holds=holds, suspicion=3.0, rows=[one, other])
