"""Views of a release that show the names of codes beside them: ``named_ip_receipts`` and one for every other metric."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import duckdb

from orchestration.contracts.metric import COLUMNS, NAMED_IN
from orchestration.core.sql_quoting import name as quoted
from orchestration.core.sql_quoting import text

PREFIX = "named_"


def write_named_views(
    connection: duckdb.DuckDBPyConnection, metrics: Iterable[str], tables: Collection[str], database: str
) -> None:
    """Create the view of every metric in the attached ``database``, which holds ``tables``.

    Tables are named without the database in a view, because readers attach the file under a name of their own.
    """
    ((before,),) = connection.execute("select current_database()").fetchall()
    connection.execute(f"use {quoted(database)}")
    for metric in metrics:
        view = quoted(f"{PREFIX}{metric}")
        connection.execute(f"create view {view} as {_query(connection, metric, tables)}")
        connection.execute(f"comment on view {view} is {text(f'{metric}, with names beside codes.')}")
    connection.execute(f"use {quoted(before)}")


def _query(connection: duckdb.DuckDBPyConnection, metric: str, tables: Collection[str]) -> str:
    held = [row[0] for row in connection.execute(f"select column_name from (describe {quoted(metric)})").fetchall()]
    named = {column: into for column, into in NAMED_IN.items() if into.table in tables and column in held}
    columns, joins = list[str](), list[str]()
    for column in sorted(held, key=lambda one: COLUMNS.index(one) if one in COLUMNS else len(COLUMNS)):
        columns.append(f"figure.{quoted(column)}")
        if column in named:
            alias, into = quoted(f"of_{column}"), named[column]
            columns.append(f"{alias}.name as {quoted(into.shown_as)}")
            joins.append(
                f"left join {quoted(into.table)} as {alias} on {alias}.{quoted(into.key)} = figure.{quoted(column)}"
            )
    return f"select {', '.join(columns)} from {quoted(metric)} as figure {' '.join(joins)}"
