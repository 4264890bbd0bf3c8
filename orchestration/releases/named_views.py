"""Views of a release that show the names of codes beside them: ``named_ip_receipts`` and one for every other metric."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import duckdb

from orchestration.contracts.metric import COLUMNS, NAMED_IN
from orchestration.core.sql_quoting import name as quoted
from orchestration.core.sql_quoting import text

PREFIX = "named_"


def write_named_views(
    connection: duckdb.DuckDBPyConnection, metrics: Iterable[str], columns: Mapping[str, Sequence[str]], database: str
) -> None:
    """Create the view of every metric in the attached ``database``, whose tables have these ``columns``.

    Tables are named without the database in a view, because readers attach the file under a name of their own.
    """
    ((before,),) = connection.execute("select current_database()").fetchall()
    connection.execute(f"use {quoted(database)}")
    for metric in metrics:
        view = quoted(f"{PREFIX}{metric}")
        connection.execute(f"create view {view} as {_query(metric, columns)}")
        connection.execute(f"comment on view {view} is {text(f'{metric}, with names beside codes.')}")
    connection.execute(f"use {quoted(before)}")


def _query(metric: str, columns: Mapping[str, Sequence[str]]) -> str:
    held = columns[metric]
    shown, joins = list[str](), list[str]()
    for column in sorted(held, key=lambda one: COLUMNS.index(one) if one in COLUMNS else len(COLUMNS)):
        shown.append(f"figure.{quoted(column)}")
        if (named := NAMED_IN.get(column)) and "name" in columns.get(named.table, ()):
            alias = quoted(f"of_{column}")
            shown.append(f"{alias}.name as {quoted(named.shown_as)}")
            joins.append(
                f"left join {quoted(named.table)} as {alias} on {alias}.{quoted(named.key)} = figure.{quoted(column)}"
            )
    return f"select {', '.join(shown)} from {quoted(metric)} as figure {' '.join(joins)}"
