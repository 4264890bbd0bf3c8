"""The ``bilateral query`` command: SQL on one release, within limits, as a table, CSV, JSON or Parquet."""

import codecs
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TextIO

import click
import duckdb
import pyarrow as pa

from orchestration.cli.output import print_rows
from orchestration.cli.query_hints import hints
from orchestration.core.errors import ReleaseError
from orchestration.core.output_files import output_file
from orchestration.core.settings import Settings
from orchestration.core.sql_quoting import name as quoted
from orchestration.core.sql_quoting import text
from orchestration.core.text import FORMULA, NUMBER, with_noun
from orchestration.reading.bounded_query import Rows, bounded_query
from orchestration.reading.description import vintages_of
from orchestration.reading.release import Release
from orchestration.reading.release_store import find_release

_OPTIONS = {"csv": "format csv", "json": "format json, array true", "parquet": "format parquet, compression zstd"}
_FLOATS = ("FLOAT", "DOUBLE")
_EXACT = 2**53
"""Whole numbers below this are exact in double precision."""


@click.command()
@click.argument("sql", required=False)
@click.option(
    "--file", "script", type=click.File(encoding="utf-8"), help="Read the SQL from a file, or from standard input (-)."
)
@click.option(
    "--format", "kind", type=click.Choice(["table", *_OPTIONS]), help="Default: by the suffix of --output, else table."
)
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Write the result to this file.")
@click.option(
    "--release",
    "wanted",
    default="current",
    show_default=True,
    metavar="ID",
    help="The release to query: an id, the beginning of one, or current; see bilateral releases list.",
)
def query(sql: str | None, script: TextIO | None, kind: str | None, output: Path | None, wanted: str) -> None:
    """Run one read-only SQL statement on the current release, or on another one.

    \b
    bilateral query "select year, value / 1e9 as billion_usd from ip_receipts where area = 'USA' order by year"
    bilateral query "show tables"
    bilateral query --file docs/questions/03_charges_both_ways.sql
    """
    if (sql is None) == (script is None):
        raise click.UsageError("Pass the SQL either as an argument or with --file.")
    release = find_release(Settings.from_environment(), wanted)
    answer(release, script.read() if script else str(sql), kind, output)


def answer(release: Release, sql: str, kind: str | None, output: Path | None) -> None:
    """Run SQL and print the rows, or write them to a file, which is not left after a ReleaseError."""
    chosen = kind or (output.suffix.lower().removeprefix(".") if output else "table")
    if output and chosen not in _OPTIONS:
        rule = "is not a CSV, JSON or Parquet file; change its ending, or add --format csv."
        raise click.UsageError(f"{output.name} {rule}")
    if output is None and chosen == "parquet":
        raise click.UsageError("Parquet cannot be printed; add --output FILE.parquet.")
    seen = _Seen()
    with bounded_query(release.database, sql) as answered:
        rows = replace(answered, batches=map(seen, answered.batches))
        if output is not None:
            with output_file(output) as part:
                count = write_rows(rows, chosen, part)
                if chosen == "csv":
                    _mark_as_utf8(part)
            click.echo(f"{with_noun(count, 'row')} from release {release.id} in {output}", err=True)
        elif chosen == "table":
            count = print_rows(rows)
        else:
            count = _print_file(rows, chosen)
    for hint in hints(release, sql, rows.schema.names, has_values=seen.has_values) if rows.schema.names else ():
        click.echo(hint, err=True)
    if "vintage" in rows.schema.names and (hint := vintage_hint(release, sql)):
        click.echo(hint, err=True)


def vintage_hint(release: Release, sql: str) -> str:
    """Return a line on a query's vintages that no publisher dates; empty if there are none."""
    words = {word.removeprefix("named_") for word in re.findall(r"\w+", sql.casefold())}
    tables = sorted(words & {*release.content["metrics"]})
    uncertain = {vintage for table in tables for vintage in vintages_of(release, table) if vintage.endswith(")")}
    listed = "; ".join(sorted(uncertain))
    return f"dates of vintages that no publisher states: {listed} (column vintage_basis)" if uncertain else ""


def _mark_as_utf8(path: Path) -> None:
    """Add a byte order mark, without which Excel reads names in another encoding."""
    with tempfile.TemporaryFile() as content, path.open("r+b") as file:
        shutil.copyfileobj(file, content)
        file.seek(content.seek(0))
        file.write(codecs.BOM_UTF8)
        shutil.copyfileobj(content, file)


class _Seen:
    """Iterator of batches that remembers whether any cell had a value."""

    has_values = False

    def __call__(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        self.has_values |= any(column.null_count < len(column) for column in batch.columns)
        return batch


def write_rows(rows: Rows, kind: str, path: Path) -> int:
    """Write rows as a CSV, JSON or Parquet file with DuckDB's COPY, in constant memory; return their number."""
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
            columns = connection.execute("describe from answer").fetchall()  # repeated names are numbered here
            selected = ", ".join(_column(name, type_, kind) for name, type_, *_ in columns)
            copied = connection.execute(f"copy (select {selected} from answer) to {text(path)} ({_OPTIONS[kind]})")
            ((count,),) = copied.fetchall()
            return int(count)
        except duckdb.Error as error:
            remedy = "select the column as text: column::varchar"
            refusals.append(ReleaseError(f"the rows cannot be written as {kind}: {error}", remedy=remedy))
            raise refusals[0] from error


def _print_file(rows: Rows, kind: str) -> int:
    with tempfile.NamedTemporaryFile() as file:
        count = write_rows(rows, kind, Path(file.name))
        sys.stdout.flush()
        with Path(file.name).open("rb") as stream:
            shutil.copyfileobj(stream, sys.stdout.buffer)
        sys.stdout.flush()
    return count


def _column(name: str, type_: str, kind: str) -> str:
    """Return the SQL of a column. NaN is empty in CSV and null in JSON; a spreadsheet finds no formula in CSV."""
    value = quoted(name)
    if kind == "csv" and type_ == "VARCHAR":
        is_formula = f"regexp_matches({value}, '^{FORMULA}') and not regexp_full_match({value}, '{NUMBER}')"
        value = f"case when {is_formula} then '''' || {value} else {value} end"
    elif kind == "csv" and type_ in _FLOATS:
        is_whole = f"isfinite({value}) and trunc({value}) = {value} and abs({value}) < {_EXACT}"
        value = f"case when {is_whole} then {value}::bigint::varchar when not isnan({value}) then {value}::varchar end"
    elif kind == "json" and type_ in _FLOATS:
        value = f"case when isfinite({value}) then {value} end"
    header = f"'{name}" if kind == "csv" and re.match(FORMULA, name) else name
    return f"{value} as {quoted(header)}"
