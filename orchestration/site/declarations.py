"""Modules of a folder that each declare one object: a new file is a new one."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable
from typing import TypeVar

from orchestration.core.errors import ReleaseError

Declared = TypeVar("Declared")


def declarations(package: str, folder: Iterable[str], name: str, kind: type[Declared]) -> dict[str, Declared]:
    """What the modules of a package declare under ``name``, by the module's name without its number, in order of the numbers.

    Raises:
        ReleaseError: a module declares no such object.
    """
    found: dict[str, Declared] = {}
    for info in sorted(pkgutil.iter_modules(folder), key=lambda item: item.name):
        one = getattr(importlib.import_module(f"{package}.{info.name}"), name, None)
        if not isinstance(one, kind):
            raise ReleaseError(
                f"{info.name}.py declares no {kind.__name__} named {name}",
                payload=f"{info.name}.py",
                remedy=f"complete {package.replace('.', '/')}/{info.name}.py",
            )
        found[info.name.split("_", 1)[1]] = one
    return found
