"""Sources: one module for each publisher, all of the shape of ``orchestration.contracts.source.Source``."""

import importlib
import pkgutil
from typing import cast

from orchestration.contracts.source import Source


def load_sources() -> dict[str, Source]:
    """Return every source module of this folder by its id, in alphabetical order: a new file is a new source."""
    names = sorted(info.name for info in pkgutil.iter_modules(__path__))
    return {name: cast(Source, importlib.import_module(f"{__name__}.{name}")) for name in names}
