"""What the contract of a published table declares: the columns that are never empty, and the key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from orchestration.contracts.metric import COLUMNS, KEY, MAY_BE_EMPTY
from orchestration.core.errors import ReleaseError
from orchestration.core.repeated_keys import keep_repeated
from orchestration.core.sql_quoting import name as quoted
from orchestration.transform.constraints import key_of

_TEXT_FIRST = {"VARCHAR": 0, "DATE": 1}
"""Text of a key comes first in its index, days next, numbers last: neighbouring keys then agree in nearly all their bytes, and the index of
growth figures takes 3 MB instead of 13."""

INDEXED_ROWS = 1_000_000
"""A table of more rows has no index: DuckDB holds one in memory while it is made and whenever the table is written to, about a hundred
bytes for each row."""

_HASHES = "repeated_hashes"
"""The temporary table of hashes that several keys of a table have."""


@dataclass(frozen=True)
class Declared:
    """The columns of a table that are never empty, those that identify a row, and those of them that only some rows have."""

    required: frozenset[str]
    key: tuple[str, ...] = ()
    sometimes: frozenset[str] = frozenset()


def declared_by_model(model: Mapping[str, Any], manifest: Mapping[str, Any]) -> Declared:
    """Return what the ``.yml`` of a mart declares; a column of its key is never null."""
    key = tuple(key_of(model, manifest))
    filled = {
        name
        for name, column in model["columns"].items()
        if any(one["type"] == "not_null" for one in column.get("constraints", ()))
    }
    return Declared(frozenset({*filled, *key}), key)


def declared_by_metric(connection: duckdb.DuckDBPyConnection, query: str, further: str) -> Declared:
    """What the metric contract declares for the rows of ``query``, which has the column ``further`` beside the contract's.

    A column of the key that may be empty belongs to it where every row has it (``base_year`` of growth), and not where none has.
    """
    may_be_empty = [column for column in KEY if column in MAY_BE_EMPTY]
    counts = ", ".join(f"count({quoted(column)})" for column in may_be_empty)
    ((rows, *filled),) = connection.execute(f"select count(*), {counts} from ({query})").fetchall()
    held = dict(zip(may_be_empty, filled, strict=True))
    key = tuple(column for column in KEY if held.get(column, rows))
    return Declared(
        frozenset({*(column for column in COLUMNS if column not in MAY_BE_EMPTY), further, *_in_all(held, rows)}),
        key,
        frozenset(column for column, count in held.items() if 0 < count < rows),
    )


def create_table(
    connection: duckdb.DuckDBPyConnection, schema: str, name: str, queries: Sequence[str], declared: Declared, rows: int
) -> None:
    """Create a table in ``schema`` with the rows of ``queries`` in their order, and hold it to what is declared.

    The key is the primary key; where a part of it is empty in some rows, which a primary key cannot be, a unique index. Of more
    than ``INDEXED_ROWS`` rows it is neither, and is looked through once.

    Raises:
        ReleaseError: a row breaks what is declared.
    """
    table = f"{schema}.{quoted(name)}"
    union = " union all by name ".join(f"({query})" for query in queries)
    types = dict(connection.execute(f"select column_name, column_type from (describe {union})").fetchall())
    lines = [f"{quoted(one)} {kind}{' not null' * (one in declared.required)}" for one, kind in types.items()]
    key = sorted(declared.key, key=lambda one: _TEXT_FIRST.get(types[one], len(_TEXT_FIRST)))
    is_indexed = rows <= INDEXED_ROWS
    if key and is_indexed and not declared.sometimes:
        lines.append(f"primary key ({', '.join(map(quoted, key))})")
    try:
        connection.execute(f"create table {table} ({', '.join(lines)})")
        for query in queries:
            connection.execute(f"insert into {table} by name {query}")
        if key and is_indexed and declared.sometimes:
            parts = (f"coalesce({quoted(one)}, 0)" if one in declared.sometimes else quoted(one) for one in key)
            connection.execute(f"create unique index {quoted(f'{name}_key')} on {table} ({', '.join(parts)})")
    except duckdb.ConstraintException as error:
        raise _broken(name, str(error).splitlines()[0]) from error
    if key and not is_indexed and (repeated := _repeated(connection, table, key)):
        raise _broken(name, f"duplicate key {repeated}")


def _repeated(connection: duckdb.DuckDBPyConnection, table: str, key: Sequence[str]) -> str | None:
    """A key that several rows have. Hashes are counted first: they take a tenth of the memory, and next to none repeats."""
    listed = ", ".join(map(quoted, key))
    keep_repeated(connection, f"select hash({listed}) as key_hash from {table}", _HASHES)
    found = connection.execute(
        f"select {listed} from {table} where hash({listed}) in (from {_HASHES}) group by all having count(*) > 1 limit 1"
    ).fetchall()
    return ", ".join(f"{column}: {value}" for column, value in zip(key, found[0], strict=True)) if found else None


def _broken(name: str, how: str) -> ReleaseError:
    return ReleaseError(
        f"{name}: a row breaks the contract of its table: {how}",
        remedy="the guards let this row pass; correct the model, or what its .yml declares as key or not_null",
    )


def _in_all(held: Mapping[str, int], rows: int) -> set[str]:
    return {column for column, count in held.items() if rows and count == rows}
