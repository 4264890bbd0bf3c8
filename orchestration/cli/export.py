"""Export of the tables of a release as CSV, JSON, Parquet, Excel or SDMX-CSV files."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from orchestration.cli import sdmx_export
from orchestration.cli.query import write_rows
from orchestration.core.output_files import output_file, output_folder
from orchestration.core.sql_quoting import name as quoted
from orchestration.releases.bounded_query import QuerySession, query_session
from orchestration.releases.release_store import Release, parquet_path, require_table


def export_tables(release: Release, names: Sequence[str], kind: str, folder: Path) -> list[Path]:
    """Write tables into ``folder``, all of them if none is named; each file appears by one rename.

    As SDMX-CSV only metrics are written, each with its data structure beside it.

    Raises:
        ReleaseError: the release has no table of a name, and the message suggests the nearest; or one cannot be SDMX-CSV.
    """
    for name in names:
        require_table(release, name)
    folder = output_folder(folder)
    with query_session(release.database, label=f"release {release.id}") as session:
        if kind == sdmx_export.KIND:
            metrics = names or release.content["metrics"]
            return [path for one in metrics for path in sdmx_export.export_sdmx(session, release, one, folder)]
        return [
            _export(session, release, name, kind, folder / f"{name}.{kind}")
            for name in (names or release.content["tables"])
        ]


def _export(session: QuerySession, release: Release, name: str, kind: str, path: Path) -> Path:
    if kind == "parquet":
        with output_file(path) as part:
            shutil.copyfile(parquet_path(release.folder, name), part)
    else:
        write_rows(session.ask(f"from {quoted(name)}"), kind, path)
    return path
