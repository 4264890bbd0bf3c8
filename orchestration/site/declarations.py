"""Modules of a folder that each declare one object of a kind; a new file is a new one."""

from __future__ import annotations

import importlib
import pkgutil
from typing import TypeVar

from orchestration.core.errors import ReleaseError

Declared = TypeVar("Declared")


def declarations(folder: str, kind: type[Declared]) -> dict[str, Declared]:
    """Return the object of each module in a folder of this package, by the module's name without its number, in order of the numbers.

    Args:
        folder: ``chapters`` and ``leads`` for pairs, ``economy_chapters`` and ``economy_leads`` for economies, ``pages``.
        kind: class of the objects.

    Raises:
        ReleaseError: a module declares no object of the class, or several.
    """
    package = importlib.import_module(f"{__package__}.{folder}")
    declared: dict[str, Declared] = {}
    for module in sorted(info.name for info in pkgutil.iter_modules(package.__path__)):
        values = vars(importlib.import_module(f"{package.__name__}.{module}")).values()
        objects = [value for value in values if isinstance(value, kind)]
        if len(objects) != 1:
            raise ReleaseError(
                f"{folder}/{module}.py declares {len(objects)} objects of the class {kind.__name__}; it must declare one",
                payload=f"{module}.py",
                remedy=f"complete orchestration/site/{folder}/{module}.py",
            )
        declared[module.split("_", 1)[1]] = objects[0]
    return declared
