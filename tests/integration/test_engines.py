"""DuckDB and Spark publish the same bundle, and make the same tables of many rows: patents, both reports of a flow,
balanced services.

Text, whole numbers, decimals, dates and counts of rows must be equal; doubles within ``RELATIVE``.
"""

import os
from collections.abc import Collection
from pathlib import Path
from shutil import copytree

import duckdb
import pytest

from orchestration.core.errors import DbtError
from orchestration.core.settings import Settings
from orchestration.core.sql_quoting import name as quoted
from orchestration.core.sql_quoting import text
from orchestration.reading.release import Release
from orchestration.reading.release_store import require_current
from orchestration.releases.release_tables import FIRST_SEEN
from orchestration.transform.build import latest_build
from orchestration.transform.engines import engine
from tests.integration.conftest import PublishedCopy, run_bilateral

pytestmark = pytest.mark.campaign


RELATIVE = 1e-12
"""How far two doubles may lie apart, as a share of the larger one."""

SHOWN = 5

OF_ONE_RELEASE = {FIRST_SEEN}
"""Columns that name the release itself."""

CONTENT_OF_ONE_RELEASE = {"engine", "files", "fingerprint", "id", "log", "published_at"}
"""Keys of ``release.json`` that differ between releases."""


def differences(first: Path, second: Path, without: Collection[str] = ()) -> list[str]:
    """Return how the tables of two databases differ, except in columns of the names ``without``.

    What is a table on one side may be a view on the other: Spark writes out a few models that DuckDB reads again.
    """
    with duckdb.connect() as connection:
        for name, database in (("first", first), ("second", second)):
            connection.execute(f"attach {text(database)} as {name} (read_only)")
        columns = {name: _columns(connection, name, without) for name in ("first", "second")}
        views = {
            f"{quoted(schema)}.{quoted(view)}"
            for schema, view in connection.execute("select schema_name, view_name from duckdb_views()").fetchall()
        }
        alone = (columns["first"].keys() ^ columns["second"].keys()) - views
        lines = [f"{table} is on one side alone" for table in sorted(alone)]
        for table in columns["first"].keys() & columns["second"].keys():
            if columns["first"][table] != columns["second"][table]:
                unequal = columns["first"][table].items() ^ columns["second"][table].items()
                lines.append(f"{table}: columns differ: {sorted(unequal)}")
            else:
                lines += _differing_rows(connection, table, columns["first"][table])
    return lines


def _columns(
    connection: duckdb.DuckDBPyConnection, database: str, without: Collection[str]
) -> dict[str, dict[str, str]]:
    """Return columns with types by ``schema.table``; whole numbers and decimals of any width are alike."""
    tables: dict[str, dict[str, str]] = {}
    for schema, table, column, kind in connection.execute(
        "select schema_name, table_name, column_name, data_type from duckdb_columns() "
        "semi join duckdb_tables() using (database_name, schema_name, table_name) where database_name = ?",
        [database],
    ).fetchall():
        if column not in without:
            plain = "INTEGER" if kind in ("BIGINT", "HUGEINT") else kind.partition("(")[0]
            tables.setdefault(f"{quoted(schema)}.{quoted(table)}", {})[column] = plain
    return tables


def _differing_rows(connection: duckdb.DuckDBPyConnection, table: str, columns: dict[str, str]) -> list[str]:
    """Return the first rows of a table that differ; rows with equal keys are compared by their doubles."""
    doubles = [quoted(name) for name, kind in columns.items() if kind == "DOUBLE"]
    exact = ", ".join(quoted(name) for name, kind in columns.items() if kind != "DOUBLE") or "1"
    order = ", ".join(f"{name} nulls last" for name in doubles) or "1"
    numbered = f"select *, row({exact}) as key, row_number() over (partition by key order by {order}) as place"
    apart = [
        f"first.{name} is distinct from second.{name} and coalesce(abs(first.{name} - second.{name}) "
        f"> {RELATIVE} * greatest(abs(first.{name}), abs(second.{name})), true)"
        for name in doubles
    ]
    rows = connection.execute(
        f"select first, second from ({numbered} from first.{table}) as first "
        f"full join ({numbered} from second.{table}) as second using (key, place) "
        f"where {' or '.join(['first.place is null', 'second.place is null', *apart])} limit {SHOWN}"
    ).fetchall()
    return [f"{table}: {left} and {right}"[:1000] for left, right in rows]


def release_differences(first: Release, second: Release) -> list[str]:
    """Return the differences between two releases, except names, times, engines and their hashes."""
    keys = (first.content.keys() | second.content.keys()) - CONTENT_OF_ONE_RELEASE
    unequal = [key for key in sorted(keys) if first.content.get(key) != second.content.get(key)]
    tables = differences(first.database, second.database, OF_ONE_RELEASE)
    return [*tables, *(f"{key} of release.json differs" for key in unequal)]


@pytest.fixture
def spark(monkeypatch: pytest.MonkeyPatch) -> None:
    """Skips where Spark is not installed, unless it must be."""
    try:
        engine("spark").require()
    except DbtError as error:
        if os.environ.get("BILATERAL_REQUIRE_SPARK"):
            raise
        pytest.skip(str(error))
    # a session for tables of a few thousand rows
    monkeypatch.setenv("PYSPARK_SUBMIT_ARGS", "--conf spark.sql.shuffle.partitions=2 --master local[2] pyspark-shell")


@pytest.mark.usefixtures("spark")
def test_both_engines_publish_the_same_bundle(published_copy: PublishedCopy, tmp_path: Path) -> None:
    root = copytree(published_copy.root, tmp_path / "tree")
    settings = published_copy.settings, Settings(root=root, data=tmp_path / "spark", engine="spark")
    done = run_bilateral(root, settings[1].data, "refresh", BILATERAL_ENGINE="spark")
    assert done.returncode == 0, done.stdout + done.stderr
    first, second = (require_current(each) for each in settings)
    assert (first.content["engine"], second.content["engine"]) == ("duckdb", "spark")
    assert differences(latest_build(settings[0]).database, latest_build(settings[1]).database) == []
    assert release_differences(first, second) == []
