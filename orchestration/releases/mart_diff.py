"""What differs between the published marts of two releases, row by row along their declared keys. Metrics are compared in diff.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from orchestration.core.sql_quoting import name as quoted
from orchestration.core.sql_quoting import text
from orchestration.releases.limits import Limits
from orchestration.releases.metric_diff import MOVEMENTS_SHOWN, NOISE, MetricDiff
from orchestration.releases.release_store import parquet_path

FIGURE = ("value", "unit", "obs_status")
"""What a row of a table of figures says; of other tables every column counts."""

_BOOKKEEPING = {"resource", "payload_sha256", "payload_pointer", "is_latest", "countries_reporting"}
"""Columns that move when another vintage comes, though the row says what it said."""

_NUMBERS = {"DOUBLE", "FLOAT"}


@dataclass(frozen=True)
class RowMovement:
    """One row whose value changed: its key, and how. ``factor`` is how many times larger or smaller it became."""

    key: Mapping[str, str | None]
    value_before: float | None
    value_after: float | None
    factor: float | None

    def message(self) -> str:
        """Which row, what it was and what it is."""
        row = ", ".join(f"{name}={value}" for name, value in self.key.items() if value is not None)
        before, after = ("no value" if one is None else f"{one:,.6g}" for one in (self.value_before, self.value_after))
        return f"{row}: {before} → {after}" + ("" if self.factor is None else f", a factor of {self.factor:,.4g}")


def keys_of(manifest: Mapping[str, Any]) -> dict[str, list[str]]:
    """The declared primary key of every mart that has one, by name; a mart without one is compared by whole rows."""
    return {
        node["name"]: [
            column
            for constraint in node.get("constraints", ())
            if constraint["type"] == "primary_key"
            for column in constraint["columns"]
        ]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["path"].startswith("marts/")
    }


def compare_marts(
    before: Path, after: Path, keys: Mapping[str, list[str]], limits: Mapping[str, Limits]
) -> dict[str, MetricDiff]:
    """How each mart that the release in ``before`` holds differs in the release in ``after``, by name.

    Args:
        before, after: the folders of the two releases.
        keys: primary keys by mart, of the marts of both.
        limits: limits by mart; the defaults for one that is not named.
    """
    held = {name: key for name, key in keys.items() if parquet_path(before, name).exists()}
    with duckdb.connect(":memory:") as connection:
        return {
            name: _compare(connection, name, (before, after), key, limits.get(name, Limits()))
            for name, key in sorted(held.items())
        }


def _compare(
    connection: duckdb.DuckDBPyConnection, name: str, folders: tuple[Path, Path], key: list[str], limits: Limits
) -> MetricDiff:
    paths = [parquet_path(folder, name) for folder in folders]
    if not paths[1].exists():
        rows = _rows(connection, paths[0])
        return MetricDiff(name, rows, 0, 0, rows, 0, None, limits)
    columns = [_columns(connection, path) for path in paths]
    shared = [column for column in columns[0] if column in columns[1]]
    if not set(key) <= set(shared):
        key = []
    named = key or [column for column in shared if column not in _BOOKKEEPING]
    has_value = "value" in shared and "value" not in named
    told = [column for column in shared if column not in {*named, *_BOOKKEEPING}]
    told = [column for column in told if column in FIGURE] if has_value else told
    connection.execute(
        _joined(paths, named, told, {one for one in told if {columns[0][one], columns[1][one]} <= _NUMBERS}, has_value)
    )
    ((rows_before, rows_after, added, gone, changed, largest),) = connection.execute(
        "select count(*) filter (in_before), count(*) filter (in_after), count(*) filter (not in_before), "
        "count(*) filter (not in_after), count(*) filter (changed), max(factor) filter (changed) from compared"
    ).fetchall()
    moved = connection.execute(
        f"select value_before, value_after, factor, {', '.join(f'cast(key.{quoted(one)} as varchar)' for one in named)} "
        "from compared where changed and value_before is distinct from value_after "
        f"order by factor desc nulls last, key limit {MOVEMENTS_SHOWN}"
    ).fetchall()
    movements = [RowMovement(dict(zip(named, words, strict=True)), one, other, by) for one, other, by, *words in moved]
    return MetricDiff(name, rows_before, rows_after, added, gone, changed, largest, limits, tuple(movements))


def _joined(paths: list[Path], key: list[str], told: list[str], numbers: set[str], has_value: bool) -> str:
    """SQL of the rows of both sides beside each other: the key, whether each side has it, and whether what it says changed."""
    sides = [
        f"(select {{{', '.join(f'{text(one)}: {quoted(one)}' for one in key)}}} as key, * from read_parquet({text(path)}))"
        for path in paths
    ]
    differs = " or ".join(_differs(column, column in numbers) for column in told) or "false"
    values = [f"cast({side}.value as double)" if has_value else "cast(null as double)" for side in ("b", "a")]
    return (
        "create or replace temp table compared as select *, case when value_before <> 0 and value_after <> 0 then "
        "greatest(abs(value_before), abs(value_after)) / least(abs(value_before), abs(value_after)) end as factor from ("
        "select coalesce(b.key, a.key) as key, b.key is not null as in_before, a.key is not null as in_after, "
        f"{values[0]} as value_before, {values[1]} as value_after, "
        f"b.key is not null and a.key is not null and ({differs}) as changed "
        f"from {sides[0]} as b full join {sides[1]} as a on b.key = a.key)"
    )


def _differs(column: str, number: bool) -> str:
    before, after = f"b.{quoted(column)}", f"a.{quoted(column)}"
    if not number:
        return f"cast({before} as varchar) is distinct from cast({after} as varchar)"
    moved = f"abs({after} - {before}) > {NOISE} * greatest(abs({after}), abs({before}))"
    return f"(({before} is null) <> ({after} is null) or coalesce({moved}, false))"


def _columns(connection: duckdb.DuckDBPyConnection, path: Path) -> dict[str, str]:
    return dict(
        connection.execute(
            f"select column_name, column_type from (describe from read_parquet({text(path)}))"
        ).fetchall()
    )


def _rows(connection: duckdb.DuckDBPyConnection, path: Path) -> int:
    return int(connection.execute(f"select count(*) from read_parquet({text(path)})").fetchall()[0][0])
