"""Redundant fields: codes and names that state one thing, within a vintage and against the one before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from orchestration.admission.case import Case, Pairs
from orchestration.admission.finding import Finding, listed, on_figure
from orchestration.admission.verdict import Reason

EDIT = "redundant fields"
LEVEL = 1


def findings(case: Case) -> Iterator[Finding]:
    """Yield codes and names that disagree, and figures that one vintage states twice and differently."""
    for (_, group), (now, before) in case.stated_twice.items():
        for column in range(1, len(group)):
            yield from _names(
                group, [(pair[0], pair[column]) for pair in now], [(pair[0], pair[column]) for pair in before]
            )
    for row, column in zip(*(case.spread > 0).nonzero(), strict=True):
        sentence = "two rows of the vintage state different figures."
        yield on_figure(case, (row, column), EDIT, sentence, holds=bool(case.of_consequence[row]), suspicion=1.0)


def _names(group: Sequence[str], now: Pairs, before: Pairs) -> Iterator[Finding]:
    names, codes = _by_first(now), _by_first((name, code) for code, name in now)
    names_before, codes_before = _by_first(before), _by_first((name, code) for code, name in before)
    wrong = [
        f"{key} is {' and '.join(sorted(values))}"
        for grouped in (names, codes)
        for key, values in grouped.items()
        if len(values) > 1
    ]
    renamed: list[str] = []
    for code, values in names.items():
        for name in sorted(values - names_before.get(code, values)):
            is_of_another = bool(codes_before.get(name, {code}) - {code})
            words = f"{code} is {name}, before {' and '.join(sorted(names_before[code]))}"
            (wrong if is_of_another else renamed).append(words)
    if wrong:
        sentence = f"{group[-1]} and {group[0]} disagree: {listed(wrong)}; one of them is on the wrong row."
        yield Finding(Reason(LEVEL, EDIT, True, group[-1], None, None, None, 60.0, sentence), ())
    if renamed:
        sentence = f"{group[-1]} has other words than before: {listed(renamed)}."
        yield Finding(Reason(LEVEL, EDIT, False, group[-1], None, None, None, 0.1, sentence), ())


def _by_first(pairs: Iterable[tuple[str, ...]]) -> dict[str, set[str]]:
    grouped: dict[str, set[str]] = defaultdict(set)
    for first, second in pairs:
        grouped[first].add(second)
    return dict(grouped)
