"""Sources: one module for each publisher, all of the shape of ``orchestration.contracts.source.Source``."""

import importlib
import pkgutil
from typing import cast

from orchestration.contracts.source import Source
from orchestration.core.errors import BilateralError
from orchestration.core.outside import outside_sources


def load_sources() -> dict[str, Source]:
    """Return the source modules of this folder and of packages by id; raise BilateralError for an invalid one."""
    own = (info.name for info in pkgutil.iter_modules(__path__))
    sources = {name: cast(Source, importlib.import_module(f"{__name__}.{name}")) for name in own}
    for point in outside_sources():
        try:
            source = cast(Source, point.load())
            if point.name in sources or source.CARD.id != point.name:
                raise ValueError(f"the id on its card, {source.CARD.id}, is not that, or is another source's")
        except Exception as error:
            failure = f"{point.dist and point.dist.name} declares {point.name}, which is not a source: {error}"
            raise BilateralError(failure, remedy="correct the package or uninstall it") from error
        sources[point.name] = source
    return dict(sorted(sources.items()))
