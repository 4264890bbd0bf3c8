"""Hashes that occur more than once, found in DuckDB within little memory however many there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

AT_ONCE = 4_000_000
"""Hashes that are grouped at a time: DuckDB holds a group of each in memory, some fifty bytes."""


def keep_repeated(connection: duckdb.DuckDBPyConnection, hashes: str, table: str) -> None:
    """Put the hashes that a query gives more than once into a temporary table.

    Args:
        hashes: a query of one column, ``key_hash``, as DuckDB's ``hash`` gives it.
        table: the name of the table to make, with that column; it is not quoted here.
    """
    given = f"{table}_given"
    connection.execute(f"create or replace temp table {given} as {hashes}")
    ((count,),) = connection.execute(f"select count(*) from {given}").fetchall()
    parts = count // AT_ONCE + 1
    connection.execute(f"create or replace temp table {table} (key_hash ubigint)")
    for part in range(parts):
        connection.execute(
            f"insert into {table} select key_hash from {given} where key_hash % {parts} = {part} "
            "group by key_hash having count(*) > 1"
        )
    connection.execute(f"drop table {given}")
