"""The published metrics and their suites."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from orchestration.core.errors import GuardError
from orchestration.guards.reviewed_part import Held, Reviewed, read_reviewed
from orchestration.guards.suite_file import ContractFile, SuiteFile, expanded, read_suite_file

REQUIRED_META = ("formula", "unit", "grain", "owner", "cadence", "inputs", "sources")
SHARED = Path("shared", "contract.json")
"""The expectations of every metric, in the folder of the suites; no metric can have this name."""


@dataclass(frozen=True)
class Metric:
    """A published metric as its model's ``.yml`` describes it."""

    name: str
    description: str
    meta: Mapping[str, Any]


@dataclass(frozen=True)
class Suite:
    """A metric's suite: the shared expectations and its own, and the hash of both files and of what was reviewed, which a receipt names."""

    metric: str
    sha256: str
    expectations: list[dict[str, Any]]
    exceptions: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Faults that may pass unseen: by the fault's id, for each part of the metric, the reason."""
    reviewed: Reviewed = field(default_factory=Reviewed)
    """What a person reviewed of the metric."""

    def as_of(self, day: date | None, held: Held | None = None) -> Suite:
        """The suite without the expectations that rest on what a build cannot hold: see ``not_asked``."""
        return replace(self, expectations=[one for one in self.expectations if not self._lacks(one, day, held)])

    def not_asked(self, day: date | None, held: Held | None = None) -> list[dict[str, Any]]:
        """What ``as_of`` leaves out, each with the reason.

        An expectation rests on what was published by its ``since``. A build as of an earlier day cannot hold it; nor
        can one whose bundle lacks that vintage (``held`` are the vintages of the build, None to ask for all).
        """
        return [
            {
                "expectation": one["type"],
                "kwargs": one["kwargs"],
                "fault": one["meta"]["fault"],
                "reason": reason,
            }
            for one in self.expectations
            if (reason := self._lacks(one, day, held))
        ]

    def _lacks(self, expectation: Mapping[str, Any], day: date | None, held: Held | None) -> str:
        first = since(expectation)
        if day is not None and first > day:
            return f"it rests on what was published by {first}"
        if lacking := self.reviewed.lacking(first, held) if held is not None else ():
            return f"it rests on the vintage of {first} by {' or '.join(lacking)}, which the build does not hold"
        return ""


def since(expectation: Mapping[str, Any]) -> date:
    """The vintage from which on an expectation can hold; a day before all vintages where it always can.

    The audit proves it: see ``suite_audit``.
    """
    return date.fromisoformat(expectation["meta"].get("since", "1900-01-01"))


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
                    f"{node['name']} lacks {', '.join(lacking) or 'a description'}; "
                    f"a metric has a description and in its meta {', '.join(REQUIRED_META)}",
                    payload=node["original_file_path"],
                    remedy=f"complete {node['name']}.yml",
                )
            found[node["name"]] = Metric(node["name"], node["description"], meta)
    return dict(sorted(found.items()))


def load_suite(folder: Path, metric: str) -> Suite:
    """The suite of a metric: the shared expectations and those of its own file.

    Raises:
        GuardError: there is no suite, it cannot be read, or it is another metric's.
    """
    path, shared = folder / f"{metric}.json", folder / SHARED
    for one in (path, shared):
        if not one.exists():
            raise GuardError(
                f"{metric} has no suite: {one.name} is missing; every published metric has one",
                payload=str(one),
                remedy=f"write {folder.name}/{one.relative_to(folder)}; see docs/adding.md",
            )
    own = read_suite_file(path, SuiteFile)
    if own.name != metric:
        raise GuardError(
            f"{path.name} names another metric: {own.name!r}", payload=str(path), remedy=f"write {metric!r} as its name"
        )
    reviewed = read_reviewed(folder, metric)
    both = hashlib.sha256(b"".join(hashlib.sha256(one.read_bytes()).digest() for one in (shared, path)))
    both.update(repr(sorted(reviewed.keys)).encode())
    expectations = expanded(path, own, read_suite_file(shared, ContractFile))
    if not expectations:
        raise GuardError(
            f"{path.name} expects nothing", payload=str(path), remedy="write expectations; see docs/guards.md"
        )
    return Suite(metric, both.hexdigest(), expectations, own.exceptions, reviewed)
