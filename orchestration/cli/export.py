"""Export tables of a release as CSV, JSON, Parquet or SDMX-CSV files."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from orchestration.cli.query import write_rows
from orchestration.cli.sdmx_export import KIND, sdmx_query
from orchestration.core.output_files import output_file, output_folder
from orchestration.core.sql_quoting import name as quoted
from orchestration.releases.bounded_query import query_session
from orchestration.releases.release_store import Release, parquet_path, require_table


def export_tables(release: Release, names: Sequence[str], kind: str, folder: Path) -> list[Path]:
    """Write tables into ``folder``, all of them if none is named; return the paths. Each file appears when it is whole.

    As SDMX-CSV, write metrics only.

    Raises:
        ReleaseError: the release has no such table (the message suggests the nearest), or it cannot be SDMX-CSV.
    """
    for name in names:
        require_table(release, name)
    folder = output_folder(folder)
    with query_session(release.database, label=f"release {release.id}") as session:
        paths = []
        for name in names or release.content["metrics" if kind == KIND else "tables"]:
            paths.append(folder / (f"{name}.sdmx.csv" if kind == KIND else f"{name}.{kind}"))
            if kind == "parquet":
                with output_file(paths[-1]) as part:
                    shutil.copyfile(parquet_path(release.folder, name), part)
            elif kind == KIND:
                write_rows(session.ask(sdmx_query(release, name)), "csv", paths[-1])
            else:
                write_rows(session.ask(f"from {quoted(name)}"), kind, paths[-1])
        return paths
