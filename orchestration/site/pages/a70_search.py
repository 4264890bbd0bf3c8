"""The index of the search, over the pages that were written before."""

from __future__ import annotations

from orchestration.core.settings import Settings
from orchestration.site.glossary import glossary_terms
from orchestration.site.page_kind import PageKind, Site
from orchestration.site.pages.a65_terms import PAGE as TERMS
from orchestration.site.pages.a67_changes import PAGE as CHANGES
from orchestration.site.pages.a67_changes import TITLE as CHANGED
from orchestration.site.search_index import (
    COMPARE,
    Entry,
    area_entries,
    claim_entries,
    economy_entries,
    event_entries,
    item_entries,
    metric_entries,
    search_script,
    term_entries,
)

INDEX = "search-index.js"


def _write(site: Site) -> str:
    site.finish()  # only pages on disk are in the index
    folder, connection = site.folder, site.connection
    entries = [
        *economy_entries(folder, connection),
        *(area_entries(folder, connection) if "ip_receipts" in site.context.tables else ()),
        *(event_entries(folder, connection) if "dim_policy_event" in site.context.tables else ()),
        *metric_entries(folder),
        *item_entries(folder, connection),
        *term_entries(TERMS, glossary_terms(Settings.from_environment().root)),
        *(claim_entries(folder / "index.html", connection) if "fct_claim_audit" in site.context.tables else ()),
        *(Entry("page", path, words, path) for words, path in (*site.context.navigation, (CHANGED, CHANGES))),
    ]
    pairs = sorted(pair.stem for pair in site.pairs if (folder / "pairs" / f"{pair.stem}.html").is_file())
    site.write(INDEX, search_script(entries, pairs, (folder / COMPARE).is_file()))
    return ""


PAGES = PageKind(_write)
