"""The lock of all guards of a release: those of dbt, the suites and the gate."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from orchestration.core.errors import ReleaseError
from orchestration.core.files import sha256_of
from orchestration.core.settings import Settings
from orchestration.guards.inventory import guards_of, lock_differences, locked_guards
from orchestration.guards.suites import load_suite, metrics_of

SHOWN = 10
_PACKAGE = Path(__file__).parents[1]
_CODE = ("guards/expectation_types.py", "releases/gate.py")
"""Modules that are guards themselves."""


def lock_path(settings: Settings) -> Path:
    """Return where the lock is kept under version control."""
    return settings.expectations / "guards.lock"


def all_guards(settings: Settings, manifest: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Return every guard of the project, by owner and name.

    Raises:
        GuardError: a metric is not described, or has no sound suite.
    """
    suites = [load_suite(settings.expectations, metric) for metric in metrics_of(manifest)]
    return {
        **guards_of(manifest, suites),
        "code": {path: f"sha256 {sha256_of(_PACKAGE / path)[:16]}" for path in _CODE},
    }


def require_locked(settings: Settings, manifest: Mapping[str, Any]) -> None:
    """Refuse guards that were removed or changed without a renewal of the lock; additional ones may be there.

    A project without a lock, such as a reduced one of a test, is not judged.

    Raises:
        ReleaseError: a guard of the lock is missing or requires something else.
    """
    path = lock_path(settings)
    if not path.exists():
        return
    locked, guards = locked_guards(path.read_text(encoding="utf-8")), all_guards(settings, manifest)
    if weaker := [line for line in lock_differences(locked, guards) if not line.startswith("added")]:
        raise ReleaseError(
            "\n  ".join([f"{len(weaker)} guards differ from {path.name}:", *weaker[:SHOWN]]),
            remedy='review them, run `bilateral dev lock --reason "..."`, and commit the lock',
        )
