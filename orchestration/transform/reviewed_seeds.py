"""Files that a person reviews after a change of the bundle: a seed of its vintages, its metrics' areas."""

from pathlib import Path

import duckdb

from orchestration.core.bounded_database import bounded_database
from orchestration.core.errors import DbtError
from orchestration.core.files import atomic_path
from orchestration.core.settings import Settings
from orchestration.core.sql_quoting import name as quoted
from orchestration.core.sql_quoting import text
from orchestration.transform.build import kept_builds

REVIEWED_AREAS = Path("reviewed.csv")
"""File in the folder of suites: reviewed areas by metric, source and vintage."""

COLUMNS = "source, resource, series, vintage, item, first_year, last_year, observations, figures"


def review_coverage(settings: Settings) -> list[Path]:
    """Write the content of the newest build into the reviewed files, for a person to compare and commit; return the
    files.

    The newest build counts even when its tests failed, since a failed comparison is the occasion for a review.
    """
    for build in (build for build in kept_builds(settings) if build.database.exists()):
        with bounded_database(build.database) as connection:
            tables = connection.execute(
                "select table_schema, table_name from information_schema.tables order by all"
            ).fetchall()
            if ("intermediate", "int_vintages_recorded") in tables:
                areas = " union all ".join(
                    f"select {text(table)} as metric_id, source, vintage, counterpart_area, "
                    f"string_agg(distinct area, ' ' order by area) as areas from metrics.{quoted(table)} group by all"
                    for schema, table in tables
                    if schema == "metrics"
                )
                vintages = f"select {COLUMNS} from intermediate.int_vintages_recorded"
                return [
                    _write(connection, settings.dbt_project / "seeds" / "reviewed_vintages.csv", vintages),
                    _write(connection, settings.expectations / REVIEWED_AREAS, areas),
                ]
    raise DbtError("there is no build to read vintages from", remedy="run: make refresh")


def _write(connection: duckdb.DuckDBPyConnection, path: Path, query: str) -> Path:
    """Write the rows of a query, in their order, as CSV."""
    with atomic_path(path) as part:
        connection.execute(f"copy ({query} order by all) to {text(part)} (format csv, header)")
    return path
