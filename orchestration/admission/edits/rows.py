"""Rows of raw tables: repeated ones, units, labels, and editions that lack rows of an earlier one."""

import re
from collections.abc import Iterable, Iterator, Sequence

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
OF_PAYLOAD = {"resource", "vintage", "payload_sha256", "payload_pointer"}  # where a row came from, not what it is
IS_UNIT = re.compile("unit|currency|scale|mult|uom", re.IGNORECASE)


def findings(case: Case) -> Iterator[Reason]:
    """Yield what is wrong with the rows of each resource, whatever the figures in them."""
    with bounded_database() as connection:
        for file in case.files:
            if file.rows:
                yield from _repeated(case, file, connection)
            yield from _shrunk(case, file, connection)
            yield from _units(case, file, connection)
            for column in _columns(file, texts=True):
                yield from _labels(case, file, column, connection)
        for table in sorted({file.table for file in case.files}):
            yield from _marks(case, table, connection)


def _earlier(case: Case, file: RawFile, *, newest: bool = True) -> list[RawFile]:
    """Return the earlier files of a resource that have rows: those of the vintage before, or of all."""
    place = (file.table, file.resource)
    editions = [earlier for earlier in case.files_before if (earlier.table, earlier.resource) == place]
    return [item for item in editions if item.rows and (item.vintage == editions[-1].vintage or not newest)]


def _columns(file: RawFile, *, texts: bool = False) -> list[str]:
    """Return the columns that say what a row is, all or those of texts."""
    of_rows = (field for field in pq.read_schema(file.path) if field.name not in OF_PAYLOAD)
    return [field.name for field in of_rows if not texts or types.is_string(field.type)]


def _repeated(case: Case, file: RawFile, connection: duckdb.DuckDBPyConnection) -> Iterator[Reason]:
    """Yield files in which rows repeat others, unless rows of the vintage before did, too."""
    repeated = _repeats(file, connection)
    if repeated and not any(_repeats(earlier, connection) for earlier in _earlier(case, file)):
        sentence = f"{file.resource}: {repeated:,} of {file.rows:,} rows of {file.table} repeat another row."
        yield Reason(EDIT, True, sentence, 50.0, resources=(file.resource,))


def _repeats(file: RawFile, connection: duckdb.DuckDBPyConnection) -> int:
    query = f"select count(*) - count(distinct hash({', '.join(map(quoted, _columns(file)))})) from {_read([file])}"
    return int(connection.execute(query).fetchall()[0][0])


def _read(files: Iterable[RawFile]) -> str:
    return f"read_parquet([{', '.join(text(str(file.path)) for file in files)}], union_by_name = true)"


def _key(case: Case, file: RawFile) -> str:
    """Return the expressions that identify a row's figure; without figures, texts but for units, or all columns."""
    if how := case.declared.get(file.table):
        return ", ".join(f"({of})" for of in (how.measure, how.area, how.counterpart, how.item, how.year))
    texts = [name for name in _columns(file, texts=True) if not IS_UNIT.search(name)]
    return ", ".join(map(quoted, texts or _columns(file)))


def _shrunk(case: Case, file: RawFile, connection: duckdb.DuckDBPyConnection) -> Iterator[Reason]:
    """Yield files that lack rows of an earlier edition, of tables whose vintages the edits of coverage do not compare.

    A different publication shares no rows with an edition. One of another day may lack some; the same one may not.
    """
    settings, how = case.parameters, case.declared.get(file.table)
    if how and how.restates:
        return
    key, where = _key(case, file), how.where if how else "true"
    for edition in _earlier(case, file, newest=False):
        now, before = (f"select {key} from {_read([of])} where {where}" for of in (file, edition))
        gone = int(connection.execute(f"select count(*) from ({before} except all {now})").fetchall()[0][0])
        is_edition, is_again = gone < (1 - settings.rows_of_edition) * edition.rows, edition.vintage == file.vintage
        lost = gone > (0 if is_again else max(1.0, settings.rows_lost * edition.rows))
        if lost and (is_edition or not file.rows) and not (is_again and file.rows >= edition.rows):
            what = f"{gone:,} of {edition.rows:,} rows of {file.table} of {edition.vintage} are gone"
            sentence = f"{file.resource}: {what}; the answer may have been cut short."
            yield Reason(EDIT, True, sentence, 100.0, resources=(file.resource,))
            return


