"""One SQL question to a release, answered as a table, CSV, JSON or Parquet. The release is opened read-only and nothing else can be."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from pathlib import Path

import click
import duckdb
import pandas as pd
from rich import box
from rich.console import Console
from rich.table import Table

from orchestration.errors import ReleaseError
from orchestration.releases.store import Release

ROWS_SHOWN = 200
_BY_SUFFIX = {".csv": "csv", ".json": "json", ".parquet": "parquet"}


def answer(release: Release, sql: str, kind: str | None, output: Path | None) -> None:
    """Print or write the answer; a table shows at most ``ROWS_SHOWN`` rows and says so.

    Raises:
        ReleaseError: DuckDB refuses the question.
    """
    chosen = kind or (_BY_SUFFIX.get(output.suffix, "table") if output else "table")
    if chosen == "parquet" and output is None:
        raise click.UsageError("Parquet is not for a terminal: add --output FILE.parquet")
    frame = ask(release, sql)
    if chosen == "parquet" and output:
        frame.to_parquet(output, index=False)
    elif chosen == "table":
        _print_table(frame, output)
    else:
        text = frame.to_csv(index=False) if chosen == "csv" else _json(frame)
        output.write_text(text, encoding="utf-8") if output else sys.stdout.write(text)
    if output:
        click.echo(f"{len(frame):,} rows from release {release.id} in {output}", err=True)


def ask(release: Release, sql: str) -> pd.DataFrame:
    """The answer as a frame.

    Raises:
        ReleaseError: DuckDB refuses the question; the message is DuckDB's own.
    """
    settings: dict[str, str | bool | int | float | list[str]] = {
        "enable_external_access": "false",
        "autoload_known_extensions": "false",
    }
    with duckdb.connect(str(release.database), read_only=True, config=settings) as connection:
        try:
            return connection.execute(sql).df()
        except duckdb.Error as error:
            raise ReleaseError(
                f"a question is one SQL statement that DuckDB understands; it said: {error}",
                payload=f"release {release.id}",
                remedy='see the tables: bilateral query "show tables"; the columns: bilateral query "describe ip_receipts"',
            ) from error


def _json(frame: pd.DataFrame) -> str:
    return frame.to_json(orient="records", date_format="iso", indent=1, force_ascii=False) + "\n"


def _print_table(frame: pd.DataFrame, output: Path | None) -> None:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in frame.columns:
        numeric = pd.api.types.is_numeric_dtype(frame[name]) and not pd.api.types.is_bool_dtype(frame[name])
        table.add_column(str(name), justify="right" if numeric else "left", overflow="fold")
    for row in frame.head(ROWS_SHOWN).itertuples(index=False):
        table.add_row(*(_cell(value) for value in row))
    with output.open("w", encoding="utf-8") if output else nullcontext(sys.stdout) as stream:
        console = Console(file=stream)
        console.print(table)
        if len(frame) > ROWS_SHOWN:
            console.print(f"… {len(frame) - ROWS_SHOWN:,} more of {len(frame):,} rows; use --format csv to see all")


def _cell(value: object) -> str:
    if value is None or value is pd.NaT or (isinstance(value, float) and pd.isna(value)) or value is pd.NA:
        return ""
    if isinstance(value, pd.Timestamp) and value == value.normalize():
        return value.date().isoformat()
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1e6 else f"{value:.6g}"
    return str(value)
