"""Redundant fields: codes and names that state one thing, within a vintage and against the one before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import duckdb

from orchestration.admission.case import Case
from orchestration.admission.finding import Finding, listed
from orchestration.admission.verdict import Reason
from orchestration.core.sql_quoting import text
from orchestration.ingestion.raw_tables import RawFile

EDIT = "redundant fields"
LEVEL = 1


def findings(case: Case) -> Iterator[Finding]:
    with duckdb.connect() as connection:
        for table, how in case.declared.items():
            for group in how.redundant:
                yield from _group(case, table, group, connection)
    yield from _given_twice(case)


def _group(case: Case, table: str, group: Sequence[str], connection: duckdb.DuckDBPyConnection) -> Iterator[Finding]:
    now = _pairs(table, group, case.files, connection)
    before = _pairs(table, group, case.files_before, connection)
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
        known = {pair[column] for pair in before}
        moved = [one for one in renamed if one.split(" is ")[1].split(", before ")[0] in known]
        yield from _reported(group[0], group[column], moved, holds=True)
        yield from _reported(group[0], group[column], [one for one in renamed if one not in moved], holds=False)


def _reported(first: str, other: str, cases: Sequence[str], *, holds: bool) -> Iterator[Finding]:
    if cases:
        sentence = f"{other} and {first} disagree: {listed(cases)}; one of them is on the wrong row."
        if not holds:
            sentence = f"{other} has other words than before: {listed(cases)}."
        yield Finding(Reason(LEVEL, EDIT, holds, other, None, None, None, 60.0 if holds else 0.1, sentence), ())


def _pairs(
    table: str, group: Sequence[str], files: Sequence[RawFile], connection: duckdb.DuckDBPyConnection
) -> list[tuple[str, ...]]:
    paths = [text(one.path) for one in files if one.table == table]
    if not paths:
        return []
    columns = ", ".join(f"cast({one} as varchar) as c{number}" for number, one in enumerate(group))
    present = " and ".join(f"c{number} is not null" for number in range(len(group)))
    query = f"select distinct {columns} from read_parquet([{', '.join(paths)}], union_by_name = true)"
    return connection.execute(f"select * from ({query}) where {present}").fetchall()


def _given_twice(case: Case) -> Iterator[Finding]:
    """Figures that one vintage states twice and differently."""
    rows, columns = (case.spread > 0).nonzero()
    for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
        year, now = int(case.years[column]), float(case.now[row, column])
        sentence = f"{case.words(row)}, {year}: two rows of the vintage state different figures."
        holds = bool(case.of_consequence[row])
        yield Finding(
            Reason(LEVEL, EDIT, holds, case.label(row), year, None, now, float(case.impact[row]), sentence), (row,)
        )
