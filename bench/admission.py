"""Calibration of admission: true updates held back, and faults caught, by kind and by consequence.

True updates are real pairs of consecutive vintages of the bundle and, with --vintages, of a folder of downloads
(bench/vintages.py has the layout), pairs cut from one real vintage, and those that bench/rehearsal.py draws from them,
    of each
kind as many of each compiler as UPDATES or half of it. Interim updates that withhold 40 % of a newest year are counted
    apart:
admission is meant to ask. Faults are drawn from the distributions that bench/vintage_faults.py declares: of each kind
    as many as
--draws, each in a table drawn at random. Serious ones change 1 % of a published total, or a leader. Limits may be set
    on draws
below SEALED; those from SEALED on are opened once, for docs/methods/admission.md. Run from the root of the checkout,
    after a
refresh on the bundle:

    python bench/admission.py --draws 20 --vintages DOWNLOADS
"""

import argparse
import math
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from bench.rehearsal import INCOMPLETE, LONGEST_GAP, Base, cut_pairs, donors_of, drawn, inject, real_pairs
from bench.vintage_faults import CATALOGUE, Injection
from bench.vintages import vintages_by_source
from orchestration.admission.judge import findings_of
from orchestration.admission.reason import Reason
from orchestration.core.settings import Settings

SEALED = 1_000
ATTEMPTS, UPDATES = 50, 20
SERIOUS = 1.0
"""Change in percent of the published total from which a fault is serious, as any of a leader is."""


@dataclass(frozen=True)
class Draw:
    """One fault put into one table, and whether it was held back, or remarked in a sentence about one of its series."""

    base: Base
    table: str
    kind: str
    injection: Injection
    is_held: bool
    is_remarked: bool

    @property
    def is_serious(self) -> bool:
        case, rows = self.injection.case, list(self.injection.rows)
        return self.injection.of_total >= SERIOUS or bool(case.is_leader[rows].any())


def draws(bases: Sequence[Base], numbers: Iterable[int]) -> Iterator[Draw]:
    """Yield every kind of fault once for each number, in a table drawn at random, then one of its vintages."""
    by_table: dict[str, list[Base]] = defaultdict(list)
    for base in bases:
        for table in base.tables:
            by_table[f"{base.source}/{table}"].append(base)

    @cache
    def sentences(base: Base) -> frozenset[str]:
        return frozenset(reason.sentence for reason in findings_of(base.case))

    for number in numbers:
        for place, kind in enumerate(CATALOGUE):
            random = np.random.default_rng([number, place])
            for _ in range(ATTEMPTS):
                name = sorted(by_table)[int(random.integers(len(by_table)))]
                base = by_table[name][int(random.integers(len(by_table[name])))]
                table = name.split("/")[1]
                injection = inject(base, table, kind, number)
                if injection is not None:
                    findings = findings_of(injection.case)
                    holds = any(finding.holds for finding in findings)
                    remarked = holds or any(_is_about(finding, injection, sentences(base)) for finding in findings)
                    yield Draw(base, table, kind, injection, holds, remarked)
                    break


def _is_about(finding: Reason, injection: Injection, usual: frozenset[str]) -> bool:
    return finding.sentence not in usual and not set(finding.rows).isdisjoint(injection.rows)


def interval(hits: int, count: int) -> str:
    """Return a share in percent and its 95 % interval (Wilson)."""
    if not count:
        return "-"
    share, z = hits / count, 1.96
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return f"{hits:4d} of {count:4d}  {share:4.0%} ({max(0.0, middle - half):.0%} to {min(1.0, middle + half):.0%})"


def report(rows: Sequence[Draw]) -> None:
    """Print of each class the faults that were held back, and those held back or remarked; then each serious one that
    was silent."""
    print(f"\n{'':52s}{'held back':34s}held back or remarked")
    serious = [row for row in rows if row.is_serious]
    _print_class("all", rows)
    _print_class("serious", serious)
    for base in sorted({row.base.kind for row in serious}):
        _print_class(f"  serious, in a vintage that is {base}", [row for row in serious if row.base.kind == base])
    for kind, (words, _) in CATALOGUE.items():
        _print_class(f"  {words}", [row for row in rows if row.kind == kind])
    for row in serious:
        if not row.is_remarked:
            what = f"{row.base.source}/{row.table}, {row.base.words} ({row.base.kind}): {CATALOGUE[row.kind][0]}"
            names = ", ".join(map(row.injection.case.words, row.injection.rows[:2]))
            size = math.expm1(row.injection.size)
            print(f"silent: {what}; {names}; by {size:.1%}, {row.injection.of_total:.2g} % of the total")


def _print_class(name: str, rows: Sequence[Draw]) -> None:
    held, named = sum(row.is_held for row in rows), sum(row.is_remarked for row in rows)
    print(f"{name:52.50s}{interval(held, len(rows)):34s}{interval(named, len(rows))}")


def good(bases: Sequence[Base]) -> list[Base]:
    """Print the verdict of every good vintage; return those that are admitted."""
    admitted = []
    counts: dict[tuple[str, str, bool], list[bool]] = defaultdict(list)
    for base in bases:
        holding = [reason for reason in findings_of(base.case) if reason.holds]
        names = (base.source, "all") if base.kind == INCOMPLETE else (base.source, "all", "all but incomplete")
        for key in ((name, base.kind if name == base.source else "", base.is_near) for name in names):
            counts[key].append(bool(holding))
        counts["each source", base.kind, base.is_near].append(bool(holding))
        if not holding:
            admitted.append(base)
            continue
        print(f"held: {base.source}, {base.words} ({base.kind}): {len(holding)} reasons")
        for reason in holding[:3]:
            print(f"      {reason.sentence}")
    print(f"\n{'good vintages':16s}{'':18s}{'apart':24s}held back")
    for (name, kind, near), held in sorted(counts.items()):
        print(
            f"{name:16s}{kind:18s}{f'up to {LONGEST_GAP} years' if near else 'longer':24s}{interval(sum(held), len(held))}"
        )
    return admitted


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--draws", type=int, default=10, help="draws of each kind of fault")
    parser.add_argument("--first", type=int, default=0, help="number of the first draw")
    parser.add_argument("--years", type=int, default=10, help="years after which vintages are cut")
    parser.add_argument("--vintages", type=Path, help="folder of World Bank downloads, one folder a vintage")
    arguments = parser.parse_args()
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as work:
        bases = list(
            _bases(Settings.from_environment(), arguments.years, arguments.vintages, Path(work), arguments.first)
        )
        admitted = good(bases)
        report(list(draws(admitted, range(arguments.first, arguments.first + arguments.draws))))
    print(f"\n{time.monotonic() - started:.0f} s")


def _bases(settings: Settings, years: int, folder: Path | None, work: Path, seed: int = 0) -> Iterator[Base]:
    random, found, cut = np.random.default_rng(seed), list[Base](), set[str]()
    for name, source, files in vintages_by_source(settings, folder, work):
        found += real_pairs(name, source, files, settings)
        # the World Bank is in the bundle and in the folder
        found += cut_pairs(name, source, files, settings, 0 if name in cut else years)
        cut.add(name)
    yield from found
    donors = donors_of(found)
    for name in sorted(cut):
        yield from drawn([base for base in found if base.source == name], random, donors, UPDATES)


if __name__ == "__main__":
    main()
