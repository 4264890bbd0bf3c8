"""The complete list of checks that a release needs, as text to be read and pinned. What each check does is said where it stands."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from orchestration.core.settings import Settings
from orchestration.guards.suite_audit import label
from orchestration.guards.suites import load_suite, metrics_of
from orchestration.releases import gate

LONGEST = 110
"""Characters of a check's arguments that the list shows."""

_HEAD = """\
Every check that must have run and passed before a release appears. The rules of the sources' own readers come before it.
Made by `bilateral guards pin`. A test fails when this list is not that of the project: a line that went is a guard that
went, and a person has to say why.
"""
_SAID_ELSEWHERE = {"model", "column_name", "to", "field"}


def pinned_path(settings: Settings) -> Path:
    """Where the list is kept under version control."""
    return settings.root / "docs" / "gating_checks.txt"


def gating_checks(settings: Settings, manifest: Mapping[str, Any]) -> str:
    """The list: the gate's conditions, every model, seed, test and unit test of dbt, and every expectation of every suite.

    Raises:
        GuardError: a metric is not described, or has no suite.
    """
    nodes = [*manifest["nodes"].values(), *manifest["unit_tests"].values()]
    chapters = {
        "Conditions of the gate (orchestration/releases/gate.py)": _conditions(),
        "Models and seeds that are built": (
            f"{node['resource_type']} {node['name']}" for node in nodes if node["resource_type"] in ("model", "seed")
        ),
        "Unit tests of formulas": (
            f"{node['model']}: {node['name']}" for node in nodes if node["resource_type"] == "unit_test"
        ),
        "Tests of dbt": (_test(node) for node in nodes if node["resource_type"] == "test"),
        "Expectations of the metrics' suites (expectations/)": _expectations(settings, manifest),
    }
    text = [_HEAD]
    for title, lines in chapters.items():
        ordered = sorted(lines)
        text += [f"{title}: {len(ordered):,}", *(f"  {line}" for line in ordered), ""]
    return "\n".join(text)


def _conditions() -> Iterator[str]:
    for name, function in inspect.getmembers(gate, inspect.isfunction):
        if function.__module__ == gate.__name__ and name.lstrip("_").startswith("require"):
            yield (inspect.getdoc(function) or "").splitlines()[0]


def _test(node: Mapping[str, Any]) -> str:
    kind = (node.get("test_metadata") or {}).get("name")
    if kind is None:
        return f"project: {node['name']}"
    table = str(node.get("attached_node") or node["file_key_name"]).rsplit(".", 1)[-1]
    column = f".{node['column_name']}" if node.get("column_name") else ""
    kwargs = {
        name: value for name, value in node["test_metadata"]["kwargs"].items() if name not in _SAID_ELSEWHERE and value
    }
    if "to" in node["test_metadata"]["kwargs"]:
        kwargs["in"] = f"{node['test_metadata']['kwargs']['to']}.{node['test_metadata']['kwargs']['field']}"
    where = f" where {node['config']['where']}" if node["config"].get("where") else ""
    return _cut(f"{table}{column}: {kind} {json.dumps(kwargs, sort_keys=True) if kwargs else ''}{where}".rstrip())


def _expectations(settings: Settings, manifest: Mapping[str, Any]) -> Iterator[str]:
    for metric in metrics_of(manifest):
        for expectation in load_suite(settings.expectations, metric).expectations:
            yield _cut(f"{metric}: {label(expectation)}")


def _cut(line: str) -> str:
    one_line = " ".join(line.split())
    return one_line if len(one_line) <= LONGEST else f"{one_line[: LONGEST - 1]}…"
