"""Calibration of admission: faults of new vintages caught, and good vintages held back, over the vintages that are held.

Base vintages are real pairs of consecutive vintages of the bundle and, with --vintages, of a folder of downloads
(bench/vintages.py has the layout), and pairs cut from one real vintage: all years up to one year against all before it.
Good vintages are these pairs as they are, and cut pairs whose earlier half is changed by real revisions drawn from the real
pair that is shortest apart; the latter are synthetic.

The limits were set on two tables: the good vintages that are held back (none of the real pairs, at most 5 % of the cut
ones), and the named faults and the sweep of bench/planted_faults.py, which need --vintages. Draws of
bench/vintage_faults.py are reported only. Run from the root of the checkout, after a refresh on the bundle:

    python bench/admission.py --draws 20 --vintages DOWNLOADS
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from bench.planted_faults import report_planted
from bench.rehearsal import LONGEST_GAP, Base, cut_pairs, inject, real_pairs
from bench.vintage_faults import Injection, faults
from bench.vintages import world_bank_vintages
from orchestration.admission.case import Case, Floats
from orchestration.admission.edits.revisions import revision_logs
from orchestration.admission.judge import findings_of
from orchestration.admission.members import totals_of
from orchestration.admission.parameters import PARAMETERS
from orchestration.core.settings import Settings
from orchestration.ingestion.selection import read_selection
from orchestration.sources import load_sources

LEAST_REVISION = 0.02
"""A figure of a major economy that is off by less is of no consequence, even where its series was never revised."""

SIZES = ((0.0, 0.05), (0.05, 0.1), (0.1, 0.2), (0.2, 0.4), (0.4, 0.8), (0.8, 99.0))
AGES = ((0, 0, "newest year"), (1, 3, "1 to 3 years older"), (4, 199, "older"))


@dataclass(frozen=True)
class Draw:
    """One fault put into one base."""

    base: Base
    fault: str
    number: int
    injection: Injection
    of_consequence: bool
    caught: bool


def revised(base: Base, donor: Case, draw: np.random.Generator) -> Base:
    """A cut pair whose earlier vintage differs by revisions that a real pair had: whole rows, by age, of a series drawn at random."""
    case, logs = base.case, revision_logs(donor)
    donors: dict[tuple[str, bool], list[int]] = defaultdict(list)
    for row in np.flatnonzero(donor.is_country & np.isfinite(logs).any(axis=1)):
        donors[str(donor.series["measure"].iloc[row]), bool(donor.of_consequence[row])].append(int(row))
    now = case.now.copy()
    for row in np.flatnonzero(case.is_country & ~case.is_world):
        pool = donors.get((str(case.series["measure"].iloc[row]), bool(case.of_consequence[row])))
        if pool:
            now[row] *= np.exp(_by_age(logs[pool[int(draw.integers(len(pool)))]], donor, case, int(row)))
    added = np.nan_to_num(now - case.now)
    for total in totals_of(case):
        now[total.row] += total.shares @ added[total.members]
    return replace(base, words=f"{base.words}, revised as a real one", case=replace(case, now=now))


def _by_age(logs: Floats, donor: Case, case: Case, row: int) -> Floats:
    """Revisions of the donor's row laid on the years of ours by age; the newest year moves with the one before it."""
    newest = int(donor.newest.max())
    places = np.clip(newest - np.maximum(case.age[row], 1), 0, len(logs) - 1)
    return np.asarray(np.nan_to_num(logs[places]), dtype=np.float64)


def largest_revisions(bases: Iterable[Base]) -> dict[str, float]:
    """By source and area, the largest absolute log revision that a real pair of at most LONGEST_GAP has."""
    found: dict[str, float] = {}
    for base in bases:
        if not base.real:
            continue
        logs = np.abs(revision_logs(base.case))
        logs[base.case.gap > LONGEST_GAP] = np.nan
        for row in np.flatnonzero(np.isfinite(logs).any(axis=1)):
            key = f"{base.source}/{base.case.series['area'].iloc[row]}"
            found[key] = max(found.get(key, 0.0), float(np.nanmax(logs[row])))
    return found


def draws(bases: Sequence[Base], numbers: Iterable[int], largest: dict[str, float]) -> Iterator[Draw]:
    """Every fault once for each number, in a base drawn at random."""
    for number in numbers:
        for place, fault in enumerate(faults()):
            base = _drawn(bases, np.random.default_rng([number, place]))
            found = inject(base, fault, number)
            if found:
                serious = fault.whole or _matters(base, found[0], largest)
                yield Draw(base, fault.id, number, found[0], serious, found[1])


def _drawn(bases: Sequence[Base], draw: np.random.Generator) -> Base:
    """A source drawn at random, then one of its vintages."""
    names = sorted({base.source for base in bases})
    name = names[int(draw.integers(len(names)))]
    chosen = [base for base in bases if base.source == name]
    return chosen[int(draw.integers(len(chosen)))]


def _matters(base: Base, injection: Injection, largest: dict[str, float]) -> bool:
    """A figure of a major economy is off by more than its largest real revision, or the total by 2 %."""
    if np.isnan(injection.size) or injection.of_total >= 2:
        return True
    areas = {str(base.case.series["area"].iloc[row]) for row in injection.rows} & PARAMETERS.major_economies
    limits = [max(LEAST_REVISION, largest.get(f"{base.source}/{area}", 0.0)) for area in areas]
    return bool(limits) and injection.size > min(limits)


