"""Declared inputs of published tables, read from ``config.meta`` of their models and checked.

``config.meta.inputs`` of a model's ``.yml`` lists which rows of which published tables feed one of its rows, and
``config.meta.recompute`` computes the row's value from theirs, so that the list can be proved. See docs/explain.md.
"""

from collections.abc import Mapping
from dataclasses import replace
from graphlib import CycleError, TopologicalSorter
from typing import Any

from pydantic import TypeAdapter, ValidationError

from orchestration.contracts.lineage import LATEST, STATUS, Lineage, with_table
from orchestration.contracts.metric import ALL_VINTAGES
from orchestration.core.errors import GuardError
from orchestration.transform.nodes import Node

PAYLOAD_COLUMNS = {"source", "resource", "payload_sha256", "payload_pointer"}
"""A table with these columns ends an explanation: each of its rows names its place in a payload."""

_ADAPTER = TypeAdapter(Lineage)


def lineage_from(table: str, content: Mapping[str, Any], where: str) -> Lineage:
    """Return the declaration in a model's meta, or raise a GuardError with its field and the file ``where``."""
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
    if lineage.recompute is None:
        roles = sorted(lineage.roles)
        if len(roles) > 1:
            raise _wrong(table, where, f"recompute: an SQL expression over the roles {', '.join(roles)} is missing")
        return replace(lineage, recompute=roles[0])
    return lineage


def lineages_of(published: Mapping[str, Node]) -> dict[str, Lineage]:
    """Return the declarations of all published tables that have or need one: every metric, and what they are made of,
    by name.

    Refuse a table that neither declares inputs nor has ``PAYLOAD_COLUMNS``, an unpublished input, and a circle.
    """
    metas = {name: published[name].meta for name in sorted(published)}
    files = {name: node.file for name, node in published.items()}
    observed = {name: meta["observed"] for name, meta in metas.items() if "observed" in meta}
    lineages: dict[str, Lineage] = {}
    waiting = {name for name, node in published.items() if node.is_metric}
    while waiting:
        name = min(waiting)
        declared = _with_observed_marts({"status": STATUS, "latest": LATEST, **metas[name]}, observed)
        lineage = lineages[name] = lineage_from(name, declared, files[name])
        if not lineage.inputs and not published[name].columns.keys() >= PAYLOAD_COLUMNS:
            raise _wrong(name, files[name], "meta.inputs is missing, and its rows name no payload")
        tables = {item.table for item in lineage.inputs} - {ALL_VINTAGES}
        if unknown := tables - published.keys():
            raise _wrong(name, files[name], f"inputs: no published table is called {sorted(unknown)}")
        waiting = (waiting | tables) - lineages.keys()
    graph = {name: {item.table for item in lineage.inputs} - {name} for name, lineage in lineages.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        name, *_ = circle = error.args[1]
        failure = f"inputs: they form a circle, {' from '.join(circle)}"
        raise _wrong(name, files[name], failure) from error
    return dict(sorted(lineages.items()))


def _with_observed_marts(content: Mapping[str, Any], observed: Mapping[str, Mapping[str, str]]) -> Mapping[str, Any]:
    """Return a declaration in which ``observed_marts`` stands for every mart with ``meta.observed``.

    That has, for each column of an observation, the SQL expression on input.<column> that gives it.
    """
    inputs: list[Any] = []
    for item in content.get("inputs") or ():
        if not isinstance(item, Mapping) or item.get("from") != "observed_marts":
            inputs.append(item)
            continue
        for mart, columns in observed.items():
            conditions = [item["where"]] if item.get("where") else []
            conditions += [f"{expression} = figure.{column}" for column, expression in columns.items()]
            inputs.append({**item, "from": mart, "where": " and ".join(conditions)})
    return {**content, "inputs": inputs}


def _wrong(table: str, where: str, what: str) -> GuardError:
    return GuardError(
        f"a published table must declare the inputs of its figures; {table}: {what}",
        payload=where,
        remedy="declare inputs and recompute in config.meta of the model; docs/explain.md shows how",
    )
