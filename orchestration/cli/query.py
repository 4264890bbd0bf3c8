"""SQL on one release, within the limits of queries, with the result as a table, CSV, JSON, Parquet or Excel workbook."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from orchestration.cli.no_rows import no_rows
from orchestration.cli.waiting import waiting
from orchestration.core.output_files import output_file
from orchestration.core.query_limits import QueryLimits
from orchestration.releases.bounded_query import Rows, query_session
from orchestration.releases.release_store import Release

if TYPE_CHECKING:
    import pandas as pd

_BY_SUFFIX = {".csv": "csv", ".json": "json", ".parquet": "parquet", ".xlsx": "xlsx"}
_NOT_TEXT = {"parquet": "Parquet", "xlsx": "An Excel workbook"}


def answer(
    release: Release, sql: str, kind: str | None, output: Path | None, limits: QueryLimits | None = None
) -> None:
    """Run SQL and print or write the result; a table is cut after many rows, the other forms are written as the rows come.

    Raises:
        ReleaseError: DuckDB rejects the SQL, or a limit is reached; no file is left then.
    """
    chosen = kind or (_kind_of(output) if output else "table")
    if chosen in _NOT_TEXT and output is None:
        raise click.UsageError(f"{_NOT_TEXT[chosen]} cannot be printed; add --output FILE.{chosen}.")
    with query_session(release.database, limits, label=f"release {release.id}") as session:
        with waiting("The query runs", session.limits):
            rows = session.ask(sql)
            if output is not None:
                count = write_rows(rows, chosen, output)
        if output is None:
            count = _text_writer(chosen)(rows, sys.stdout)
        else:
            click.echo(f"{count:,} {'row' if count == 1 else 'rows'} from release {release.id} in {output}", err=True)
        if count == 0 and rows.schema.names:
            click.echo(no_rows(session, sql), err=True)


def _kind_of(output: Path) -> str:
    """Return the format of a file name by its ending; text files get a table."""
    kind = "table" if output.suffix in ("", ".txt") else _BY_SUFFIX.get(output.suffix.lower())
    if kind is None:
        raise click.UsageError(
            f"{output.name} ends in {output.suffix}, which is no format of results; name a file that ends in "
            f"{', '.join([*_BY_SUFFIX, '.txt'])}, or add --format."
        )
    return kind


def write_rows(rows: Rows, kind: str, path: Path) -> int:
    """Write an answer as a ``table``, ``csv``, ``json``, ``parquet`` or ``xlsx`` file that appears when it is whole; return its rows."""
    with output_file(path) as part:
        if kind == "parquet":
            from orchestration.cli.result_files import write_parquet

            return write_parquet(rows, part)
        if kind == "xlsx":
            from orchestration.cli.workbook import write_workbook

            return write_workbook(rows, part)
        with part.open("w", encoding="utf-8", newline="") as stream:
            return _text_writer(kind)(rows, stream)


def ask(release: Release, sql: str, limits: QueryLimits | None = None) -> pd.DataFrame:
    """Run one SQL statement on a release; return the result as a frame, in which decimals are floating-point numbers.

    Raises:
        ReleaseError: DuckDB rejects the SQL (its message is included), or a limit is reached.
    """
    import pyarrow as pa

    with query_session(release.database, limits, label=f"release {release.id}") as session:
        table = session.frame_rows(sql)
    for at, column in enumerate(table.schema):
        if pa.types.is_decimal(column.type):
            table = table.set_column(at, column.name, table.column(at).cast(pa.float64()))
    frame: pd.DataFrame = table.to_pandas(date_as_object=False)
    return frame


def _text_writer(kind: str) -> Callable[[Rows, TextIO], int]:
    if kind == "table":
        from orchestration.cli.table_output import print_rows

        return print_rows
    from orchestration.cli.result_files import TEXT_KINDS

    return TEXT_KINDS[kind]
