"""Look up the inputs of published rows by the declarations of a release's lineage.

A row is named by its table and its row number; rows of metrics are in the table of all vintages.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import duckdb

from orchestration.contracts.metric import ALL_VINTAGES
from orchestration.core.sql_quoting import name as quoted
from orchestration.core.sql_quoting import text
from orchestration.transform.declared_inputs import LATEST, STATUS, Input, Lineage

PLACES_AT_ONCE = 100_000


@dataclass(frozen=True)
class Edge:
    """One input of one row: ``role`` names it in the formula, ``value`` is what enters there."""

    figure: tuple[str, int]
    role: str
    input: tuple[str, int]
    value: float | None


@dataclass(frozen=True)
class Recomputed:
    """What the inputs of one row give: its value, its observation status, and whether it is the latest.

    Status and latest are None where the release does not declare how they are made.
    """

    value: float | None
    obs_status: str | None
    is_latest: bool | None


class Inputs:
    """The inputs of the rows of one open release. One lookup serves one figure and all of them alike."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, lineages: Mapping[str, Lineage], metrics: Iterable[str]
    ) -> None:
        self._connection = connection
        self._lineages = lineages
        self._metrics = frozenset(metrics)
        self._known_columns: dict[str, set[str]] = {}

    def of(self, table: str, rows: Iterable[int]) -> tuple[list[Edge], dict[int, Recomputed]]:
        """The inputs of some rows of a table, in the order of the declaration, and by row number what these give.

        A temporary table of the connection is replaced: to plan the search for inputs takes most of its time.
        """
        wanted = ", ".join(str(int(row)) for row in rows)
        lineage = self._lineages.get(table)
        if not wanted or lineage is None or not lineage.inputs:
            return [], {}
        figures = f"(select * from {self.rows(table)} where row_id in ({wanted}))"
        self._connection.execute(f"create or replace temp table edge_of_rows as {self.edges(lineage, figures)}")
        found = self._connection.execute(
            "select figure_row, role, input_table, input_row, value from edge_of_rows order by figure_row, place, key, input_row"
        ).fetchall()
        edges = [
            Edge((table, row), role, (input_table, input_row), value)
            for row, role, input_table, input_row, value in found
        ]
        again = self._connection.execute(self.again(lineage, figures, "from edge_of_rows")).fetchall()
        return edges, {row: Recomputed(*given) for row, *given in again}

    def places(self) -> Iterator[tuple[str, str, str, str]]:
        """Source, resource, payload and pointer of every place that figures rest on, ordered, a few at a time."""
        found = self._connection.execute(f"select * from ({self._places()}) order by all")
        while rows := found.fetchmany(PLACES_AT_ONCE):
            yield from rows

    def places_counted(self) -> list[tuple[str, str, str, int]]:
        """Source, resource, payload and number of places of every payload that figures rest on."""
        return self._connection.execute(
            f"select source, resource, payload_sha256, count(*) from ({self._places()}) group by all order by all"
        ).fetchall()

    def _places(self) -> str:
        """SQL of all places, without those that several rows name."""
        grounds = [table for table, lineage in self._lineages.items() if not lineage.inputs]
        edges = " union all ".join(
            self.edges(one, self.rows(one.table))
            for one in self._lineages.values()
            if {entry.table for entry in one.inputs}.intersection(grounds)
        )
        self._connection.execute(
            f"create or replace temp table place as select distinct input_table, input_row from ({edges or _NO_EDGES})"
        )
        every = [
            f"select source, resource, payload_sha256, payload_pointer from {self.rows(table)} "
            f"where row_id in (select input_row from place where input_table = {text(table)})"
            for table in grounds
        ]
        return " union ".join(every)

    def rows(self, table: str) -> str:
        """SQL of a published table with its row numbers as ``row_id``; of a metric, in all its vintages."""
        if table not in self._metrics:
            return f"(select rowid as row_id, * from {quoted(table)})"
        return f"(select rowid as row_id, * from {ALL_VINTAGES} where metric_id = {text(table)})"

    def edges(self, lineage: Lineage, figures: str) -> str:
        """SQL of the inputs of the rows in ``figures``; of several declarations of a role the first that finds any counts."""
        declared = Counter(one.role for one in lineage.inputs)
        once: list[str] = []
        again: list[str] = []
        for place, one in enumerate(lineage.inputs):
            (once if declared[one.role] == 1 else again).append(self._edges_of(one, place, figures))
        if again:
            together = " union all ".join(again)
            once.append(f"select * from ({together}) qualify place = min(place) over (partition by figure_row, role)")
        return " union all ".join(f"({one})" for one in once)

    def _edges_of(self, one: Input, place: int, figures: str) -> str:
        conditions = [f"input.{quoted(column)} = figure.{quoted(column)}" for column in one.same]
        conditions += [f"({words})" for words in (one.where, one.when) if words]
        newest = ""
        if one.newest_known:
            conditions.append("input.vintage <= figure.vintage")
            conditions.append("list_contains(string_split(figure.source, '+'), input.source)")
            newest = " qualify input.vintage = max(input.vintage) over (partition by figure.row_id, input.source)"
        input_table = "input.metric_id" if one.table == ALL_VINTAGES else text(one.table)
        key = f"input.{quoted(one.many)}" if one.many else "null"
        return (
            f"select figure.row_id as figure_row, {place} as place, {text(one.role)} as role, "
            f"{input_table} as input_table, input.row_id as input_row, "
            f"cast(input.{quoted(one.value)} as double) as value, {self._column(one.table, 'obs_status')}, "
            f"{self._column(one.table, 'is_latest')}, cast({key} as varchar) as key "
            f"from {figures} as figure, {self.rows(one.table)} as input "
            f"where {' and '.join(conditions) or 'true'}{newest}"
        )

    def _column(self, table: str, column: str) -> str:
        """SQL of a column of an input; null where its table has none of this name."""
        return f"input.{column}" if column in self.columns(table) else f"null as {column}"

    def again(self, lineage: Lineage, figures: str, edges: str, beside: Iterable[str] = ()) -> str:
        """SQL of row numbers, values, statuses and whether they are the latest of ``figures`` by the rules over their inputs, and of
        expressions on figure.<column> beside them."""
        columns = [f"{_WEAKEST} as {STATUS}", f"bool_and(is_latest) as {LATEST}"]
        for role, one in lineage.roles.items():
            of_role = f"filter (where role = {text(role)})"
            value = f"map_from_entries(list((key, value)) {of_role})" if one.many else f"max(value) {of_role}"
            columns.append(f"{value} as {quoted(role)}")
            if f"{role}_is_latest" in (lineage.latest or ""):
                columns.append(f"bool_and(is_latest) {of_role} as {quoted(role + '_is_latest')}")
        return (
            f"select figure.row_id, cast({lineage.recompute} as double) as value, "
            f"cast({lineage.status or 'null'} as varchar) as obs_status, cast({lineage.latest or 'null'} as boolean) as is_latest"
            f"{''.join(f', {one}' for one in beside)} "
            f"from {figures} as figure left join (select figure_row, {', '.join(columns)} from ({edges}) group by figure_row) as inputs "
            "on figure.row_id = inputs.figure_row"
        )

    def columns(self, table: str) -> set[str]:
        """The names of the columns of a published table."""
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

_NO_EDGES = "select null::varchar as input_table, null::bigint as input_row where false"
"""Of a release in which every figure names its own payload."""
