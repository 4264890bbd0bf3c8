"""``lineage.json`` of a release: inputs of its tables and descriptions of metrics, and the proof of both.

A row is identified by table and row number; for metrics, in the table of all vintages.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import duckdb

from orchestration.contracts.lineage import ANY_LATEST, LATEST, STATUS, Lineage
from orchestration.contracts.metric import ALL_VINTAGES
from orchestration.core.sql_quoting import name as quoted
from orchestration.core.sql_quoting import text
from orchestration.reading.lineage import Inputs
from orchestration.reading.read_only import dicts
from orchestration.transform.project import Project

CATALOGUE = "catalogue"
"""The dbt source of the warehouse's metadata."""

_SHOWN = (
    *("answer", "formula", "unit", "grain", "owner", "terms", "cadence", "sources", "selection", "caveats"),
    *("first_view", "left_out", "area_notes"),
)
"""Keys of a metric's meta that readers see."""

TOLERANCE = 1e-9
"""Largest relative difference between recomputed and published values: sums may be in another order."""

ROWS_AT_ONCE = 4_000_000
"""Rows of a table that are proved in one batch; their inputs fit into DuckDB's memory."""


def sources_behind(project: Project) -> dict[str, frozenset[str]]:
    """Return the sources of each model by name; tables of the refresh count singly, such as ``catalogue.claims``."""
    return {
        name: frozenset(
            f"{CATALOGUE}.{table}" if source == CATALOGUE else source for source, table in project.sources_of(model)
        )
        for name, model in project.models.items()
    }


def lineage_json(project: Project) -> dict[str, Any]:
    """Return the content of ``lineage.json``; every published table must declare its inputs."""
    metrics = {
        name: {"description": " ".join(metric.description.split())}
        | {word: metric.meta[word] for word in _SHOWN if metric.meta.get(word)}
        | _caveats(metric.meta)
        for name, metric in project.metrics.items()
    }
    lineages = {name: lineage.as_json() for name, lineage in project.lineages.items()}
    return {"metrics": metrics, "lineages": lineages}


