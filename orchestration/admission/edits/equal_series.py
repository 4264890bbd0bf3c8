"""Series that are equal to, or exchanged with, another area's: each must follow its own history best."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from orchestration.admission.case import Case, Floats
from orchestration.admission.edits.exact_repeats import long_enough
from orchestration.admission.finding import Finding
from orchestration.admission.verdict import Reason

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
            if same >= case.parameters.same_years and same > 2 * before:
                sentence = f"{case.words(one)}: {same} figures are also those of {case.areas.name(_other_area(case, one, other))}."
                score = 5 * float(max(case.impact[one], case.impact[other]))
                yield Finding(
                    Reason(LEVEL, EDIT, True, case.label(one), None, None, None, score, sentence), (one, other)
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


def _exchanged_newest(case: Case, rows: np.ndarray) -> Iterator[Finding]:
    """Two areas of like size whose new figures fit better the other way round."""
    column = int(case.newest[rows].max())
    if column < 3:
        return
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.where(case.history[rows] > 0, np.log(np.abs(case.history[rows])), np.nan)
    value, base = logs[:, column], logs[:, column - 1]
    past = np.diff(logs[:, max(0, column - case.parameters.growth_years) : column], axis=1)
    held = np.isfinite(past).sum(axis=1) >= 3
    usual = np.where(held, np.nanmedian(np.where(held[:, None], np.abs(past), 0.0), axis=1), np.inf)
    new = np.isnan(case.before[rows, column]) | case.fresh[rows]
    own = np.abs(value - base)
    odd = np.flatnonzero(new & held & np.isfinite(own) & (own > np.maximum(3 * usual, case.parameters.swap_odd)))
    for position, one in enumerate(odd):
        for other in odd[position + 1 :]:
            swapped = abs(value[one] - base[other]) + abs(value[other] - base[one])
            apart = (value[one] - base[one]) * (value[other] - base[other]) < 0
            usually = max(usual[one] + usual[other], case.parameters.swap_odd)
            if apart and swapped < min(case.parameters.swap_gain * (own[one] + own[other]), usually):
                yield _exchange(case, int(rows[one]), int(rows[other]), column)


def _exchange(case: Case, one: int, other: int, column: int) -> Finding:
    year = int(case.years[column])
    sentence = (
        f"{case.words(one)}, {year}: the figure fits {case.areas.name(_other_area(case, one, other))} and the other way "
        "round; the two may be exchanged."
    )
    apart = abs(float(case.now[one, column]) - float(case.now[other, column]))
    serious = apart >= case.parameters.growth_impact * float(case.total[one, column])
    heavy = bool(case.of_consequence[one] or case.of_consequence[other])
    holds = heavy and serious and not case.fresh[one]
    score = 3 * float(max(case.impact[one], case.impact[other]))
    now = float(case.now[one, column])
    return Finding(Reason(LEVEL, EDIT, holds, case.label(one), year, None, now, score, sentence), (one, other))
