"""The kinds of pages, one module each, written in the order of the number in the name."""

from __future__ import annotations

from orchestration.site.declarations import declarations
from orchestration.site.page_kind import PageKind


def load_page_kinds() -> dict[str, PageKind]:
    """Every kind of page by the name of its module without the number; a new file is a new kind.

    Raises:
        ReleaseError: a module declares no ``PAGES``.
    """
    return declarations(__name__, __path__, "PAGES", PageKind)
