"""The list of all guards of a project, by owner and name, and its lock with one line for each."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import count
from typing import Any, TypeAlias

from orchestration.core.errors import GuardError
from orchestration.guards.suites import Suite, label
from orchestration.transform.nodes import Node
from orchestration.transform.project import Project

Guards: TypeAlias = Mapping[str, Mapping[str, str]]
"""For each owner (a model, a seed, a singular test, a suite) its guards by name, each with what it requires.

A requirement is JSON, or its SHA-256 where the JSON is long.
"""

LONGEST_REQUIREMENT = 400
_HEAD = "# owner | guard | what it requires; written by `bilateral dev lock --reason`\n# renewed because "
_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/|\{#.*?#\}", re.DOTALL)
_DEFAULTS = {"severity": "ERROR", "fail_calc": "count(*)", "warn_if": "!= 0", "error_if": "!= 0"}
"""Settings of a dbt test that decide what it refuses, with dbt's defaults; ``where`` and ``limit`` have none."""

_EXPLAINED_BY = ("inputs", "recompute", "explains", "status", "latest", "without_inputs", "across_vintages")
"""Keys of a model's meta by which its figures are recomputed before a release appears."""

_TEST = "test_"  # begins the name of the macro of a generic test


def guards_of(project: Project, suites: Iterable[Suite]) -> dict[str, dict[str, str]]:
    """Return every guard of a project: what is built, contracts, constraints, tests and expectations."""
    guards: dict[str, dict[str, str]] = {}
    for owner, words, requirement in (*_of_tables(project), *_of_tests(project), *_of_suites(suites)):
        name = " ".join(words.split())
        names = guards.setdefault(owner, {})
        if name in names:  # two tests of one kind over the same column differ in their arguments
            name = next(f"{name} #{number}" for number in count(2) if f"{name} #{number}" not in names)
        names[name] = _requirement_text(requirement)
    return {owner: dict(sorted(names.items())) for owner, names in sorted(guards.items())}


def guards_changed(before: Guards, after: Guards) -> dict[str, dict[str, str]]:
    """Return the guards by which two lists differ, ``removed``, ``changed`` and ``added``: ``owner: name`` and
    requirement.

    A changed guard kept its name and requires something else: the old and the new requirement.
    """
    old, new = _flat(before), _flat(after)
    kept = sorted(old.keys() & new.keys())
    return {
        "removed": {name: old[name] for name in sorted(old.keys() - new.keys())},
        "changed": {name: f"{old[name]} -> {new[name]}" for name in kept if old[name] != new[name]},
        "added": {name: new[name] for name in sorted(new.keys() - old.keys())},
    }


def lock_differences(before: Guards, after: Guards) -> list[str]:
    """Return a line for each guard that was removed, changed or added."""
    changes = guards_changed(before, after).items()
    return [f"{kind:8} {name}: {requirement}" for kind, names in changes for name, requirement in names.items()]


def lock_text(guards: Guards, reason: str) -> str:
    """Return the lock: the reason of its renewal, and one line for each guard."""
    lines = (f"{owner} | {name} | {text}\n" for owner, names in sorted(guards.items()) for name, text in names.items())
    return f"{_HEAD}{' '.join(reason.split())}\n{''.join(lines)}"


def locked_guards(lock: str) -> dict[str, dict[str, str]]:
    """Return the guards that a lock lists; raise GuardError for another line, such as a mark of a merge conflict."""
    guards: dict[str, dict[str, str]] = {}
    for number, line in enumerate(lock.splitlines(), 1):
        if not line.startswith("#"):
            owner, *guard = line.split(" | ", 2)
            if len(guard) < 2:
                failure = f"expectations/guards.lock, line {number} is not a guard: {line[:60]!r}"
                remedy = "after a merge: git checkout --ours expectations/guards.lock, then bilateral dev lock --reason"
                raise GuardError(failure, remedy=f'{remedy} "REASON"')
            guards.setdefault(owner, {})[guard[0]] = guard[1]
    return guards


