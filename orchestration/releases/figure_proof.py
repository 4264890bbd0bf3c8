"""Prove every figure of a release: its inputs are there, they lead to official payloads, and they give what is published."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import duckdb

from orchestration.contracts.metric import ALL_VINTAGES
from orchestration.core.sql_quoting import name as quoted
from orchestration.core.sql_quoting import text
from orchestration.releases.figure_inputs import Inputs
from orchestration.transform.declared_inputs import Lineage

TOLERANCE = 1e-9
"""Largest relative difference of a recomputed value from the published one: a sum in another order."""

ROWS_AT_ONCE = 4_000_000
"""Rows of a table that are proved together; their inputs fit into DuckDB's memory."""


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


def unexplained(
    connection: duckdb.DuckDBPyConnection,
    lineages: Mapping[str, Lineage],
    metrics: Iterable[str],
    payloads: Iterable[str],
) -> list[Unexplained]:
    """The rows of all tables of an open release whose explanation is wrong; empty when every figure is explained.

    Every role that a figure has must have its input, one where the declaration does not say ``many``; every row must
    lead to ``payloads`` (SHA-256) and nowhere else; its value must be that of its formula, its status and whether it is
    the latest what its inputs give; and what it takes of one source it must take of one vintage, unless it declares why
    not (``across_vintages``). Temporary tables of the connection are replaced.
    """
    return _Proof(connection, lineages, frozenset(metrics)).faults(payloads)


