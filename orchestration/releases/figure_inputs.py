"""Look up the inputs of published rows by the declarations of a release's lineage, and verify them all.

A row is named by its table and its row number; rows of metrics are in the table of all vintages.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from orchestration.contracts.metric import ALL_VINTAGES
from orchestration.core.sql_quoting import name as quoted
from orchestration.core.sql_quoting import text
from orchestration.transform.declared_inputs import LATEST, STATUS, Input, Lineage

TOLERANCE = 1e-9
"""Largest relative difference of a recomputed value from the published one: a sum in another order."""

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
        self._connection.execute(f"create or replace temp table ungrounded as {_NO_ROWS}")
        found: dict[str, list[Unexplained]] = {}
        for group in self._groups():
            self._connection.execute(f"create or replace temp table edge as {self._all_edges(group)}")
            self._connection.execute(f"create or replace temp table mixed as {self._all_mixed(group)}")
            self._connection.execute(f"create or replace temp table missing as {self._all_missing(group)}")
            self._find_ungrounded(group)
            for lineage in group:
                found[lineage.table] = list(self._faults(lineage))
        return [one for table in self._lineages for one in found[table]]

    def _groups(self) -> Iterator[list[Lineage]]:
        """The tables, each after those that it is made of, so that the inputs of few are held at a time; tables that are made of
        one another come together."""
        waiting = dict(self._lineages)
        while waiting:
            ready = [one for one in waiting.values() if not (self._made_of(one) & waiting.keys()) - {one.table}]
            yield from [[one] for one in ready] or [list(waiting.values())]
            for one in ready or list(waiting.values()):
                del waiting[one.table]

    def _made_of(self, lineage: Lineage) -> set[str]:
        tables = {one.table for one in lineage.inputs}
        return tables | self._metrics if ALL_VINTAGES in tables else tables

    def _faults(self, lineage: Lineage) -> Iterator[Unexplained]:
        for why, condition in _REASONS.items():
            yield from self._offences(lineage, why, condition.format(table=text(lineage.table)))
        if not lineage.across_vintages:
            condition = f"row_id in (select figure_row from mixed where figure_table = {text(lineage.table)})"
            yield from self._offences(lineage, "it mixes vintages of one source", condition)
        if lineage.recompute:
            yield from self._off_formula(lineage)

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
            self._edges(one, self.rows(one.table))
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

    def _all_edges(self, group: Iterable[Lineage]) -> str:
        every = [self._edges(one, self.rows(one.table)) for one in group if one.inputs]
        named = ", ".join(f"{self._name_of(column)} as {column}" for column in ("figure_table", "input_table"))
        return f"select * replace ({named}) from ({' union all '.join(every) or _NO_EDGES})"

    def _name_of(self, sql: str) -> str:
        """SQL of the name of a table, which as text would take most of the memory of a join."""
        return f"{sql}::enum({', '.join(map(text, sorted({*self._lineages, *self._metrics})))})"

    def _all_missing(self, group: Iterable[Lineage]) -> str:
        """SQL of the roles that a row has by its declaration and no input for."""
        every = []
        for lineage in group:
            table = lineage.table
            for role in lineage.roles:
                whens = [one.when or "true" for one in lineage.inputs if one.role == role]
                every.append(
                    f"select {self._name_of(text(table))} as figure_table, figure.row_id as figure_row, {text(role)} as role "
                    f"from {self.rows(table)} as figure where (({') or ('.join(whens)}))"
                )
        roles = " union all ".join(every)
        if not roles:
            return _NO_ROWS
        return f"select * from ({roles}) anti join edge using (figure_table, figure_row, role)"

    def _all_mixed(self, group: Iterable[Lineage]) -> str:
        """SQL of the rows that take figures of one source from several vintages, as far as their inputs are dated."""
        judged = [one for one in group if not one.across_vintages]
        inputs = {one.table for lineage in judged for one in lineage.inputs} - {ALL_VINTAGES}
        dated = [
            f"select {self._name_of(text(table))} as input_table, row_id as input_row, hash(source) as source_hash, vintage "
            f"from {self.rows(table)}"
            for table in sorted(inputs)
            if {"source", "vintage"} <= self._columns(table)
        ]
        if not dated:
            return _NO_ROWS
        return (
            f"select distinct figure_table, figure_row from edge join ({' union all '.join(dated)}) "
            "using (input_table, input_row) group by figure_table, figure_row, source_hash having min(vintage) <> max(vintage)"
        )

    def _columns(self, table: str) -> set[str]:
        if table not in self._known_columns:
            described = self._connection.execute(f"describe select * from {self.rows(table)}").fetchall()
            self._known_columns[table] = {str(column[0]) for column in described}
        return self._known_columns[table]

    def _find_ungrounded(self, group: Sequence[Lineage]) -> None:
        """Add to ``ungrounded`` the rows of a group that lead to no known payload: those that name none, that have no input, that are
        made of such rows, and that are made of one another. What a group is made of was looked through before."""
        run = self._connection.execute
        run(f"create or replace temp table excused as {self._excused(group)}")
        run(f"insert into ungrounded {self._groundless(group)}")
        own = ", ".join(text(lineage.table) for lineage in group)
        run(
            "create or replace temp view inner_edge as select figure_table, figure_row, input_table, input_row from edge "
            f"anti join excused using (figure_table, figure_row) where input_table in ({own})"
        )
        circular, before, left = "inner_edge", -1, -2
        while left and before != left:
            run(
                f"create or replace temp table further as from {circular} as one semi join {circular} as other "
                "on one.input_table = other.figure_table and one.input_row = other.figure_row"
            )
            run("create or replace temp table circular as from further")
            circular, before = "circular", left
            ((left,),) = run("select count(*) from circular").fetchall()
        run("insert into ungrounded select distinct figure_table, figure_row from circular")
        added = 1
        while added and run("select 1 from ungrounded limit 1").fetchall():
            ((added,),) = run(
                "insert into ungrounded select distinct edge.figure_table, edge.figure_row from edge semi join ungrounded "
                "on edge.input_table = ungrounded.figure_table and edge.input_row = ungrounded.figure_row "
                "anti join ungrounded as done on edge.figure_table = done.figure_table and edge.figure_row = done.figure_row "
                "anti join excused on edge.figure_table = excused.figure_table and edge.figure_row = excused.figure_row"
            ).fetchall()

    def _excused(self, group: Iterable[Lineage]) -> str:
        """SQL of the rows that state no figure and may rest on none."""
        return " union all ".join(
            [_NO_ROWS, *(self._all_rows(one, _states_nothing(one)) for one in group if one.without_inputs)]
        )

    def _groundless(self, group: Iterable[Lineage]) -> str:
        """SQL of the rows that name no known payload and have no input."""
        every = [_NO_ROWS]
        for one in group:
            held = "payload_sha256 in (select payload_sha256 from known_payload)"
            if one.inputs:
                held = f"row_id in (select figure_row from edge where figure_table = {text(one.table)})"
            if one.without_inputs:
                held += f" or ({_states_nothing(one)})"
            every.append(self._all_rows(one, f"not coalesce({held}, false)"))
        return " union all ".join(every)

    def _all_rows(self, lineage: Lineage, condition: str) -> str:
        return (
            f"select {text(lineage.table)} as figure_table, row_id as figure_row from {self.rows(lineage.table)} as figure "
            f"where {condition}"
        )

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


def _states_nothing(lineage: Lineage) -> str:
    return f"{quoted(lineage.explains)} is null and ({lineage.without_inputs})"


_WEAKEST = (
    "case when bool_or(obs_status = 'U') then 'U' when bool_or(obs_status = 'E') then 'E' when bool_or(obs_status = 'P') "
    "then 'P' when min(hash(input_table, input_row)) = max(hash(input_table, input_row)) then max(obs_status) "
    "when count(obs_status) = 0 then null else 'A' end"
)
"""The status of one row, whatever it says, or the least certain of several: as the macro combined_status of the dbt project. Rows are
compared by a hash, because pairs of a name and a number in an aggregate would stay in memory."""

_DIFFERS = {
    "value": "(value is null) <> (published_value is null) "
    f"or abs(value - published_value) > {TOLERANCE} * abs(published_value)"
}
_NOT_OF_INPUTS = {
    "value": "its value is not that of its inputs",
    "obs_status": "its status is not that of its inputs",
    "is_latest": "its is_latest is not that of its inputs",
}
_NO_EDGES = (
    "select '' as figure_table, 0::bigint as figure_row, 0 as place, '' as role, false as many, '' as input_table, 0::bigint as input_row, "
    "0.0::double as value, null::varchar as obs_status, null::boolean as is_latest, null::varchar as key where false"
)
_NO_ROWS = "select null::varchar as figure_table, null::bigint as figure_row where false"
_REASONS = {
    "an input is missing": "row_id in (select figure_row from missing where figure_table = {table})",
    "an input is not the only one of its role": "row_id in (select figure_row from edge where figure_table = {table} "
    "group by figure_row, role, key having count(*) > 1)",
    "it leads to no official payload": "row_id in (select figure_row from ungrounded where figure_table = {table})",
}
