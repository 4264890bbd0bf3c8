"""Look up the inputs of published rows by the declarations of a release's lineage.

A row is named by its table and its row number; rows of metrics are in the table of all vintages.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple, TypeAlias

import duckdb

from orchestration.contracts.lineage import LATEST, STATUS, Input, Lineage
from orchestration.contracts.metric import ALL_VINTAGES
from orchestration.core.sql_quoting import name as quoted
from orchestration.core.sql_quoting import text


class Edge(NamedTuple):
    """One input of one row: ``role`` names it in the formula, ``value`` is what enters there."""

    row: int
    role: str
    input: tuple[str, int]
    value: float | None


Recomputed: TypeAlias = tuple[float | None, str | None, bool | None]
"""Value, observation status and ``is_latest`` of a row, computed from its inputs; None where the release declares no rule."""


class Inputs:
    """The inputs of the rows of one open release, of one figure or of all."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, lineages: Mapping[str, Lineage], metrics: Iterable[str]
    ) -> None:
        self._connection = connection
        self._lineages = lineages
        self._metrics = frozenset(metrics)
        self._known_columns: dict[str, set[str]] = {}

    def of(self, table: str, rows: Iterable[int]) -> tuple[list[Edge], dict[int, Recomputed]]:
        """Return the inputs of rows of a table, in the order of the declaration, and by row number what they give.

        A temporary table of the connection is replaced: to plan the search for inputs takes most of its time.
        """
        wanted = ", ".join(str(int(row)) for row in rows)
        lineage = self._lineages.get(table)
        if not wanted or lineage is None or not lineage.inputs:
            return [], {}
        figures = f"(select * from {self.rows(table)} where row_id in ({wanted}))"
        self._connection.execute(f"create or replace temp table edge_of_rows as {self.edges(lineage, figures)}")
        rows_of_edges = self._connection.execute(
            "select figure_row, role, input_table, input_row, value from edge_of_rows order by figure_row, place, key, input_row"
        ).fetchall()
        edges = [Edge(row, role, (name, number), value) for row, role, name, number, value in rows_of_edges]
        recomputed = self._connection.execute(self.recomputed(lineage, figures, "from edge_of_rows")).fetchall()
        return edges, {row: (value, status, is_latest) for row, value, status, is_latest in recomputed}

    def rows(self, table: str) -> str:
        """Return SQL of a published table with its row numbers as ``row_id``; of a metric, in all its vintages."""
        if table not in self._metrics:
            return f"(select rowid as row_id, * from {quoted(table)})"
        return f"(select rowid as row_id, * from {ALL_VINTAGES} where metric_id = {text(table)})"

    def edges(self, lineage: Lineage, figures: str) -> str:
        """Return SQL of the inputs of the rows in ``figures``; of several declarations of a role the first that finds any counts."""
        declared = Counter(item.role for item in lineage.inputs)
        single: list[str] = []
        repeated: list[str] = []
        for place, item in enumerate(lineage.inputs):
            (single if declared[item.role] == 1 else repeated).append(self._edges_of(item, place, figures))
        if repeated:
            union = " union all ".join(repeated)
            single.append(f"select * from ({union}) qualify place = min(place) over (partition by figure_row, role)")
        return " union all ".join(f"({query})" for query in single)

    def _edges_of(self, item: Input, place: int, figures: str) -> str:
        conditions = [f"input.{quoted(column)} = figure.{quoted(column)}" for column in item.same]
        conditions += [f"({condition})" for condition in (item.where, item.when) if condition]
        newest = ""
        if item.newest_known:
            conditions.append("input.vintage <= figure.vintage")
            conditions.append("list_contains(string_split(figure.source, '+'), input.source)")
            newest = " qualify input.vintage = max(input.vintage) over (partition by figure.row_id, input.source)"
        input_table = "input.metric_id" if item.table == ALL_VINTAGES else text(item.table)
        key = f"input.{quoted(item.many)}" if item.many else "null"
        return (
            f"select figure.row_id as figure_row, {place} as place, {text(item.role)} as role, "
            f"{input_table} as input_table, input.row_id as input_row, "
            f"cast(input.{quoted(item.value)} as double) as value, {self._column(item.table, 'obs_status')}, "
            f"{self._column(item.table, 'is_latest')}, cast({key} as varchar) as key "
            f"from {figures} as figure, {self.rows(item.table)} as input "
            f"where {' and '.join(conditions) or 'true'}{newest}"
        )

    def _column(self, table: str, column: str) -> str:
        """Return SQL of a column of an input; null where its table has none of this name."""
        return f"input.{column}" if column in self.columns(table) else f"null as {column}"

    def recomputed(self, lineage: Lineage, figures: str, edges: str, beside: Iterable[str] = ()) -> str:
        """Return SQL of value, status and ``is_latest`` of ``figures`` as their inputs give them, with ``beside`` as they are."""
        columns = [f"{_WEAKEST} as {STATUS}", f"bool_and(is_latest) as {LATEST}"]
        for role, item in lineage.roles.items():
            of_role = f"filter (where role = {text(role)})"
            value = f"map_from_entries(list((key, value)) {of_role})" if item.many else f"max(value) {of_role}"
            columns.append(f"{value} as {quoted(role)}")
            if f"{role}_is_latest" in (lineage.latest or ""):
                columns.append(f"bool_and(is_latest) {of_role} as {quoted(role + '_is_latest')}")
        return (
            f"select figure.row_id, cast({lineage.recompute} as double) as value, "
            f"cast({lineage.status or 'null'} as varchar) as obs_status, cast({lineage.latest or 'null'} as boolean) as is_latest"
            f"{''.join(f', {expression}' for expression in beside)} "
            f"from {figures} as figure left join (select figure_row, {', '.join(columns)} from ({edges}) group by figure_row) as inputs "
            "on figure.row_id = inputs.figure_row"
        )

    def columns(self, table: str) -> set[str]:
        """Return the names of the columns of a published table."""
        if table not in self._known_columns:
            described = self._connection.execute(f"describe select * from {self.rows(table)}").fetchall()
            self._known_columns[table] = {str(column[0]) for column in described}
        return self._known_columns[table]


_WEAKEST = (
    "case when bool_or(obs_status = 'U') then 'U' when bool_or(obs_status = 'E') then 'E' when bool_or(obs_status = 'P') "
    "then 'P' when min(hash(input_table, input_row)) = max(hash(input_table, input_row)) then max(obs_status) "
    "when count(obs_status) = 0 then null else 'A' end"
)
"""The status of one row, whatever it says, or the least certain of several: as the macro combined_status of the dbt project. Rows are
compared by a hash, because pairs of a name and a number in an aggregate would stay in memory."""
