"""Views of a release that show the names of codes beside them: ``named_ip_receipts`` and one for every other metric."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import duckdb

from orchestration.contracts.metric import COLUMNS, NAMED_IN
from orchestration.core.sql_quoting import name as quoted
from orchestration.core.sql_quoting import text

PREFIX = "named_"


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
        view = quoted(f"{PREFIX}{metric}")
        shown = _shown(metric, columns)
        connection.execute(f"create view {view} as {_query(metric, shown)}")
        connection.execute(f"comment on view {view} is {text(f'{metric}, with names beside codes.')}")
        for one in shown:
            connection.execute(f"comment on column {view}.{quoted(one.name)} is {text(one.description)}")
    connection.execute(f"use {quoted(before)}")


@dataclass(frozen=True)
class Shown:
    """A column of a view: a metric's own, or the name of the code in the column ``of``."""

    name: str
    description: str
    of: str = ""


def _shown(metric: str, columns: Mapping[str, Mapping[str, str]]) -> list[Shown]:
    found: list[Shown] = []
    for column in sorted(columns[metric], key=lambda one: COLUMNS.index(one) if one in COLUMNS else len(COLUMNS)):
        found.append(Shown(column, columns[metric][column]))
        named = NAMED_IN.get(column)
        if named and "name" in columns.get(named.table, ()):
            found.append(Shown(named.shown_as, f"Name of the code in {column}.", column))
    return found


def _query(metric: str, shown: Iterable[Shown]) -> str:
    selected, joins = list[str](), list[str]()
    for one in shown:
        if not one.of:
            selected.append(f"figure.{quoted(one.name)}")
            continue
        named, alias = NAMED_IN[one.of], quoted(f"of_{one.of}")
        selected.append(f"{alias}.name as {quoted(one.name)}")
        joins.append(
            f"left join {quoted(named.table)} as {alias} on {alias}.{quoted(named.key)} = figure.{quoted(one.of)}"
        )
    return f"select {', '.join(selected)} from {quoted(metric)} as figure {' '.join(joins)}"