def _units(case: Case, file: RawFile, connection: duckdb.DuckDBPyConnection) -> Iterator[Reason]:
    """Yield units, or blanks in their place, that became others in rows that otherwise stayed."""
    earlier, how = _earlier(case, file), case.declared.get(file.table)
    key, where = _key(case, file), how.where if how else "true"
    known = _columns(earlier[-1]) if earlier else []
    for column in (name for name in _columns(file) if IS_UNIT.search(name) and name in known):
        unit = f"coalesce({quoted(column)}::text, '')"
        now, before = (
            f"(select distinct hash({key}) as key, {unit} as unit from {_read(files)} where {where})"
            for files in ([file], earlier)
        )
        query = f"""select count(*), list(distinct coalesce(nullif(before.unit, ''), 'a blank') || ' became '
            || coalesce(nullif(now.unit, ''), 'a blank')) from {now} as now join {before} as before using (key)
            where (key, now.unit) not in {before}"""
        count, changes = connection.execute(query).fetchall()[0]
        if count:
            sentence = f"{file.resource}: in {column}, {listed(sorted(changes))} in {count:,} of {file.rows:,} rows."
            yield Reason(EDIT, True, sentence, 50.0, resources=(file.resource,))


def _labels(case: Case, file: RawFile, column: str, connection: duckdb.DuckDBPyConnection) -> Iterator[Reason]:
    """Yield labels that vanished while others appeared; those of figures are judged by the edits of figures."""
    settings, earlier = case.parameters, _earlier(case, file)
    if not earlier or file.table in case.declared or IS_UNIT.search(column):
        return
    now, before = (_shares(files, column, settings.labels_most, connection) for files in ([file], earlier))
    new, gone = sorted(now.keys() - before.keys()), sorted(before.keys() - now.keys())
    shares = [sum(of[value] for value in values) for of, values in ((now, new), (before, gone))]
    if min(shares) > settings.labels_least and max(shares) < settings.labels_changed:
        sentence = f"{file.resource}: in {column}, {listed(gone)} became {listed(new)} in {shares[0]:.1%} of the rows."
        yield Reason(EDIT, False, sentence, 2.0, resources=(file.resource,))


def _shares(
    files: Sequence[RawFile], column: str, most: int, connection: duckdb.DuckDBPyConnection
) -> dict[str, float]:
    """Return the share of rows with each text in a column; nothing without the column or with too many texts."""
    if not (files := [file for file in files if column in _columns(file)]):
        return {}
    query = f"""select {quoted(column)}, count(*) / sum(count(*)) over () from {_read(files)}
        where {quoted(column)} <> '' and try_cast({quoted(column)} as double) is null group by 1 limit {most + 1}"""
    rows = connection.execute(query).fetchall()
    return dict(rows) if len(rows) <= most else {}


def _marks(case: Case, table: str, connection: duckdb.DuckDBPyConnection) -> Iterator[Reason]:
    """Yield texts and blanks in a column of numbers that no earlier edition has, such as n/a for a figure."""
    both = (case.files, case.files_before)
    new, earlier = ([file for file in files if file.table == table and file.rows] for files in both)
    known = _columns(earlier[-1], texts=True) if earlier else []
    if not (columns := [column for file in new[:1] for column in _columns(file, texts=True) if column in known]):
        return
    cells = {column: f"coalesce({quoted(column)}, '')" for column in columns}
    is_text = {column: f"(try_cast(replace({cell}, ',', '') as double) is null)" for column, cell in cells.items()}
    averages = ", ".join(f"avg({condition}::int)" for condition in is_text.values())
    shares = connection.execute(f"select {averages} from {_read(earlier)}").fetchall()[0]
    for column, share in zip(columns, shares, strict=True):
        usual = f"select {cells[column]} from {_read(earlier)} where {is_text[column]}"
        query = f"""select resource, count(*), list(distinct coalesce(nullif({cells[column]}, ''), 'a blank'))
            from {_read(new)} where {is_text[column]} and {cells[column]} not in ({usual})
            group by resource order by 1"""
        marked = connection.execute(query).fetchall() if share < case.parameters.texts_most else ()
        for resource, count, marks in marked:
            sentence = f"{resource}: in {column}, {count:,} cells have {listed(sorted(marks))} instead of a number."
            holds = table not in case.declared or marks != ["a blank"]  # of figures, those that are lost hold
            yield Reason(EDIT, holds, sentence, 50.0, resources=(resource,))
