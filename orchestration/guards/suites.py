"""Which metrics there are and which suite guards each: the metric's model and its suite file, nothing run."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from orchestration.core.errors import GuardError
from orchestration.core.files import read_json

REQUIRED_META = ("formula", "unit", "grain", "owner", "cadence", "inputs", "sources")


@dataclass(frozen=True)
class Metric:
    """A published metric as its model's ``.yml`` describes it."""

    name: str
    description: str
    meta: Mapping[str, Any]


@dataclass(frozen=True)
class Suite:
    """A metric's suite file: its content and the hash that a receipt names."""

    metric: str
    sha256: str
    content: Mapping[str, Any]

    @property
    def expectations(self) -> list[dict[str, Any]]:
        return list(self.content["expectations"])

    def as_of(self, day: date | None) -> Suite:
        """The suite without the expectations that rest on what was published after a day: those whose ``since`` is later."""
        if day is None:
            return self
        held = [one for one in self.expectations if since(one) <= day]
        return replace(self, content={**self.content, "expectations": held})

    def not_asked(self, day: date | None) -> list[dict[str, Any]]:
        """What ``as_of`` leaves out, each with the day from which on it holds."""
        left_out = [one for one in self.expectations if day is not None and since(one) > day]
        return [
            {
                "expectation": one["type"],
                "kwargs": one["kwargs"],
                "fault": one.get("meta", {}).get("fault", ""),
                "reason": f"it rests on what was published by {since(one)}",
            }
            for one in left_out
        ]

    @property
    def exceptions(self) -> Mapping[str, Mapping[str, str]]:
        """Why a fault may pass unseen: by the fault's id, for each part of the metric, the reason."""
        found: Mapping[str, Mapping[str, str]] = self.content.get("meta", {}).get("exceptions", {})
        return found


def since(expectation: Mapping[str, Any]) -> date:
    """The vintage from which on an expectation can hold; a day before all vintages where it always can.

    The audit of the suites proves these words: see ``guards/audit.py``.
    """
    return date.fromisoformat(expectation.get("meta", {}).get("since", "1900-01-01"))


def metrics_of(manifest: Mapping[str, Any]) -> dict[str, Metric]:
    """Every model in ``models/metrics`` by name.

    Raises:
        GuardError: a metric lacks a description or one of ``REQUIRED_META``.
    """
    found = {}
    for node in manifest["nodes"].values():
        if node["resource_type"] == "model" and node["path"].startswith("metrics/"):
            meta = node["config"].get("meta", {})
            lacking = [name for name in REQUIRED_META if not meta.get(name)]
            if lacking or not node["description"].strip():
                raise GuardError(
                    f"a metric has a description and in its meta {', '.join(REQUIRED_META)}; "
                    f"{node['name']} lacks {', '.join(lacking) or 'a description'}",
                    payload=node["original_file_path"],
                    remedy=f"complete {node['name']}.yml",
                )
            found[node["name"]] = Metric(node["name"], node["description"], meta)
    return dict(sorted(found.items()))


def load_suite(folder: Path, metric: str) -> Suite:
    """The suite of a metric.

    Raises:
        GuardError: there is none, it cannot be read, it is another metric's, or it expects nothing.
    """
    path = folder / f"{metric}.json"
    if not path.exists():
        raise GuardError(
            f"every published metric has a suite; {metric} has none",
            payload=path.name,
            remedy=f"write expectations/{path.name}",
        )
    try:
        content = read_json(path)
        name, expectations = content["name"], content["expectations"]
    except (ValueError, KeyError, TypeError) as error:
        raise GuardError(
            f"a suite is JSON with name and expectations; {type(error).__name__}: {error}",
            payload=path.name,
            remedy=f"correct expectations/{path.name}",
        ) from error
    if name != metric or not expectations:
        raise GuardError(
            f"a suite bears its metric's name and expects something; seen name {name!r}, {len(expectations)} expectations",
            payload=path.name,
            remedy=f"correct expectations/{path.name}",
        )
    return Suite(metric, hashlib.sha256(path.read_bytes()).hexdigest(), content)
