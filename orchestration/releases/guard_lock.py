"""The lock of all guards that a release needs: those of dbt, of the suites and of the gate."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from orchestration.core.errors import ReleaseError
from orchestration.core.settings import Settings
from orchestration.guards.inventory import guards_changed, guards_of, lock_differences, locked_guards
from orchestration.guards.suites import load_suite, metrics_of

SHOWN = 10
_PACKAGE = Path(__file__).parents[1]


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
        "expectation_types": definitions((_PACKAGE / "guards" / "expectation_types.py").read_text(encoding="utf-8")),
        "gate": definitions((_PACKAGE / "releases" / "gate.py").read_text(encoding="utf-8")),
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
    changes = guards_changed(locked, guards)
    if changes.removed or changes.changed:
        weaker = [line for line in lock_differences(locked, guards) if not line.startswith("added")]
        raise ReleaseError(
            "\n  ".join([f"{len(weaker)} guards differ from {path.name}:", *weaker[:SHOWN]]),
            remedy='review them, run `bilateral dev lock --reason "..."`, and commit the lock',
        )


def definitions(code: str) -> dict[str, str]:
    """Return the functions and classes of a module by name, and the rest of it, each as a hash of its source.

    Docstrings, comments and white space do not count. The hash is the same on every version of Python.
    """
    lines = code.splitlines()
    parts: dict[str, list[str]] = {}
    for node in ast.parse(code).body:
        if isinstance(node, ast.Import | ast.ImportFrom) or _is_text(node):
            continue
        name = getattr(node, "name", "the rest").lstrip("_")
        parts.setdefault(name, []).append(_source(node, lines))
    return {name: _digest("\n".join(sources)) for name, sources in sorted(parts.items())}


def _digest(source: str) -> str:
    return f"sha256 {hashlib.sha256(source.encode()).hexdigest()[:16]}"


def _source(node: ast.stmt, lines: list[str]) -> str:
    """Return the source of a statement without docstrings and comments, with single spaces."""
    texts = [item for item in ast.walk(node) if isinstance(item, ast.stmt) and _is_text(item)]
    dropped = {number for text in texts for number in range(text.lineno, (text.end_lineno or text.lineno) + 1)}
    decorators = [item.lineno for item in getattr(node, "decorator_list", ())]
    numbers = range(min([node.lineno, *decorators]), (node.end_lineno or node.lineno) + 1)
    kept = [lines[number - 1].strip() for number in numbers if number not in dropped]
    return " ".join(" ".join(line for line in kept if line and not line.startswith("#")).split())


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
