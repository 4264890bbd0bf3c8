"""SQL on one release, read-only and confined to it, with the result as a table, CSV, JSON or Parquet.

Tables escape control characters; in CSV an apostrophe precedes text that a spreadsheet would take for a formula. JSON and
Parquet have unmodified texts.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click
import duckdb
import pandas as pd

from orchestration.cli.table_output import print_frame
from orchestration.core.errors import ReleaseError
from orchestration.core.text import cell
from orchestration.releases.release_store import Release, open_read_only

_BY_SUFFIX = {".csv": "csv", ".json": "json", ".parquet": "parquet"}


def answer(release: Release, sql: str, kind: str | None, output: Path | None) -> None:
    """Run SQL and print or write the result; a table on the terminal is cut after many rows.

    Raises:
        ReleaseError: DuckDB rejects the SQL.
    """
    chosen = kind or (_BY_SUFFIX.get(output.suffix, "table") if output else "table")
    if chosen == "parquet" and output is None:
        raise click.UsageError("Parquet cannot be printed; add --output FILE.parquet.")
    frame = ask(release, sql)
    if output is None and chosen == "table":
        print_frame(frame, sys.stdout)
    elif output is None:
        sys.stdout.write(_text(frame, chosen))
    else:
        write_frame(frame, chosen, output)
        click.echo(f"{len(frame):,} rows from release {release.id} in {output}", err=True)


def write_frame(frame: pd.DataFrame, kind: str, path: Path) -> None:
    """Write a frame as a ``table``, ``csv``, ``json`` or ``parquet`` file."""
    if kind == "parquet":
        frame.to_parquet(path, index=False)
    elif kind == "table":
        with path.open("w", encoding="utf-8") as stream:
            print_frame(frame, stream)
    else:
        path.write_text(_text(frame, kind), encoding="utf-8")


def ask(release: Release, sql: str) -> pd.DataFrame:
    """Run one SQL statement on a release; return the result as a frame.

    Raises:
        ReleaseError: DuckDB rejects the SQL; its message is included.
    """
    with open_read_only(release.database) as connection:
        try:
            return connection.execute(sql).df()
        except duckdb.Error as error:
            raise ReleaseError(
                f"DuckDB rejected the SQL: {error}",
                payload=f"release {release.id}",
                remedy='list the tables with bilateral query "show tables", and columns with bilateral query "describe ip_receipts"',
            ) from error


def _text(frame: pd.DataFrame, kind: str) -> str:
    return _csv(frame) if kind == "csv" else _json(frame)


def _csv(frame: pd.DataFrame) -> str:
    texts = {
        name: frame[name].map(_safe_cell) for name in frame.columns if not pd.api.types.is_numeric_dtype(frame[name])
    }
    return frame.assign(**texts).rename(columns=cell).to_csv(index=False)


def _safe_cell(value: object) -> object:
    return cell(value) if isinstance(value, str) else value


def _json(frame: pd.DataFrame) -> str:
    return frame.to_json(orient="records", date_format="iso", indent=1, force_ascii=False) + "\n"
