"""The list of all guards of a project, by owner and name, and its lock with one line for each."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any, TypeAlias

from orchestration.guards.suites import Suite, label
from orchestration.transform.constraints import constraints_of, data_tests

Guards: TypeAlias = Mapping[str, Mapping[str, str]]
"""For each owner (a model, a seed, a singular test, a suite) its guards by name, each with what it requires.

A requirement is JSON, or its SHA-256 where the JSON is long.
"""

LONGEST_REQUIREMENT = 240
REASON = "# renewed because "
_HEAD = "# owner | guard | what it requires; written by `bilateral dev lock --reason`\n"
_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/|\{#.*?#\}", re.DOTALL)
_REQUIRED = ("severity", "where", "limit", "fail_calc", "warn_if", "error_if")
"""The settings of a dbt test that decide what it refuses."""

_EXPLAINED_BY = ("inputs", "recompute", "explains", "status", "latest", "without_inputs", "across_vintages")
"""The keys of a model's meta by which its figures are recomputed before a release appears."""

_LIST = "project_models"
"""The macro that lists the models of the project. An addition makes it longer, and each model is a guard of its own."""

_REVIEWED = "reviewed_"
"""How the name of a seed begins whose rows are what a test expects."""


@dataclass(frozen=True)
class GuardsChanged:
    """The guards by which two lists differ, as ``owner: name``; a changed guard kept its name and requires something else."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]


def guards_of(manifest: Mapping[str, Any], suites: Iterable[Suite]) -> dict[str, dict[str, str]]:
    """Every guard of a dbt manifest and of the metrics' suites: what is built, contracts, constraints, tests and expectations."""
    found: dict[str, dict[str, str]] = {}
    for owner, words, requirement in (*_of_dbt(manifest), *_of_suites(suites)):
        name = " ".join(words.split())
        names = found.setdefault(owner, {})
        if name in names:  # two tests of one kind over the same column differ in their arguments
            name = next(f"{name} #{number}" for number in count(2) if f"{name} #{number}" not in names)
        names[name] = requirement_text(requirement)
    return {owner: dict(sorted(names.items())) for owner, names in sorted(found.items())}


def guards_changed(before: Guards, after: Guards) -> GuardsChanged:
    """What was added, removed and changed between the lists of two receipts (their key ``guards``)."""
    old, new = _flat(before), _flat(after)
    return GuardsChanged(
        added=tuple(sorted(new.keys() - old.keys())),
        removed=tuple(sorted(old.keys() - new.keys())),
        changed=tuple(sorted(name for name in old.keys() & new.keys() if old[name] != new[name])),
    )


def lock_text(guards: Guards, reason: str) -> str:
    """Return the lock: the reason of its renewal, and one line for each guard."""
    lines = (f"{owner} | {name} | {text}\n" for owner, names in sorted(guards.items()) for name, text in names.items())
    return f"{_HEAD}{REASON}{' '.join(reason.split())}\n{''.join(lines)}"


def locked_guards(lock: str) -> dict[str, dict[str, str]]:
    """Return the guards that a lock lists."""
    guards: dict[str, dict[str, str]] = {}
    for line in lock.splitlines():
        if not line.startswith("#"):
            owner, name, requirement = line.split(" | ", 2)
            guards.setdefault(owner, {})[name] = requirement
    return guards


def lock_differences(before: Guards, after: Guards) -> list[str]:
    """Return a line for each guard that was added, removed or changed, with the old and the new requirement."""
    old, new = _flat(before), _flat(after)
    changes = guards_changed(before, after)
    return [
        *(f"removed  {name}: {old[name]}" for name in changes.removed),
        *(f"changed  {name}: {old[name]} -> {new[name]}" for name in changes.changed),
        *(f"added    {name}: {new[name]}" for name in changes.added),
    ]


