"""Declared inputs of published tables, read from ``config.meta`` of their models and checked.

``config.meta.inputs`` of a model's ``.yml`` lists which rows of which published tables feed one of its rows, and
``config.meta.recompute`` computes the row's value from theirs, so that the list can be proved. See docs/explain.md.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from graphlib import CycleError, TopologicalSorter
from typing import Any

from pydantic import TypeAdapter, ValidationError

from orchestration.contracts.lineage import LATEST, STATUS, Lineage, with_table
from orchestration.contracts.metric import ALL_VINTAGES
from orchestration.core.errors import GuardError

OBSERVED_MARTS = "observed_marts"
"""An input from it stands for one from every mart that declares ``meta.observed``: for each column of an observation, the SQL
expression on input.<column> that gives it."""

PAYLOAD_COLUMNS = {"source", "resource", "payload_sha256", "payload_pointer"}
"""A table with these columns ends an explanation: each of its rows names its place in a payload."""

_ADAPTER = TypeAdapter(Lineage)


def lineage_from(table: str, content: Mapping[str, Any], where: str) -> Lineage:
    """Return the declaration in the meta of a model.

    Raises:
        GuardError: it is not sound; ``where`` is the file that the message names.
    """
    stated = {name: value for name, value in content.items() if value is not None}
    if isinstance(stated.get("inputs"), list):
        stated["inputs"] = [with_table(item) if isinstance(item, Mapping) else item for item in stated["inputs"]]
    try:
        lineage = _ADAPTER.validate_python({**stated, "table": table})
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join("from" if part == "table" else str(part) for part in first["loc"])
        raise _wrong(table, where, f"{place}: {first['msg']}") from error
    if not lineage.inputs:
        return Lineage(table=table)
    if lineage.recompute is None and len(lineage.roles) == 1:
        return replace(lineage, recompute=next(iter(lineage.roles)))
    if lineage.recompute is None:
        roles = ", ".join(sorted(lineage.roles))
        raise _wrong(table, where, f"recompute: an SQL expression over the roles {roles} is missing")
    return lineage


def lineages_of(manifest: Mapping[str, Any]) -> dict[str, Lineage]:
    """Return the declarations of all published tables that have or need one: every metric, and what they are made of, by name.

    Raises:
        GuardError: a metric declares no inputs; an input is no published table; or an input neither declares inputs nor
            has the columns that name a place in a payload; or tables are made of one another.
    """
    published = {node["name"]: node for node in _published(manifest)}
    observed = {
        name: node["config"]["meta"]["observed"]
        for name, node in sorted(published.items())
        if "observed" in node["config"].get("meta", {})
    }
    lineages: dict[str, Lineage] = {}
    waiting = sorted(name for name, node in published.items() if node["path"].startswith("metrics/"))
    while waiting:
        name = waiting.pop()
        if name in lineages:
            continue
        node = published[name]
        declared = _with_observed_marts(node["config"].get("meta", {}), observed)
        rules = {"status": STATUS, "latest": LATEST}
        lineage = lineages[name] = lineage_from(name, {**rules, **declared}, node["original_file_path"])
        if not lineage.inputs and not node["columns"].keys() >= PAYLOAD_COLUMNS:
            raise _wrong(name, node["original_file_path"], "meta.inputs is missing, and its rows name no payload")
        tables = {item.table for item in lineage.inputs} - {ALL_VINTAGES}
        if unknown := tables - published.keys():
            raise _wrong(name, node["original_file_path"], f"inputs: no published table is called {sorted(unknown)}")
        waiting += tables
    graph = {name: {item.table for item in lineage.inputs} - {name} for name, lineage in lineages.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        table = error.args[1][0]
        circle = " from ".join(error.args[1])
        raise _wrong(table, published[table]["original_file_path"], f"inputs: they form a circle, {circle}") from error
    return dict(sorted(lineages.items()))


def _with_observed_marts(content: Mapping[str, Any], observed: Mapping[str, Mapping[str, str]]) -> Mapping[str, Any]:
    """Return a declaration in which an input from the observed marts is one from each of them."""
    inputs: list[Any] = []
    for item in content.get("inputs") or ():
        if not isinstance(item, Mapping) or item.get("from") != OBSERVED_MARTS:
            inputs.append(item)
            continue
        for mart, columns in observed.items():
            conditions = [item["where"]] if item.get("where") else []
            conditions += [f"{expression} = figure.{column}" for column, expression in columns.items()]
            inputs.append({**item, "from": mart, "where": " and ".join(conditions)})
    return {**content, "inputs": inputs}


def _published(manifest: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for node in manifest["nodes"].values():
        if node["resource_type"] == "model" and node["path"].startswith(("marts/", "metrics/")):
            yield node


def _wrong(table: str, where: str, what: str) -> GuardError:
    return GuardError(
        f"a published table must declare the inputs of its figures; {table}: {what}",
        payload=where,
        remedy="declare inputs and recompute in config.meta beside the model; docs/explain.md shows how",
    )
