"""Balance edit: wholes that a source declares equal the sum of their parts."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from orchestration.admission.case import Case
from orchestration.admission.finding import Finding, amount
from orchestration.admission.verdict import Reason
from orchestration.contracts.observation import Balance

EDIT = "balance"
LEVEL = 2


def findings(case: Case) -> Iterator[Finding]:
    for table, how in case.declared.items():
        for balance in how.balances:
            yield from _balance(case, table, balance)


def _balance(case: Case, table: str, balance: Balance) -> Iterator[Finding]:
    others = [one for one in ("measure", "area", "counterpart", "item") if one != balance.along]
    inside = case.series[case.series["table"] == table]
    places = {
        (key, member): int(number)
        for number, *key_and_member in inside[[*others, balance.along]].itertuples()
        for key, member in [(tuple(key_and_member[:-1]), key_and_member[-1])]
    }
    for key, member in places:
        if member != balance.whole:
            continue
        parts = [places.get((key, part)) for part in balance.parts]
        if all(part is not None for part in parts):
            yield from _years(case, balance, places[key, member], [int(part) for part in parts if part is not None])


def _years(case: Case, balance: Balance, whole: int, parts: list[int]) -> Iterator[Finding]:
    rest = case.now[whole] - case.now[parts].sum(axis=0)
    rest_before = case.before[whole] - case.before[parts].sum(axis=0)
    size = np.abs(case.now[parts]).sum(axis=0)
    allowed = np.maximum(balance.rounding, case.parameters.balance_share * size if balance.rounding else 0.5)
    off = (rest < -allowed) if balance.at_least else (np.abs(rest) > allowed)
    known = np.abs(rest - rest_before) <= allowed
    for column in np.flatnonzero(off & ~known):
        year, stated = int(case.years[column]), float(case.now[whole, column])
        total = float(case.now[parts, column].sum())
        sentence = (
            f"{case.words(whole)}, {year}: {amount(stated)} is stated and the parts {' + '.join(balance.parts)} add up to "
            f"{amount(total)}."
        )
        off_by = abs(stated - total) / max(abs(stated), abs(total), 1e-12)
        holds = bool(case.of_consequence[[whole, *parts]].any()) or off_by > 0.5
        score = 20 * off_by * float(max(case.impact[whole], 1.0))
        yield Finding(
            Reason(LEVEL, EDIT, holds, case.label(whole), year, total, stated, score, sentence), (whole, *parts)
        )