class _Proof:
    """The temporary tables of a proof.

    ``edge`` has the inputs of the rows that are looked at together, and ``bound_edge`` those without which such a row is groundless;
    ``ungrounded`` has the rows that lead to no known payload; ``inner_edge`` the inputs of one another of tables that belong together.
    """

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, lineages: Mapping[str, Lineage], metrics: frozenset[str]
    ) -> None:
        self._connection = connection
        self._lineages = lineages
        self._metrics = metrics
        self._inputs = Inputs(connection, lineages, metrics)

    def faults(self, payloads: Iterable[str]) -> list[Unexplained]:
        run = self._connection.execute
        run("create or replace temp table known_payload (payload_sha256 varchar)")
        self._connection.executemany("insert into known_payload values (?)", [[one] for one in sorted(set(payloads))])
        run("create or replace temp table ungrounded (figure_table varchar, figure_row bigint)")
        found: dict[tuple[str, str], Unexplained] = {}
        for fault in (one for group in self._groups() for one in self._faults(group)):
            first = found.setdefault((fault.table, fault.why), replace(fault, rows=0))
            found[fault.table, fault.why] = replace(first, rows=first.rows + fault.rows)
        tables = list(self._lineages)
        return sorted(found.values(), key=lambda one: (tables.index(one.table), _REASONS.index(one.why)))

    def _groups(self) -> Iterator[list[Lineage]]:
        """The tables, each after those that it is made of; tables that are made of one another come together."""
        waiting = dict(self._lineages)
        while waiting:
            ready = [one for one in waiting.values() if not (self._made_of(one) & waiting.keys()) - {one.table}]
            yield from [[one] for one in ready] or [list(waiting.values())]
            for one in ready or list(waiting.values()):
                del waiting[one.table]

    def _made_of(self, lineage: Lineage) -> set[str]:
        tables = {one.table for one in lineage.inputs}
        return tables | self._metrics if ALL_VINTAGES in tables else tables

    def _faults(self, group: Sequence[Lineage]) -> Iterator[Unexplained]:
        """Yield the faults of the rows of a group; of a large table once for each part."""
        own = {lineage.table for lineage in group}
        self._connection.execute(
            "create or replace temp table inner_edge (figure_table varchar, figure_row bigint, input_table varchar, input_row bigint)"
        )
        for lineage in group:
            for figures in self._parts(lineage):
                self._hold_edges(lineage, figures)
                self._find_groundless(lineage, figures)
                if own & self._made_of(lineage):
                    self._connection.execute(
                        f"insert into inner_edge select {text(lineage.table)}, figure_row, input_table, input_row from bound_edge "
                        f"where input_table in ({', '.join(map(text, own))})"
                    )
                yield from self._faults_of_rows(lineage, figures)
        self._follow_inner_edges()
        for lineage in group:
            ungrounded = f"select figure_row from ungrounded where figure_table = {text(lineage.table)}"
            yield from self._offences(lineage, _UNGROUNDED, ungrounded)

    def _parts(self, lineage: Lineage) -> Iterator[str]:
        """SQL of the rows of a table, as many as are looked at together."""
        rows = self._inputs.rows(lineage.table)
        ((first, last),) = self._connection.execute(f"select min(row_id), max(row_id) from {rows}").fetchall()
        for start in range(first or 0, (last or 0) + 1, ROWS_AT_ONCE):
            yield f"(select * from {rows} where row_id between {start} and {start + ROWS_AT_ONCE - 1})"

    def _hold_edges(self, lineage: Lineage, figures: str) -> None:
        edges = self._inputs.edges(lineage, figures) if lineage.inputs else _NO_EDGES
        named = [_among("role", lineage.roles), _among("input_table", [*self._lineages, *self._metrics])]
        self._connection.execute(
            f"create or replace temp table edge as select * replace ({', '.join(named)}) from ({edges})"
        )
        excused = f" where figure_row not in (select row_id from {figures} as figure where {_states_nothing(lineage)})"
        self._connection.execute(
            f"create or replace temp view bound_edge as from edge{excused if lineage.without_inputs else ''}"
        )

    def _find_groundless(self, lineage: Lineage, figures: str) -> None:
        """Add to ``ungrounded`` the rows that name no known payload, that have no input, and that are made of rows found before."""
        grounded = "payload_sha256 in (select payload_sha256 from known_payload)"
        if lineage.inputs:
            grounded = "row_id in (select figure_row from edge)"
        if lineage.without_inputs:
            grounded += f" or ({_states_nothing(lineage)})"
        table = text(lineage.table)
        self._connection.execute(
            f"insert into ungrounded select {table}, row_id from {figures} as figure where not coalesce({grounded}, false)"
        )
        if self._connection.execute("select 1 from ungrounded limit 1").fetchall():
            self._connection.execute(
                f"insert into ungrounded select distinct {table}, figure_row from bound_edge as edge semi join ungrounded "
                "on edge.input_table = ungrounded.figure_table and edge.input_row = ungrounded.figure_row"
            )

    def _follow_inner_edges(self) -> None:
        """Add to ``ungrounded`` the rows that rest, through rows of their own tables, on ungrounded ones or on themselves."""
        run = self._connection.execute
        before = -1
        while True:
            run(
                "create or replace temp table unsettled_edge as from inner_edge as edge semi join "
                "(select figure_table, figure_row from inner_edge union all from ungrounded) as unsettled "
                "on edge.input_table = unsettled.figure_table and edge.input_row = unsettled.figure_row"
            )
            run("create or replace temp table inner_edge as from unsettled_edge")
            ((left,),) = run("select count(*) from inner_edge").fetchall()
            if left == before:
                break
            before = left
        run("insert into ungrounded select distinct figure_table, figure_row from inner_edge")

    def _faults_of_rows(self, lineage: Lineage, figures: str) -> Iterator[Unexplained]:
        if not lineage.inputs:
            return
        yield from self._offences(lineage, _MISSING, _missing(lineage, figures))
        has_keys = any(one.many for one in lineage.inputs)
        keys = "figure_row, role, key" if has_keys else "figure_row, role"
        repeated = f"select figure_row from edge group by {keys} having count(*) > 1"
        several = list(self._offences(lineage, _SEVERAL, repeated))
        yield from several
        if not lineage.across_vintages and (mixed := self._mixed(lineage)):
            yield from self._offences(lineage, _MIXED, mixed)
        if lineage.recompute and not (has_keys and several):  # a map has each key once, else the formula has no value
            yield from self._off_formula(lineage, figures)

    def _mixed(self, lineage: Lineage) -> str | None:
        """SQL of the rows that take figures of one source from several vintages, as far as their inputs are dated."""
        dated = [
            f"select {text(table)} as input_table, row_id as input_row, hash(source) as source_hash, vintage "
            f"from {self._inputs.rows(table)}"
            for table in sorted({one.table for one in lineage.inputs} - {ALL_VINTAGES})
            if {"source", "vintage"} <= self._inputs.columns(table)
        ]
        if not dated:
            return None
        named = _among("input_table", [*self._lineages, *self._metrics])
        return (
            f"select figure_row from edge join (select * replace ({named}) from ({' union all '.join(dated)})) "
            "using (input_table, input_row) group by figure_row, source_hash having min(vintage) <> max(vintage)"
        )

    def _off_formula(self, lineage: Lineage, figures: str) -> Iterator[Unexplained]:
        """The rows whose value, status or being the latest is not what their inputs give."""
        published = {"value": lineage.explains, "obs_status": "obs_status", "is_latest": "is_latest"}
        declared = {"value": lineage.recompute, "obs_status": lineage.status, "is_latest": lineage.latest}
        shown = {
            name: column
            for name, column in published.items()
            if declared[name] and column in self._inputs.columns(lineage.table)
        }
        beside = [f"figure.{quoted(column)} as published_{name}" for name, column in shown.items()]
        self._connection.execute(
            f"create or replace temp table off_formula as from ({self._inputs.again(lineage, figures, 'from edge', beside)}) "
            f"where {' or '.join(map(_differs, shown))}"
        )
        for name in shown:
            rows = f"select row_id from off_formula where {_differs(name)}"
            yield from self._offences(lineage, _NOT_OF_INPUTS[name], rows)

    def _offences(self, lineage: Lineage, why: str, rows: str) -> Iterator[Unexplained]:
        """Those of the row numbers that a query gives, if it gives any."""
        ((count, first),) = self._connection.execute(
            f"select count(distinct row_id), min(row_id) from ({rows}) as found (row_id)"
        ).fetchall()
        if count:
            row = self._connection.execute(f"select * from {self._inputs.rows(lineage.table)} where row_id = {first}")
            names = [column[0] for column in row.description or ()]
            yield Unexplained(lineage.table, why, count, dict(zip(names, row.fetchall()[0], strict=True)))


