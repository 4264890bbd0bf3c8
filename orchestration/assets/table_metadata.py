"""What the Dagster UI shows of the tables of a build: rows, columns and their origins, first rows, trend pictures. Builds nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import dagster as dg
import duckdb

from orchestration.assets import markdown
from orchestration.contracts.metric import SERIES
from orchestration.core.sql_quoting import name as quoted
from orchestration.transform.build import Build
from orchestration.transform.column_lineage import Columns, Origins, column_origins, column_types

Metadata: TypeAlias = dict[str, dg.MetadataValue[Any]]

PREVIEW_ROWS = 5
PREVIEW_COLUMNS = 16
"""A wider table is shown by its first columns; the schema beside it lists all."""

SHOWN_FIRST = ("USA", "CHN")
"""The first pair of economies: previews begin with its rows, and a metric's trend pictures are of it."""

_SERIES = tuple(column for column in SERIES if column != "base_year")
"""What distinguishes one series of a metric from another, growth from different base years apart."""


def metadata_of_tables(
    build: Build, nodes: Mapping[str, Mapping[str, Any]], key_of: Callable[[Mapping[str, Any]], dg.AssetKey]
) -> dict[str, Metadata]:
    """The metadata of every table of a build by its name.

    ``nodes`` are the manifest's nodes and sources by their unique id; ``key_of`` says which asset a node is.
    """
    types = column_types(build)
    origins = column_origins(build, types)
    keys = {unique_id: key_of(node) for unique_id, node in nodes.items() if node["resource_type"] != "test"}
    by_name = {node["name"]: node for node in nodes.values() if node["resource_type"] in ("model", "seed")}
    with duckdb.connect(str(build.database), read_only=True) as connection:
        return {
            name: {
                "dagster/column_schema": column_schema(types[name], node["columns"]),
                **_lineage(origins.get(name), keys),
                **_rows(connection, node, types[name]),
            }
            for name, node in by_name.items()
            if name in types
        }


def column_schema(columns: Columns, described: Mapping[str, Mapping[str, Any]]) -> dg.MetadataValue[Any]:
    """Columns with their types and, where there is one, the description of the ``.yml`` beside the model."""
    return dg.MetadataValue.table_schema(
        dg.TableSchema(
            columns=[
                dg.TableColumn(column, kind, description=(described.get(column) or {}).get("description") or None)
                for column, kind in columns.items()
            ]
        )
    )


def _lineage(origins: Origins | None, keys: Mapping[str, dg.AssetKey]) -> Metadata:
    if origins is None:
        return {}
    deps = {
        column: [dg.TableColumnDep(asset_key=keys[unique_id], column_name=name) for unique_id, name in sources]
        for column, sources in origins.items()
    }
    told = [
        {
            "column": column,
            "made from": ", ".join(f"{one.asset_key.to_user_string()}.{one.column_name}" for one in made),
        }
        for column, made in deps.items()
    ]
    return {
        "dagster/column_lineage": dg.MetadataValue.column_lineage(dg.TableColumnLineage(deps_by_column=deps)),
        # the open-source UI keeps the lineage and does not draw it
        "columns made from": dg.MetadataValue.md(markdown.table(told, longest=markdown.LIST_LONGEST)),
    }


def _rows(connection: duckdb.DuckDBPyConnection, node: Mapping[str, Any], columns: Columns) -> Metadata:
    table = f"{quoted(node['schema'])}.{quoted(node['alias'])}"
    [(count,)] = connection.execute(f"select count(*) from {table}").fetchall()
    found: Metadata = {"dagster/row_count": dg.MetadataValue.int(count)}
    if not count:
        return found
    shown = list(columns)[:PREVIEW_COLUMNS]
    rows = _fetched(
        connection,
        f"select {', '.join(map(quoted, shown))} from {table} {_order(columns)} limit {PREVIEW_ROWS}",
    )
    told = [name for name in shown if {row[name] for row in rows} - {None, node["name"]}]
    found["first rows"] = dg.MetadataValue.md(markdown.table(rows, told))
    if {"vintage", "is_latest"} <= columns.keys():
        span = _fetched(connection, f"select min(vintage) as oldest, max(vintage) as newest from {table}")[0]
        found["vintages"] = dg.MetadataValue.text(f"{span['oldest']} to {span['newest']}")
    pictures = _trends(connection, table, node, columns)
    return found | {name: dg.MetadataValue.md(picture) for name, picture in pictures.items() if picture}


def _order(columns: Columns) -> str:
    """The first pair's newest figures first, as far as a table has the columns for it."""
    first = [f"{quoted(one)} = '{area}' desc" for one, area in zip(_areas(columns), SHOWN_FIRST, strict=False)]
    newest = [f"{quoted(one)} desc" for one in ("is_latest", "year") if one in columns]
    return f"order by {', '.join([*first, *newest])}" if first or newest else ""


def _areas(columns: Columns) -> list[str]:
    pairs = (("area", "counterpart_area"), ("reporter", "partner"), ("origin", "office"), ("area",), ("reporter",))
    return list(next((pair for pair in pairs if set(pair) <= columns.keys()), ()))


def _trends(
    connection: duckdb.DuckDBPyConnection, table: str, node: Mapping[str, Any], columns: Columns
) -> dict[str, str]:
    """How many rows there are of each year, and of a metric the longest newest series of each economy of the first pair."""
    if "year" not in columns:
        return {}
    rows = _fetched(connection, f"select year, count(*) as n from {table} where year is not null group by year")
    pictures = {"rows by year": markdown.trend([(row["year"], row["n"]) for row in rows], "rows")}
    if node["path"].startswith("metrics/"):
        pictures |= {f"trend of {area}": _series(connection, table, area) for area in SHOWN_FIRST}
    return pictures


def _series(connection: duckdb.DuckDBPyConnection, table: str, area: str) -> str:
    keys = ", ".join(_SERIES)
    rows = _fetched(
        connection,
        f"""
        with
            newest as (select {keys}, unit, year, value from {table} where is_latest and value is not null and area = ?),
            longest as (select {keys}, unit from newest group by all order by count(distinct year) desc, {keys} limit 1)
        select {keys}, unit, year, max(value) as value from newest natural join longest group by all
        having count(*) = 1 order by year
        """,
        [area],
    )
    if not rows:
        return ""
    first = rows[0]
    words = " ".join(str(first[one]) for one in ("measure", "area", "counterpart_area", "item") if first[one] != "_T")
    points = [(row["year"], row["value"]) for row in rows]
    return markdown.trend(points, f"{words}, {first['unit']}, {first['source']}")


def _fetched(connection: duckdb.DuckDBPyConnection, sql: str, parameters: Sequence[str] = ()) -> list[dict[str, Any]]:
    cursor = connection.execute(sql, list(parameters))
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
