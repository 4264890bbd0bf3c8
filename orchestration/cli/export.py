"""Export of the tables of a release as CSV, JSON, Parquet or Excel files."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from orchestration.cli.query import write_rows
from orchestration.core.files import atomic_path
from orchestration.core.sql_quoting import name as quoted
from orchestration.releases.bounded_query import QuerySession, query_session
from orchestration.releases.release_store import Release, parquet_path, require_table


def export_tables(release: Release, names: Sequence[str], kind: str, folder: Path) -> list[Path]:
    """Write tables into ``folder``, all of them if none is named; each file appears by one rename.

    Raises:
        ReleaseError: the release has no table of a name; the message suggests the nearest.
    """
    for name in names:
        require_table(release, name)
    with query_session(release.database, label=f"release {release.id}") as session:
        return [
            _export(session, release, name, kind, folder / f"{name}.{kind}")
            for name in (names or release.content["tables"])
        ]


def _export(session: QuerySession, release: Release, name: str, kind: str, path: Path) -> Path:
    if kind == "parquet":
        with atomic_path(path) as part:
            shutil.copyfile(parquet_path(release.folder, name), part)
    else:
        write_rows(session.ask(f"from {quoted(name)}"), kind, path)
    return path