def _missing(lineage: Lineage, figures: str) -> str:
    """SQL of the rows that have a role by their declaration and no input for it."""
    missing = []
    for role in lineage.roles:
        whens = [one.when or "true" for one in lineage.inputs if one.role == role]
        missing.append(
            f"select row_id from {figures} as figure where (({') or ('.join(whens)})) "
            f"and row_id not in (select figure_row from edge where role = {text(role)})"
        )
    return " union all ".join(missing)


def _states_nothing(lineage: Lineage) -> str:
    """SQL of the rows that state no figure and may rest on none."""
    return f"{quoted(lineage.explains)} is null and ({lineage.without_inputs})"


def _among(column: str, names: Iterable[str]) -> str:
    """SQL of a column of few names, which as texts would take most of the memory of a join."""
    return f"{column}::enum({', '.join(map(text, sorted(set(names)) or ['']))}) as {column}"


def _differs(name: str) -> str:
    """SQL of whether what is published under a name is not what the inputs give."""
    if name == "value":
        return f"((value is null) <> (published_value is null) or abs(value - published_value) > {TOLERANCE} * abs(published_value))"
    return f"{name} is distinct from published_{name}"


_MISSING = "an input is missing"
_SEVERAL = "an input is not the only one of its role"
_UNGROUNDED = "it leads to no official payload"
_MIXED = "it mixes vintages of one source"
_NOT_OF_INPUTS = {
    "value": "its value is not that of its inputs",
    "obs_status": "its status is not that of its inputs",
    "is_latest": "its is_latest is not that of its inputs",
}
_REASONS = (_MISSING, _SEVERAL, _UNGROUNDED, _MIXED, *_NOT_OF_INPUTS.values())
"""In the order in which they are said of a table."""

_NO_EDGES = (
    "select 0::bigint as figure_row, 0 as place, '' as role, '' as input_table, 0::bigint as input_row, 0.0::double as value, "
    "null::varchar as obs_status, null::boolean as is_latest, null::varchar as key where false"
)
