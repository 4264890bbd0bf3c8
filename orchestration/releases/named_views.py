"""Views of a release that show the names of codes beside them: ``named_ip_receipts`` and one for every other metric."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import duckdb

from orchestration.contracts.metric import COLUMNS, NAMED_IN
from orchestration.core.sql_quoting import name as quoted
from orchestration.core.sql_quoting import text


def write_named_views(
    connection: duckdb.DuckDBPyConnection,
    metrics: Iterable[str],
    columns: Mapping[str, Mapping[str, str]],
    database: str,
) -> None:
    """Create the view of every metric in the attached ``database``, whose tables have these ``columns`` with their descriptions.

    Tables are named without the database in a view, because readers attach the file under a name of their own.
    """
    ((before,),) = connection.execute("select current_database()").fetchall()
    connection.execute(f"use {quoted(database)}")
    for metric in metrics:
        view, descriptions = quoted(f"named_{metric}"), dict[str, str]()
        selected, joins = list[str](), list[str]()
        for column in sorted(
            columns[metric], key=lambda name: COLUMNS.index(name) if name in COLUMNS else len(COLUMNS)
        ):
            selected.append(f"figure.{quoted(column)}")
            descriptions[column] = columns[metric][column]
            named = NAMED_IN.get(column)
            if named and "name" in columns.get(named.table, ()):
                alias = quoted(f"of_{column}")
                selected.append(f"{alias}.name as {quoted(named.shown_as)}")
                condition = f"{alias}.{quoted(named.key)} = figure.{quoted(column)}"
                joins.append(f"left join {quoted(named.table)} as {alias} on {condition}")
                descriptions[named.shown_as] = f"Name of the code in {column}."
        query = f"select {', '.join(selected)} from {quoted(metric)} as figure {' '.join(joins)}"
        connection.execute(f"create view {view} as {query}")
        connection.execute(f"comment on view {view} is {text(f'{metric}, with names beside codes.')}")
        for column, description in descriptions.items():
            connection.execute(f"comment on column {view}.{quoted(column)} is {text(description)}")
    connection.execute(f"use {quoted(before)}")
