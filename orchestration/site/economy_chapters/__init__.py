"""Chapters of an economy's page, one module each, ordered by the number in the name."""

from __future__ import annotations

from orchestration.site.chapter import Chapter
from orchestration.site.declarations import declarations


def load_economy_chapters() -> dict[str, Chapter]:
    """Every chapter by the name of its module without the number; a new file is a new chapter.

    Raises:
        ReleaseError: a module declares no ``CHAPTER``.
    """
    return declarations(__name__, __path__, "CHAPTER", Chapter)
