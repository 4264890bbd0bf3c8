"""True updates, which are good candidates to put faults into: real and cut pairs of vintages, and others drawn from
these."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeAlias

import numpy as np

from bench.vintage_faults import CATALOGUE, Injection, NotApplicable, Target, summed
from orchestration.admission.case import Booleans, Case, CaseContext, Floats, case_of
from orchestration.admission.edits.revisions import revision_logs, sizes
from orchestration.admission.edits.totals import totals_of, wholes
from orchestration.admission.judge import findings_of
from orchestration.admission.parameters import PARAMETERS
from orchestration.contracts.source import Source
from orchestration.core.settings import Settings
from orchestration.ingestion.raw_tables import RawFile

LONGEST_GAP = 1.25
"""Years; pairs further apart are another population and are reported by themselves."""

REAL, CUT = "real", "cut"
INTERIM, INCOMPLETE = "interim", "interim, incomplete"
REVISED, REBASED, REDENOMINATED, DEPARTED = "revised", "rebased", "redenominated", "departed"

COMPILERS = ("oecd", "unctad", "wipo", "world_bank", "wto")
"""Publishers that gather what economies send. The others survey or count themselves, and publish a year whole."""

WITHHELD = 0.4
"""Part of a newest year from whose absence admission is meant to ask."""

EXCHANGE_RATE = "national_currency_per_us_dollar"
REBASED_YEARS, REBASED_BY = (3, 16), (1.02, 1.5)

Donors: TypeAlias = dict[tuple[str, str, bool], list[dict[int, float]]]
"""Real revisions of one series each, by its measure, size and consequence: logarithms by age of the year."""


@dataclass(frozen=True)
class Base:
    """A good candidate: its source, what it is, and how it was made."""

    source: str
    words: str
    kind: str
    case: Case

    @property
    def is_near(self) -> bool:
        """Whether its vintages are at most LONGEST_GAP apart."""
        return float(self.case.gap.max(initial=0.0)) <= LONGEST_GAP

    @property
    def tables(self) -> list[str]:
        """The tables that can have faults: near enough in time, with so many earlier figures that coverage is
        judged."""
        known = np.isfinite(self.case.before).sum(axis=1)
        counts = self.case.series.assign(known=known).groupby("table")["known"].sum()
        return [str(table) for table, count in counts.items() if self.is_near and count >= PARAMETERS.rows_judged]


def real_pairs(name: str, source: Source, files: Sequence[RawFile], settings: Settings) -> Iterator[Base]:
    """Yield every vintage of a source against the newest earlier one of each table and resource, by the date of that
    one."""
    for vintage in sorted({file.vintage for file in files}):
        new = [file for file in files if file.vintage == vintage]
        newest: dict[tuple[str, str], date] = {}
        for file in files:
            key = (file.table, file.resource)
            if file.vintage < vintage:
                newest[key] = max(file.vintage, newest.get(key, date.min))
        for day in sorted(set(newest.values())):
            chosen = [file for file in new if newest.get((file.table, file.resource)) == day]
            if any(file.table in getattr(source, "OBSERVATIONS", {}) for file in chosen):
                context = CaseContext(settings, {name: files})
                case = case_of(source, chosen, context, PARAMETERS)
                if len(case.series):
                    yield Base(name, f"{day} to {vintage}", REAL, case)


def cut_pairs(name: str, source: Source, files: Sequence[RawFile], settings: Settings, count: int) -> Iterator[Base]:
    """Yield the newest vintage of each table and resource cut after each of its newest years, against itself without
    that year."""
    newest: dict[tuple[str, str], date] = {}
    for file in files:
        newest[file.table, file.resource] = max(file.vintage, newest.get((file.table, file.resource), date.min))
    whole = [file for file in files if newest[file.table, file.resource] == file.vintage]
    if not any(file.table in getattr(source, "OBSERVATIONS", {}) for file in whole):
        return
    vintage = max(file.vintage for file in whole)
    dated = [replace(file, vintage=vintage) for file in whole]
    case = case_of(source, dated, CaseContext(settings, {}), PARAMETERS)
    for back in range(count):
        pair = _cut(case, back)
        if pair is not None:
            yield Base(name, f"cut after {pair.years[-1]}", CUT, pair)


def _cut(case: Case, back: int) -> Case | None:
    if np.isfinite(case.now).any(axis=0).sum() < back + 6:
        return None
    last = case.newest - back
    columns = np.arange(case.now.shape[1])[None, :]
    until = int(last.max()) + 1
    keep, known = (columns <= last[:, None])[:, :until], (columns < last[:, None])[:, :until]
    now = case.now[:, :until]
    reports = np.take_along_axis(case.now, np.maximum(last, 0)[:, None], axis=1)
    # of a newest year that is incomplete the year before was so at that age
    late = np.isnan(reports) | case.is_aggregate[:, None]
    known &= ~((columns[:, :until] == last[:, None] - 1) & late) | (back > 0)
    vintage = date(case.vintage.year - back, case.vintage.month, min(case.vintage.day, 28))
    earlier = date(vintage.year - 1, vintage.month, vintage.day)
    return replace(
        case,
        files=tuple(replace(file, vintage=vintage) for file in case.files),
        files_before=tuple(replace(file, vintage=earlier) for file in case.files),
        years=case.years[:until],
        now=np.where(keep, now, np.nan),
        before=np.where(known, now, np.nan),
    )


def drawn(bases: Sequence[Base], random: np.random.Generator, donors: Donors, count: int) -> Iterator[Base]:
    """Yield so many interim updates and revisions of a compiler's near pairs that are admitted, and half as many of
    each other kind."""
    near = [base for base in bases if base.is_near and base.source in COMPILERS and not is_held(base.case)]
    for kind in (interim, revised, rebased, redenominated, departed) if near else ():
        for _ in range(count if kind in (interim, revised) else count // 2):
            base = kind(near[int(random.integers(len(near)))], random, donors)
            if base is not None:
                yield base


def interim(base: Base, random: np.random.Generator, _: Donors) -> Base:
    """Return a pair of which one resource has come, with what some economies sent: the others are as they were.

    Aggregates that are sums of members move with what has come. Whether it is INCOMPLETE follows from what was
    withheld.
    """
    case = base.case
    resource = str(random.choice(sorted({file.resource for file in case.files})))
    late = random.random(case.series["area"].nunique()) < random.uniform(0.05, 0.95)
    areas = dict(zip(sorted(case.series["area"].unique()), late, strict=True))
    withheld = (case.series["area"].map(areas) & case.is_country).to_numpy()
    as_before = case.series["resource"].ne(resource).to_numpy() | withheld
    now = np.where(as_before[:, None], case.before, case.now)
    added = np.nan_to_num(now) - np.nan_to_num(case.now)
    for total in totals_of(case):
        if not as_before[total.row]:
            now[total.row] += added[total.members].sum(axis=0)
    files = tuple(file for file in case.files if file.resource == resource)
    is_new = (
        np.isfinite(case.now)
        & (case.age == 0)
        & np.isnan(case.before)
        & case.series["resource"].eq(resource).to_numpy()[:, None]
    )
    shares = np.where(case.is_ratio, 1.0, case.weight) * is_new.any(axis=1)
    parts = [
        float(shares[rows & withheld].sum()) / max(float(shares[rows].sum()), 1e-9)
        for rows in (case.is_country & (case.measure == number) for number in np.unique(case.measure))
    ]
    kind = INCOMPLETE if max(parts) >= WITHHELD else INTERIM
    words = f"{base.words}, {resource} of {int((~late).sum())} areas"
    return Base(base.source, words, kind, replace(case, now=now, files=files))


def donors_of(bases: Sequence[Base]) -> Donors:
    """Return the real revisions of near vintages, by class of series."""
    found: Donors = {}
    for case in (base.case for base in bases if base.kind == REAL and base.is_near):
        with np.errstate(divide="ignore", invalid="ignore"):
            logs, classes = np.nan_to_num(revision_logs(case)), _classes(case)
        for row in np.flatnonzero((logs != 0).any(axis=1) & case.is_country):
            found.setdefault(classes[row], []).append(dict(zip(case.age[row].tolist(), logs[row], strict=True)))
    return found


def _classes(case: Case) -> list[tuple[str, str, bool]]:
    return list(zip(case.series["measure"], sizes(case).tolist(), case.of_consequence.tolist(), strict=True))


def revised(base: Base, random: np.random.Generator, donors: Donors) -> Base | None:
    """Return a pair in which some economies' series, no part of a balance, have the revisions of real series of their
    class."""
    case, classes, logs = base.case, _classes(base.case), np.zeros(base.case.now.shape)
    chosen = _free(case) & (random.random(len(case.series)) < random.uniform(0.05, 0.5))
    for row in np.flatnonzero(chosen):
        if alike := donors.get(classes[row]):
            donor = alike[int(random.integers(len(alike)))]
            logs[row] = [donor.get(int(age), 0.0) for age in case.age[row]]
    return _moved(base, REVISED, logs, f"{int((logs != 0).any(axis=1).sum())} series revised")


def rebased(base: Base, random: np.random.Generator, _: Donors) -> Base | None:
    """Return a pair in which known amounts of one series moved by a factor that fades out with their age: a benchmark
    revision."""
    case = base.case
    counts = case.series["measure"].str.contains("patent|pct|grants|families|articles|population")
    rows = np.flatnonzero(_free(case) & ~case.is_ratio & case.has_before & case.has_now & ~counts.to_numpy())
    if not len(rows):
        return None
    row, span = int(random.choice(rows)), int(random.integers(*REBASED_YEARS))
    factor = float(np.log(random.uniform(*REBASED_BY)))
    logs = np.zeros(case.now.shape)
    logs[row] = factor * np.clip(1 - np.maximum(case.age[row], 0) / span, 0, 1)
    return _moved(base, REBASED, logs, f"{case.words(row)} rebased by {factor:.2f} over {span} years")


def redenominated(base: Base, random: np.random.Generator, _: Donors) -> Base | None:
    """Return a pair in which an exchange rate of no leader lost some zeros in all years."""
    case = base.case
    rows = np.flatnonzero(
        case.series["measure"].eq(EXCHANGE_RATE) & case.is_country & (np.nanmax(case.now, axis=1) > 20)
    )
    if not len(rows):
        return None
    row, power = int(random.choice(rows)), int(random.choice((1, 2, 3, 5, 6)))
    now = case.now.copy()
    now[row] /= 10.0**power
    return Base(
        base.source, f"{base.words}, {case.words(row)} lost {power} zeros", REDENOMINATED, replace(case, now=now)
    )


def departed(base: Base, random: np.random.Generator, _: Donors) -> Base | None:
    """Return a pair in which an economy that is invisible in every total is gone."""
    case = base.case
    largest = (
        case.series.assign(weight=np.where(case.is_country & case.has_before, case.weight, 1.0))
        .groupby("area")["weight"]
        .max()
    )
    names = sorted(largest[largest < PARAMETERS.least_visible / 10].index)
    if not names:
        return None
    gone = case.series["area"].eq(str(random.choice(names))).to_numpy()
    now = np.where(gone[:, None], np.nan, case.now)
    words = f"{base.words}, without {case.name(int(np.flatnonzero(gone)[0]))}"
    return Base(base.source, words, DEPARTED, replace(case, now=now))


def _free(case: Case) -> Booleans:
    """Return series of countries that are neither whole nor part of a declared balance."""
    bound = {row for _, whole, parts in wholes(case) for row in (whole, *parts)}
    return case.is_country & ~np.isin(np.arange(len(case.series)), sorted(bound))


def _moved(base: Base, kind: str, logs: Floats, words: str) -> Base | None:
    """Return a pair with known figures moved by logarithms, and aggregates with their members."""
    now = summed(base.case, base.case.now * np.exp(np.where(np.isfinite(base.case.before), logs, 0.0)))
    return Base(base.source, f"{base.words}, {words}", kind, replace(base.case, now=now)) if logs.any() else None


def is_held(case: Case) -> bool:
    """Return whether any edit holds the candidate back."""
    return any(reason.holds for reason in findings_of(case))


def inject(base: Base, table: str, kind: str, number: int) -> Injection | None:
    """Return one draw of a kind of fault in a table of a base; None where it cannot have the fault."""
    seed = [number, *kind.encode(), *table.encode(), *base.words.encode()]
    try:
        return CATALOGUE[kind][1](Target(base.case, table, np.random.default_rng(seed)))
    except NotApplicable:
        return None
