"""Builds as of an earlier day: the guards that do not apply to them, each with the reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import duckdb

from orchestration.core.errors import GuardError
from orchestration.transform.build import Build
from orchestration.transform.constraints import data_tests


def published_later(build: Build, model: str) -> tuple[str, ...]:
    """Return the sources of a model whose later vintages a build leaves out, in alphabetical order.

    ``catalogue`` means the claims made later.
    """
    manifest, later = build.manifest(), build.later()
    if not later:
        return ()
    nodes: Mapping[str, Any] = manifest["nodes"]
    start = next(key for key, node in nodes.items() if node["resource_type"] == "model" and node["name"] == model)
    ancestors, waiting = {start}, [start]
    while waiting:
        parents = set(nodes.get(waiting.pop(), {}).get("depends_on", {}).get("nodes", ())) - ancestors
        ancestors |= parents
        waiting += parents
    tables = [manifest["sources"][key] for key in ancestors if key in manifest["sources"]]
    left_out = {str(table["source_name"]) for table in tables if f"{table['source_name']}.{table['name']}" in later}
    return tuple(sorted(left_out))


def not_asked(build: Build) -> list[dict[str, str]]:
    """Return the dbt tests that do not apply to a build as of an earlier day, each with its table and the reason.

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
