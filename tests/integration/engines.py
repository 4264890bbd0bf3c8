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


def differences(one: Path, other: Path, without: Collection[str] = ()) -> tuple[list[str], dict[str, int]]:
    """Return the differences between the tables of two databases, and the rows per table; ``without`` are columns."""
    with duckdb.connect() as connection:
        for name, database in (("one", one), ("other", other)):
            connection.execute(f"attach {text(database)} as {name} (read_only)")
        tables = {name: _tables(connection, name, without) for name in ("one", "other")}
        views = {
            f"{quoted(schema)}.{quoted(view)}"
            for schema, view in connection.execute("select schema_name, view_name from duckdb_views()").fetchall()
        }
        alone = set(tables["one"]) ^ set(tables["other"])
        found = [f"{table} is on one side alone" for table in sorted(alone - views)]
        rows: dict[str, int] = {}
        for table, columns in tables["one"].items():
            if table in tables["other"]:
                found += _difference(connection, table, columns, tables["other"][table])
                (counted,) = connection.execute(f"select count(*) from one.{table}").fetchall()
                rows[table] = counted[0]
    return found, rows


def _tables(
    connection: duckdb.DuckDBPyConnection, database: str, without: Collection[str]
) -> dict[str, dict[str, str]]:
    """The columns of every table with their types, by ``schema.table``."""
    found: dict[str, dict[str, str]] = {}
    for schema, table, column, kind in connection.execute(
        "select columns.schema_name, columns.table_name, column_name, data_type from duckdb_columns() as columns "
        "join duckdb_tables() as tables on columns.database_name = tables.database_name "
        "and columns.schema_name = tables.schema_name and columns.table_name = tables.table_name "
        "where columns.database_name = ? order by all",
        [database],
    ).fetchall():
        if column not in without:
            found.setdefault(f"{quoted(schema)}.{quoted(table)}", {})[column] = kind
    return found


def _difference(
    connection: duckdb.DuckDBPyConnection, table: str, columns: dict[str, str], others: dict[str, str]
) -> list[str]:
    """The differences of one table: columns, then rows without their doubles, then doubles of equal rows."""
    if columns.keys() != others.keys():
        return [f"{table}: columns {sorted(set(columns) ^ set(others))} are on one side alone"]
    kinds = [
        f"{name} is {columns[name]} and {others[name]}" for name in columns if not _alike(columns[name], others[name])
    ]
    if kinds:
        return [f"{table}: {'; '.join(kinds)}"]
    doubles = [name for name in columns if columns[name] == "DOUBLE"]
    exact = [name for name in columns if name not in doubles]
    key = f"row({', '.join(map(quoted, exact))})" if exact else "row(1)"
    alone = connection.execute(
        f"select coalesce(one.key, other.key)::varchar, coalesce(one.n, 0), coalesce(other.n, 0) "
        f"from (select {key} as key, count(*) as n from one.{table} group by all) as one "
        f"full join (select {key} as key, count(*) as n from other.{table} group by all) as other using (key) "
        f"where one.n is distinct from other.n order by 1 limit {SHOWN}"
    ).fetchall()
    if alone:
        return [f"{table}: {n} and {m} rows of {words[:300]}" for words, n, m in alone]
    return [line for name in doubles for line in _doubles(connection, table, key, name, doubles)]


def _alike(one: str, other: str) -> bool:
    """Whether two types hold the same: sums of whole numbers are wider in DuckDB where a model does not say how wide."""
    whole = {"INTEGER", "BIGINT", "HUGEINT"}
    return one == other or {one, other} <= whole or (one.startswith("DECIMAL") and other.startswith("DECIMAL"))


def _doubles(
    connection: duckdb.DuckDBPyConnection, table: str, key: str, column: str, doubles: Sequence[str]
) -> list[str]:
    """The values of a column that lie too far apart, among rows that are equal in all else; several of these by size."""
    order = ", ".join(f"{quoted(name)} nulls last" for name in doubles)
    numbered = (
        f"select {key} as key, {quoted(column)} as v, row_number() over (partition by key order by {order}) as n from"
    )
    far = connection.execute(
        f"select one.key::varchar, one.v, other.v from ({numbered} one.{table}) as one "
        f"join ({numbered} other.{table}) as other on one.key = other.key and one.n = other.n "
        f"where one.v is distinct from other.v "
        f"and coalesce(abs(one.v - other.v) > {RELATIVE} * greatest(abs(one.v), abs(other.v)), true) "
        f"order by abs(one.v - other.v) desc limit {SHOWN}"
    ).fetchall()
    return [f"{table}: {column} is {v!r} and {w!r} in {words[:300]}" for words, v, w in far]


def release_differences(one: Release, other: Release) -> tuple[list[str], dict[str, int]]:
    """Return the differences between two releases, except names, times, engines and their hashes."""
    found, rows = differences(one.database, other.database, OF_ONE_RELEASE)
    keys = (one.content.keys() | other.content.keys()) - CONTENT_OF_ONE_RELEASE
    words = [key for key in sorted(keys) if one.content.get(key) != other.content.get(key)]
    return [*found, *(f"{key} of release.json differs" for key in words)], rows
