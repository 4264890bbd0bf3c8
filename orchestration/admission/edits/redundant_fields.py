"""Redundant fields: codes and names that state one thing, within a vintage and against the one before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from orchestration.admission.case import Case, Pairs
from orchestration.admission.finding import Finding, listed, on_figure
from orchestration.admission.verdict import Reason

EDIT = "redundant fields"
LEVEL = 1


def findings(case: Case) -> Iterator[Finding]:
    """Yield codes and names that disagree, and figures stated twice."""
    for (_, group), (now, before) in case.stated_twice.items():
        yield from _group(group, now, before)
    yield from _stated_twice(case)


def _group(group: Sequence[str], now: Pairs, before: Pairs) -> Iterator[Finding]:
    for column in range(1, len(group)):
        names: dict[str, set[str]] = {}
        codes: dict[str, set[str]] = {}
        earlier = {pair[0]: pair[column] for pair in before}
        for pair in now:
            names.setdefault(pair[0], set()).add(pair[column])
            codes.setdefault(pair[column], set()).add(pair[0])
        split = [f"{code} is {' and '.join(sorted(found))}" for code, found in names.items() if len(found) > 1]
        shared = [f"{name} is {' and '.join(sorted(found))}" for name, found in codes.items() if len(found) > 1]
        renamed = [
            f"{code} is {next(iter(found))}, before {earlier[code]}"
            for code, found in names.items()
            if len(found) == 1 and code in earlier and earlier[code] not in found
        ]
        yield from _reported(group[0], group[column], split + shared, holds=True)
        owners: dict[str, set[str]] = {}
        for pair in before:
            owners.setdefault(pair[column], set()).add(pair[0])
        moved = [
            f"{code} is {name}, before {earlier[code]}"
            for code, found in names.items()
            for name in found
            if code in earlier and owners.get(name, {code}) != {code} and code not in owners.get(name, set())
        ]
        yield from _reported(group[0], group[column], moved, holds=True)
        yield from _reported(group[0], group[column], sorted({*renamed} - {*moved}), holds=False)


def _reported(first: str, other: str, cases: Sequence[str], *, holds: bool) -> Iterator[Finding]:
    if cases:
        sentence = f"{other} and {first} disagree: {listed(cases)}; one of them is on the wrong row."
        if not holds:
            sentence = f"{other} has other words than before: {listed(cases)}."
        yield Finding(Reason(LEVEL, EDIT, holds, other, None, None, None, 60.0 if holds else 0.1, sentence), ())


def _stated_twice(case: Case) -> Iterator[Finding]:
    """Yield figures that one vintage states twice and differently."""
    for row, column in zip(*(case.spread > 0).nonzero(), strict=True):
        sentence = "two rows of the vintage state different figures."
        holds = bool(case.of_consequence[row])
        yield on_figure(case, (row, column), EDIT, sentence, holds=holds, suspicion=1.0)
