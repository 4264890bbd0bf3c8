"""The error of a failed dbt model or test: the rule, the rows that break it, and their payloads."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

import duckdb
import pyarrow.parquet as pq

from orchestration.contracts.raw_table import LINEAGE_FIELDS
from orchestration.core.bounded_database import bounded_database
from orchestration.core.errors import DbtError
from orchestration.core.text import join_publishers
from orchestration.transform.build import Build
from orchestration.transform.nodes import Node, node_of

Row: TypeAlias = dict[str, Any]

FAILING_ROWS_SHOWN = 5
PAYLOADS_SHOWN = 4
OTHERS_NAMED = 8
REMEDY = "compare these rows with their payload; correct the payload, the model or the rule, and refresh again"
REMEDY_OF_UNIT_TEST = (
    "no data are at fault: correct the SQL of the model or of a macro, or the rows that its unit test expects"
)
REMEDY_OF_MODEL = "no payload is known to be at fault: correct the SQL of the model, or the contract in its .yml"
_FIRST = re.compile(r"\.(corrections|reviewed)_")
_LABEL = "{source}/{resource}/{file_name} sha256:{payload_sha256:.12}"
_LINEAGE = {column.name for column in LINEAGE_FIELDS}


def dbt_refusal(build: Build) -> DbtError | None:
    """Return the error of a build: its first failed model or test with rows and payloads; None if nothing failed."""
    failed = [item for item in build.run_results() if item["status"] in ("error", "fail", "runtime error")]
    if not failed:
        return None
    # a missing vintage or a known error comes before what it makes implausible elsewhere
    failed.sort(key=lambda item: item["unique_id"] if _FIRST.search(item["unique_id"]) else "~")
    keys, nodes = [item["unique_id"] for item in failed], build.project.nodes
    node, *others = [nodes.get(key) or node_of(key, {"name": key}, "node") for key in keys]
    observed, rows = _observed(build, node, failed[0])
    origins = _origins_of(build, rows)
    lines = [f"dbt {node.kind} {_name(node)}: {observed}"]
    if node.description and node.kind != "model":
        lines.append(node.description.strip())
    for row in rows:
        lines.append(", ".join(f"{name}={value}" for name, value in row.items()))
        lines += [f"  as published: {raw}" for raw in _as_published(build, row)]
    lines.append(f"declared in {node.file or 'the dbt project'}")
    if others:
        lines.append(f"and {len(others)} more: {', '.join(map(_name, others[:OTHERS_NAMED]))}")
    return DbtError(
        "\n  ".join(lines),
        publisher=join_publishers(origin["publisher"] for origin in origins) or None,
        payload=", ".join(_LABEL.format(**origin) for origin in origins[:PAYLOADS_SHOWN]) or None,
        row=next((str(row["payload_pointer"]) for row in rows if row.get("payload_pointer")), None),
        remedy=_remedy(node, rows),
    )


def _observed(build: Build, node: Node, result: Mapping[str, Any]) -> tuple[str, list[Row]]:
    """Return what failed by a result of dbt, and the first rows that break the test, or a constraint of the model.

    dbt must have closed the database. No rows are read where DuckDB cannot run the SQL of another engine.
    """
    query = result.get("compiled_code")
    if query and node.kind in ("model", "test") and build.database.exists():
        with bounded_database(build.database) as connection:
            if node.kind == "test":
                return _message(result), _rows(connection, f"from ({query})")
            if node.has_contract and (broken := _broken_constraint(connection, node, query)):
                return broken
    return _message(result), []


def _message(result: Mapping[str, Any]) -> str:
    return str(result.get("message") or "it failed, and dbt wrote no result").replace("\r", "").strip()


def _broken_constraint(connection: duckdb.DuckDBPyConnection, node: Node, query: str) -> tuple[str, list[Row]] | None:
    """Return the text of the first broken constraint of a model, and some rows that break it."""
    try:
        connection.execute(f"create temp table model as {query}")
    except duckdb.Error:  # the query itself fails, and dbt's message says why
        return None
    for constraint in node.constraints():
        broken = f"from model where {constraint.broken_where}"
        if rows := _rows(connection, broken):
            ((count,),) = connection.execute(f"select count(*) {broken}").fetchall()
            return f"{count:,} {'row breaks' if count == 1 else 'rows break'} the constraint {constraint.name}", rows
    return None


def _rows(connection: duckdb.DuckDBPyConnection, source: str) -> list[Row]:
    """Return the first rows of ``source``; none where DuckDB cannot run it."""
    try:
        rows: list[Row] = connection.sql(f"{source} limit {FAILING_ROWS_SHOWN}").to_arrow_table().to_pylist()
    except duckdb.Error:
        rows = []
    return rows


def _remedy(node: Node, rows: list[Row]) -> str:
    if stated := next((row["what_to_do"] for row in rows if row.get("what_to_do")), None):
        return str(stated)
    if node.kind == "unit_test":
        return REMEDY_OF_UNIT_TEST
    return REMEDY_OF_MODEL if node.kind == "model" and not rows else REMEDY


def _name(node: Node) -> str:
    """Return a node's name, prefixed with its table's unless that is part of it."""
    table = node.attached.split(".")[-1]
    return node.name if table in node.name else f"{table}: {node.name}"


def _as_published(build: Build, row: Row) -> Iterator[str]:
    """Yield the raw row of a failing row, if its columns name it; it shows an unmapped code."""
    place = {key: row.get(key) for key in ("resource", "payload_sha256", "payload_pointer")}
    if all(place.values()):
        for path in (build.raw / str(row.get("source"))).glob(f"*/*_{str(place['payload_sha256'])[:16]}_*.parquet"):
            for raw in pq.read_table(path, filters=[(key, "=", value) for key, value in place.items()]).to_pylist():
                yield ", ".join(f"{name}={value!r}" for name, value in raw.items() if name not in _LINEAGE)


def _origins_of(build: Build, rows: list[Row]) -> list[Row]:
    """Return the origin cards of payloads that rows may come from, by the columns that name them."""
    payloads = pq.read_table(build.raw / "catalogue" / "payloads" / "payloads.parquet").to_pylist()
    keys = ("payload_sha256", "source", "resource")
    places = [place for row in rows if (place := {key: row[key] for key in keys if row.get(key)})]
    return [origin for origin in payloads if any(place.items() <= origin.items() for place in places)]
