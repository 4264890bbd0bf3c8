"""Pages of pairs of economies, each with its figures as CSV."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from orchestration.contracts.connection import Connection
from orchestration.core.files import write_text
from orchestration.site.chapter import Chapter
from orchestration.site.chapters import load_chapters
from orchestration.site.lead import Lead, sentences_of
from orchestration.site.leads import load_leads
from orchestration.site.page_kind import PageKind, Site
from orchestration.site.pairs import MOST_PAGES, Pair
from orchestration.site.release_context import ReleaseContext
from orchestration.site.rendering import render
from orchestration.site.sections import csv_of, sections_of, tiles_of

PAIRS = "pairs"


@dataclass(frozen=True)
class PairPage:
    """A pair's page: its HTML and its figures as CSV."""

    html: str
    csv: str


def pair_page(
    connection: Connection,
    context: ReleaseContext,
    pair: Pair,
    chapters: Mapping[str, Chapter],
    root: str,
    leads: Iterable[Lead] = (),
) -> PairPage:
    """The page of a pair. ``root`` is the relative path from the page's folder to the release's folder.

    Raises:
        ReleaseError: a chapter's query does not return the rows of a figure.
    """
    sections = sections_of(connection, context, pair.economies, chapters)
    html = render(
        "pair.html",
        context=context,
        pair=pair,
        sections=sections,
        tiles=list(tiles_of(sections)),
        sentences=list(sentences_of(connection, context, pair.economies, leads)),
        root=root,
    )
    return PairPage(html, csv_of(sections))


def _write(site: Site) -> str:
    chapters, leads = load_chapters(), load_leads().values()
    reported = [pair for pair in site.pairs if pair.is_reported][:MOST_PAGES]
    for pair in reported:
        page = pair_page(site.connection, site.context, pair, chapters, "../..", leads)
        write_text(site.folder / PAIRS / f"{pair.stem}.csv", page.csv)
        write_text(site.folder / PAIRS / f"{pair.stem}.html", page.html)
    return f"{len(reported)} pairs of economies"


PAGES = PageKind(_write)
