"""The message of a failed dbt model or test: rule, failing rows, the publisher's own rows, and the payloads they came from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import duckdb
import pyarrow.parquet as pq

from orchestration.contracts.raw_table import LINEAGE_FIELDS
from orchestration.core.errors import DbtError
from orchestration.transform.build import Build
from orchestration.transform.table_rules import judged_by, judges_rules, query_of_each

Node: TypeAlias = Mapping[str, Any]

FAILING_ROWS_SHOWN = 5
PAYLOADS_SHOWN = 4
OTHERS_NAMED = 8
REMEDY = "compare these rows with their payload; correct the payload or the rule, and refresh again"
REMEDY_OF_UNIT_TEST = (
    "no data are at fault: correct the SQL of the model or of a macro, or the rows that its unit test expects"
)
_FIRST = re.compile(r"\.(corrections|reviewed)_")
_LINEAGE = {column.name for column in LINEAGE_FIELDS}


@dataclass(frozen=True)
class Failure:
    """A node of dbt or a rule that did not pass, what was observed, and the first rows that break it."""

    test: Node
    observed: str
    rows: list[dict[str, Any]]


def dbt_refusal(build: Build) -> DbtError | None:
    """Why a build fails: the first failed model or test, its failing rows and the payloads they came from.

    None when nothing failed.
    """
    bad = [item for item in build.run_results() if item["status"] in ("error", "fail", "runtime error")]
    if not bad:
        return None
    # what is missing or of another size in itself comes before what it makes implausible elsewhere
    bad.sort(key=lambda item: item["unique_id"] if _FIRST.search(item["unique_id"]) else "~")
    manifest = build.manifest()
    first, *others = [one for item in bad for one in failures(build, manifest, item)]
    node, rows = first.test, first.rows
    origins = _origins_of(build, rows)
    lines = [f"dbt {node.get('resource_type', 'node')} {_name(node)}: {first.observed}"]
    if node.get("description"):
        lines.append(str(node["description"]).strip())
    for row in rows:
        lines.append(", ".join(f"{name}={value}" for name, value in row.items()))
        if raw := _as_published(build, row):
            lines.append(f"  as published: {raw}")
    lines.append(f"declared in {node.get('original_file_path', 'the dbt project')}")
    if others:
        lines.append(f"and {len(others)} more: {', '.join(_name(one.test) for one in others[:OTHERS_NAMED])}")
    return DbtError(
        "\n  ".join(lines),
        publisher=", ".join(sorted({origin["publisher"] for origin in origins})) or None,
        payload=", ".join(_label(origin) for origin in origins[:PAYLOADS_SHOWN]) or None,
        row=next((str(row["payload_pointer"]) for row in rows if row.get("payload_pointer")), None),
        remedy=next((str(row["what_to_do"]) for row in rows if row.get("what_to_do")), None)
        or (REMEDY_OF_UNIT_TEST if node.get("resource_type") == "unit_test" else REMEDY),
    )


def failures(build: Build, manifest: Mapping[str, Any], result: Mapping[str, Any]) -> list[Failure]:
    """What did not pass by a result of dbt: the node or, of the rules of a table that one test judges, those that do not hold.

    It is the test itself where its query ended with an error, and where DuckDB does not understand what another engine was
    asked. dbt must not have the database open.
    """
    nodes = {**manifest["nodes"], **manifest.get("unit_tests", {})}
    node = nodes.get(result["unique_id"], {"name": result["unique_id"]})
    message = str(result.get("message") or "it failed, and dbt wrote no result").replace("\r", "").strip()
    if not judges_rules(node):
        return [Failure(node, message, _failing_rows(build, result))]
    if result["status"] not in ("fail", "warn"):
        return [Failure(node, message, [])]
    return _broken(build, judged_by(node, manifest), result) or [Failure(node, message, [])]


def _failing_rows(build: Build, result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The first rows that fail a test of dbt; none of a unit test, whose rows are invented and in its message."""
    if result["status"] != "fail" or not result.get("compiled_code") or result["unique_id"].startswith("unit_test."):
        return []
    with duckdb.connect(str(build.database), read_only=True) as connection:
        return _first_rows(connection, str(result["compiled_code"]))


def _broken(build: Build, rules: list[Node], result: Mapping[str, Any]) -> list[Failure]:
    """The rules that do not hold, by their own queries."""
    found = []
    with duckdb.connect(str(build.database), read_only=True) as connection:
        for rule, query in zip(rules, query_of_each(str(result["compiled_code"])), strict=True):
            if rows := _first_rows(connection, query):
                count = connection.sql(query).count("*").fetchall()[0][0]
                found.append(Failure(rule, f"{count:,} {'row breaks' if count == 1 else 'rows break'} the rule", rows))
    return found


def _first_rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    try:
        cursor = connection.execute(query)
    except duckdb.Error:  # written for another engine, or about a view that only that one has
        return []
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchmany(FAILING_ROWS_SHOWN)]


def _name(node: Node) -> str:
    """A test of a table under the table's name too, since the name of a rule need not hold it."""
    table = str(node.get("attached_node") or "").split(".")[-1]
    return f"{node['name']}" if table in node["name"] else f"{table}: {node['name']}"


def _as_published(build: Build, row: Mapping[str, Any]) -> str | None:
    """The raw row that a failing row was made from, where its columns name it; it shows an unmapped code."""
    place = {key: row.get(key) for key in ("resource", "payload_sha256", "payload_pointer")}
    if not row.get("source") or not all(place.values()):
        return None
    folders = [folder for folder in build.raw.iterdir() if folder.name == row["source"]]
    short = str(place["payload_sha256"])[:16]
    for path in sorted(path for folder in folders for path in folder.glob(f"*/*_{short}_*.parquet")):
        for raw in pq.read_table(path, filters=[(key, "=", value) for key, value in place.items()]).to_pylist():
            return ", ".join(f"{name}={value!r}" for name, value in raw.items() if name not in _LINEAGE)
    return None


def _origins_of(build: Build, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The origin cards of the payloads that rows can have come from, as far as their columns name them."""
    payloads = pq.read_table(build.raw / "catalogue" / "payloads" / "payloads.parquet").to_pylist()
    keys = ("payload_sha256", "source", "resource")
    known = [{key: row[key] for key in keys if row.get(key)} for row in rows]
    return [
        origin
        for origin in payloads
        if any(one and all(origin[key] == value for key, value in one.items()) for one in known)
    ]


def _label(origin: Mapping[str, Any]) -> str:
    return f"{origin['source']}/{origin['resource']}/{origin['file_name']} sha256:{origin['payload_sha256'][:12]}"
