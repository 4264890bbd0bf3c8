"""Sources: one module for each publisher, all of the shape of ``orchestration.contracts.source.Source``."""

from __future__ import annotations

import importlib
import pkgutil
from typing import cast

from orchestration.contracts.source import Source
from orchestration.core.errors import BilateralError

PARTS = ("CARD", "RESOURCES", "fetch", "parse", "TABLES")


def load_sources() -> dict[str, Source]:
    """Every source module of this folder by its id, in alphabetical order: a new file is a new source."""
    result: dict[str, Source] = {}
    for info in sorted(pkgutil.iter_modules(__path__), key=lambda item: item.name):
        module = importlib.import_module(f"{__name__}.{info.name}")
        if not isinstance(module, Source):
            raise BilateralError(
                f"{info.name} lacks {', '.join(name for name in PARTS if not hasattr(module, name))}; a source module must declare "
                f"{', '.join(PARTS)}",
                publisher=info.name,
                remedy=f"complete orchestration/sources/{info.name}.py",
            )
        if module.CARD.id != info.name:
            raise BilateralError(
                f"the id of source module {info.name} is {module.CARD.id!r}; it must be the module's name",
                publisher=info.name,
                remedy="rename the module or its id",
            )
        result[info.name] = cast(Source, module)
    return result
