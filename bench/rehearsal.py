"""Good candidates to put faults into: real pairs of vintages, pairs cut from one vintage, and interim updates drawn from real pairs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from bench.vintage_faults import CATALOGUE, Injection, NotApplicable, Target
from orchestration.admission.case import Case, Context, case_of
from orchestration.admission.edits.totals import totals_of
from orchestration.admission.judge import findings_of
from orchestration.admission.parameters import PARAMETERS
from orchestration.contracts.source import Source
from orchestration.core.settings import Settings
from orchestration.ingestion.raw_tables import RawFile

LONGEST_GAP = 1.25
"""Years; pairs further apart are another population and are reported by themselves."""

REAL, CUT, INTERIM = "real", "cut", "interim"


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


def interim(base: Base, random: np.random.Generator) -> Base:
    """Return a real pair of which one resource has come, with what some economies sent: the others are as they were.

    Aggregates that are sums of members move with what has come.
    """
    case = base.case
    resource = str(random.choice(sorted({file.resource for file in case.files})))
    late = random.random(case.series["area"].nunique()) < random.uniform(0.05, 0.95)
    areas = dict(zip(sorted(case.series["area"].unique()), late, strict=True))
    as_before = (case.series["resource"].ne(resource) | (case.series["area"].map(areas) & case.is_country)).to_numpy()
    now = np.where(as_before[:, None], case.before, case.now)
    added = np.nan_to_num(now) - np.nan_to_num(case.now)
    for total in totals_of(case):
        if not as_before[total.row]:
            now[total.row] += added[total.members].sum(axis=0)
    files = tuple(file for file in case.files if file.resource == resource)
    return Base(
        base.source,
        f"{base.words}, {resource} of {int((~late).sum())} areas",
        INTERIM,
        replace(case, now=now, files=files),
    )


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
