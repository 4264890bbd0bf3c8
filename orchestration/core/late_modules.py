"""Modules of other packages that load when something of them is used, and not when they are imported."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterable
from types import ModuleType
from typing import Any


class _Late(ModuleType):
    """In the place of a module that is not loaded: loads it when it is asked for one of its names."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name != "__path__":  # what looks through all modules asks every one for these
            raise AttributeError(name)
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(importlib.import_module(self.__name__), name)


def load_late(names: Iterable[str]) -> None:
    """Let modules load at their first use. One that is loaded already, or loading, stays as it is.

    The standard library's ``LazyLoader`` does not serve here: it loads a module that is imported a second time.
    """
    for name in names:
        sys.modules.setdefault(name, _Late(name))
