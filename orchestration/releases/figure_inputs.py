"""Look up the inputs of published rows by the declarations of a release's lineage.

A row is named by its table and its row number; rows of metrics are in the table of all vintages.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import duckdb

from orchestration.contracts.lineage import Input, Lineage
from orchestration.contracts.metric import ALL_VINTAGES
from orchestration.core.sql_quoting import name as quoted
from orchestration.core.sql_quoting import text


class Edge(NamedTuple):
    """One input of one row: ``role`` names it in the formula, ``value`` is what enters there."""

    row: int
    role: str
    input: tuple[str, int]
    value: float | None


class Inputs:
    """The inputs of the rows of one open release, of one figure or of all."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, lineages: Mapping[str, Lineage], metrics: Iterable[str]
    ) -> None:
        self._connection = connection
        self._lineages = lineages
        self._metrics = frozenset(metrics)
        self._known_columns: dict[str, set[str]] = {}

    def of(self, table: str, rows: Iterable[int]) -> list[Edge]:
        """Return the inputs of rows of a table, in the order of the declaration."""
        wanted = ", ".join(str(int(row)) for row in rows)
        lineage = self._lineages.get(table)
        if not wanted or lineage is None or not lineage.inputs:
            return []
        edges = self.edges(lineage, f"(select * from {self.rows(table)} where row_id in ({wanted}))")
        listed = self._connection.execute(
            f"select figure_row, role, input_table, input_row, value from ({edges}) order by figure_row, place, key, input_row"
        ).fetchall()
        return [Edge(row, role, (name, number), value) for row, role, name, number, value in listed]

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

    def columns(self, table: str) -> set[str]:
        """Return the names of the columns of a published table."""
        if table not in self._known_columns:
            described = self._connection.execute(f"describe select * from {self.rows(table)}").fetchall()
            self._known_columns[table] = {str(column[0]) for column in described}
        return self._known_columns[table]
