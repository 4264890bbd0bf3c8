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
    same = [other for other in case.files_before if (other.table, other.resource) == (file.table, file.resource)]
    newest = max((other.vintage for other in same), default=None)
    return [other for other in same if other.vintage == newest and other.rows]


def _columns(file: RawFile) -> list[str]:
    return [field.name for field in pq.read_schema(file.path) if field.name not in OF_PAYLOAD]


def _texts(file: RawFile) -> list[str]:
    schema = pq.read_schema(file.path)
    return [column for column in _columns(file) if types.is_string(schema.field(column).type)]


def _repeated(case: Case, file: RawFile, connection: duckdb.DuckDBPyConnection) -> Iterator[Reason]:
    """Yield files with rows that are there more than once, though the vintage before had none such."""
    more = _extra(file, connection)
    if more and not any(_extra(other, connection) for other in _earlier(case, file)):
        sentence = f"{file.resource}: {more:,} of {file.rows:,} rows of {file.table} repeat another row."
        yield Reason(EDIT, True, sentence, 50.0, resources=(file.resource,))


def _extra(file: RawFile, connection: duckdb.DuckDBPyConnection) -> int:
    columns = ", ".join(map(quoted, _columns(file)))
    query = f"select count(*) - count(distinct hash({columns})) from read_parquet({text(str(file.path))})"
    return int(connection.execute(query).fetchall()[0][0])


def _shrunk(case: Case, file: RawFile, connection: duckdb.DuckDBPyConnection) -> Iterator[Reason]:
    """Yield files without figures that lack rows of an earlier edition of the same; another publication shares none with it."""
    settings = case.parameters
    if file.table in case.declared:
        return
    columns = ", ".join(map(quoted, _texts(file)))
    for other in case.files_before:
        if (other.table, other.resource) != (file.table, file.resource) or other.rows < settings.few:
            continue
        query = (
            f"select count(*) from (select {columns} from read_parquet({text(str(other.path))}) "
            f"except all select {columns} from read_parquet({text(str(file.path))}))"
        )
        gone = int(connection.execute(query).fetchall()[0][0])
        is_edition = gone < (1 - settings.rows_of_edition) * other.rows or not file.rows
        if is_edition and gone > max(1.0, settings.rows_lost * other.rows):
            sentence = (
                f"{file.resource}: {gone:,} of {other.rows:,} rows of {file.table} of {other.vintage} are gone; "
                "the answer may have been cut short."
            )
            yield Reason(EDIT, True, sentence, 100.0, resources=(file.resource,))
            return


def _labels(case: Case, file: RawFile, column: str, connection: duckdb.DuckDBPyConnection) -> Iterator[Reason]:
    """Yield units of a resource that became others, and labels that vanished while new ones came."""
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
    """Return the share of the rows of each value of a column that is no number; None where it has too many values."""
    paths = ", ".join(text(str(file.path)) for file in files if column in pq.read_schema(file.path).names)
    if not paths:
        return None
    query = (
        f"select {quoted(column)}, count(*) / sum(count(*)) over () from read_parquet([{paths}]) "
        f"where {quoted(column)} <> '' and try_cast({quoted(column)} as double) is null group by 1 limit {most + 1}"
    )
    rows = connection.execute(query).fetchall()
    return dict(rows) if len(rows) <= most else None
