"""The index of the search, over the pages that were written before."""

from __future__ import annotations

from orchestration.core.settings import Settings
from orchestration.site.glossary import glossary_terms
from orchestration.site.page_kind import PageKind, Site
from orchestration.site.pages.a65_terms import PAGE as TERMS
from orchestration.site.pages.a67_changes import PAGE as CHANGES
from orchestration.site.pages.a67_changes import TITLE as CHANGED
from orchestration.site.search_index import COMPARE, Entry, aliases, entries_of, search_script

INDEX = "search-index.js"


def _write(site: Site) -> str:
    site.finish()  # only pages on disk are in the index
    folder, context, other = site.folder, site.context, aliases()
    entries = [
        *entries_of(folder, site.connection, {*context.tables, "dim_area", "dim_service_item"}),
        *(
            Entry("term", term.place, term.term, f"{TERMS}#{term.place}", other.get(("term", term.place), ()))
            for term in glossary_terms(Settings.from_environment().root)
        ),
        *(Entry("page", path, words, path) for words, path in (*context.navigation, (CHANGED, CHANGES))),
    ]
    pairs = sorted(pair.stem for pair in site.pairs if (folder / "pairs" / f"{pair.stem}.html").is_file())
    site.write(INDEX, search_script(entries, pairs, (folder / COMPARE).is_file()))
    return ""


PAGES = PageKind(_write)
