"""Write the seeds that a person reviews from a build."""

from __future__ import annotations

from pathlib import Path

import duckdb

from orchestration.core.errors import DbtError
from orchestration.core.files import atomic_path
from orchestration.core.settings import Settings
from orchestration.transform.build import RUNS

REVIEWED = {
    "reviewed_coverage": ("int_coverage_counted", "source, resource, series, item, year, observations, median_value"),
    "reviewed_vintages": ("int_vintages_recorded", "source, resource, series, vintage, observations, digest"),
}
"""Seeds that a person reviews, the table of a build that each is taken from, and its columns."""


def review_coverage(settings: Settings) -> list[Path]:
    """Write the counts of the newest build into the reviewed seeds, for a person to compare and commit; return the seeds.

    The newest build counts even when its tests failed, since a failed comparison is the occasion for a review.

    Raises:
        DbtError: no build here has counted its coverage.
    """
    databases = settings.build.glob(f"{RUNS}/*/warehouse.duckdb")
    for database in sorted(databases, key=lambda path: path.stat().st_mtime, reverse=True):
        with duckdb.connect(str(database), read_only=True) as connection:
            held = connection.execute("select table_name from duckdb_tables()").fetchall()
            if {(table,) for table, _ in REVIEWED.values()} <= set(held):
                return [_write_reviewed(settings, connection, seed) for seed in REVIEWED]
    raise DbtError("no build has counted its coverage", remedy="run: make refresh")


def _write_reviewed(settings: Settings, connection: duckdb.DuckDBPyConnection, seed: str) -> Path:
    table, columns = REVIEWED[seed]
    path = settings.dbt_project / "seeds" / f"{seed}.csv"
    rows = connection.execute(f"select {columns} from intermediate.{table} order by all").df()
    with atomic_path(path) as part:
        rows.to_csv(part, index=False, lineterminator="\n", date_format="%Y-%m-%d")
    return path