def _rate(rows: Sequence[Draw]) -> str:
    return (
        f"{sum(row.caught for row in rows):4d} of {len(rows):4d}  {sum(row.caught for row in rows) / len(rows):7.1%}"
        if rows
        else "-"
    )


def _name(one: Draw, title: str) -> str:
    return one.base.source if title == "source" else one.fault


def report(found: Sequence[Draw]) -> None:
    """Tables by source, fault and age, and the curve by size."""
    serious = [one for one in found if one.of_consequence]
    print(f"\nfaults of consequence caught: {_rate(serious)}; of all draws: {_rate(found)}")
    for title in ("source", "fault"):
        print(f"\n{title:28s} of consequence             all")
        for name in sorted({_name(one, title) for one in found}):
            rows = [one for one in found if _name(one, title) == name]
            print(f"{name:28s} {_rate([row for row in rows if row.of_consequence]):26s} {_rate(rows)}")
    single = [one for one in found if np.isfinite(one.injection.size) and len(one.injection.rows) == 1]
    print("\nsingle figures and series by size of the error (log of wrong over right) and age of the year")
    print(f"{'size':14s}" + "".join(f"{words:28s}" for *_, words in AGES))
    for low, high in SIZES:
        cells = []
        for young, old, _ in AGES:
            cells.append(
                _rate([one for one in single if low <= one.injection.size < high and young <= one.injection.age <= old])
            )
        print(f"{low:.2f} to {high:<6.2f} " + "".join(f"{cell:28s}" for cell in cells))
    print("\nthe same by share of the economy in the total")
    shares = ((0.0, 0.01), (0.01, 0.05), (0.05, 1.1))
    print(f"{'size':14s}" + "".join(f"{f'{low:.0%} to {min(high, 1):.0%}':28s}" for low, high in shares))
    for low, high in SIZES:
        cells = []
        for least, most in shares:
            rows = [one for one in single if low <= one.injection.size < high]
            cells.append(_rate([row for row in rows if least <= row.base.case.weight[row.injection.rows[0]] < most]))
        print(f"{low:.2f} to {high:<6.2f} " + "".join(f"{cell:28s}" for cell in cells))


def good(bases: Sequence[Base]) -> list[Base]:
    """Print the verdict of every good vintage; return those that are admitted."""
    admitted = []
    counts: dict[tuple[str, bool, bool], list[bool]] = defaultdict(list)
    for base in bases:
        holding = [finding.reason for finding in findings_of(base.case) if finding.reason.holds]
        short = base.is_near
        counts[base.source, base.real, short].append(bool(holding))
        if not holding:
            admitted.append(base)
            continue
        kind = "real" if base.real else "simulated"
        print(f"held: {base.source}, {base.words} ({kind}): {len(holding)} reasons")
        for one in holding[:3]:
            print(f"      {one.sentence}")
    print(f"\n{'source':16s}{'vintages':12s}{'apart':24s}held back")
    for (name, real, short), held in sorted(counts.items()):
        apart = f"up to {LONGEST_GAP} years" if short else "longer"
        print(f"{name:16s}{'real' if real else 'simulated':12s}{apart:24s}{sum(held)} of {len(held)}")
    return admitted


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--draws", type=int, default=10, help="draws of each fault")
    arguments.add_argument("--first", type=int, default=0, help="number of the first draw")
    arguments.add_argument("--years", type=int, default=10, help="years after which vintages are cut")
    arguments.add_argument("--vintages", type=Path, help="folder of World Bank downloads, one folder a vintage")
    arguments.add_argument("--half", choices=("even", "odd", "both"), default="both", help="which numbers are drawn")
    given = arguments.parse_args()
    settings = Settings.from_environment()
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as work:
        bases = list(_bases(settings, given.years, given.vintages, Path(work)))
        largest = largest_revisions(bases)
        admitted = good(bases)
        newest = [base for base in bases if base.real and base.is_near and base.source == "world_bank"]
        if given.vintages is not None and newest:
            report_planted(newest[-1].case)
        usable = [one for one in admitted if one.can_have_faults]
        first, step = {"even": (0, 2), "odd": (1, 2), "both": (0, 1)}[given.half]
        found = list(draws(usable, range(given.first + first, given.first + given.draws * step, step), largest))
    report(found)
    for one in found:
        if one.of_consequence and not one.caught:
            print(
                f"missed: {one.base.source}, {one.base.words}: {one.fault}, size {one.injection.size:.2f}, age {one.injection.age}, "
                f"{one.base.case.label(one.injection.rows[0])}"
            )
    print(f"\n{time.monotonic() - started:.0f} s")


def _bases(settings: Settings, years: int, folder: Path | None, work: Path) -> Iterator[Base]:
    sources = load_sources()
    draw = np.random.default_rng(0)
    every = {name: [file for file in read_selection(settings, name).files if file.payload_sha256] for name in sources}
    groups = list(every.items())
    if folder is not None:
        full = world_bank_vintages(folder, work)
        groups.append(("world_bank", [file for files in full.values() for file in files]))
    for name, files in groups:
        pairs = list(real_pairs(name, sources[name], files, settings))
        yield from pairs
        donors = [pair.case for pair in pairs if 0 < float(pair.case.gap.max(initial=0.0)) <= LONGEST_GAP]
        for base in cut_pairs(name, sources[name], files, settings, years):
            yield base
            if donors and files is not every[name]:
                yield revised(base, donors[-1], draw)


if __name__ == "__main__":
    main()