def _of_dbt(manifest: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    nodes, macros = manifest["nodes"], _Macros(manifest)
    for node in nodes.values():
        if node["resource_type"] in ("model", "seed"):
            yield from _of_table(node)
            yield from _of_declarations(node)
    for node in sorted(data_tests(manifest), key=lambda node: json.dumps(node.get("test_metadata"), sort_keys=True)):
        yield _of_test(node, nodes | manifest.get("sources", {}), macros)
    for test in manifest["unit_tests"].values():
        owner = next(node for node in nodes.values() if node["name"] == test["model"])
        required = {name: test.get(name) for name in ("given", "expect", "overrides")}
        yield _owner(owner), f"unit test {test['name']}", required
    for macro in macros.tests():
        sql_of_macro = [_sql(macro["macro_sql"]), macros.behind(macro)]
        yield "tests/generic", macro["name"].removeprefix("test_"), sql_of_macro


def _of_table(node: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    owner = _owner(node)
    yield owner, "built", ""
    if not node.get("contract", {}).get("enforced"):
        return
    columns = node["columns"].values()
    yield owner, "contract", [(column["name"], column["data_type"]) for column in columns]
    for constraint in constraints_of(node):
        yield owner, constraint.name, constraint.clause


def _of_declarations(node: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """What the gate and the tests take from a table: how its figures are recomputed, how far they may move, reviewed rows."""
    meta = node.get("config", {}).get("meta") or {}
    if meta.get("inputs"):
        yield f"explanation/{node['name']}", "how it is recomputed", {name: meta.get(name) for name in _EXPLAINED_BY}
    if meta.get("limits"):
        yield f"limits/{node['name']}", "how far it may move", meta["limits"]
    if node["resource_type"] == "seed" and node["name"].startswith(_REVIEWED):
        yield f"reviewed_rows/{node['name']}", "rows", node["checksum"]["checksum"]


class _Macros:
    """The macros of a project, of which a test may be made."""

    def __init__(self, manifest: Mapping[str, Any]) -> None:
        project = manifest.get("metadata", {}).get("project_name")
        held = manifest.get("macros", {}).items()
        self._own = {name: macro for name, macro in held if project and macro.get("package_name") == project}

    def tests(self) -> list[Mapping[str, Any]]:
        """The generic tests of the project."""
        return [macro for name, macro in self._own.items() if name.split(".")[-1].startswith("test_")]

    def behind(self, node: Mapping[str, Any]) -> dict[str, str]:
        """The SQL of every macro of the project that a test calls, or one that it calls; but generic tests, which are guards themselves."""
        found: dict[str, str] = {}
        waiting = list(node.get("depends_on", {}).get("macros", ()))
        while waiting:
            name = waiting.pop()
            short = name.split(".")[-1]
            if name in self._own and name not in found and short != _LIST and not short.startswith("test_"):
                found[name] = _sql(self._own[name]["macro_sql"])
                waiting += self._own[name].get("depends_on", {}).get("macros", ())
                waiting += self._of_other_engines(name)
        return found

    def _of_other_engines(self, name: str) -> list[str]:
        """The same macro for other engines, ``spark__matches`` beside ``default__matches``: dbt names that of the engine it parsed for."""
        does = name.split(".")[-1].partition("__")[2]
        return [other for other in self._own if does and other.split(".")[-1].partition("__")[2] == does]


def _of_test(node: Mapping[str, Any], tables: Mapping[str, Any], macros: _Macros) -> tuple[str, str, Any]:
    settings = {name: node["config"].get(name) for name in _REQUIRED}
    if not node.get("test_metadata"):
        return f"tests/{node['name']}", "built", [_sql(node["raw_code"]), settings, macros.behind(node)]
    given = {name: value for name, value in node["test_metadata"]["kwargs"].items() if name != "model"}
    columns = node.get("column_name") or "+".join(given.get("columns") or ())
    where = f" where {settings['where']}" if settings["where"] else ""
    table = tables[node.get("attached_node") or node["depends_on"]["nodes"][0]]
    return _owner(table), f"{node['test_metadata']['name']} {columns}{where}".rstrip(), [given, settings]


def _of_suites(suites: Iterable[Suite]) -> Iterator[tuple[str, str, Any]]:
    for suite in suites:
        for item, config in zip(suite.expectations, suite.configs, strict=True):
            required = [config["kwargs"], config["meta"].get("since"), config["severity"], suite.is_bound(item)]
            yield f"expectations/{suite.metric}", label(config), required
        yield f"expectations/{suite.metric}", "reviewed part", sorted(map(str, suite.reviewed.keys))
        yield f"expectations/{suite.metric}", "faults that may pass", suite.exceptions


def _owner(node: Mapping[str, Any]) -> str:
    """``marts/fct_patent_count`` for a model, ``seeds/units`` for a seed, ``sources/raw.payloads`` for a table of a source."""
    if node["resource_type"] == "model":
        return f"{node['path'].split('/')[0]}/{node['name']}"
    if node["resource_type"] == "seed":
        return f"seeds/{node['name']}"
    return f"sources/{node['source_name']}.{node['name']}"


def _sql(text: str) -> str:
    """SQL without comments and layout."""
    return " ".join(_COMMENT.sub(" ", text).split())


def requirement_text(content: Any) -> str:
    """Return what a guard requires in one line: as JSON, or the hash of long JSON."""
    text = json.dumps(content, sort_keys=True, default=str, ensure_ascii=False)
    return text if len(text) <= LONGEST_REQUIREMENT else f"sha256 {hashlib.sha256(text.encode()).hexdigest()[:16]}"


def _flat(guards: Guards) -> dict[str, str]:
    return {f"{owner}: {name}": digest for owner, names in guards.items() for name, digest in names.items()}
