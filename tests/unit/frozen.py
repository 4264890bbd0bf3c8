"""Values that are handed around: which dataclasses of a package could be changed after they were made. No test here."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import is_dataclass
from types import ModuleType


def changeable(package: ModuleType) -> list[str]:
    """The dataclasses of a package and its subpackages that are not frozen."""
    names = [info.name for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")]
    classes = {one for name in names for one in vars(importlib.import_module(name)).values() if isinstance(one, type)}
    return sorted(
        f"{one.__module__}.{one.__name__}"
        for one in classes
        if is_dataclass(one) and one.__module__ in names and not one.__dataclass_params__.frozen  # type: ignore[attr-defined]
    )
