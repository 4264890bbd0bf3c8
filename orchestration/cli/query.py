"""SQL on one release within the limits of queries; the rows as a table, CSV, JSON or Parquet."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from orchestration.cli.no_rows import no_rows
from orchestration.core.errors import ReleaseError
from orchestration.core.output_files import output_file
from orchestration.core.sql_quoting import name as quoted
from orchestration.core.sql_quoting import text
from orchestration.core.text import FORMULA, NUMBER, cell
from orchestration.releases.bounded_query import Rows, bounded_query
from orchestration.releases.release_store import Release

if TYPE_CHECKING:
    import duckdb

KINDS = ("csv", "json", "parquet")
_OPTIONS = {"csv": "format csv", "json": "format json, array true", "parquet": "format parquet, compression zstd"}
_FLOATS = ("FLOAT", "DOUBLE")
_EXACT = 2**53
"""Whole numbers below this are exact in double precision."""


def answer(release: Release, sql: str, kind: str | None, output: Path | None) -> None:
    """Run SQL and print the rows, or write them to a file.

    Raises:
        ReleaseError: DuckDB rejects the SQL, or a limit is reached; no file is left then.
    """
    chosen = kind or (_kind_of(output) if output else "table")
    if output is None and chosen == "parquet":
        raise click.UsageError("Parquet cannot be printed; add --output FILE.parquet.")
    if output and chosen == "table":
        raise click.UsageError("A table cannot be written to a file; name a format: --format csv.")
    with bounded_query(release.database, sql) as rows:
        columns = rows.schema.names
        if output is not None:
            with output_file(output) as part:
                count = write_rows(rows, chosen, part)
            click.echo(f"{count:,} {'row' if count == 1 else 'rows'} from release {release.id} in {output}", err=True)
        elif chosen == "table":
            from orchestration.cli.output import print_rows

            count = print_rows(rows)
        else:
            count = _print_file(rows, chosen)
    if count == 0 and columns:
        click.echo(no_rows(release, sql), err=True)


def write_rows(rows: Rows, kind: str, path: Path) -> int:
    """Write rows as a CSV, JSON or Parquet file; return their number."""
    import duckdb
    import pyarrow as pa

    refusals: list[ReleaseError] = []

    def batches() -> Iterator[pa.RecordBatch]:
        try:
            yield from rows.batches
        except ReleaseError as error:  # DuckDB would repeat only its text
            refusals.append(error)
            raise

    with duckdb.connect(config={"memory_limit": "500MB", "threads": 1}) as connection:
        connection.register("answer", pa.RecordBatchReader.from_batches(rows.schema, batches()))
        try:
            return write_table(connection, "answer", kind, path)
        except duckdb.Error as error:
            refusal = ReleaseError(
                f"the rows cannot be written as {kind}: {error}", remedy="select the column as text: column::varchar"
            )
            raise (refusals or [refusal])[0] from error


def write_table(connection: duckdb.DuckDBPyConnection, table: str, kind: str, path: Path) -> int:
    """Write the rows of a table or subquery with DuckDB's COPY, in constant memory; return their number."""
    connection.execute("set enable_progress_bar = false")
    columns = connection.execute(f"describe from {table}").fetchall()  # repeated names are numbered here
    selected = ", ".join(_column(str(column[0]), str(column[1]), kind) for column in columns)
    copied = connection.execute(f"copy (select {selected} from {table}) to {text(path)} ({_OPTIONS[kind]})")
    ((count,),) = copied.fetchall()
    return int(count)


def _print_file(rows: Rows, kind: str) -> int:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows"
        count = write_rows(rows, kind, path)
        sys.stdout.flush()
        with path.open("rb") as stream:
            shutil.copyfileobj(stream, sys.stdout.buffer)
    return count


def _column(name: str, type_: str, kind: str) -> str:
    """Return the SQL of a column. NaN is empty in CSV and null in JSON; no text in CSV is a formula to a spreadsheet."""
    value = quoted(name)
    if kind == "csv" and type_ == "VARCHAR":
        is_formula = f"regexp_matches({value}, '^{FORMULA}') and not regexp_full_match({value}, '{NUMBER}')"
        value = f"case when {is_formula} then '''' || {value} else {value} end"
    elif kind == "csv" and type_ in _FLOATS:
        is_whole = f"isfinite({value}) and trunc({value}) = {value} and abs({value}) < {_EXACT}"
        value = f"case when {is_whole} then {value}::bigint::varchar when not isnan({value}) then {value}::varchar end"
    elif kind == "json" and type_ in _FLOATS:
        value = f"case when isfinite({value}) then {value} end"
    return f"{value} as {quoted(cell(name) if kind == 'csv' else name)}"


def _kind_of(output: Path) -> str:
    kind = output.suffix.lower().removeprefix(".")
    if kind not in KINDS:
        raise click.UsageError(
            f"{output.name} has none of the endings .csv, .json and .parquet; rename it, or add --format."
        )
    return kind
