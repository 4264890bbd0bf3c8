"""Rows of raw tables, with or without figures: repeated rows, units, labels, and editions that lack rows of an earlier one."""

import re
from collections.abc import Iterator, Sequence

import duckdb
import pyarrow.parquet as pq
import pyarrow.types as types

from orchestration.admission.case import Case
from orchestration.admission.reason import Reason, listed
from orchestration.core.bounded_database import bounded_database
from orchestration.core.sql_quoting import name as quoted
from orchestration.core.sql_quoting import text
from orchestration.ingestion.raw_tables import RawFile

EDIT = "rows"
OF_PAYLOAD = {"resource", "vintage", "payload_sha256", "payload_pointer"}
"""Columns that say where a row came from, not what it is."""

IS_UNIT = re.compile("unit|currency|scale|mult|uom", re.IGNORECASE)


def findings(case: Case) -> Iterator[Reason]:
    """Yield what is wrong with the rows of each resource, whatever the figures in them."""
    with bounded_database() as connection:
        for file in case.files:
            if file.rows:
                yield from _repeated(case, file, connection)
            yield from _shrunk(case, file, connection)
            for column in _texts(file):
                yield from _labels(case, file, column, connection)


def _earlier(case: Case, file: RawFile) -> Sequence[RawFile]:
    """Return the files of a resource in the vintage before, without empty ones."""
    editions = _editions(case, file)
    newest = max((edition.vintage for edition in editions), default=None)
    return [edition for edition in editions if edition.vintage == newest and edition.rows]


def _editions(case: Case, file: RawFile) -> list[RawFile]:
    place = (file.table, file.resource)
    return [earlier for earlier in case.files_before if (earlier.table, earlier.resource) == place]


def _columns(file: RawFile) -> list[str]:
    return [field.name for field in pq.read_schema(file.path) if field.name not in OF_PAYLOAD]


def _texts(file: RawFile) -> list[str]:
    schema = pq.read_schema(file.path)
    return [column for column in _columns(file) if types.is_string(schema.field(column).type)]


def _repeated(case: Case, file: RawFile, connection: duckdb.DuckDBPyConnection) -> Iterator[Reason]:
    """Yield files in which rows repeat others, unless rows of the vintage before did, too."""
    repeated = _repeats(file, connection)
    if repeated and not any(_repeats(earlier, connection) for earlier in _earlier(case, file)):
        sentence = f"{file.resource}: {repeated:,} of {file.rows:,} rows of {file.table} repeat another row."
        yield Reason(EDIT, True, sentence, 50.0, resources=(file.resource,))


def _repeats(file: RawFile, connection: duckdb.DuckDBPyConnection) -> int:
    columns = ", ".join(map(quoted, _columns(file)))
    query = f"select count(*) - count(distinct hash({columns})) from read_parquet({text(str(file.path))})"
    return int(connection.execute(query).fetchall()[0][0])


def _shrunk(case: Case, file: RawFile, connection: duckdb.DuckDBPyConnection) -> Iterator[Reason]:
    """Yield files without figures that lack rows of an earlier edition; a different publication shares no rows with it."""
    settings = case.parameters
    if file.table in case.declared:
        return
    columns = ", ".join(map(quoted, _texts(file)))
    for edition in _editions(case, file):
        if edition.rows < settings.few:
            continue
        query = (
            f"select count(*) from (select {columns} from read_parquet({text(str(edition.path))}) "
            f"except all select {columns} from read_parquet({text(str(file.path))}))"
        )
        gone = int(connection.execute(query).fetchall()[0][0])
        is_edition = gone < (1 - settings.rows_of_edition) * edition.rows or not file.rows
        if is_edition and gone > max(1.0, settings.rows_lost * edition.rows):
            sentence = (
                f"{file.resource}: {gone:,} of {edition.rows:,} rows of {file.table} of {edition.vintage} are gone; "
                "the answer may have been cut short."
            )
            yield Reason(EDIT, True, sentence, 100.0, resources=(file.resource,))
            return


def _labels(case: Case, file: RawFile, column: str, connection: duckdb.DuckDBPyConnection) -> Iterator[Reason]:
    """Yield changed units of a resource, and labels that vanished while others appeared."""
    settings, earlier = case.parameters, _earlier(case, file)
    is_unit = IS_UNIT.search(column) is not None
    # labels of figures are judged by the edits of figures; an edition that repeats nothing may have any
    of_figures = file.table in case.declared and (not is_unit or not case.declared[file.table].restates)
    if not earlier or of_figures:
        return
    now, before = (_shares(files, column, settings.labels_most, connection) for files in ([file], earlier))
    if now is None or before is None:
        return
    new, gone = sorted(now.keys() - before.keys()), sorted(before.keys() - now.keys())
    shares = [sum(of[value] for value in values) for of, values in ((now, new), (before, gone))]
    least = 0.0 if is_unit else settings.labels_least
    if new and gone and min(shares) > least and (is_unit or max(shares) < settings.labels_changed):
        sentence = f"{file.resource}: in {column}, {listed(gone)} became {listed(new)} in {shares[0]:.1%} of the rows."
        yield Reason(EDIT, is_unit, sentence, 50.0 if is_unit else 2.0, resources=(file.resource,))


def _shares(
    files: Sequence[RawFile], column: str, most: int, connection: duckdb.DuckDBPyConnection
) -> dict[str, float] | None:
    """Return the share of rows with each text in a column, numbers apart; None if it has too many texts."""
    paths = ", ".join(text(str(file.path)) for file in files if column in pq.read_schema(file.path).names)
    if not paths:
        return None
    query = (
        f"select {quoted(column)}, count(*) / sum(count(*)) over () from read_parquet([{paths}]) "
        f"where {quoted(column)} <> '' and try_cast({quoted(column)} as double) is null group by 1 limit {most + 1}"
    )
    rows = connection.execute(query).fetchall()
    return dict(rows) if len(rows) <= most else None