def _caveats(meta: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the caveats of a metric, its selection of economies first."""
    caveats = [*filter(None, [meta.get("selection")]), *meta.get("caveats", ())]
    return {"caveats": caveats} if caveats else {}


def unexplained(
    connection: duckdb.DuckDBPyConnection,
    lineages: Mapping[str, Lineage],
    metrics: Iterable[str],
    payloads: Iterable[str],
) -> list[str]:
    """Return faults in the explanations of an open release's rows, a line for each table and fault.

    Every role must have its input. A row without inputs must name one of ``payloads`` (SHA-256). Value, status and
    ``is_latest`` must be those that the inputs give; two inputs in one role are a fault. A row uses one vintage of
    each source, unless declared (``across_vintages``). Temporary tables of the connection are replaced.
    """
    proof = _Proof(connection, lineages, metrics)
    known = "create or replace temp table known_payload as select unnest($payloads::varchar[]) as payload_sha256"
    connection.execute(known, {"payloads": sorted(set(payloads))})
    return [fault for lineage in lineages.values() for fault in proof.faults(lineage)]


class _Proof(Inputs):
    """A proof; its temporary table ``edge`` has the inputs of the current batch of rows."""

    def faults(self, lineage: Lineage) -> Iterator[str]:
        """Yield the faults of a table, each once with its first row; large tables are proved in batches."""
        counts, examples = Counter[str](), dict[str, int]()
        rows = self.rows(lineage.table)
        ends = f"select coalesce(min(row_id), 0), coalesce(max(row_id) + 1, 0) from {rows}"
        ((first, end),) = self._connection.execute(ends).fetchall()
        for start in range(first, end, ROWS_AT_ONCE):
            figures = f"(select * from {rows} where row_id between {start} and {start + ROWS_AT_ONCE - 1})"
            for why, faulty in self._faulty_rows(lineage, figures):
                ((count, example),) = self._connection.execute(
                    f"select count(distinct row_id), min(row_id) from ({faulty}) as offences (row_id)"
                ).fetchall()
                if count:
                    counts[why] += count
                    examples.setdefault(why, example)
        for why, number in examples.items():
            (row,) = dicts(self._connection.execute(f"select * from {rows} where row_id = {number}"))
            shown = ", ".join(f"{name}={value}" for name, value in row.items() if value is not None)
            yield f"{lineage.table}: {why}; {counts[why]:,} rows, the first {shown}"

    def _faulty_rows(self, lineage: Lineage, figures: str) -> Iterator[tuple[str, str]]:
        """Yield each possible fault, with SQL of the row numbers that have it."""
        grounded = "payload_sha256 in (select payload_sha256 from known_payload)"
        if lineage.inputs:
            named = ", ".join(map(self._enum, ("role", "input_table")))
            edges = f"select * replace ({named}) from ({self.edges(lineage, figures)})"
            self._connection.execute(f"create or replace temp table edge as {edges}")
            yield "an input is missing", _missing(lineage, figures)
            grounded = "row_id in (select figure_row from edge)"
        if lineage.without_inputs:
            grounded += f" or ({quoted(lineage.explains)} is null and ({lineage.without_inputs}))"
        ungrounded = f"select row_id from {figures} as figure where not coalesce({grounded}, false)"
        yield "it leads to no official payload", ungrounded
        if lineage.inputs:
            if not lineage.across_vintages and (mixed := self._mixed(lineage)):
                yield "it mixes vintages of one source", mixed
            yield from self._off_formula(lineage, figures)

    def _mixed(self, lineage: Lineage) -> str | None:
        """Return SQL of rows that use several vintages of one source, if their inputs are dated."""
        dated = [
            f"select {text(table)} as input_table, row_id as input_row, hash(source) as source_hash, vintage "
            f"from {self.rows(table)}"
            for table in sorted({item.table for item in lineage.inputs} - {ALL_VINTAGES})
            if {"source", "vintage"} <= self.columns(table)
        ]
        if not dated:
            return None
        return (
            f"select figure_row from edge join (select * replace ({self._enum('input_table')}) "
            f"from ({' union all '.join(dated)})) using (input_table, input_row) "
            "group by figure_row, source_hash having min(vintage) <> max(vintage)"
        )

    def _off_formula(self, lineage: Lineage, figures: str) -> Iterator[tuple[str, str]]:
        """Yield SQL of rows whose value, status or ``is_latest`` differs from what their inputs give."""
        rules = {
            "value": (lineage.explains, lineage.recompute, "double"),
            "obs_status": ("obs_status", lineage.status, "varchar"),
            "is_latest": ("is_latest", lineage.latest, "boolean"),
        }
        names = [name for name, (column, rule, _) in rules.items() if rule and column in self.columns(lineage.table)]
        columns = [
            f"cast({rules[name][1]} as {rules[name][2]}) as {name}, figure.{quoted(rules[name][0])} as published_{name}"
            for name in names
        ]
        self._connection.execute(
            f"create or replace temp table off_formula as from (select figure.row_id, {', '.join(columns)} "
            f"from {figures} as figure left join ({_by_role(lineage)}) as inputs on figure.row_id = inputs.figure_row) "
            f"where {' or '.join(map(_differs, names))}"
        )
        for name in names:
            what = "status" if name == "obs_status" else name
            yield f"its {what} is not that of its inputs", f"select row_id from off_formula where {_differs(name)}"

    def _enum(self, column: str) -> str:
        """Return SQL that encodes a column of few distinct texts, to save memory in joins."""
        names = {*self._lineages, *self._metrics}
        if column == "role":
            names = {role for lineage in self._lineages.values() for role in lineage.roles}
        return f"{column}::enum({', '.join(map(text, sorted(names)))}) as {column}"


def _missing(lineage: Lineage, figures: str) -> str:
    """Return SQL of rows that lack the input of a declared role."""
    missing = []
    for role in lineage.roles:
        whens = [item.when or "true" for item in lineage.inputs if item.role == role]
        missing.append(
            f"select row_id from {figures} as figure where (({') or ('.join(whens)})) "
            f"and row_id not in (select figure_row from edge where role = {text(role)})"
        )
    return " union all ".join(missing)


def _by_role(lineage: Lineage) -> str:
    """Return SQL of the inputs of each row: a column per role, and the status and ``is_latest`` that follow."""
    columns = [f"{_WEAKEST} as {STATUS}", f"bool_and(is_latest) as {LATEST}", f"bool_or(is_latest) as {ANY_LATEST}"]
    for role, item in lineage.roles.items():
        of_role = f"filter (where role = {text(role)})"
        value = f"case when count(*) {of_role} = 1 then max(value) {of_role} end"
        if item.many:
            value = (
                f"case when count(*) {of_role} = count(distinct key) {of_role} "
                f"then map_from_entries(list((key, value)) {of_role}) end"
            )
        columns += [f"{value} as {quoted(role)}", f"bool_and(is_latest) {of_role} as {quoted(role + '_is_latest')}"]
    return f"select figure_row, {', '.join(columns)} from edge group by figure_row"


def _differs(name: str) -> str:
    """Return SQL of whether a published value differs from the recomputed one."""
    if name == "value":
        return (
            "((value is null) <> (published_value is null) "
            f"or abs(value - published_value) > {TOLERANCE} * abs(published_value))"
        )
    return f"{name} is distinct from published_{name}"


_WEAKEST = (
    "case when bool_or(obs_status = 'U') then 'U' when bool_or(obs_status = 'E') then 'E' "
    "when bool_or(obs_status = 'P') then 'P' "
    "when min(hash(input_table, input_row)) = max(hash(input_table, input_row)) then max(obs_status) "
    "when count(obs_status) = 0 then null else 'A' end"
)
"""The least certain status of several rows, like the dbt macro combined_status. Rows are compared by hash:
aggregates over pairs of name and number would stay in memory."""
