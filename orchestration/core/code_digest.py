"""A hash of what the code of some modules does: docstrings, comments and formatting do not change it."""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import pkgutil
from collections.abc import Iterable
from functools import cache
from pathlib import Path


def code_digest(modules: Iterable[str]) -> str:
    """Return the SHA-256 of the code of modules, by their dotted names; a package means every module in it.

    Raises:
        ModuleNotFoundError: a name has no Python source.
    """
    digest = hashlib.sha256()
    for name in sorted({name for module in modules for name in _in_package(module)}):
        spec = importlib.util.find_spec(name)
        if not spec or not spec.origin or not spec.origin.endswith(".py"):
            raise ModuleNotFoundError(f"no Python source for module {name}", name=name)
        digest.update(f"{name} {_normal_form(Path(spec.origin).read_bytes())}\n".encode())
    return digest.hexdigest()


class _WithoutDocstrings(ast.NodeTransformer):
    """Removes every statement that is only a text, below definitions and below attributes alike."""

    def visit_Expr(self, node: ast.Expr) -> ast.Expr | None:
        is_text = isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        return None if is_text else node


@cache
def _normal_form(source: bytes) -> str:
    """Return the syntax tree of a module as text without docstrings."""
    return ast.dump(_WithoutDocstrings().visit(ast.parse(source)))


def _in_package(name: str) -> list[str]:
    """Return a module itself, or a package and every module below it."""
    spec = importlib.util.find_spec(name)
    below = pkgutil.walk_packages(spec.submodule_search_locations or [], f"{name}.") if spec else ()
    return [name, *(item.name for item in below)]
