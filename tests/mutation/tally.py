"""Counts of a series of mutants: the score by layer, what killed them, and the survivors."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

INVALID, EQUIVALENT, SURVIVED = "invalid", "equivalent", "survived"


@dataclass
class Tally:
    """Results by layer, and the survivors in words."""

    results: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    killers: Counter[str] = field(default_factory=Counter)
    survivors: list[str] = field(default_factory=list)

    def note(self, layer: str, killed_by: str) -> None:
        """Count a killed mutant; the first words of the killer are its kind."""
        self.results[layer]["killed"] += 1
        self.killers[" ".join(killed_by.split(":")[0].split()[:2])] += 1

    def note_other(self, layer: str, result: str, words: str = "") -> None:
        """Count a mutant that nothing killed, because it is invalid, judged equivalent, or survived."""
        self.results[layer][result] += 1
        if result == SURVIVED:
            self.survivors.append(f"{layer}: {words}")

    def rows(self) -> Iterator[str]:
        """A Markdown table by layer, for docs/reliability.md."""
        yield "| layer | mutants | judged equivalent | killed | survived | score |"
        yield "|---|---|---|---|---|---|"
        for layer, counts in sorted(self.results.items()):
            tried = counts["killed"] + counts[SURVIVED]
            score = f"{100 * counts['killed'] / tried:.1f} %" if tried else ""
            yield f"| {layer} | {tried + counts[EQUIVALENT]} | {counts[EQUIVALENT]} | {counts['killed']} | {counts[SURVIVED]} | {score} |"
        if self.killers:
            yield ""
            yield f"Killed by: {', '.join(f'{name} {count}' for name, count in self.killers.most_common())}."
