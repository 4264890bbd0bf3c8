"""The rules of a table that one test of dbt judges, each in the form of a test of the manifest.

The rules are in the ``.yml`` of a table, for the table and beside its columns (``config: meta: rules:``);
``macros/rules.sql`` makes one query of them, in which each keeps its number and its own query.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

Node: TypeAlias = Mapping[str, Any]

JUDGES = {"rules_hold": False, "codes_are_known": True}
"""The generic tests that judge the rules of a table; the second one those that look something up in another table."""

_PART = re.compile(
    r"-- rule (?P<number>\d+): [^\n]*\n\s*select .*? as failing_rows\s+from \((?P<query>.*?)\) as rule_(?P=number)\b",
    re.DOTALL,
)


def data_tests(manifest: Mapping[str, Any]) -> Iterator[Node]:
    """Every data test of a manifest; in place of one that judges the rules of a table, each of these rules.

    A rule has the properties of a test of dbt: name, description, kind and arguments (``test_metadata``), column, table and
    settings. Its ``unique_id`` is that of the test that judges it, so that several rules share one.
    """
    for node in manifest["nodes"].values():
        if node["resource_type"] == "test":
            yield from judged_by(node, manifest)


def judged_by(test: Node, manifest: Mapping[str, Any]) -> list[Node]:
    """The rules that a test of dbt judges, in the order of its query; any other test judges itself alone."""
    if (kind := _kind(test)) not in JUDGES:
        return [test]
    table = manifest["nodes"][test["attached_node"]]
    stated = [(None, one) for one in (*_key(table), *_stated(table))]
    stated += [(name, one) for name, column in table.get("columns", {}).items() for one in _stated(column)]
    rules = [_rule(test, column, one) for column, one in stated]
    return [one for one in rules if ("to" in one["test_metadata"]["kwargs"]) == JUDGES[kind]]


def judges_rules(test: Node) -> bool:
    """Whether a test of dbt judges the rules of a table."""
    return _kind(test) in JUDGES


def query_of_each(compiled: str) -> list[str]:
    """The queries of the rules in the compiled code of the test that judges them, in their order."""
    return [part["query"] for part in _PART.finditer(compiled)]


def _kind(test: Node) -> str:
    return str((test.get("test_metadata") or {}).get("name", ""))


def key_of(table: Node) -> list[str]:
    """The columns of the primary key that the contract of a table declares; none without a contract."""
    keys = [one["columns"] for one in table.get("constraints", ()) if one["type"] == "primary_key"]
    return list(keys[0]) if keys and table["config"]["contract"]["enforced"] else []


def _key(table: Node) -> list[Any]:
    """The rule that a contract states by declaring a primary key; no engine holds tables to it by itself."""
    return [{"unique_key": {"arguments": {"columns": key}}}] if (key := key_of(table)) else []


def _stated(described: Node) -> list[Any]:
    """The rules that a table or a column states."""
    return list(((described.get("config") or {}).get("meta") or {}).get("rules") or ())


def _rule(test: Node, column: str | None, stated: str | Mapping[str, Any]) -> Node:
    """A rule as dbt would have made a test of it; it has the settings of the test that judges it."""
    kind, details = (stated, {}) if isinstance(stated, str) else next(iter(stated.items()))
    arguments = dict(details.get("arguments", {}))
    of_column = {"column_name": column} if column else {}
    wheres = [one for one in (test["config"].get("where"), details.get("config", {}).get("where")) if one]
    about = column or "+".join(arguments.get("columns", ()))
    return {
        **test,
        **of_column,
        "name": details.get("name") or f"{kind} {about}".rstrip(),
        "description": details.get("description", ""),
        "test_metadata": {"name": kind, "kwargs": {**arguments, **of_column}},
        "config": {**test["config"], "where": " and ".join(wheres) or None},
    }