def _of_tables(project: Project) -> Iterator[tuple[str, str, Any]]:
    """Yield what gate and tests read of a table: formula, limits, reviewed rows, unit tests."""
    tables = {node.name: node for node in project.of_kind("model", "seed")}
    for name, node in tables.items():
        owner, meta = _owner(node), node.meta
        yield owner, "built", ""
        if node.has_contract:
            yield owner, "contract", [(column["name"], column.get("data_type")) for column in node.columns.values()]
            yield from ((owner, constraint.name, constraint.clause) for constraint in node.constraints())
        if meta.get("inputs"):
            yield f"explanation/{name}", "how it is recomputed", {key: meta.get(key) for key in _EXPLAINED_BY}
        if meta.get("limits"):
            yield f"limits/{name}", "how far it may move", meta["limits"]
        if node.kind == "seed" and name.startswith("reviewed_"):
            yield f"reviewed_rows/{name}", "rows", node.stated["checksum"]["checksum"]
    for test in project.of_kind("unit_test"):
        required = {name: test.stated.get(name) for name in ("given", "expect", "overrides")}
        yield _owner(tables[test.stated["model"]]), f"unit test {test.name}", required


def _of_tests(project: Project) -> Iterator[tuple[str, str, Any]]:
    """Yield the data tests, and the SQL of every macro of the project that they call, directly or not."""
    tests = sorted(project.of_kind("test"), key=lambda node: json.dumps(node.test or None, sort_keys=True))
    for node in tests:
        yield _of_test(node, project.nodes)
    # an addition makes the list of models longer, and each model is a guard of its own
    own = {name: macro for name, macro in project.macros.items() if name != "project_models"}
    waiting = [name for name in own if name.startswith(_TEST)]
    waiting += [name for node in tests for name in _called(node.stated)]
    while waiting:
        if (name := waiting.pop()) not in own:
            continue
        macro, (_, _, task) = own.pop(name), name.partition("__")
        owner = "tests/generic" if name.startswith(_TEST) else "tests/macros"
        yield owner, name.removeprefix(_TEST), _sql(macro["macro_sql"])
        # dbt names the macro of the engine that it parsed for: those of other engines are guards as well
        waiting += [*_called(macro), *(item for item in own if task and item.endswith(f"__{task}"))]


def _called(stated: Mapping[str, Any]) -> list[str]:
    return [name.split(".")[-1] for name in stated.get("depends_on", {}).get("macros", ())]


def _of_test(node: Node, tables: Mapping[str, Node]) -> tuple[str, str, Any]:
    known = ((name, node.config.get(name) or _DEFAULTS.get(name)) for name in (*_DEFAULTS, "where", "limit"))
    settings = {name: value for name, value in known if value != _DEFAULTS.get(name)}
    if not node.test:
        return f"tests/{node.name}", "built", [_sql(node.stated["raw_code"]), settings]
    arguments = {name: value for name, value in node.test["kwargs"].items() if name != "model"}
    columns = node.stated.get("column_name") or "+".join(arguments.get("columns") or ())
    where = f" where {settings['where']}" if "where" in settings else ""
    table = tables[node.attached or node.parents[0]]
    return _owner(table), f"{node.test['name']} {columns}{where}".rstrip(), [arguments, settings]


def _of_suites(suites: Iterable[Suite]) -> Iterator[tuple[str, str, Any]]:
    for suite in suites:
        owner = f"expectations/{suite.metric}"
        for item, config in zip(suite.expectations, suite.configs, strict=True):
            yield owner, label(config), [config["kwargs"], suite.is_bound(item)]
        yield owner, "reviewed part", sorted(map(str, suite.reviewed))


def _owner(node: Node) -> str:
    """Return the owner, such as ``marts/fct_patent_count``, ``seeds/units`` or ``sources/raw.payloads``."""
    if node.kind == "model":
        return f"{node.layer}/{node.name}"
    return f"seeds/{node.name}" if node.kind == "seed" else f"sources/{node.stated['source_name']}.{node.name}"


def _sql(text: str) -> str:
    """Return SQL without comments and layout."""
    return " ".join(_COMMENT.sub(" ", text).split())


def _requirement_text(content: Any) -> str:
    """Return what a guard requires in one line: as JSON, or the hash of long JSON."""
    text = json.dumps(content, sort_keys=True, default=str, ensure_ascii=False)
    return text if len(text) <= LONGEST_REQUIREMENT else f"sha256 {hashlib.sha256(text.encode()).hexdigest()[:16]}"


def _flat(guards: Guards) -> dict[str, str]:
    return {f"{owner}: {name}": digest for owner, names in guards.items() for name, digest in names.items()}
