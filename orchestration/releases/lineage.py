"""``lineage.json`` of a release: the declared inputs of its tables, and the descriptions of its metrics."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from orchestration.contracts.lineage import Lineage
from orchestration.core.files import read_json
from orchestration.transform.constraints import ancestors

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
class ReleaseLineage:
    """Inputs of the tables of a release; ``metrics`` has the reader-facing descriptions by name."""

    metrics: Mapping[str, Mapping[str, Any]]
    tables: Mapping[str, Lineage]


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
    }


def read_lineage(release: ReleaseFiles) -> ReleaseLineage:
    """Return the lineage of a release."""
    return lineage_from_json(read_json(release.folder / NAME))


def lineage_from_json(content: Mapping[str, Any]) -> ReleaseLineage:
    """Return the lineage whose JSON ``lineage_json`` wrote."""
    return ReleaseLineage(
        content["metrics"],
        {name: Lineage.from_json(name, declared) for name, declared in content["lineages"].items()},
    )
