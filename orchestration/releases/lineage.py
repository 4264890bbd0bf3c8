"""``lineage.json`` of a release: the declared inputs of its tables, the models behind them and their tests."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from orchestration.contracts.lineage import Lineage
from orchestration.core.files import read_json
from orchestration.transform.constraints import ancestors, data_tests

NAME = "lineage.json"
CATALOGUE = "catalogue"
"""The dbt source with what the warehouse knows about itself."""

_SHOWN = (
    *("formula", "unit", "grain", "owner", "terms", "cadence", "sources", "caveats"),
    *("first_view", "left_out", "area_notes"),
)
"""Keys of a metric's meta that readers see."""


class ReleaseFiles(Protocol):
    """A release whose files can be read: one of the log, or one that the client opened."""

    @property
    def id(self) -> str: ...
    @property
    def folder(self) -> Path: ...
    @property
    def content(self) -> Mapping[str, Any]: ...
    @property
    def database(self) -> Path: ...


@dataclass(frozen=True)
class Model:
    """A model, seed or raw table: what it is, what it reads, and the tests that it passed."""

    name: str
    layer: str
    description: str
    reads: Sequence[str]
    tests: Sequence[str]


@dataclass(frozen=True)
class ReleaseLineage:
    """Inputs and models of the tables of a release; ``metrics`` has the reader-facing descriptions by name."""

    metrics: Mapping[str, Mapping[str, Any]]
    tables: Mapping[str, Lineage]
    models: Mapping[str, Model]

    def chain(self, tables: Collection[str], sources: Collection[str]) -> list[Model]:
        """Return the models between the raw tables of ``sources`` and ``tables``, inputs first; the metric is the last table."""
        passes: dict[str, bool] = {}

        def visit(name: str) -> bool:
            if name not in passes:
                model = self.models[name]
                reached = [visit(read) for read in model.reads]
                passes[name] = any(reached) or (model.layer == "raw" and name.split(".")[1] in sources)
            return passes[name]

        for table in tables:
            visit(table)
        return [self.models[name] for name, is_passed in passes.items() if is_passed]


def sources_behind(manifest: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    """Return the sources whose raw tables each model of a manifest is made of, by the model's name.

    The tables that the refresh writes about itself count each by itself, such as ``catalogue.claims``.
    """
    raw = {
        key: f"{CATALOGUE}.{node['name']}" if node["source_name"] == CATALOGUE else str(node["source_name"])
        for key, node in manifest["sources"].items()
    }
    return {
        node["name"]: frozenset(raw[source] for source in ancestors(manifest, key) & raw.keys())
        for key, node in manifest["nodes"].items()
        if node["resource_type"] == "model"
    }


def lineage_json(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Return the content of ``lineage.json``.

    Raises:
        GuardError: a published table declares no inputs for its figures.
    """
    from orchestration.guards.suites import metrics_of
    from orchestration.transform.declared_inputs import lineages_of

    metrics = {
        name: {"description": " ".join(metric.description.split())}
        | {word: metric.meta[word] for word in _SHOWN if metric.meta.get(word)}
        for name, metric in metrics_of(manifest).items()
    }
    return {
        "metrics": metrics,
        "lineages": {name: lineage.as_json() for name, lineage in lineages_of(manifest).items()},
        "models": dict(_models(manifest)),
    }


def read_lineage(release: ReleaseFiles) -> ReleaseLineage:
    """Return the lineage of a release."""
    return lineage_from_json(read_json(release.folder / NAME))


def lineage_from_json(content: Mapping[str, Any]) -> ReleaseLineage:
    """Return the lineage whose JSON ``lineage_json`` wrote."""
    return ReleaseLineage(
        content["metrics"],
        {name: Lineage.from_json(name, declared) for name, declared in content["lineages"].items()},
        {name: Model(name, **model) for name, model in content["models"].items()},
    )


def _models(manifest: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    nodes = manifest["nodes"] | manifest["sources"]
    names = {key: _name(node) for key, node in nodes.items() if node["resource_type"] in ("model", "seed", "source")}
    tests: dict[str, list[str]] = {}
    for node in data_tests(manifest):
        for key in [node["attached_node"]] if node.get("attached_node") else node["depends_on"]["nodes"]:
            tests.setdefault(key, []).append(node["name"])
    for key, name in sorted(names.items(), key=lambda item: item[1]):
        node = nodes[key]
        model = {
            "layer": "raw" if node["resource_type"] == "source" else node["path"].split("/")[0],
            "description": " ".join(node["description"].split()),
            "reads": sorted(names[key] for key in node.get("depends_on", {}).get("nodes", []) if key in names),
            "tests": sorted(tests.get(key, [])),
        }
        yield name, model


def _name(node: Mapping[str, Any]) -> str:
    return f"raw.{node['source_name']}.{node['name']}" if node["resource_type"] == "source" else str(node["name"])
