"""The message of a failed dbt model or test: rule, failing rows, the publisher's own rows, and the payloads they came from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import duckdb
import pyarrow.parquet as pq

from orchestration.contracts.raw_table import LINEAGE_FIELDS
from orchestration.core.errors import DbtError
from orchestration.transform.build import Build

FAILING_ROWS_SHOWN = 5
PAYLOADS_SHOWN = 4
REMEDY = "compare these rows with their payload; correct the payload or the rule, and refresh again"
_FIRST = re.compile(r"\.(corrections|reviewed)_")
_LINEAGE = {column.name for column in LINEAGE_FIELDS}


def dbt_refusal(build: Build) -> DbtError | None:
    """Why a build fails: the first failed model or test, its failing rows and the payloads they came from.

    None when nothing failed.
    """
    bad = [item for item in build.run_results() if item["status"] in ("error", "fail", "runtime error")]
    if not bad:
        return None
    # what is missing or of another size in itself comes before what it makes implausible elsewhere
    bad.sort(key=lambda item: item["unique_id"] if _FIRST.search(item["unique_id"]) else "~")
    first, manifest = bad[0], build.manifest()
    node = {**manifest["nodes"], **manifest["unit_tests"]}.get(first["unique_id"], {})
    rows = failing_rows(build, first)
    origins = _origins_of(build, rows)
    lines = [f"dbt {node.get('resource_type', 'node')} {node.get('name', first['unique_id'])}: {first['message']}"]
    if node.get("description"):
        lines.append(str(node["description"]).strip())
    for row in rows:
        lines.append(", ".join(f"{name}={value}" for name, value in row.items()))
        if raw := _as_published(build, row):
            lines.append(f"  as published: {raw}")
    lines.append(f"declared in {node.get('original_file_path', 'the dbt project')}")
    others = [str(item["unique_id"]).split(".")[2] for item in bad[1:]]
    if others:
        lines.append(f"and {len(others)} more: {', '.join(others[:8])}")
    return DbtError(
        "\n  ".join(lines),
        publisher=", ".join(sorted({origin["publisher"] for origin in origins})) or None,
        payload=", ".join(_label(origin) for origin in origins[:PAYLOADS_SHOWN]) or None,
        row=next((str(row["payload_pointer"]) for row in rows if row.get("payload_pointer")), None),
        remedy=next((str(row["what_to_do"]) for row in rows if row.get("what_to_do")), None) or REMEDY,
    )


def failing_rows(build: Build, result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The first rows that fail a test, by its result in ``run_results.json``; dbt must not have the database open."""
    if result["status"] != "fail" or not result.get("compiled_code") or ".unit_test." in result["unique_id"]:
        return []
    with duckdb.connect(str(build.database), read_only=True) as connection:
        try:
            cursor = connection.execute(str(result["compiled_code"]))
        except duckdb.Error:  # written for another engine, or about a view that only that one has
            return []
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchmany(FAILING_ROWS_SHOWN)]


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
