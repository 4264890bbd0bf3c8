"""The chapters of a pair's page, one module each, ordered by the number in the name."""

from __future__ import annotations

import importlib
import pkgutil

from orchestration.core.errors import ReleaseError
from orchestration.site.chapter import Chapter


def load_chapters() -> dict[str, Chapter]:
    """Every chapter by the name of its module without the number; a new file is a new chapter.

    Raises:
        ReleaseError: a module declares no ``CHAPTER``.
    """
    found: dict[str, Chapter] = {}
    for info in sorted(pkgutil.iter_modules(__path__), key=lambda item: item.name):
        chapter = getattr(importlib.import_module(f"{__name__}.{info.name}"), "CHAPTER", None)
        if not isinstance(chapter, Chapter):
            raise ReleaseError(
                f"{info.name}.py declares no Chapter named CHAPTER",
                payload=f"{info.name}.py",
                remedy=f"complete orchestration/site/chapters/{info.name}.py",
            )
        found[info.name.split("_", 1)[1]] = chapter
    return found
