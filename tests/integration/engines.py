"""The same dbt nodes built by two engines from the same raw files, and every table of one held against the other's.

``make engines`` does it for the whole project and the figures of the bundle; ``test_engines.py`` for the models in which rows are many.
Text, whole numbers, decimals, dates and counts of rows are equal; doubles within ``RELATIVE``.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import duckdb

from orchestration.admission.ingest import ingest
from orchestration.core.settings import Settings
from orchestration.core.sql_quoting import name as quoted
from orchestration.core.sql_quoting import text
from orchestration.sources import load_sources
from orchestration.transform.build import Build, prepare_build
from orchestration.transform.dbt_runner import dbt_environment, run_dbt
from orchestration.transform.engines import engine, engine_names
from orchestration.transform.model_list import update_model_list

RELATIVE = 1e-12
"""How far two doubles may lie apart, as a share of the larger one."""

SHOWN = 5


def built(settings: Settings, raw: Path, folder: Path, arguments: Sequence[str]) -> Build:
    """What the engine of the settings builds of some raw files, in a folder of its own."""
    build = Build(folder)
    build.target.mkdir(parents=True)
    (folder / "raw").symlink_to(raw)
    chosen = engine(settings.engine)
    environment = {
        **dbt_environment(settings, build.raw, build.database, build.target),
        **chosen.environment(build),
    }
    update_model_list(settings)
    run_dbt(settings, list(arguments), environment)
    chosen.take_over(build)
    return build


def differences(one: Build, other: Build) -> tuple[list[str], dict[str, int]]:
    """How the tables of two builds differ, in words, and the rows of each table of the first."""
    with duckdb.connect() as connection:
        for name, build in (("one", one), ("other", other)):
            connection.execute(f"attach {text(build.database)} as {name} (read_only)")
        tables = {name: _tables(connection, name) for name in ("one", "other")}
        views = {
            f"{quoted(schema)}.{quoted(view)}"
            for schema, view in connection.execute("select schema_name, view_name from duckdb_views()").fetchall()
        }
        alone = set(tables["one"]) ^ set(tables["other"])
        found = [f"{table} is in one build alone" for table in sorted(alone - views)]
        rows: dict[str, int] = {}
        for table, columns in tables["one"].items():
            if table in tables["other"]:
                found += _difference(connection, table, columns, tables["other"][table])
                (counted,) = connection.execute(f"select count(*) from one.{table}").fetchall()
                rows[table] = counted[0]
    return found, rows


def _tables(connection: duckdb.DuckDBPyConnection, database: str) -> dict[str, dict[str, str]]:
    """The columns of every table with their types, by ``schema.table``."""
    found: dict[str, dict[str, str]] = {}
    for schema, table, column, kind in connection.execute(
        "select columns.schema_name, columns.table_name, column_name, data_type from duckdb_columns() as columns "
        "join duckdb_tables() as tables on columns.database_name = tables.database_name "
        "and columns.schema_name = tables.schema_name and columns.table_name = tables.table_name "
        "where columns.database_name = ? order by all",
        [database],
    ).fetchall():
        found.setdefault(f"{quoted(schema)}.{quoted(table)}", {})[column] = kind
    return found


def _difference(
    connection: duckdb.DuckDBPyConnection, table: str, columns: dict[str, str], others: dict[str, str]
) -> list[str]:
    """The differences of one table: columns, then rows without their doubles, then doubles of equal rows."""
    if columns.keys() != others.keys():
        return [f"{table}: columns {sorted(set(columns) ^ set(others))} are in one build alone"]
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


def main() -> int:
    """Build the whole project, with its tests and unit tests, from the bundle on every engine; return the exit code."""
    with tempfile.TemporaryDirectory(prefix="bilateral-engines-") as name:
        folder = Path(name)
        settings = replace(Settings.from_environment(), data=folder / "data", feed="bundle")
        sources = load_sources()
        for source in sources.values():
            ingest(source, settings)
        raw = prepare_build(settings, sources, "raw").raw
        builds = {}
        for each in engine_names():
            engine(each).require()
            started = time.monotonic()
            builds[each] = built(replace(settings, engine=each), raw, folder / each, ["build"])
            print(f"{each}: built and tested in {time.monotonic() - started:.0f} s", flush=True)
        first, *others = builds.values()
        found, rows = differences(first, others[0])
    print(
        f"{len(rows)} tables with {sum(rows.values()):,} rows compared, {sum(1 for n in rows.values() if not n)} of them empty"
    )
    print("\n".join(found) or f"equal: doubles within {RELATIVE:g}, all else exactly")
    return 1 if found else 0


if __name__ == "__main__":
    os.environ.setdefault("BILATERAL_FEED", "bundle")
    sys.exit(main())
