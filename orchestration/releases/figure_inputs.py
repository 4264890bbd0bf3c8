"""Look up the inputs of published rows by the declarations of a release's lineage, and verify them all.

A row is named by its table and its row number; rows of metrics are in the table of all vintages.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import duckdb

from orchestration.contracts.metric import ALL_VINTAGES
from orchestration.core.sql_quoting import name as quoted
from orchestration.core.sql_quoting import text
from orchestration.transform.declared_inputs import LATEST, STATUS, Input, Lineage

TOLERANCE = 1e-9
"""Largest relative difference of a recomputed value from the published one: a sum in another order."""

_EDGE_COLUMNS = "figure_table, figure_row, role, many, input_table, input_row, value, obs_status, is_latest, key"


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


@dataclass(frozen=True)
class Unexplained:
    """Rows of one table that are not explained, why, and the first of them."""

    table: str
    why: str
    rows: int
    example: Mapping[str, object]

    def message(self) -> str:
        """One line for a person."""
        row = ", ".join(f"{name}={value}" for name, value in self.example.items() if value is not None)
        return f"{self.table}: {self.why}; {self.rows:,} rows, the first {row}"


class Inputs:
    """The inputs of the rows of one open release. One lookup serves one figure and all of them alike."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, lineages: Mapping[str, Lineage], metrics: Iterable[str]
    ) -> None:
        self._connection = connection
        self._lineages = lineages
        self._metrics = frozenset(metrics)
        self._known_columns: dict[str, set[str]] = {}

    def of(self, table: str, rows: Iterable[int]) -> list[Edge]:
        """The inputs of some rows of a table, in the order of the declaration."""
        wanted = ", ".join(str(int(row)) for row in rows)
        lineage = self._lineages.get(table)
        if not wanted or lineage is None or not lineage.inputs:
            return []
        sql = self._edges(lineage, f"(select * from {self.rows(table)} where row_id in ({wanted}))")
        found = self._connection.execute(
            f"select figure_row, role, input_table, input_row, value from ({sql}) order by figure_row, place, key, input_row"
        ).fetchall()
        return [
            Edge((table, row), role, (input_table, input_row), value)
            for row, role, input_table, input_row, value in found
        ]

    def recomputed(self, table: str, rows: Iterable[int]) -> dict[int, Recomputed]:
        """By row number, some rows of a table as their inputs give them."""
        wanted = ", ".join(str(int(row)) for row in rows)
        lineage = self._lineages.get(table)
        if not wanted or lineage is None or lineage.recompute is None:
            return {}
        figures = f"(select * from {self.rows(table)} where row_id in ({wanted}))"
        found = self._connection.execute(self._recomputed(lineage, figures, self._edges(lineage, figures))).fetchall()
        return {row: Recomputed(*again) for row, *again in found}

    def unexplained(self, payloads: Iterable[str]) -> list[Unexplained]:
        """The rows of all tables whose explanation is wrong; empty when every figure is explained.

        Every role that a figure has must have its input, one where the declaration does not say ``many``; every row must
        lead to ``payloads`` (SHA-256) and nowhere else; its value must be that of its formula, its status and whether it is
        the latest what its inputs give; and what it takes of one source it must take of one vintage, unless it declares why
        not (``across_vintages``).
        """
        self._connection.execute("create or replace temp table known_payload (payload_sha256 varchar)")
        self._connection.executemany("insert into known_payload values (?)", [[one] for one in sorted(set(payloads))])
        self._connection.execute(f"create or replace temp table edge as {self._all_edges()}")
        self._connection.execute(f"create or replace temp table mixed as {self._all_mixed()}")
        self._connection.execute(f"create or replace temp table missing as {self._all_missing()}")
        self._ground()
        found: list[Unexplained] = []
        for lineage in self._lineages.values():
            for why, condition in _REASONS.items():
                found += self._offences(lineage, why, condition.format(table=text(lineage.table)))
            if not lineage.across_vintages:
                condition = f"row_id in (select figure_row from mixed where figure_table = {text(lineage.table)})"
                found += self._offences(lineage, "it mixes vintages of one source", condition)
            if lineage.recompute:
                found += self._off_formula(lineage)
        return found

    def places(self) -> list[tuple[str, str, str, str]]:
        """Source, resource, payload and pointer of every place that figures rest on; ask ``unexplained`` before."""
        every = [
            f"select source, resource, payload_sha256, payload_pointer from {self.rows(table)} "
            f"where row_id in (select input_row from edge where input_table = {text(table)})"
            for table, lineage in self._lineages.items()
            if not lineage.inputs
        ]
        return self._connection.execute(f"{' union '.join(every)} order by all").fetchall()

    def rows(self, table: str) -> str:
        """SQL of a published table with its row numbers as ``row_id``; of a metric, in all its vintages."""
        if table not in self._metrics:
            return f"(select rowid as row_id, * from {quoted(table)})"
        return f"(select rowid as row_id, * from {ALL_VINTAGES} where metric_id = {text(table)})"

    def _edges(self, lineage: Lineage, figures: str) -> str:
        """SQL of the inputs of the rows in ``figures``; of several declarations of a role the first that finds any counts."""
        found = " union all ".join(
            self._edges_of(lineage.table, one, place, figures) for place, one in enumerate(lineage.inputs)
        )
        return f"select * from ({found}) qualify place = min(place) over (partition by figure_row, role)"

    def _edges_of(self, table: str, one: Input, place: int, figures: str) -> str:
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
            f"select {text(table)} as figure_table, figure.row_id as figure_row, {place} as place, {text(one.role)} as role, "
            f"{bool(one.many)} as many, {input_table} as input_table, input.row_id as input_row, "
            f"cast(input.{quoted(one.value)} as double) as value, {self._column(one.table, 'obs_status')}, "
            f"{self._column(one.table, 'is_latest')}, cast({key} as varchar) as key "
            f"from {figures} as figure, {self.rows(one.table)} as input "
            f"where {' and '.join(conditions) or 'true'}{newest}"
        )

    def _column(self, table: str, column: str) -> str:
        """SQL of a column of an input; null where its table has none of this name."""
        return f"input.{column}" if column in self._columns(table) else f"null as {column}"

    def _recomputed(self, lineage: Lineage, figures: str, edges: str) -> str:
        """SQL of row numbers, values, statuses and whether they are the latest of ``figures`` by the rules over their inputs."""
        columns = [f"{_WEAKEST} as {STATUS}", f"bool_and(is_latest) as {LATEST}"]
        for role, one in lineage.roles.items():
            held = f"filter (where role = {text(role)})"
            value = f"map_from_entries(list((key, value)) {held})" if one.many else f"max(value) {held}"
            columns.append(f"{value} as {quoted(role)}")
            if f"{role}_is_latest" in (lineage.latest or ""):
                columns.append(f"bool_and(is_latest) {held} as {quoted(role + '_is_latest')}")
        return (
            f"select figure.row_id, cast({lineage.recompute} as double) as value, "
            f"cast({lineage.status or 'null'} as varchar) as obs_status, cast({lineage.latest or 'null'} as boolean) as is_latest "
            f"from {figures} as figure left join (select figure_row, {', '.join(columns)} from ({edges}) group by figure_row) as inputs "
            "on figure.row_id = inputs.figure_row"
        )

    def _all_edges(self) -> str:
        every = [
            f"select {_EDGE_COLUMNS} from ({self._edges(lineage, self.rows(table))})"
            for table, lineage in self._lineages.items()
            if lineage.inputs
        ]
        return " union all ".join(every)

    def _all_missing(self) -> str:
        """SQL of the roles that a row has by its declaration and no input for."""
        every = []
        for table, lineage in self._lineages.items():
            for role in lineage.roles:
                whens = [one.when or "true" for one in lineage.inputs if one.role == role]
                every.append(
                    f"select {text(table)} as figure_table, figure.row_id as figure_row, {text(role)} as role "
                    f"from {self.rows(table)} as figure where (({') or ('.join(whens)}))"
                )
        roles = " union all ".join(every)
        return f"select * from ({roles}) anti join edge using (figure_table, figure_row, role)"

    def _all_mixed(self) -> str:
        """SQL of the rows that take figures of one source from several vintages, as far as their inputs are dated."""
        inputs = {one.table for lineage in self._lineages.values() for one in lineage.inputs} - {ALL_VINTAGES}
        dated = [
            f"select {text(table)} as input_table, row_id as input_row, source, vintage from {self.rows(table)}"
            for table in sorted(inputs)
            if {"source", "vintage"} <= self._columns(table)
        ]
        if not dated:
            return _NO_ROWS
        return (
            f"select distinct figure_table, figure_row from edge join ({' union all '.join(dated)}) "
            "using (input_table, input_row) group by figure_table, figure_row, source having count(distinct vintage) > 1"
        )

    def _columns(self, table: str) -> set[str]:
        if table not in self._known_columns:
            described = self._connection.execute(f"describe select * from {self.rows(table)}").fetchall()
            self._known_columns[table] = {str(column[0]) for column in described}
        return self._known_columns[table]

    def _ground(self) -> None:
        """Fill ``grounded`` with the rows that lead to known payloads: those that name one, then what is made of grounded rows."""
        known = {
            table: f"{quoted(lineage.explains)} is null and ({lineage.without_inputs})"
            if lineage.inputs
            else "payload_sha256 in (select payload_sha256 from known_payload)"
            for table, lineage in self._lineages.items()
            if not lineage.inputs or lineage.without_inputs
        }
        named = " union all ".join(
            f"select {text(table)} as figure_table, row_id as figure_row from {self.rows(table)} as figure where {condition}"
            for table, condition in known.items()
        )
        self._connection.execute(f"create or replace temp table grounded as {named or _NO_ROWS}")
        while True:
            added = self._connection.execute(
                "insert into grounded select edge.figure_table, edge.figure_row from edge "
                "left join grounded on edge.input_table = grounded.figure_table and edge.input_row = grounded.figure_row "
                "anti join grounded as done on edge.figure_table = done.figure_table and edge.figure_row = done.figure_row "
                "group by all having count(*) = count(grounded.figure_row)"
            ).fetchall()
            if not added[0][0]:
                return

    def _off_formula(self, lineage: Lineage) -> Iterator[Unexplained]:
        """The rows whose value, status or being the latest is not what their inputs give."""
        held = "select * from edge where figure_table = " + text(lineage.table)
        recomputed = self._recomputed(lineage, self.rows(lineage.table), held)
        published = {"value": lineage.explains, "obs_status": "obs_status", "is_latest": "is_latest"}
        shown = {name: one for name, one in published.items() if one in self._columns(lineage.table)}
        columns = ", ".join(f"{quoted(one)} as published_{name}" for name, one in shown.items())
        self._connection.execute(
            f"create or replace temp table again as select * from ({recomputed}) "
            f"join (select row_id, {columns} from {self.rows(lineage.table)}) using (row_id)"
        )
        declared = {"value": lineage.recompute, "obs_status": lineage.status, "is_latest": lineage.latest}
        for name in shown:
            if declared[name]:
                differs = _DIFFERS.get(name, f"{name} is distinct from published_{name}")
                condition = f"row_id in (select row_id from again where {differs})"
                yield from self._offences(lineage, _NOT_OF_INPUTS[name], condition)

    def _offences(self, lineage: Lineage, why: str, condition: str) -> Iterator[Unexplained]:
        found = self._connection.execute(
            f"select *, count(*) over () as offences from {self.rows(lineage.table)} where {condition} order by row_id limit 1"
        )
        names = [column[0] for column in found.description or ()]
        for row in found.fetchall():
            example = dict(zip(names, row, strict=True))
            yield Unexplained(lineage.table, why, int(example.pop("offences")), example)


_WEAKEST = (
    "case when bool_or(obs_status = 'U') then 'U' when bool_or(obs_status = 'E') then 'E' when bool_or(obs_status = 'P') "
    "then 'P' when min((input_table, input_row)) = max((input_table, input_row)) then max(obs_status) "
    "when count(obs_status) = 0 then null else 'A' end"
)
"""The status of one row, whatever it says, or the least certain of several: as the macro combined_status of the dbt project."""

_DIFFERS = {
    "value": "(value is null) <> (published_value is null) "
    f"or abs(value - published_value) > {TOLERANCE} * abs(published_value)"
}
_NOT_OF_INPUTS = {
    "value": "its value is not that of its inputs",
    "obs_status": "its status is not that of its inputs",
    "is_latest": "its is_latest is not that of its inputs",
}
_NO_ROWS = "select null::varchar as figure_table, null::bigint as figure_row limit 0"
_REASONS = {
    "an input is missing": "row_id in (select figure_row from missing where figure_table = {table})",
    "an input is not the only one of its role": "row_id in (select figure_row from edge where figure_table = {table} "
    "group by figure_row, role, key having count(*) > 1)",
    "it leads to no official payload": "row_id not in (select figure_row from grounded where figure_table = {table})",
}
