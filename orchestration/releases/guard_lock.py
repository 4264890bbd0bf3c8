"""The lock of all guards that a release needs: those of dbt, of the suites and of the gate."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from orchestration.core.settings import Settings
from orchestration.guards.inventory import guards_of
from orchestration.guards.suites import load_suite, metrics_of
from orchestration.releases import gate


def lock_path(settings: Settings) -> Path:
    """Where the lock is kept under version control."""
    return settings.expectations / "guards.lock"


def all_guards(settings: Settings, manifest: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Every guard of the project, by owner and name.

    Raises:
        GuardError: a metric is not described, or has no suite.
    """
    suites = [load_suite(settings.expectations, metric) for metric in metrics_of(manifest)]
    return {**guards_of(manifest, suites), "gate": dict.fromkeys(_conditions(), "")}


def _conditions() -> list[str]:
    """The names of the gate's conditions."""
    return sorted(
        name.lstrip("_")
        for name, function in inspect.getmembers(gate, inspect.isfunction)
        if function.__module__ == gate.__name__ and name.lstrip("_").startswith("require")
    )
