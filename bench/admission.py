"""Calibration of admission: good vintages held back, and faults caught by kind, table, size, age, economy and consequence.

Good vintages are real pairs of consecutive vintages of the bundle and, with --vintages, of a folder of downloads
(bench/vintages.py has the layout), pairs cut from one real vintage, and interim updates: one resource with what some economies sent,
as many of each publisher as INTERIMS.
Faults are drawn from the distributions that bench/vintage_faults.py declares: of each kind as many as --draws, each in a table
drawn at random. Limits may be set on draws below SEALED; those from SEALED on were opened once, for docs/methods/admission.md.
Run from the root of the checkout, after a refresh on the bundle:

    python bench/admission.py --draws 20 --vintages DOWNLOADS
"""

import argparse
import math
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from bench.rehearsal import LONGEST_GAP, Base, cut_pairs, inject, interim, real_pairs
from bench.vintage_faults import CATALOGUE, RANKS, Injection
from bench.vintages import vintages_by_source
from orchestration.admission.judge import findings_of
from orchestration.admission.reason import Reason
from orchestration.core.settings import Settings

SEALED = 1_000
ATTEMPTS, INTERIMS = 50, 20
FACTORS = (1.05, 1.1, 1.3, 2.0, 10.0, math.inf)
AGES = ((0, 0), (1, 3), (4, 10), (11, 99))
SHARES = (0.0, 0.1, 1.0, math.inf)
"""Limits of the classes of consequence: change in percent of the published total."""


@dataclass(frozen=True)
class Draw:
    """One fault put into one table, and whether it was held back, or remarked in a sentence about one of its series."""

    base: Base
    table: str
    kind: str
    injection: Injection
    is_held: bool
    is_remarked: bool


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
    """Print one table: of each class the faults that were held back, and those held back or remarked."""
    print(f"\n{'':52s}{'held back':34s}held back or remarked")
    single = [row for row in rows if len(row.injection.rows) == 1]
    _print_class("all", rows)
    for title, key, among in _CLASSES:
        classes: dict[tuple[int, str], list[Draw]] = defaultdict(list)
        for row in single if among == "single" else rows:
            classes[key(row)].append(row)
        print(f"{title}:")
        for (_, name), members in sorted(classes.items()):
            _print_class(f"  {name}", members)


def _print_class(name: str, rows: Sequence[Draw]) -> None:
    held, named = sum(row.is_held for row in rows), sum(row.is_remarked for row in rows)
    print(f"{name:52.50s}{interval(held, len(rows)):34s}{interval(named, len(rows))}")


def _size_class(row: Draw) -> tuple[int, str]:
    factor = math.exp(row.injection.size) if math.isfinite(row.injection.size) else math.nan
    if math.isnan(factor):
        return 99, "no ratio (sign, zero, missing)"
    place = next(place for place, limit in enumerate(FACTORS) if factor <= limit)
    return place, f"factor up to {FACTORS[place]:g}"


def _age_class(row: Draw) -> tuple[int, str]:
    place = next((place for place, (_, oldest) in enumerate(AGES) if row.injection.age <= oldest), len(AGES) - 1)
    return place, "newest year" if place == 0 else f"{AGES[place][0]} to {AGES[place][1]} years older"


def _rank_class(row: Draw) -> tuple[int, str]:
    place = next(place for place, (_, last) in enumerate(RANKS) if row.injection.rank <= last)
    return place, f"rank {RANKS[place][0]} to {RANKS[place][1]}" if place < len(RANKS) - 1 else "smaller"


def _share_class(row: Draw) -> tuple[int, str]:
    place = next(place for place, limit in enumerate(SHARES[1:]) if row.injection.of_total < limit)
    return place, f"{SHARES[place]:g} to {SHARES[place + 1]:g} % of the total"


_CLASSES: tuple[tuple[str, Callable[[Draw], tuple[int, str]], str], ...] = (
    ("kind", lambda row: (list(CATALOGUE).index(row.kind), CATALOGUE[row.kind][0]), "all"),
    ("table", lambda row: (0, f"{row.base.source}/{row.table}"), "all"),
    ("size, faults of one series", _size_class, "single"),
    ("age of the youngest wrong year, faults of one series", _age_class, "single"),
    ("economy, faults of one series", _rank_class, "single"),
    ("consequence, faults of one series", _share_class, "single"),
)


def good(bases: Sequence[Base]) -> list[Base]:
    """Print the verdict of every good vintage; return those that are admitted."""
    admitted = []
    counts: dict[tuple[str, str, bool], list[bool]] = defaultdict(list)
    for base in bases:
        holding = [reason for reason in findings_of(base.case) if reason.holds]
        for key in ((base.source, base.kind, base.is_near), ("all", base.kind, base.is_near)):
            counts[key].append(bool(holding))
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
    random = np.random.default_rng(seed)
    for name, source, files in vintages_by_source(settings, folder, work):
        pairs = list(real_pairs(name, source, files, settings))
        pairs += cut_pairs(name, source, files, settings, years)
        yield from pairs
        near = [pair for pair in pairs if pair.is_near]
        yield from (interim(near[int(random.integers(len(near)))], random) for _ in range(INTERIMS if near else 0))


if __name__ == "__main__":
    main()
