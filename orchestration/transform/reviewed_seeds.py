"""Write from a build what a person reviews with a change of the bundle: a seed of its vintages, a list of its metrics' areas."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import duckdb

from orchestration.core.errors import DbtError
from orchestration.core.files import atomic_path, write_text
from orchestration.core.settings import Settings
from orchestration.core.sql_quoting import name as quoted
from orchestration.core.sql_quoting import text
from orchestration.transform.build import RUNS

SEED = "reviewed_vintages"
"""The seed that a person reviews."""

TABLE = "int_vintages_recorded"
"""The model of a build that the seed is taken from."""

REVIEWED_AREAS = Path("reviewed.csv")
"""In the folder of the suites: of each metric, the areas of every source and vintage that a person reviewed."""

AREAS_HEADER = ("metric_id", "source", "vintage", "counterpart_area", "areas")

_COLUMNS = (
    "source, resource, series, vintage, area, counterpart_area, item, first_year, last_year, observations, median_value, "
    "digest"
)


def review_coverage(settings: Settings) -> list[Path]:
    """Write the content of the newest build into the reviewed files, for a person to compare and commit; return the files.

    The newest build counts even when its tests failed, since a failed comparison is the occasion for a review.

    Raises:
        DbtError: no build here has recorded its vintages.
    """
    databases = settings.build.glob(f"{RUNS}/*/warehouse.duckdb")
    for database in sorted(databases, key=lambda path: path.stat().st_mtime, reverse=True):
        with duckdb.connect(str(database), read_only=True) as connection:
            if _tables(connection, TABLE):
                return [_write_vintages(settings, connection), _write_areas(settings, connection)]
    raise DbtError("there is no build to read vintages from", remedy="run: make refresh")


def _tables(connection: duckdb.DuckDBPyConnection, name: str = "%", schema: str = "%") -> list[str]:
    tables = connection.execute(
        "select table_name from information_schema.tables where table_name like ? and table_schema like ? order by table_name",
        [name, schema],
    ).fetchall()
    return [str(table) for (table,) in tables]


def _write_vintages(settings: Settings, connection: duckdb.DuckDBPyConnection) -> Path:
    path = settings.dbt_project / "seeds" / f"{SEED}.csv"
    rows = connection.execute(f"select {_COLUMNS} from intermediate.{TABLE} order by all").df()
    with atomic_path(path) as part:
        rows.to_csv(part, index=False, lineterminator="\n", date_format="%Y-%m-%d")
    return path


def _write_areas(settings: Settings, connection: duckdb.DuckDBPyConnection) -> Path:
    path = settings.expectations / REVIEWED_AREAS
    content = io.StringIO()
    writer = csv.writer(content, lineterminator="\n")
    writer.writerow(AREAS_HEADER)
    for metric in _tables(connection, schema="metrics"):
        writer.writerows(
            connection.execute(
                f"select {text(metric)}, source, vintage, counterpart_area, string_agg(distinct area, ' ' order by area) "
                f"from metrics.{quoted(metric)} group by all order by all"
            ).fetchall()
        )
    write_text(path, content.getvalue())
    return path
