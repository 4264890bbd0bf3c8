"""Writing a release aside and making it appear by one rename. What may be published is the gate's affair."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import duckdb

from orchestration.files import appearing, point, sha256_of, write_json
from orchestration.guards.suites import metrics_of
from orchestration.ingest import Selection
from orchestration.releases.gate import open_gate
from orchestration.releases.store import CONTENTS, CURRENT, Release, current_release, read_release
from orchestration.settings import Settings, now
from orchestration.transform import Build

STORAGE_VERSION = "v1.5.0"
"""Readable by the DuckDB 1.5 clients that analysts have, and by every later one."""

ALL_VINTAGES = "metric_vintages"
FIRST_SEEN = "release_first_seen"
_KEY = "metric_id, measure, area, counterpart_area, item, year, base_year, source, basis, vintage"


def publish(settings: Settings, build: Build, selections: list[Selection], fingerprint: str) -> tuple[Release, bool]:
    """The release of a build that passed the gate, and whether it is new; equal inputs and code make no second release.

    Raises:
        ReleaseError: the gate refuses the build; the current release stays as it is.
    """
    receipt = open_gate(settings, build)
    before = current_release(settings)
    if before and before.content["fingerprint"] == fingerprint and not before.damage():
        return before, False
    release_id = f"{now():%Y%m%dT%H%M%SZ}-{fingerprint[:8]}"
    folder = settings.releases / release_id
    with appearing(folder) as part:
        part.mkdir(parents=True)
        tables = write_tables(part, build, release_id, before)
        shutil.copyfile(build.receipt, part / "receipt.json")
        content = _content(release_id, fingerprint, build, selections, receipt, tables, part)
        write_json(part / CONTENTS, content)
        _make_read_only(part)
    point(settings.releases / CURRENT, release_id)
    return read_release(folder), True


def write_tables(folder: Path, build: Build, release_id: str, before: Release | None) -> dict[str, int]:
    """Write ``warehouse.duckdb`` and one Parquet file a table into ``folder``; return the rows by table.

    Every mart as it was built; every metric at its latest vintage; and all metrics in all vintages in
    ``metric_vintages``, each row stamped with the first release that held this very value.
    """
    manifest = build.manifest()
    metrics = list(metrics_of(manifest))
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"attach {_text(build.database)} as build (read_only)")
        connection.execute(
            f"attach {_text(folder / 'warehouse.duckdb')} as release (storage_version '{STORAGE_VERSION}')"
        )
        _write_first_seen(connection, metrics, release_id, before)
        tables = {}
        for name, query in _queries(manifest, metrics):
            connection.execute(f"create table release.main.{_name(name)} as {query}")
            connection.execute(
                f"copy (from release.main.{_name(name)}) to {_text(_parquet(folder, name))} (format parquet, compression zstd)"
            )
            counted = connection.execute(f"select count(*) from release.main.{_name(name)}").fetchall()
            tables[name] = int(counted[0][0])
        _write_comments(connection, manifest, tables)
        connection.execute("detach release")
    return tables


def _queries(manifest: Mapping[str, Any], metrics: list[str]) -> Iterator[tuple[str, str]]:
    marts = sorted(
        node["name"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["path"].startswith("marts/")
    )
    for name in marts:
        yield name, f"select * from build.marts.{_name(name)} order by all"
    for name in metrics:
        yield (
            name,
            f"select * exclude (is_latest) from memory.{ALL_VINTAGES} where metric_id = {_text(name)} and is_latest order by all",
        )
    yield ALL_VINTAGES, f"select * from memory.{ALL_VINTAGES} order by all"


def _write_first_seen(
    connection: duckdb.DuckDBPyConnection, metrics: list[str], release_id: str, before: Release | None
) -> None:
    union = " union all by name ".join(f"select * from build.metrics.{_name(name)}" for name in metrics)
    connection.execute(f"create table memory.built as {union}")
    known = f"select null::varchar as {FIRST_SEEN}, * from memory.built limit 0"
    if before:
        known = f"select * from read_parquet({_text(_parquet(before.folder, ALL_VINTAGES))})"
    keys = " and ".join(f"built.{key} is not distinct from known.{key}" for key in _KEY.split(", "))
    connection.execute(
        f"create table memory.{ALL_VINTAGES} as "
        f"select built.*, coalesce(known.{FIRST_SEEN}, {_text(release_id)}) as {FIRST_SEEN} "
        f"from memory.built left join ({known}) as known on {keys} and built.value is not distinct from known.value"
    )


def _write_comments(
    connection: duckdb.DuckDBPyConnection, manifest: Mapping[str, Any], tables: Mapping[str, int]
) -> None:
    """Every table and column says inside the release what it is, in the words of its model's ``.yml``."""
    described = {node["name"]: node for node in manifest["nodes"].values() if node["resource_type"] == "model"}
    described[ALL_VINTAGES] = {
        "description": "Every published metric in every vintage, one below the other.",
        "columns": described.get("int_metrics_unioned", {"columns": {}})["columns"],
    }
    for name in tables:
        table = f"release.main.{_name(name)}"
        connection.execute(f"comment on table {table} is {_text(described[name]['description'])}")
        words = {column["name"]: column["description"] for column in described[name]["columns"].values()}
        words |= {FIRST_SEEN: "The first release that held this very value."}
        held = {row[0] for row in connection.execute(f"select column_name from (describe {table})").fetchall()}
        for column in held & words.keys():
            connection.execute(f"comment on column {table}.{_name(column)} is {_text(words[column])}")


def _content(
    release_id: str,
    fingerprint: str,
    build: Build,
    selections: list[Selection],
    receipt: Mapping[str, Any],
    tables: Mapping[str, int],
    folder: Path,
) -> dict[str, Any]:
    return {
        "id": release_id,
        "fingerprint": fingerprint,
        "published_at": now().isoformat(),
        "build": build.folder.name,
        "database_sha256": receipt["database_sha256"],
        "dbt": receipt["dbt"],
        "tables": dict(tables),
        "sources": {
            selection.source: {
                "rows": selection.rows(),
                "vintages": [item.isoformat() for item in selection.vintages],
                "payloads": len(selection.origins),
            }
            for selection in selections
        },
        "metrics": {
            name: {"rows": result["rows"], "evaluated": result["evaluated"], "passed": _passed(result)}
            for name, result in receipt["suites"].items()
        },
        "files": {
            str(path.relative_to(folder)): sha256_of(path) for path in sorted(folder.rglob("*")) if path.is_file()
        },
    }


def _passed(result: Mapping[str, Any]) -> int:
    return sum(1 for item in result["results"] if item["passed"])


def _make_read_only(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            os.chmod(path, 0o444)


def _parquet(folder: Path, name: str) -> Path:
    path = folder / "parquet" / f"{name}.parquet"
    path.parent.mkdir(exist_ok=True)
    return path


def _name(identifier: str) -> str:
    """A quoted SQL identifier."""
    return '"' + identifier.replace('"', '""') + '"'


def _text(value: str | Path) -> str:
    """A quoted SQL text literal."""
    return "'" + str(value).replace("'", "''") + "'"
