"""The error of a failed dbt model or test: the rule, the rows that break it as the publisher wrote them, and their payloads."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import duckdb
import pyarrow.parquet as pq

from orchestration.contracts.raw_table import LINEAGE_FIELDS
from orchestration.core.errors import DbtError
from orchestration.transform.build import Build
from orchestration.transform.constraints import constraints_of, has_contract

Node: TypeAlias = Mapping[str, Any]
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
_LINEAGE = {column.name for column in LINEAGE_FIELDS}


@dataclass(frozen=True)
class Failure:
    """A failed node of dbt, or one broken constraint of a model: what was observed, and the first rows that break it."""

    test: Node
    observed: str
    rows: list[Row]


def dbt_refusal(build: Build) -> DbtError | None:
    """Return the error of a build: its first failed model or test with rows and payloads; None if nothing failed."""
    failed = [item for item in build.run_results() if item["status"] in ("error", "fail", "runtime error")]
    if not failed:
        return None
    # a missing vintage or a known error comes before what it makes implausible elsewhere
    failed.sort(key=lambda item: item["unique_id"] if _FIRST.search(item["unique_id"]) else "~")
    manifest = build.manifest()
    first, *others = [failure for item in failed for failure in failures(build, manifest, item)]
    origins = _origins_of(build, first.rows)
    lines = [*_described(build, first), f"declared in {first.test.get('original_file_path', 'the dbt project')}"]
    if others:
        lines.append(f"and {len(others)} more: {', '.join(_name(failure.test) for failure in others[:OTHERS_NAMED])}")
    return DbtError(
        "\n  ".join(lines),
        publisher=", ".join(sorted({origin["publisher"] for origin in origins})) or None,
        payload=", ".join(_label(origin) for origin in origins[:PAYLOADS_SHOWN]) or None,
        row=next((str(row["payload_pointer"]) for row in first.rows if row.get("payload_pointer")), None),
        remedy=_remedy(first),
    )


def failures(build: Build, manifest: Mapping[str, Any], result: Mapping[str, Any]) -> list[Failure]:
    """Return what failed by one result of dbt: the node, or each constraint that the rows of a model break.

    dbt must have closed the database. No rows are read where DuckDB cannot run the SQL of another engine.
    """
    nodes = {**manifest["nodes"], **manifest.get("unit_tests", {})}
    node = nodes.get(result["unique_id"], {"name": result["unique_id"]})
    observed = str(result.get("message") or "it failed, and dbt wrote no result").replace("\r", "").strip()
    query = str(result.get("compiled_code") or "")
    kind = node.get("resource_type")
    if not query or kind == "unit_test" or not build.database.exists():
        return [Failure(node, observed, [])]
    with duckdb.connect(str(build.database), read_only=True) as connection:
        if kind == "model" and has_contract(node):
            return list(_broken_constraints(connection, node, query)) or [Failure(node, observed, [])]
        rows = _rows(connection, f"from ({query})") if result["status"] in ("fail", "warn") else []
        return [Failure(node, observed, rows)]


def _broken_constraints(connection: duckdb.DuckDBPyConnection, node: Node, query: str) -> Iterator[Failure]:
    try:
        connection.execute(f"create temp table model as {query}")
    except duckdb.Error:  # the query itself fails, and dbt's message says why
        return
    for constraint in constraints_of(node):
        broken = f"from model where {constraint.broken_where}"
        if rows := _rows(connection, broken):
            ((count,),) = connection.execute(f"select count(*) {broken}").fetchall()
            words = f"{count:,} {'row breaks' if count == 1 else 'rows break'} the constraint {constraint.name}"
            yield Failure(node, words, rows)


def _rows(connection: duckdb.DuckDBPyConnection, source: str) -> list[Row]:
    """Return the first rows of ``source``, read to the end so that the connection is free for the next query."""
    try:
        result = connection.execute(f"{source} limit {FAILING_ROWS_SHOWN}")
        columns = [column[0] for column in result.description or ()]
        return [dict(zip(columns, row, strict=True)) for row in result.fetchall()]
    except duckdb.Error:
        return []


def _described(build: Build, failure: Failure) -> Iterator[str]:
    node = failure.test
    yield f"dbt {node.get('resource_type', 'node')} {_name(node)}: {failure.observed}"
    if node.get("description") and node.get("resource_type") != "model":
        yield str(node["description"]).strip()
    for row in failure.rows:
        yield ", ".join(f"{name}={value}" for name, value in row.items())
        if raw := _as_published(build, row):
            yield f"  as published: {raw}"


def _remedy(failure: Failure) -> str:
    if stated := next((row["what_to_do"] for row in failure.rows if row.get("what_to_do")), None):
        return str(stated)
    if failure.test.get("resource_type") == "unit_test":
        return REMEDY_OF_UNIT_TEST
    return REMEDY_OF_MODEL if failure.test.get("resource_type") == "model" and not failure.rows else REMEDY


def _name(node: Node) -> str:
    """Return the name of a node, after that of its table where it does not contain it."""
    table = str(node.get("attached_node") or "").split(".")[-1]
    return f"{node['name']}" if table in node["name"] else f"{table}: {node['name']}"


def _as_published(build: Build, row: Row) -> str | None:
    """Return the raw row of a failing row, where its columns name it; it shows an unmapped code."""
    place = {key: row.get(key) for key in ("resource", "payload_sha256", "payload_pointer")}
    if not row.get("source") or not all(place.values()):
        return None
    folders = [folder for folder in build.raw.iterdir() if folder.name == row["source"]]
    short = str(place["payload_sha256"])[:16]
    for path in sorted(path for folder in folders for path in folder.glob(f"*/*_{short}_*.parquet")):
        for raw in pq.read_table(path, filters=[(key, "=", value) for key, value in place.items()]).to_pylist():
            return ", ".join(f"{name}={value!r}" for name, value in raw.items() if name not in _LINEAGE)
    return None


def _origins_of(build: Build, rows: list[Row]) -> list[Row]:
    """Return the origin cards of the payloads that rows can have come from, as far as their columns name them."""
    payloads = pq.read_table(build.raw / "catalogue" / "payloads" / "payloads.parquet").to_pylist()
    keys = ("payload_sha256", "source", "resource")
    places = [{key: row[key] for key in keys if row.get(key)} for row in rows]
    return [
        origin
        for origin in payloads
        if any(place and all(origin[key] == value for key, value in place.items()) for place in places)
    ]


def _label(origin: Mapping[str, Any]) -> str:
    return f"{origin['source']}/{origin['resource']}/{origin['file_name']} sha256:{origin['payload_sha256'][:12]}"
