"""Builds as of an earlier day: the guards that do not apply to them, each with the reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import duckdb

from orchestration.core.errors import GuardError
from orchestration.transform.build import Build
from orchestration.transform.constraints import data_tests


def published_later(build: Build, model: str) -> tuple[str, ...]:
    """The sources whose later vintages are left out of a build and would have gone into this model, in alphabetical order.

    ``catalogue`` means the claims made later.
    """
    manifest, later = build.manifest(), build.later()
    if not later:
        return ()
    nodes: Mapping[str, Any] = manifest["nodes"]
    start = next(key for key, node in nodes.items() if node["resource_type"] == "model" and node["name"] == model)
    seen, ahead, found = {start}, [start], set()
    while ahead:
        key = ahead.pop()
        if key in manifest["sources"]:
            table = manifest["sources"][key]
            if f"{table['source_name']}.{table['name']}" in later:
                found.add(str(table["source_name"]))
        for before in nodes.get(key, {}).get("depends_on", {}).get("nodes", ()):
            if before not in seen:
                seen.add(before)
                ahead.append(before)
    return tuple(sorted(found))


def not_asked(build: Build) -> list[dict[str, str]]:
    """The dbt tests that do not apply to a build as of an earlier day, each with what it would test and why not.

    Raises:
        GuardError: a table is empty although nothing that would fill it was published later.
    """
    if build.as_of() is None:
        return []
    with duckdb.connect(str(build.database), read_only=True) as connection:
        return list(_empty_tables(build, connection))


def _empty_tables(build: Build, connection: duckdb.DuckDBPyConnection) -> Iterator[dict[str, str]]:
    manifest = build.manifest()
    nodes = manifest["nodes"]
    tested = {
        node["attached_node"]
        for node in data_tests(manifest)
        if (node.get("test_metadata") or {}).get("name") == "has_rows"
    }
    for key in sorted(tested):
        name, schema = nodes[key]["name"], nodes[key]["schema"]
        if connection.table(f'"{schema}"."{name}"').limit(1).fetchall():
            continue
        if not (later := published_later(build, name)):
            raise GuardError(
                f"{name} is empty, although none of its figures was published after the day of the build",
                payload=name,
                remedy="correct the model, or its sources; the last release stays in place",
            )
        yield {"guard": "has_rows", "of": name, "reason": f"published later, by {', '.join(later)}"}
