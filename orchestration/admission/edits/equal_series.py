"""Series that are equal to, or exchanged with, another area's: each must follow its own history best."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from orchestration.admission.case import Case, Floats, Integers
from orchestration.admission.edits.exact_repeats import long_enough
from orchestration.admission.edits.growth import LONGEST_STEP, growth
from orchestration.admission.finding import Finding
from orchestration.admission.verdict import Reason
from orchestration.methods.ratio_edits import row_quantiles

EDIT = "equal series"
LEVEL = 2


def findings(case: Case) -> Iterator[Finding]:
    for group in np.unique(case.group):
        rows = np.flatnonzero((case.group == group) & case.is_country)
        if len(rows) > 1:
            yield from _equal(case, rows)
            yield from _nearer(case, rows)
            if not case.is_ratio[rows].any():
                yield from _exchanged_newest(case, rows)


def _equal(case: Case, rows: np.ndarray) -> Iterator[Finding]:
    """Two areas with the same figures in many years, as they had not before."""
    distinct = long_enough(case.now[rows], case.parameters.digits)
    for column in np.flatnonzero(distinct.sum(axis=0) > 1)[-1:]:
        values = np.where(distinct[:, column], case.now[rows, column], np.nan)
        order = np.argsort(values)
        for first, second in pairwise(order):
            if values[first] != values[second] or np.isnan(values[first]):
                continue
            one, other = int(rows[first]), int(rows[second])
            same = int(((case.now[one] == case.now[other]) & distinct[first]).sum())
            before = int((case.before[one] == case.before[other]).sum())
            lone = not case.restates[one] and int(np.isfinite(case.now[[one, other]]).sum()) == 2
            enough = 1 if lone else case.parameters.same_years
            if same >= enough and same > 2 * before:
                sentence = f"{case.words(one)}: {same} figures are also those of {case.areas.name(_other_area(case, one, other))}."
                score = 5 * float(max(case.impact[one], case.impact[other]))
                holds = not lone or bool(case.of_consequence[[one, other]].any())
                yield Finding(
                    Reason(LEVEL, EDIT, holds, case.label(one), None, None, None, score, sentence), (one, other)
                )


def _other_area(case: Case, one: int, other: int) -> str:
    column = "area" if case.series["area"].iloc[one] != case.series["area"].iloc[other] else "counterpart"
    return str(case.series[column].iloc[other])


def _nearer(case: Case, rows: np.ndarray) -> Iterator[Finding]:
    """Series that lie nearer to what another area had before than to their own history."""
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
            sentence = (
                f"{case.words(row)}: the figures follow what {case.areas.name(_other_area(case, row, other))} had before, "
                "not their own history; codes may be exchanged."
            )
            holds = bool(case.of_consequence[row] or case.of_consequence[other] or to_others[nearest] < 1e-9)
            yield Finding(
                Reason(LEVEL, EDIT, holds, case.label(row), None, None, None, 5 * float(case.impact[row]), sentence),
                (row, other),
            )


def _distance(now: Floats, before: Floats) -> Floats:
    """Median absolute difference of logarithms over the years that both have; NaN for fewer than three."""
    apart = np.abs(now - before)
    counted = np.isfinite(apart).sum(axis=1)
    filled = np.where((counted > 0)[:, None], apart, 0.0)
    return np.where(counted >= 3, np.nanmedian(filled, axis=1), np.nan)


def _exchanged_newest(case: Case, rows: Integers) -> Iterator[Finding]:
    """Two areas whose new figures fit better the other way round, by the odds of a Laplace distribution of their growth."""
    column = int(case.newest[rows].max())
    if column < 3:
        return
    history = case.history[rows]
    past = growth(history, history)[:, max(0, column - case.parameters.growth_years) : column]
    middle = np.nan_to_num(row_quantiles(past, 0.5))
    held = np.isfinite(past).sum(axis=1) >= 3
    spread = np.nan_to_num(np.abs(past - middle[:, None])).sum(axis=1) / np.maximum(np.isfinite(past).sum(axis=1), 1)
    base, years = _last(history, column)
    scale = np.maximum(spread, case.parameters.swap_spread) * np.sqrt(years)
    new = (np.isnan(case.before[rows, column]) | case.fresh[rows]) & (history[:, column] > 0)
    value = np.log(np.where(new, history[:, column], 1.0))
    step = value - base
    places = np.flatnonzero(new & held & np.isfinite(base))
    least = case.parameters.swap_odds + np.log(max(len(places), 1))
    for position, one in enumerate(places):
        others = places[position + 1 :]
        mine, theirs = step[one] / scale[one], step[others] / scale[others]
        own = np.abs(mine) + np.abs(theirs)
        cross = np.abs(value[others] - base[one]) / scale[one] + np.abs(value[one] - base[others]) / scale[others]
        unusual = (mine * theirs < 0) & (np.minimum(np.abs(mine), np.abs(theirs)) > 1)
        for other in others[unusual & (own - cross > least) & (cross < case.parameters.swap_gain * own)]:
            yield _exchange(case, int(rows[one]), int(rows[other]), column)


def _last(history: Floats, column: int) -> tuple[Floats, Floats]:
    """Logarithm of the last value in the LONGEST_STEP years before a year, and how many years lie between."""
    base, apart = np.full(len(history), np.nan), np.ones(len(history))
    for years in range(1, min(LONGEST_STEP, column) + 1):
        value = history[:, column - years]
        found = np.isnan(base) & (value > 0)
        base[found], apart[found] = np.log(value[found]), years
    return base, apart


def _exchange(case: Case, one: int, other: int, column: int) -> Finding:
    year = int(case.years[column])
    sentence = (
        f"{case.words(one)}, {year}: the figure fits {case.areas.name(_other_area(case, one, other))} and the other way "
        "round; the two may be exchanged."
    )
    heavy = bool(case.of_consequence[one] or case.of_consequence[other])
    apart = abs(float(case.now[one, column]) - float(case.now[other, column]))
    serious = apart >= case.parameters.swap_impact * float(case.total[one, column])
    holds = heavy and serious and not case.fresh[one]
    score = 3 * float(max(case.impact[one], case.impact[other]))
    now = float(case.now[one, column])
    return Finding(Reason(LEVEL, EDIT, holds, case.label(one), year, None, now, score, sentence), (one, other))
