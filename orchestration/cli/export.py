"""The ``bilateral export`` command: tables of a release as CSV or SDMX-CSV files."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import click

from orchestration.cli.query import in_release, write_table
from orchestration.contracts.metric import KEY, MAY_BE_EMPTY, NOT_APPLICABLE
from orchestration.core.bounded_database import bounded_database
from orchestration.core.errors import ReleaseError
from orchestration.core.output_files import output_file
from orchestration.core.settings import Settings
from orchestration.core.sql_quoting import name as quoted
from orchestration.core.sql_quoting import text
from orchestration.releases.release_store import Release, find_release, parquet_path, require_table

KIND: Final = "sdmx-csv"

_IDS: Final = {
    "area": "REF_AREA",
    "base_year": "BASE_PERIOD",
    "year": "TIME_PERIOD",
    "value": "OBS_VALUE",
    "unit": "UNIT_MEASURE",
}
"""Columns of the metric contract with another name in SDMX; every other one is its name in capitals."""


@click.command()
@click.argument("tables", nargs=-1)
@click.option(
    "--format",
    "kind",
    type=click.Choice(["csv", KIND]),
    default="csv",
    show_default=True,
    help="sdmx-csv is for metrics.",
)
@click.option(
    "--to", "folder", type=click.Path(path_type=Path, file_okay=False), default=Path("export"), show_default=True
)
@in_release
def export(tables: tuple[str, ...], kind: str, folder: Path, wanted: str) -> None:
    """Export tables of the current release, or of another one, to files; print the path of each file.

    Without names, all tables are exported. Parquet files of all tables are in the folder of the release.

    \b
    bilateral export ip_receipts co_inventions --to figures
    """
    for path in export_tables(find_release(Settings.from_environment(), wanted), tables, kind, folder):
        click.echo(path)


def export_tables(release: Release, names: Sequence[str], kind: str, folder: Path) -> list[Path]:
    """Write tables into ``folder``, all of them if none is named; return the paths. Each file appears when it is whole.

    As SDMX-CSV, write metrics only.

    Raises:
        ReleaseError: the release has no such table (the message suggests the nearest), or it cannot be SDMX-CSV.
    """
    for name in names:
        require_table(release, name)
    paths = []
    with bounded_database() as connection:
        for name in names or release.content["metrics" if kind == KIND else "tables"]:
            paths.append(folder / (f"{name}.sdmx.csv" if kind == KIND else f"{name}.{kind}"))
            rows = f"read_parquet({text(parquet_path(release.folder, name))})"
            if kind == KIND:
                rows = f"({sdmx_query(release, name, rows)})"
            with output_file(paths[-1]) as part:
                write_table(connection, rows, "csv", part)
    return paths


def sdmx_query(release: Release, metric: str, rows: str) -> str:
    """Return the SQL that selects ``rows`` of a metric with the columns of SDMX-CSV; the time is the last dimension.

    Raises:
        ReleaseError: the table is not a metric and has no dimensions.
    """
    if metric not in release.content["metrics"]:
        raise ReleaseError(
            f"{metric} is not a metric; only metrics have the dimensions that {KIND} needs",
            payload=f"release {release.id}",
            remedy="export it as csv",
        )
    dataflow = f"BILATERAL:{metric.upper()}(1.0)"
    fixed = {"STRUCTURE": "dataflow", "STRUCTURE_ID": dataflow, "ACTION": "I", "FREQ": "A"}
    dimensions = sorted(KEY[1:], key=lambda column: column == "year")
    columns = (*dimensions, "value", "unit", "obs_status", "release_first_seen")
    selected = [f"{text(value)} as {name}" for name, value in fixed.items()]
    selected += [f"{_value(column)} as {_IDS.get(column, column.upper())}" for column in columns]
    return f"select {', '.join(selected)} from {rows} order by all"


def _value(column: str) -> str:
    """Return the SQL of a column; a dimension has a value in every row."""
    if column in KEY and column in MAY_BE_EMPTY:
        return f"coalesce({quoted(column)}::varchar, {text(NOT_APPLICABLE)})"
    return quoted(column)
