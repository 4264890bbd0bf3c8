"""Prove every figure of a release: its inputs are there, they lead to official payloads, and they give what is published."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import duckdb

from orchestration.contracts.lineage import Lineage
from orchestration.contracts.metric import ALL_VINTAGES
from orchestration.core.sql_quoting import name as quoted
from orchestration.core.sql_quoting import text
from orchestration.releases.figure_inputs import Inputs
from orchestration.releases.read_only import dicts

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
    """Return the rows of all tables of an open release whose explanation is wrong; empty when every figure is explained.

    Every role that a figure has must have its input, and one where the declaration does not say ``many``. A row without
    inputs must name one of ``payloads`` (SHA-256). Value, status and ``is_latest`` must be those that the inputs give. Of one
    source a row takes one vintage, unless it declares why not (``across_vintages``). So that no row rests on itself, a row
    that rests on its own table rests on rows there that do not, and on no table that is made of its own. Temporary tables of
    the connection are replaced.
    """
    proof = _Proof(connection, lineages, metrics)
    known = "create or replace temp table known_payload as select unnest($payloads::varchar[]) as payload_sha256"
    connection.execute(known, {"payloads": sorted(set(payloads))})
    return [fault for lineage in lineages.values() for fault in proof.faults(lineage)]


class _Proof(Inputs):
    """Temporary tables of a proof: ``edge`` has the inputs of the rows that are proved together, ``own_edge`` those of their own table."""

    def faults(self, lineage: Lineage) -> list[Unexplained]:
        """Return the faults of a table, each once; a large table is proved in parts."""
        run = self._connection.execute
        run("create or replace temp table own_edge (figure_row bigint, input_row bigint)")
        faults: dict[str, Unexplained] = {}
        for figures in self._parts(lineage):
            edges = self.edges(lineage, figures) if lineage.inputs else _NO_EDGES
            named = [_among("role", lineage.roles), _among("input_table", [*self._lineages, *self._metrics])]
            run(f"create or replace temp table edge as select * replace ({', '.join(named)}) from ({edges})")
            run(
                f"insert into own_edge select figure_row, input_row from edge where input_table = {text(lineage.table)}"
            )
            for fault in self._faults_of_rows(lineage, figures):
                rows = faults[fault.why].rows if fault.why in faults else 0
                faults[fault.why] = replace(faults.get(fault.why, fault), rows=rows + fault.rows)
        onward = "from own_edge semi join own_edge as below on own_edge.input_row = below.figure_row select own_edge.figure_row"
        faults |= {fault.why: fault for fault in self._offences(lineage, _CIRCULAR, onward)}
        return sorted(faults.values(), key=lambda fault: _REASONS.index(fault.why))

    def _parts(self, lineage: Lineage) -> Iterator[str]:
        """Yield SQL of the rows of a table, as many as are proved together."""
        rows = self.rows(lineage.table)
        ((first, last),) = self._connection.execute(f"select min(row_id), max(row_id) from {rows}").fetchall()
        for start in range(first or 0, (last or 0) + 1, ROWS_AT_ONCE):
            yield f"(select * from {rows} where row_id between {start} and {start + ROWS_AT_ONCE - 1})"

    def _faults_of_rows(self, lineage: Lineage, figures: str) -> Iterator[Unexplained]:
        grounded = "payload_sha256 in (select payload_sha256 from known_payload)"
        if lineage.inputs:
            grounded = "row_id in (select figure_row from edge)"
        if lineage.without_inputs:
            grounded += f" or ({quoted(lineage.explains)} is null and ({lineage.without_inputs}))"
        ungrounded = f"select row_id from {figures} as figure where not coalesce({grounded}, false)"
        yield from self._offences(lineage, _UNGROUNDED, ungrounded)
        if not lineage.inputs:
            return
        if made_of_this := [table for table in sorted(self._lineages) if lineage.table in self._tables_behind(table)]:
            circular = f"select figure_row from edge where input_table in ({', '.join(map(text, made_of_this))})"
            yield from self._offences(lineage, _CIRCULAR, f"{circular} and input_table <> {text(lineage.table)}")
        yield from self._offences(lineage, _MISSING, _missing(lineage, figures))
        has_keys = any(item.many for item in lineage.inputs)
        keys = "figure_row, role, key" if has_keys else "figure_row, role"
        repeated = f"select figure_row from edge group by {keys} having count(*) > 1"
        several = list(self._offences(lineage, _SEVERAL, repeated))
        yield from several
        if not lineage.across_vintages and (mixed := self._mixed(lineage)):
            yield from self._offences(lineage, _MIXED, mixed)
        if lineage.recompute and not (has_keys and several):  # a map has each key once, else the formula has no value
            yield from self._off_formula(lineage, figures)

    def _tables_behind(self, table: str) -> set[str]:
        """Return the tables that a table is made of, directly or through others."""
        behind, waiting = set[str](), [table]
        while waiting:
            tables = {item.table for item in self._lineages[waiting.pop()].inputs} - {ALL_VINTAGES}
            waiting += tables - behind
            behind |= tables
        return behind

    def _mixed(self, lineage: Lineage) -> str | None:
        """Return SQL of the rows that take figures of one source from several vintages, as far as their inputs are dated."""
        dated = [
            f"select {text(table)} as input_table, row_id as input_row, hash(source) as source_hash, vintage "
            f"from {self.rows(table)}"
            for table in sorted({item.table for item in lineage.inputs} - {ALL_VINTAGES})
            if {"source", "vintage"} <= self.columns(table)
        ]
        if not dated:
            return None
        named = _among("input_table", [*self._lineages, *self._metrics])
        return (
            f"select figure_row from edge join (select * replace ({named}) from ({' union all '.join(dated)})) "
            "using (input_table, input_row) group by figure_row, source_hash having min(vintage) <> max(vintage)"
        )

    def _off_formula(self, lineage: Lineage, figures: str) -> Iterator[Unexplained]:
        """Yield the rows whose value, status or ``is_latest`` is not what their inputs give."""
        published = {"value": lineage.explains, "obs_status": "obs_status", "is_latest": "is_latest"}
        declared = {"value": lineage.recompute, "obs_status": lineage.status, "is_latest": lineage.latest}
        shown = {
            name: column
            for name, column in published.items()
            if declared[name] and column in self.columns(lineage.table)
        }
        beside = [f"figure.{quoted(column)} as published_{name}" for name, column in shown.items()]
        self._connection.execute(
            f"create or replace temp table off_formula as from ({self.recomputed(lineage, figures, 'from edge', beside)}) "
            f"where {' or '.join(map(_differs, shown))}"
        )
        for name in shown:
            rows = f"select row_id from off_formula where {_differs(name)}"
            yield from self._offences(lineage, _NOT_OF_INPUTS[name], rows)

    def _offences(self, lineage: Lineage, why: str, rows: str) -> Iterator[Unexplained]:
        """Yield the rows whose numbers a query returns, if it returns any."""
        ((count, first),) = self._connection.execute(
            f"select count(distinct row_id), min(row_id) from ({rows}) as offences (row_id)"
        ).fetchall()
        if count:
            (row,) = dicts(self._connection.execute(f"select * from {self.rows(lineage.table)} where row_id = {first}"))
            yield Unexplained(lineage.table, why, count, row)


def _missing(lineage: Lineage, figures: str) -> str:
    """Return SQL of the rows that have a role by their declaration and no input for it."""
    missing = []
    for role in lineage.roles:
        whens = [item.when or "true" for item in lineage.inputs if item.role == role]
        missing.append(
            f"select row_id from {figures} as figure where (({') or ('.join(whens)})) "
            f"and row_id not in (select figure_row from edge where role = {text(role)})"
        )
    return " union all ".join(missing)


def _among(column: str, names: Iterable[str]) -> str:
    """Return SQL of a column of few names, which as texts would take most of the memory of a join."""
    return f"{column}::enum({', '.join(map(text, sorted(set(names)) or ['']))}) as {column}"


def _differs(name: str) -> str:
    """Return SQL of whether the published value of a column differs from the recomputed one."""
    if name == "value":
        return f"((value is null) <> (published_value is null) or abs(value - published_value) > {TOLERANCE} * abs(published_value))"
    return f"{name} is distinct from published_{name}"


_MISSING = "an input is missing"
_SEVERAL = "an input is not the only one of its role"
_CIRCULAR = "it rests on itself, or on a row that rests on rows of its own table"
_UNGROUNDED = "it leads to no official payload"
_MIXED = "it mixes vintages of one source"
_NOT_OF_INPUTS = {
    "value": "its value is not that of its inputs",
    "obs_status": "its status is not that of its inputs",
    "is_latest": "its is_latest is not that of its inputs",
}
_REASONS = (_MISSING, _SEVERAL, _UNGROUNDED, _CIRCULAR, _MIXED, *_NOT_OF_INPUTS.values())
"""In the order in which they are reported for a table."""

_NO_EDGES = (
    "select 0::bigint as figure_row, 0 as place, '' as role, '' as input_table, 0::bigint as input_row, 0.0::double as value, "
    "null::varchar as obs_status, null::boolean as is_latest, null::varchar as key where false"
)
