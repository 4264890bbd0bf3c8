"""Write from a build what a person reviews with a change of the bundle: a seed of its vintages, a list of its metrics' areas."""

from pathlib import Path

import duckdb

from orchestration.core.errors import DbtError
from orchestration.core.files import atomic_path
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

_COLUMNS = "source, resource, series, vintage, item, first_year, last_year, observations, figures"


def review_coverage(settings: Settings) -> list[Path]:
    """Write the content of the newest build into the reviewed files, for a person to compare and commit; return the files.

    The newest build counts even when its tests failed, since a failed comparison is the occasion for a review.

    Raises:
        DbtError: no build here has recorded its vintages.
    """
    databases = settings.build.glob(f"{RUNS}/*/warehouse.duckdb")
    for database in sorted(databases, key=lambda path: path.stat().st_mtime, reverse=True):
        with duckdb.connect(str(database), read_only=True) as connection:
            tables = connection.execute(
                "select table_schema, table_name from information_schema.tables order by all"
            ).fetchall()
            if ("intermediate", TABLE) in tables:
                areas = " union all ".join(_areas(table) for schema, table in tables if schema == "metrics")
                vintages = f"select {_COLUMNS} from intermediate.{TABLE}"
                return [
                    _write(connection, settings.dbt_project / "seeds" / f"{SEED}.csv", vintages),
                    _write(connection, settings.expectations / REVIEWED_AREAS, areas),
                ]
    raise DbtError("there is no build to read vintages from", remedy="run: make refresh")


def _write(connection: duckdb.DuckDBPyConnection, path: Path, query: str) -> Path:
    """Write the rows of a query, in their order, as CSV."""
    with atomic_path(path) as part:
        connection.execute(f"copy ({query} order by all) to {text(part)} (format csv, header)")
    return path


def _areas(metric: str) -> str:
    listed = "string_agg(distinct area, ' ' order by area) as areas"
    return (
        f"select {text(metric)} as metric_id, source, vintage, counterpart_area, {listed} "
        f"from metrics.{quoted(metric)} group by all"
    )
