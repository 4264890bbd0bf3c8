"""One module per publisher, all of the shape in ``orchestration.contracts.source.Source``; this file only finds them."""

from __future__ import annotations

import importlib
import pkgutil
from typing import cast

from orchestration.contracts.source import Source
from orchestration.core.errors import BilateralError


def load_sources() -> dict[str, Source]:
    """Every source module of this folder by its id, in alphabetical order: a new file is a new source.

    Raises:
        BilateralError: a module lacks a part of the shape, or its id is not its file's name.
    """
    found: dict[str, Source] = {}
    for info in sorted(pkgutil.iter_modules(__path__), key=lambda item: item.name):
        module = importlib.import_module(f"{__name__}.{info.name}")
        if not isinstance(module, Source):
            raise BilateralError(
                "a source module declares CARD, RESOURCES, fetch, parse and TABLES",
                publisher=info.name,
                remedy=f"complete orchestration/sources/{info.name}.py",
            )
        if module.CARD.id != info.name:
            raise BilateralError(
                f"a source's id is its module's name; seen {module.CARD.id!r}",
                publisher=info.name,
                remedy="rename the module or its id",
            )
        found[info.name] = cast(Source, module)
    return found
