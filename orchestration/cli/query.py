"""One SQL question to a release, answered as a table, CSV, JSON or Parquet. The release is opened read-only and nothing else can be.

A table shows no control characters, and a text cell of a CSV that a spreadsheet would take for a formula gets an apostrophe;
JSON and Parquet hold the texts as they are.
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
    """Print or write the answer; a table on the terminal is cut after many rows and says so.

    Raises:
        ReleaseError: DuckDB refuses the question.
    """
    chosen = kind or (_BY_SUFFIX.get(output.suffix, "table") if output else "table")
    if chosen == "parquet" and output is None:
        raise click.UsageError("Parquet is not for a terminal: add --output FILE.parquet")
    frame = ask(release, sql)
    if output is None and chosen == "table":
        print_frame(frame, sys.stdout)
    elif output is None:
        sys.stdout.write(_text(frame, chosen))
    else:
        write_frame(frame, chosen, output)
        click.echo(f"{len(frame):,} rows from release {release.id} in {output}", err=True)


def write_frame(frame: pd.DataFrame, kind: str, path: Path) -> None:
    """A frame as a file: ``table``, ``csv``, ``json`` or ``parquet``."""
    if kind == "parquet":
        frame.to_parquet(path, index=False)
    elif kind == "table":
        with path.open("w", encoding="utf-8") as stream:
            print_frame(frame, stream)
    else:
        path.write_text(_text(frame, kind), encoding="utf-8")


def ask(release: Release, sql: str) -> pd.DataFrame:
    """The answer as a frame.

    Raises:
        ReleaseError: DuckDB refuses the question; the message is DuckDB's own.
    """
    with open_read_only(release.database) as connection:
        try:
            return connection.execute(sql).df()
        except duckdb.Error as error:
            raise ReleaseError(
                f"a question is one SQL statement that DuckDB understands; it said: {error}",
                payload=f"release {release.id}",
                remedy='see the tables: bilateral query "show tables"; the columns: bilateral query "describe ip_receipts"',
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
