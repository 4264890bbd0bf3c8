"""A hash of what the code of some modules does: docstrings, comments and formatting do not change it."""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import pkgutil
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from pathlib import Path


def code_digest(modules: Iterable[str], *, follow: Collection[str] = ()) -> str:
    """Return the SHA-256 of the code of modules, by their dotted names, and of the modules that they import.

    Args:
        modules: names of modules; a package means every module in it.
        follow: packages and modules whose imports are followed, transitively.

    Raises:
        ModuleNotFoundError: a name has no Python source.
    """
    digest = hashlib.sha256()
    for name, normal in sorted(reached_modules(modules, follow).items()):
        digest.update(f"{name} {normal}\n".encode())
    return digest.hexdigest()


def reached_modules(modules: Iterable[str], follow: Collection[str]) -> dict[str, str]:
    """Return the normal forms of the modules and of their followed imports, by name."""
    forms: dict[str, str] = {}
    waiting = [name for module in modules for name in _in_package(module)]
    while waiting:
        name = waiting.pop()
        if name in forms:
            continue
        path = _source_of(name)
        if path is None:
            raise ModuleNotFoundError(f"no Python source for module {name}", name=name)
        package = name if path.name == "__init__.py" else name.rpartition(".")[0]
        forms[name], imported = _read(path.read_bytes(), package)
        followed = (each for each in imported if any(f"{each}.".startswith(f"{root}.") for root in follow))
        waiting += [each for each in followed if _source_of(each)]
    return forms


@lru_cache(maxsize=512)
def _read(source: bytes, package: str) -> tuple[str, tuple[str, ...]]:
    """Return the normal form of a module and the names that it imports; all sources of figures share the same readers."""
    tree = ast.parse(source)
    imported = tuple(_imports(tree, package))
    return normal_form(tree), imported


def normal_form(tree: ast.Module) -> str:
    """Return a syntax tree as text without docstrings; the tree loses them."""
    return ast.dump(_WithoutDocstrings().visit(tree))


class _WithoutDocstrings(ast.NodeTransformer):
    """Removes every statement that is only a text, below definitions and below attributes alike."""

    def visit_Expr(self, node: ast.Expr) -> ast.Expr | None:
        is_text = isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        return None if is_text else node


def _in_package(name: str) -> list[str]:
    """Return a module itself, or a package and every module below it."""
    spec = importlib.util.find_spec(name)
    below = pkgutil.walk_packages(spec.submodule_search_locations or [], f"{name}.") if spec else ()
    return [name, *(item.name for item in below)]


def _imports(tree: ast.Module, package: str) -> Iterator[str]:
    """Yield the imported names that may be modules, also inside functions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = importlib.util.resolve_name("." * node.level + (node.module or ""), package)
            yield from (base, *(f"{base}.{alias.name}" for alias in node.names))


def _source_of(name: str) -> Path | None:
    """Return the source file of a module, or None for another name."""
    try:
        spec = importlib.util.find_spec(name)
    except ModuleNotFoundError:
        return None
    return Path(spec.origin) if spec and spec.origin and spec.origin.endswith(".py") else None
