"""The lock of all guards that a release needs: those of dbt, of the suites and of the gate."""

from __future__ import annotations

import ast
import hashlib
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
    return {**guards_of(manifest, suites), "gate": gate_conditions(inspect.getsource(gate))}


def gate_conditions(code: str) -> dict[str, str]:
    """The conditions of a gate by name, and what they share, each with a digest of its statements.

    Args:
        code: Python whose functions are conditions where their names begin with ``require``. Words and layout do not count.
    """
    found: dict[str, str] = {}
    shared = []
    for node in ast.parse(code).body:
        name = node.name.lstrip("_") if isinstance(node, ast.FunctionDef) else ""
        if name.startswith("require"):
            found[name] = _digest(_statements(node))
        elif not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
            shared.append(_statements(node))
    return {**dict(sorted(found.items())), "what they share": _digest("\n".join(shared))}


def _statements(node: ast.AST) -> str:
    """A node of a syntax tree as text, without docstrings."""
    for one in ast.walk(node):
        body = getattr(one, "body", None)
        if isinstance(one, ast.FunctionDef | ast.ClassDef) and body and ast.get_docstring(one, clean=False) is not None:
            one.body = body[1:]
    return ast.dump(node)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
