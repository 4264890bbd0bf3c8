"""Weaker guards under the same name: bounds widened tenfold, arguments, SQL, expected rows, rules of recomputation, the gate.

Each must be noticed by the lock of all guards, which a person writes after review.
"""

from __future__ import annotations

import copy
import inspect
import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from orchestration.guards.inventory import guards_of, lock_differences, lock_text
from orchestration.guards.suites import Suite
from orchestration.releases import gate
from orchestration.releases.guard_lock import gate_conditions
from tests.mutation.tally import SURVIVED, Tally


def try_guards(manifest: Mapping[str, Any], suites: list[Suite], seed: int, each: int, tally: Tally) -> None:
    """Weaken ``each`` guards of every kind, chosen by a seed, and count which the lock shows."""
    chooser = random.Random(seed)  # noqa: S311
    lock = lock_text(guards_of(manifest, suites))
    for kind, changed in (
        ("suite bound widened tenfold", _widened(suites, chooser, each)),
        ("suite expectation under a condition", _conditioned(suites, chooser, each)),
    ):
        for name, weaker in changed:
            _note(tally, kind, name, lock_differences(lock, guards_of(manifest, weaker)))
    for kind, name, weaker_manifest in _weaker_manifests(manifest, chooser, each):
        _note(tally, kind, name, lock_differences(lock, guards_of(weaker_manifest, suites)))
    code = inspect.getsource(gate)
    conditions = gate_conditions(code)
    for line in chooser.sample(re.findall(r"^ +if .+:$", code, re.MULTILINE), each):
        _note(
            tally,
            "condition of the gate",
            line.strip(),
            gate_conditions(code.replace(line, f"{line[:-1]} and False:")) != conditions,
        )


def _note(tally: Tally, kind: str, name: str, noticed: object) -> None:
    if noticed:
        tally.note(f"guards, {kind}", "the lock")
    else:
        tally.note_other(f"guards, {kind}", SURVIVED, name)


def _widened(suites: list[Suite], chooser: random.Random, each: int) -> Iterator[tuple[str, list[Suite]]]:
    bounded = [
        (place, number, bound)
        for place, suite in enumerate(suites)
        for number, expectation in enumerate(suite.expectations)
        for bound in ("min_value", "max_value")
        if getattr(expectation, bound, None)
    ]
    for place, number, bound in chooser.sample(bounded, each):
        value = getattr(suites[place].expectations[number], bound)
        wider = value * 10 if (value > 0) == (bound == "max_value") else value / 10
        yield f"{suites[place].metric} {bound} {value}", _with(suites, place, number, {bound: wider})


def _conditioned(suites: list[Suite], chooser: random.Random, each: int) -> Iterator[tuple[str, list[Suite]]]:
    every = [(place, number) for place, suite in enumerate(suites) for number, _ in enumerate(suite.expectations)]
    for place, number in chooser.sample(every, each):
        condition = "where" if hasattr(suites[place].expectations[number], "where") else "row_condition"
        yield f"{suites[place].metric} {number}", _with(suites, place, number, {condition: "year > 2022"})


def _with(suites: list[Suite], place: int, number: int, changes: Mapping[str, Any]) -> list[Suite]:
    expectations = list(suites[place].expectations)
    expectations[number] = expectations[number].copy(update=changes)
    return [*suites[:place], replace(suites[place], expectations=tuple(expectations)), *suites[place + 1 :]]


def _weaker_manifests(
    manifest: Mapping[str, Any], chooser: random.Random, each: int
) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Manifests in which one guard of dbt requires less, each with its kind and the guard's name."""
    nodes = manifest["nodes"]
    generic = [key for key, node in nodes.items() if node["resource_type"] == "test" and node.get("test_metadata")]
    singular = [key for key, node in nodes.items() if node["resource_type"] == "test" and not node.get("test_metadata")]
    rules = [(key, number) for key, node in nodes.items() for number, _ in enumerate(_lists(node))]
    for key, number in chooser.sample(rules, each):
        yield "argument of a rule", f"{key} {number}", _changed(manifest, "nodes", key, partial(_one_more, number))
    for key in chooser.sample(generic, each):
        yield (
            "dbt test as a warning",
            key,
            _changed(manifest, "nodes", key, lambda node: node["config"].update(severity="WARN")),
        )
    for key in chooser.sample(singular, each):
        yield "SQL of a singular test", key, _changed(manifest, "nodes", key, _never)
    for key in chooser.sample(sorted(manifest["unit_tests"]), each):
        yield (
            "expected row of a unit test",
            key,
            _changed(manifest, "unit_tests", key, lambda test: test["expect"]["rows"].pop()),
        )
    for key in chooser.sample(_macros_behind_tests(manifest), each):
        yield (
            "macro behind a test",
            key,
            _changed(manifest, "macros", key, lambda macro: macro.update(macro_sql="true")),
        )
    explained = [key for key, node in nodes.items() if (node.get("config", {}).get("meta") or {}).get("inputs")]
    for key in chooser.sample(explained, min(each, len(explained))):
        yield (
            "recomputation of a figure",
            key,
            _changed(manifest, "nodes", key, lambda node: node["config"]["meta"].update(inputs=[])),
        )


def _changed(manifest: Mapping[str, Any], part: str, key: str, change: Any) -> Mapping[str, Any]:
    one = copy.deepcopy(manifest[part][key])
    change(one)
    return {**manifest, part: {**manifest[part], key: one}}


def _lists(node: Mapping[str, Any]) -> list[list[Any]]:
    """The arguments of the rules of a table that are lists: codes, columns of a key."""
    described = [node, *node.get("columns", {}).values()] if node["resource_type"] in ("model", "seed") else []
    rules = [rule for one in described for rule in one["config"]["meta"].get("rules", ()) if isinstance(rule, Mapping)]
    arguments = [details.get("arguments", {}) for rule in rules for details in rule.values()]
    return [value for given in arguments for value in given.values() if isinstance(value, list)]


def _one_more(number: int, node: Mapping[str, Any]) -> None:
    _lists(node)[number].append("another")


def _never(node: Any) -> None:
    node["raw_code"] += "\nlimit 0"


def _macros_behind_tests(manifest: Mapping[str, Any]) -> list[str]:
    """The project's own macros that its tests call."""
    project = manifest["metadata"]["project_name"]
    called = {
        name
        for node in manifest["nodes"].values()
        if node["resource_type"] == "test"
        for name in node["depends_on"]["macros"]
    }
    called |= {name for name in manifest["macros"] if name.split(".")[-1].startswith("test_")}
    return sorted(
        name for name in called if name in manifest["macros"] and manifest["macros"][name]["package_name"] == project
    )
