"""Facts about tables from a dbt manifest: their constraints and keys, their tests, and the nodes that they are made of."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from orchestration.core.sql_quoting import name as quoted

Node: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True)
class Constraint:
    """One constraint of a model: its name in messages, its clause, and the condition on rows of ``model`` that break it."""

    name: str
    clause: str
    broken_where: str


def has_contract(node: Node) -> bool:
    """Return whether dbt enforces a contract on a node of the manifest."""
    return bool((node.get("config") or {}).get("contract", {}).get("enforced"))


def constraints_of(node: Node) -> Iterator[Constraint]:
    """Yield the constraints of a model: those of its columns, then its own."""
    for column in node.get("columns", {}).values():
        for stated in column.get("constraints") or ():
            yield _constraint(stated, [column["name"]])
    for stated in node.get("constraints") or ():
        yield _constraint(stated, stated["columns"])


def create_table_columns(node: Node) -> str:
    """Return a contract's columns and constraints in the parentheses of CREATE TABLE."""
    never_null = _never_null(node)
    columns = [
        f"{quoted(name)} {column['data_type']}{' not null' if name in never_null else ''}"
        for name, column in node["columns"].items()
    ]
    return f"({', '.join([*columns, *(constraint.clause for constraint in constraints_of(node))])})"


def key_of(node: Node, manifest: Mapping[str, Any]) -> list[str]:
    """Return the columns that identify a row of a model, by its primary key or its test of uniqueness; [] without either.

    A test of uniqueness declares a key where each of its columns is never null.
    """
    for constraint in node.get("constraints") or ():
        if constraint["type"] == "primary_key":
            return list(constraint["columns"])
    for test in data_tests(manifest):
        metadata, is_filtered = test.get("test_metadata") or {}, test["config"].get("where")
        if metadata.get("name") == "unique_combination_of_columns" and not is_filtered:
            columns = metadata["kwargs"]["combination_of_columns"]
            if test.get("attached_node") == node.get("unique_id") and _never_null(node).issuperset(columns):
                return list(columns)
    return []


def data_tests(manifest: Mapping[str, Any]) -> Iterator[Node]:
    """Yield the data tests of a manifest."""
    return (node for node in manifest["nodes"].values() if node["resource_type"] == "test")


def ancestors(manifest: Mapping[str, Any], key: str) -> set[str]:
    """Return the nodes that a node of a manifest depends on, directly or not."""
    nodes = {**manifest["nodes"], **manifest.get("unit_tests", {})}
    seen: set[str] = set()
    waiting = [key]
    while waiting:
        new = set(nodes.get(waiting.pop(), {}).get("depends_on", {}).get("nodes", ())) - seen
        seen |= new
        waiting += new
    return seen


def _never_null(node: Node) -> set[str]:
    """Return the columns whose contract requires a value."""
    return {
        name
        for name, column in node.get("columns", {}).items()
        if any(stated["type"] == "not_null" for stated in column.get("constraints") or ())
    }


def _constraint(stated: Mapping[str, Any], columns: Sequence[str]) -> Constraint:
    kind, expression, names = str(stated["type"]), stated.get("expression"), ", ".join(map(quoted, columns))
    if kind == "check":
        return Constraint(stated.get("name") or f"check ({expression})", f"check ({expression})", f"not ({expression})")
    if kind == "not_null":
        return Constraint(f"not_null {', '.join(columns)}", f"check ({names} is not null)", f"{names} is null")
    repeated = f"({names}) in (select ({names}) from model group by {names} having count(*) > 1)"
    if kind == "primary_key":
        is_null = " or ".join(f"{quoted(column)} is null" for column in columns)
        return Constraint(f"primary_key {'+'.join(columns)}", f"primary key ({names})", f"{is_null} or {repeated}")
    return Constraint(f"unique {', '.join(columns)}", f"unique ({names})", repeated)
