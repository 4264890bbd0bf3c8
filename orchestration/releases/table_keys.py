"""What the contract of a published table declares: the columns that are never empty, and the key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from orchestration.contracts.metric import COLUMNS, KEY, MAY_BE_EMPTY
from orchestration.core.errors import ReleaseError
from orchestration.core.sql_quoting import name as quoted
from orchestration.transform.constraints import key_of

INDEXED_ROWS = 1_000_000
"""A table of more rows has no primary key: DuckDB keeps its index in memory, about a hundred bytes a row. The guards check its key."""


@dataclass(frozen=True)
class Declared:
    """The columns of a table that are never empty, and those that identify a row; no key where a part of it is sometimes empty."""

    required: frozenset[str]
    key: tuple[str, ...] = ()


def declared_by_model(model: Mapping[str, Any], manifest: Mapping[str, Any]) -> Declared:
    """Return what the ``.yml`` of a mart declares; a column of its key is never null."""
    key = tuple(key_of(model, manifest))
    filled = {
        name
        for name, column in model["columns"].items()
        if any(constraint["type"] == "not_null" for constraint in column.get("constraints", ()))
    }
    return Declared(frozenset({*filled, *key}), key)


def declared_by_metric(connection: duckdb.DuckDBPyConnection, query: str, first_seen: str) -> Declared:
    """Return what the metric contract declares for the rows of ``query``, to which the column ``first_seen`` is added.

    A column of the key that may be empty belongs to it where every row has it (``base_year`` of growth), and not where none has.
    """
    may_be_empty = [column for column in KEY if column in MAY_BE_EMPTY]
    counts = ", ".join(f"count({quoted(column)})" for column in may_be_empty)
    ((rows, *counted),) = connection.execute(f"select count(*), {counts} from ({query})").fetchall()
    filled = dict(zip(may_be_empty, counted, strict=True))
    always = {column for column, count in filled.items() if rows and count == rows}
    is_unclear = any(0 < count < rows for count in filled.values())
    return Declared(
        frozenset({*(column for column in COLUMNS if column not in MAY_BE_EMPTY), first_seen, *always}),
        () if is_unclear else tuple(column for column in KEY if column not in filled or column in always),
    )


def create_table(
    connection: duckdb.DuckDBPyConnection, schema: str, name: str, queries: Sequence[str], declared: Declared, rows: int
) -> None:
    """Create a table in ``schema`` with the rows of ``queries`` in their order and the constraints that are declared.

    Raises:
        ReleaseError: a row breaks what is declared.
    """
    table = f"{schema}.{quoted(name)}"
    union = " union all by name ".join(f"({query})" for query in queries)
    types = dict(connection.execute(f"select column_name, column_type from (describe {union})").fetchall())
    lines = [f"{quoted(column)} {kind}{' not null' * (column in declared.required)}" for column, kind in types.items()]
    if declared.key and rows <= INDEXED_ROWS:
        key = sorted(declared.key, key=lambda column: types[column] != "VARCHAR")  # text first: a quarter of the index
        lines.append(f"primary key ({', '.join(map(quoted, key))})")
    try:
        connection.execute(f"create table {table} ({', '.join(lines)})")
        for query in queries:
            connection.execute(f"insert into {table} by name {query}")
    except duckdb.ConstraintException as error:
        raise ReleaseError(
            f"{name}: a row breaks the contract of its table: {str(error).splitlines()[0]}",
            remedy="the guards let this row pass; correct the model, or what its .yml declares as key or not_null",
        ) from error
