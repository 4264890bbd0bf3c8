"""Build tables with an engine, and compare the tables of two engines.

Text, whole numbers, decimals, dates and counts of rows must be equal; doubles within ``RELATIVE``.
"""

from __future__ import annotations

import shutil
from collections.abc import Collection, Sequence
from pathlib import Path

import duckdb

from orchestration.core.settings import Settings
from orchestration.core.sql_quoting import name as quoted
from orchestration.core.sql_quoting import text
from orchestration.releases.release_store import Release
from orchestration.releases.release_tables import FIRST_SEEN
from orchestration.transform.build import Build, open_database, opened
from orchestration.transform.dbt_runner import PARTIAL_PARSE, dbt_environment, parse_target, run_dbt
from orchestration.transform.engines import engine

RELATIVE = 1e-12
"""How far two doubles may lie apart, as a share of the larger one."""

SHOWN = 5

OF_ONE_RELEASE = {FIRST_SEEN}
"""Columns that name the release itself."""

CONTENT_OF_ONE_RELEASE = {"engine", "files", "fingerprint", "id", "log", "published_at"}
"""Keys of ``release.json`` that differ between releases."""


def built(settings: Settings, raw: Path, folder: Path, arguments: Sequence[str]) -> Build:
    """Build raw files with the engine of the settings in a folder of its own."""
    build = Build(folder)
    build.target.mkdir(parents=True)
    (folder / "raw").symlink_to(raw)
    if (parsed := parse_target(settings) / PARTIAL_PARSE).exists():
        shutil.copyfile(parsed, build.target / PARTIAL_PARSE)
    chosen = engine(settings.engine)
    environment = {
        **dbt_environment(settings, build.raw, open_database(settings), build.target),
        **chosen.environment(settings, build),
    }
    with opened(settings, build):
        run_dbt(settings, list(arguments), environment)
    chosen.take_over(build)
    return build


def differences(first: Path, second: Path, without: Collection[str] = ()) -> list[str]:
    """Return how the tables of two databases differ, except in columns of the names ``without``."""
    with duckdb.connect() as connection:
        for name, database in (("first", first), ("second", second)):
            connection.execute(f"attach {text(database)} as {name} (read_only)")
        columns = {name: _columns(connection, name, without) for name in ("first", "second")}
        lines = [
            f"{table} is on one side alone" for table in sorted(columns["first"].keys() ^ columns["second"].keys())
        ]
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
    """Return the columns of every table with their types, by ``schema.table``; whole numbers and decimals of any width are alike."""
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
    """Return the first rows of a table that differ; rows that are equal without their doubles are compared by the size of these."""
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
