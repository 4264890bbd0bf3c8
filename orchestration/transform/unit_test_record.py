"""Record of the dbt unit tests that passed. They run on invented rows, so that only a change of code can change their result."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Mapping
from typing import Any

from orchestration.core.files import read_json, sha256_of, write_json
from orchestration.core.settings import Settings
from orchestration.transform.build import Build
from orchestration.transform.constraints import ancestors
from orchestration.transform.model_list import model_list_path

RECORD = "unit_tests.json"
_PASSED = {"pass", "success"}
_GRAPH = re.compile(r"\bgraph\b")
"""dbt's name for all nodes of the project, in the SQL of a model that reads nodes other than those it is made from."""

_NODE = ("raw_code", "config", "columns", "constraints", "contract", "source_name", "identifier", "relation_name")
"""Parts of a node that determine its table and columns; ``relation_name`` is the address of a source."""

_TEST = ("model", "given", "expect", "overrides", "versions", "config")


def states(settings: Settings, manifest: Mapping[str, Any]) -> dict[str, str]:
    """Return a hash for each unit test of a manifest, over everything that its result depends on.

    That is the test itself; its model with all models, seeds and sources behind it, whose columns give invented rows their types; all
    macros of the project; its settings; the versions of dbt and DuckDB, and the engine. A model that reads dbt's graph depends on every
    node. The generated list of models counts by the models that it makes a union read.
    """
    files = [settings.root / "locks" / "requirements.lock", *sorted(settings.dbt_project.glob("*.yml"))]
    listed = model_list_path(settings).relative_to(settings.dbt_project).as_posix()
    shared = _digest(
        settings.engine,
        [sha256_of(path) for path in files if path.exists()],
        {
            key: macro["macro_sql"]
            for key, macro in manifest.get("macros", {}).items()
            if macro["package_name"] == manifest["metadata"]["project_name"] and macro["original_file_path"] != listed
        },
    )
    nodes = {**manifest["nodes"], **manifest["sources"]}
    digests = {
        key: _digest(
            key,
            [node.get(name) for name in _NODE],
            sha256_of(settings.dbt_project / node["original_file_path"]) if node["resource_type"] == "seed" else "",
        )
        for key, node in nodes.items()
        if node["resource_type"] in ("model", "seed", "source")
    }
    hashes = {}
    for key, test in manifest["unit_tests"].items():
        behind = ancestors(manifest, key)
        if any(_GRAPH.search(nodes[node].get("raw_code") or "") for node in behind):
            behind = set(digests)
        hashes[key] = _digest(shared, [test.get(name) for name in _TEST], sorted(digests[node] for node in behind))
    return hashes


def _digest(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def proved(settings: Settings, manifest: Mapping[str, Any]) -> Collection[str]:
    """Return the unit tests of a manifest that passed with its code, in this build or an earlier one."""
    record = settings.build / RECORD
    passed = read_json(record)["passed"] if record.exists() else {}
    if not passed or not isinstance(passed, dict):  # a list: of a version whose record was one for the whole project
        return frozenset()
    return frozenset(key for key, state in states(settings, manifest).items() if passed.get(key) == state)


def remember(settings: Settings, build: Build) -> None:
    """Record which unit tests passed in a finished build, where it ran any."""
    manifest = build.manifest()
    results = {item["unique_id"]: item["status"] for item in build.run_results()}
    passed = {key for key in manifest["unit_tests"] if results.get(key) in _PASSED}
    if passed:
        known, now = proved(settings, manifest), states(settings, manifest)
        write_json(settings.build / RECORD, {"passed": {key: now[key] for key in sorted(passed | set(known))}})
