"""Macro and balance edits: the world and regions against their members, declared wholes against their parts."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from orchestration.admission.case import Case
from orchestration.admission.finding import Finding, amount, listed, on_figure, on_vintage
from orchestration.admission.members import Totals, totals_of
from orchestration.contracts.observation import Balance

AGGREGATES, BALANCE = "aggregates", "balance"


def findings(case: Case) -> Iterator[Finding]:
    """Yield aggregates that moved apart from their members, and wholes that are no longer the sum of their parts."""
    recomposed = []
    for totals in totals_of(case):
        columns = np.flatnonzero(np.abs(totals.moved) > totals.limit)
        if len(columns) >= case.parameters.macro_recomposed and not case.is_world[totals.row]:
            recomposed.append(totals.row)
        else:
            yield from (_apart(case, totals, int(column)) for column in columns)
    if recomposed:
        names = listed(sorted({case.name(row) for row in recomposed}))
        sentence = f"{len(recomposed)} aggregates moved apart from their members in many years; these may be others now: {names}."
        yield on_vintage(AGGREGATES, 2, sentence, holds=False, score=1.0)
    for balance, whole, parts in wholes(case):
        yield from _unbalanced(case, balance, whole, parts)


def _apart(case: Case, totals: Totals, column: int) -> Finding:
    moved, limit = float(totals.moved[column]), float(totals.limit[column])
    now, base = case.now[totals.members, column], case.before[totals.members, column]
    if np.isnan(case.before[totals.row, column]):
        base = case.history[totals.members, max(column - 1, 0)]
    change = np.abs(np.nan_to_num(now) - np.nan_to_num(base)) * totals.shares
    suspects = [int(totals.members[place]) for place in np.argsort(-change)[:3] if change[place] > 0]
    names = listed([case.name(row) for row in suspects]) or "the aggregate itself"
    sentence = (
        f"the members add up to {abs(moved):.2%} {'less' if moved > 0 else 'more'} of "
        f"{amount(float(case.now[totals.row, column]))} than in the vintage before; most changed: {names}."
    )
    heavy = case.weight[totals.row] >= case.parameters.share_of_consequence
    settled = not case.fresh[totals.row] and case.gap[totals.row] <= case.parameters.stale_years
    alike = bool((np.isfinite(now) == np.isfinite(base)).all())
    of_region = alike and heavy and bool(case.of_consequence[suspects[:1]].any())
    holds = bool(settled and (case.is_world[totals.row] or of_region))
    rows = [totals.row, *suspects]
    return on_figure(
        case, (totals.row, column), AGGREGATES, sentence, holds=holds, suspicion=abs(moved) / limit, rows=rows
    )


def wholes(case: Case) -> Iterator[tuple[Balance, int, list[int]]]:
    """Yield every declared balance with the series of its whole and those of all its parts."""
    for table, how in case.declared.items():
        inside = case.series[case.series["table"] == table]
        for balance in how.balances:
            along = balance.along.split("/")
            rest = inside[[name for name in ("measure", "area", "counterpart", "item") if name not in along]]
            members = inside[along].agg("/".join, axis=1) if len(inside) else inside["item"]
            keys = list(zip(rest.itertuples(index=False, name=None), members, strict=True))
            places = dict(zip(keys, inside.index.tolist(), strict=True))
            for key, member in keys:
                parts = [places.get((key, part)) for part in balance.parts]
                if member == balance.whole and None not in parts:
                    yield balance, places[key, member], [row for row in parts if row is not None]


def _unbalanced(case: Case, balance: Balance, whole: int, parts: list[int]) -> Iterator[Finding]:
    rest = case.now[whole] - case.now[parts].sum(axis=0)
    rest_before = case.before[whole] - case.before[parts].sum(axis=0)
    allowed = max(balance.rounding, 0.5)
    for column in np.flatnonzero((np.abs(rest) > allowed) & ~(np.abs(rest - rest_before) <= allowed)):
        stated, total = float(case.now[whole, column]), float(case.now[parts, column].sum())
        sentence = f"{amount(stated)} is stated and the parts {' + '.join(balance.parts)} add up to {amount(total)}."
        off_by = abs(stated - total) / max(abs(stated), abs(total), 1e-12)
        holds = bool(case.of_consequence[[whole, *parts]].any()) or off_by > 0.5
        yield on_figure(
            case, (whole, int(column)), BALANCE, sentence, holds=holds, suspicion=20 * off_by, rows=[whole, *parts]
        )
