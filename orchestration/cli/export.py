"""Export tables of a release as CSV, JSON, Parquet or SDMX-CSV files."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from orchestration.cli.query import write_table
from orchestration.cli.sdmx_export import KIND, sdmx_query
from orchestration.core.bounded_database import bounded_database
from orchestration.core.output_files import output_file, output_folder
from orchestration.core.sql_quoting import text
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
    paths = []
    with bounded_database() as connection:
        for name in names or release.content["metrics" if kind == KIND else "tables"]:
            paths.append(folder / (f"{name}.sdmx.csv" if kind == KIND else f"{name}.{kind}"))
            source = parquet_path(release.folder, name)
            rows = f"read_parquet({text(source)})"
            with output_file(paths[-1]) as part:
                if kind == "parquet":
                    shutil.copyfile(source, part)
                elif kind == KIND:
                    write_table(connection, f"({sdmx_query(release, name, rows)})", "csv", part)
                else:
                    write_table(connection, rows, kind, part)
    return paths
