"""Macro edit: the world and regions against their members, with the membership of the vintage before."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from orchestration.admission.case import Case
from orchestration.admission.finding import Finding, amount, listed, on_figure, on_vintage
from orchestration.admission.members import Totals, totals_of

EDIT = "aggregates"


def findings(case: Case) -> Iterator[Finding]:
    """Yield aggregates that moved apart from their members."""
    recomposed = []
    for totals in totals_of(case):
        columns = np.flatnonzero(np.abs(totals.moved) > totals.limit)
        if len(columns) >= case.parameters.macro_recomposed and not case.is_world[totals.row]:
            recomposed.append(totals.row)
        else:
            yield from (_apart(case, totals, int(column)) for column in columns)
    if recomposed:
        names = listed(sorted({case.areas.name(str(case.series["area"].iloc[row])) for row in recomposed}))
        sentence = f"{len(recomposed)} aggregates moved apart from their members in many years, which may be others now: {names}."
        yield on_vintage(EDIT, 2, sentence, holds=False, score=1.0)


def _apart(case: Case, totals: Totals, column: int) -> Finding:
    moved, limit = float(totals.moved[column]), float(totals.limit[column])
    now, base = case.now[totals.members, column], case.before[totals.members, column]
    if np.isnan(case.before[totals.row, column]):
        base = case.history[totals.members, max(column - 1, 0)]
    change = np.abs(np.nan_to_num(now) - np.nan_to_num(base)) * totals.shares
    suspects = [int(totals.members[place]) for place in np.argsort(-change)[:3] if change[place] > 0]
    names = listed([case.areas.name(str(case.series["area"].iloc[row])) for row in suspects]) or "the aggregate itself"
    sentence = (
        f"the members add up to {abs(moved):.2%} {'less' if moved > 0 else 'more'} of "
        f"{amount(float(case.now[totals.row, column]))} than in the vintage before; most changed: {names}."
    )
    heavy = case.weight[totals.row] >= case.parameters.share_of_consequence
    settled = not case.fresh[totals.row] and case.gap[totals.row] <= case.parameters.stale_years
    alike = bool((np.isfinite(now) == np.isfinite(base)).all())
    of_region = alike and heavy and bool(case.of_consequence[suspects[:1]].any())
    holds = settled and bool(case.is_world[totals.row] or of_region)
    rows = [totals.row, *suspects]
    return on_figure(
        case, (totals.row, column), EDIT, sentence, holds=bool(holds), suspicion=abs(moved) / limit, rows=rows
    )
