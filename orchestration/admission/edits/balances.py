"""Balance edit: wholes that a source declares equal the sum of their parts."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from orchestration.admission.case import Case
from orchestration.admission.finding import Finding, amount, on_figure
from orchestration.contracts.observation import Balance

EDIT = "balance"


def findings(case: Case) -> Iterator[Finding]:
    """Yield wholes that are not the sum of their parts, where they were before."""
    for balance, whole, parts in wholes(case):
        if not balance.steady:
            yield from _years(case, balance, whole, parts)


def wholes(case: Case) -> Iterator[tuple[Balance, int, list[int]]]:
    """Yield every declared balance with the series of its whole and those of all its parts."""
    for table, how in case.declared.items():
        inside = case.series[case.series["table"] == table]
        for balance in how.balances:
            along = balance.along.split("/")
            rest = inside[[one for one in ("measure", "area", "counterpart", "item") if one not in along]]
            members = inside[along].agg("/".join, axis=1) if len(inside) else inside["item"]
            keys = list(zip(rest.itertuples(index=False, name=None), members, strict=True))
            places = dict(zip(keys, inside.index.tolist(), strict=True))
            for key, member in keys:
                parts = [places.get((key, part)) for part in balance.parts]
                if member == balance.whole and None not in parts:
                    yield balance, places[key, member], [one for one in parts if one is not None]


def _years(case: Case, balance: Balance, whole: int, parts: list[int]) -> Iterator[Finding]:
    rest = case.now[whole] - case.now[parts].sum(axis=0)
    rest_before = case.before[whole] - case.before[parts].sum(axis=0)
    allowed = max(balance.rounding, 0.5)
    for column in np.flatnonzero((np.abs(rest) > allowed) & ~(np.abs(rest - rest_before) <= allowed)):
        stated, total = float(case.now[whole, column]), float(case.now[parts, column].sum())
        sentence = f"{amount(stated)} is stated and the parts {' + '.join(balance.parts)} add up to {amount(total)}."
        off_by = abs(stated - total) / max(abs(stated), abs(total), 1e-12)
        holds = bool(case.of_consequence[[whole, *parts]].any()) or off_by > 0.5
        yield on_figure(
            case, (whole, int(column)), EDIT, sentence, holds=holds, suspicion=20 * off_by, rows=[whole, *parts]
        )
