"""The terms of the glossary as a page."""

from __future__ import annotations

from itertools import groupby

from orchestration.core.settings import Settings
from orchestration.site.glossary import glossary_terms
from orchestration.site.page_kind import PageKind, Site
from orchestration.site.rendering import render

PAGE = "terms.html"


def _write(site: Site) -> str:
    terms = glossary_terms(Settings.from_environment().root)
    sections = [(name, list(found)) for name, found in groupby(terms, key=lambda term: term.section)]
    site.write(PAGE, render("terms.html", root="..", context=site.context, sections=sections))
    return ""


PAGES = PageKind(_write, entry=("Terms", PAGE))
