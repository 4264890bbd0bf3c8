"""Macro edit: the world and regions against their members, both ways, with the membership of the vintage before."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from orchestration.admission.case import Case
from orchestration.admission.finding import Finding, amount, listed
from orchestration.admission.members import Totals, totals_of
from orchestration.admission.verdict import Reason

EDIT = "aggregates"
LEVEL = 2


def findings(case: Case) -> Iterator[Finding]:
    for one in totals_of(case):
        if one.recomposed:
            yield _recomposed(case, one)
            continue
        for column in np.flatnonzero(np.abs(one.moved) > one.limit):
            yield _apart(case, one, int(column))


def _recomposed(case: Case, one: Totals) -> Finding:
    count = int((np.abs(one.moved) > one.limit).sum())
    sentence = (
        f"{case.words(one.row)}: {count} years are apart from the sum of its members; it may have other members now."
    )
    holds = bool(case.is_world[one.row] and case.gap[one.row] <= case.parameters.stale_years)
    score = float(case.impact[one.row]) if holds else 1.0
    return Finding(Reason(LEVEL, EDIT, holds, case.label(one.row), None, None, None, score, sentence), (one.row,))


def _apart(case: Case, one: Totals, column: int) -> Finding:
    moved, limit = float(one.moved[column]), float(one.limit[column])
    now = case.now[one.members, column]
    base = case.before[one.members, column]
    base = np.where(np.isnan(base), case.history[one.members, max(column - 1, 0)], base)
    change = np.abs(np.nan_to_num(now) - np.nan_to_num(base)) * one.shares
    suspects = [int(one.members[place]) for place in np.argsort(-change)[:3] if change[place] > 0]
    named = listed([case.areas.name(str(case.series["area"].iloc[row])) for row in suspects]) or "the aggregate itself"
    year, stated = int(case.years[column]), float(case.now[one.row, column])
    sentence = (
        f"{case.words(one.row)}, {year}: the members add up to {abs(moved):.2%} {'less' if moved > 0 else 'more'} of "
        f"{amount(stated)} than in the vintage before; most changed: {named}."
    )
    fresh = bool(case.fresh[one.row])
    heavy_enough = case.weight[one.row] >= case.parameters.share_of_consequence
    settled = not fresh and case.gap[one.row] <= case.parameters.stale_years
    holds = settled and bool(case.is_world[one.row] or (heavy_enough and case.of_consequence[suspects[:1]].any()))
    heavy = max([float(case.impact[one.row]) * abs(moved), *(float(case.impact[row]) for row in suspects[:1])])
    return Finding(
        Reason(
            LEVEL, EDIT, holds, case.label(one.row), year, None, stated, min(abs(moved) / limit, 10.0) * heavy, sentence
        ),
        (one.row, *suspects),
    )
