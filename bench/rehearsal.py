"""Good candidates to put faults into: real pairs of vintages, pairs cut from one vintage, and cut pairs with real revisions."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from bench.vintage_faults import CATALOGUE, Injection, NotApplicable, Target, summed
from orchestration.admission.case import Case, Context, Floats, case_of
from orchestration.admission.edits.revisions import revision_logs
from orchestration.admission.judge import findings_of
from orchestration.admission.parameters import PARAMETERS
from orchestration.contracts.source import Source
from orchestration.core.settings import Settings
from orchestration.ingestion.raw_tables import RawFile

LONGEST_GAP = 1.25
"""Years; pairs further apart are another population and are reported by themselves."""

REAL, CUT, REVISED = "real", "cut", "cut and revised"


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
        """The tables that can have faults: near enough in time, with so many earlier figures that coverage is judged."""
        known = np.isfinite(self.case.before).sum(axis=1)
        counts = self.case.series.assign(known=known).groupby("table")["known"].sum()
        return [str(table) for table, count in counts.items() if self.is_near and count >= PARAMETERS.rows_judged]


def real_pairs(name: str, source: Source, files: Sequence[RawFile], settings: Settings) -> Iterator[Base]:
    """Yield every vintage of a source against the newest earlier one of each table and resource, by the date of that one."""
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
                context = Context(settings, {name: files})
                case = case_of(source, chosen, context, PARAMETERS)
                if len(case.series):
                    yield Base(name, f"{day} to {vintage}", REAL, case)


def cut_pairs(name: str, source: Source, files: Sequence[RawFile], settings: Settings, count: int) -> Iterator[Base]:
    """Yield the newest vintage of each table and resource cut after each of its newest years, against itself without that year."""
    newest: dict[tuple[str, str], date] = {}
    for file in files:
        newest[file.table, file.resource] = max(file.vintage, newest.get((file.table, file.resource), date.min))
    whole = [file for file in files if newest[file.table, file.resource] == file.vintage]
    if not any(file.table in getattr(source, "OBSERVATIONS", {}) for file in whole):
        return
    vintage = max(file.vintage for file in whole)
    dated = [replace(file, vintage=vintage) for file in whole]
    case = case_of(source, dated, Context(settings, {}), PARAMETERS)
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


def revised(base: Base, donor: Case, random: np.random.Generator) -> Base:
    """Return a cut pair revised by what a real pair had: the revisions, by age, of a series drawn for each of its own."""
    case, logs = base.case, revision_logs(donor)
    donors: dict[tuple[str, bool], list[int]] = defaultdict(list)
    for row in np.flatnonzero(donor.is_country & np.isfinite(logs).any(axis=1)):
        donors[str(donor.series["measure"].iloc[row]), bool(donor.of_consequence[row])].append(int(row))
    now = case.now.copy()
    for row in np.flatnonzero(case.is_country & ~case.is_world):
        pool = donors.get((str(case.series["measure"].iloc[row]), bool(case.of_consequence[row])))
        if pool:
            now[row] *= np.exp(_by_age(logs[pool[int(random.integers(len(pool)))]], donor, case, int(row)))
    return Base(base.source, f"{base.words}, revised", REVISED, replace(case, now=summed(case, now)))


def _by_age(logs: Floats, donor: Case, case: Case, row: int) -> Floats:
    """Return the donor's revisions on our years by age; the newest year moves with the one before it."""
    places = np.clip(int(donor.newest.max()) - np.maximum(case.age[row], 1), 0, len(logs) - 1)
    return np.asarray(np.nan_to_num(logs[places]), dtype=np.float64)


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
