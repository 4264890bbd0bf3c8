"""Good candidates to put faults into: real pairs of vintages, and pairs cut from one vintage; and the draws of faults."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from bench.vintage_faults import Fault, Injection, NotApplicable
from orchestration.admission.case import Case, case_of
from orchestration.admission.judge import findings_of
from orchestration.admission.parameters import PARAMETERS
from orchestration.admission.verdict import Context
from orchestration.contracts.source import Source
from orchestration.core.settings import Settings
from orchestration.ingestion.raw_tables import RawFile

LONGEST_GAP = 1.25
"""Years; pairs further apart are another population and are reported by themselves."""


@dataclass(frozen=True)
class Base:
    """A good candidate: its source, what it is, and whether it is real."""

    source: str
    words: str
    real: bool
    case: Case

    @property
    def is_near(self) -> bool:
        """Whether its vintages are at most LONGEST_GAP apart."""
        return float(self.case.gap.max(initial=0.0)) <= LONGEST_GAP

    @property
    def can_have_faults(self) -> bool:
        """Whether it is near enough in time and its earlier vintage has so many figures that coverage is judged."""
        return self.is_near and bool(np.isfinite(self.case.before).sum() >= PARAMETERS.rows_judged)


def real_pairs(name: str, source: Source, files: Sequence[RawFile], settings: Settings) -> Iterator[Base]:
    """Every vintage of a source against the newest earlier one of each table and resource, by the date of that one."""
    for vintage in sorted({file.vintage for file in files}):
        new = [file for file in files if file.vintage == vintage]
        newest: dict[tuple[str, str], date] = {}
        for file in files:
            key = (file.table, file.resource)
            if file.vintage < vintage:
                newest[key] = max(file.vintage, newest.get(key, date.min))
        for day in sorted(set(newest.values())):
            chosen = [one for one in new if newest.get((one.table, one.resource)) == day]
            before = [file for file in files if file.vintage == day]
            if any(one.table in getattr(source, "OBSERVATIONS", {}) for one in chosen):
                context = Context(vintage + timedelta(days=2), settings, {name: files})
                case = case_of(source, chosen, before, context, PARAMETERS)
                if len(case.series):
                    yield Base(name, f"{day} to {vintage}", True, case)


def cut_pairs(name: str, source: Source, files: Sequence[RawFile], settings: Settings, count: int) -> Iterator[Base]:
    """The newest vintage of each table and resource cut after each of its newest years, against itself without that year."""
    newest: dict[tuple[str, str], date] = {}
    for file in files:
        newest[file.table, file.resource] = max(file.vintage, newest.get((file.table, file.resource), date.min))
    whole = [file for file in files if newest[file.table, file.resource] == file.vintage]
    if not any(one.table in getattr(source, "OBSERVATIONS", {}) for one in whole):
        return
    vintage = max(one.vintage for one in whole)
    dated = [replace(one, vintage=vintage) for one in whole]
    case = case_of(source, dated, [], Context(vintage + timedelta(days=2), settings, {}), PARAMETERS)
    for back in range(count):
        pair = _cut(case, back)
        if pair is not None:
            yield Base(name, f"cut after {pair.years[-1]}", False, pair)


def _cut(case: Case, back: int) -> Case | None:
    held = np.flatnonzero((~np.isnan(case.now)).any(axis=0))
    if len(held) < back + 6:
        return None
    newest = np.array([np.max(np.flatnonzero(row), initial=-1) for row in ~np.isnan(case.now)])
    last = np.array([newest[case.measure == one].max() for one in case.measure]) - back
    columns = np.arange(case.now.shape[1])[None, :]
    until = int(last.max()) + 1
    keep, known = (columns <= last[:, None])[:, :until], (columns < last[:, None])[:, :until]
    now, stated = case.now[:, :until], case.stated_now[:, :until]
    vintage = date(case.vintage.year - back, case.vintage.month, min(case.vintage.day, 28))
    earlier = date(vintage.year - 1, vintage.month, vintage.day)
    return replace(
        case,
        files=tuple(replace(file, vintage=vintage) for file in case.files),
        files_before=tuple(replace(file, vintage=earlier) for file in case.files),
        context=replace(case.context, fetched=vintage + timedelta(days=2)),
        years=case.years[:until],
        now=np.where(keep, now, np.nan),
        before=np.where(known, now, np.nan),
        stated_now=stated & keep,
        stated_before=stated & known,
        fresh=np.zeros(len(case.series), dtype=bool),
    )


def is_held(case: Case) -> bool:
    """Whether any edit holds the candidate back."""
    return any(finding.reason.holds for finding in findings_of(case))


def inject(base: Base, fault: Fault, number: int) -> tuple[Injection, bool] | None:
    """One draw of a fault in a base, and whether it is held back; None where the base cannot have the fault."""
    seed = [number, *fault.id.encode(), *base.words.encode()]
    try:
        found = fault.inject(base.case, np.random.default_rng(seed))
    except NotApplicable:
        return None
    return found, is_held(found.case)
