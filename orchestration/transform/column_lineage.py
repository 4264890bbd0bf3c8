"""Which columns of which tables the columns of a model are made from, read by sqlglot out of the SQL that dbt compiled.

dagster-dbt can do the same with a query for each table and a new analysis for each column, once dbt has ended; over this
project that takes about twenty times as long.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any, TypeAlias

import duckdb
import pyarrow.parquet as pq
from sqlglot import MappingSchema, exp, parse_one, to_table
from sqlglot.errors import SqlglotError
from sqlglot.lineage import lineage
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import build_scope

from orchestration.transform.build import Build

_DIALECT = "duckdb"
_RAW = "raw"

Columns: TypeAlias = Mapping[str, str]
"""The names of a table's columns, in their order, with their types."""

Origins: TypeAlias = dict[str, list[tuple[str, str]]]
"""For each column of a table the columns that it is made from, as (unique id of the dbt node, column)."""


def column_types(build: Build) -> Mapping[str, Columns]:
    """The columns of every table and view of a build, by the name of the table."""
    found: dict[str, dict[str, str]] = {}
    with duckdb.connect(str(build.database), read_only=True) as connection:
        for table, column, kind in connection.execute(
            "select table_name, column_name, data_type from duckdb_columns() where not internal order by table_oid, column_index"
        ).fetchall():
            found.setdefault(table, {})[column] = str(kind).lower()
    return found


def column_origins(
    build: Build, manifest: Mapping[str, Any], node: Mapping[str, Any], types: Mapping[str, Columns]
) -> Origins | None:
    """Where the columns of a model come from; a column made from no column (a constant, a count of rows) has no origins.

    None for a Python model, for a seed, and for SQL that sqlglot cannot resolve to columns.

    Args:
        node: the model's node of the manifest.
        types: columns of the tables built so far, by name; those of the model and of its parents are read.
    """
    if node["resource_type"] != "model" or node["language"] != "sql":
        return None
    compiled = build.target / "compiled" / node["package_name"] / node["original_file_path"]
    schema = MappingSchema(dialect=_DIALECT)
    known: dict[str, tuple[str, Mapping[str, str]]] = {}
    for unique_id in node["depends_on"]["nodes"]:
        raw = unique_id.startswith("source.")
        parent = manifest["sources" if raw else "nodes"][unique_id]
        relation = _raw_relation(parent) if raw else f"{parent['schema']}.{parent['alias']}"
        own = _raw_columns(build, parent) if raw else types.get(parent["name"], {})
        schema.add_table(to_table(relation, dialect=_DIALECT), dict(own), dialect=_DIALECT)
        known[relation.lower()] = (unique_id, {name.lower(): name for name in own})
    try:
        sql = _with_raw_tables(compiled.read_text(encoding="utf-8"))
        query = qualify(sql, schema=schema, dialect=_DIALECT, validate_qualify_columns=False)
        scope = build_scope(query)
        return {column: sorted(set(_leaves(column, query, schema, scope, known))) for column in types[node["name"]]}
    except SqlglotError:
        return None


def _leaves(
    column: str,
    query: exp.Expr,
    schema: MappingSchema,
    scope: Any,
    known: Mapping[str, tuple[str, Mapping[str, str]]],
) -> Iterator[tuple[str, str]]:
    for node in lineage(column, query, schema, scope=scope, dialect=_DIALECT, trim_selects=False, copy=False).walk():
        if node.downstream or not isinstance(node.expression, exp.Table) or node.name == "*":
            continue  # the star of a table whose columns are not known leads to none of them
        unique_id, names = known.get(f"{node.expression.db}.{node.expression.name}".lower(), ("", {}))
        name = names.get(exp.to_column(node.name).name.lower())
        if name:
            yield unique_id, name


def _with_raw_tables(sql: str) -> exp.Expr:
    """The query with ``read_parquet('<raw>/<source>/<table>/*.parquet')`` as a table that the schema knows."""

    def named(node: exp.Expr) -> exp.Expr:
        if not isinstance(node, exp.Table) or not isinstance(node.this, exp.ReadParquet):
            return node
        path = PurePosixPath(node.this.expressions[0].name)
        table = exp.table_(f"{path.parts[-3]}__{path.parts[-2]}", db=_RAW)
        return exp.alias_(table, node.alias, table=True) if node.alias else table

    named_query: exp.Expr = parse_one(sql, dialect=_DIALECT).transform(named)
    return named_query


def _raw_relation(source: Mapping[str, Any]) -> str:
    return f"{_RAW}.{source['source_name']}__{source['identifier']}"


def _raw_columns(build: Build, source: Mapping[str, Any]) -> dict[str, str]:
    files = sorted((build.raw / source["source_name"] / source["identifier"]).glob("*.parquet"))
    return {field.name: str(field.type) for field in pq.read_schema(files[0])} if files else {}
