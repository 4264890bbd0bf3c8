"""Pages of pairs of economies, and the list of all pairs."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from duckdb import DuckDBPyConnection

from orchestration.site.body_pages import body_pages
from orchestration.site.chapter import Chapter, chapters_of
from orchestration.site.lead import Lead, leads_of
from orchestration.site.pairs import Economy, Pair
from orchestration.site.query_files import sql_of
from orchestration.site.release_context import ReleaseContext
from orchestration.site.rendering import render
from orchestration.site.sections import held_figure
from orchestration.site.site import Site

PAIRS, INDEX = "pairs", "pairs/index.html"
ESTIMATED = "bilateral_ip_charges"


def pair_pages(
    connection: DuckDBPyConnection,
    context: ReleaseContext,
    pairs: Iterable[Pair],
    chapters: Mapping[str, Chapter],
    leads: Sequence[Lead] = (),
) -> Iterator[str]:
    """Yield the pages of several pairs, in the same order (see ``body_pages``)."""
    subjects: dict[tuple[Economy, ...], dict[str, Any]] = {pair.economies: {"pair": pair} for pair in pairs}
    return body_pages(connection, context, "pair.html", subjects, chapters, leads)


def pairs_page(connection: DuckDBPyConnection, context: ReleaseContext, pairs: Sequence[Pair]) -> str:
    """The list of all pairs: those with reports, and a table of those with balanced estimates alone."""
    rows = connection.execute(sql_of("pages/estimates.sql")).fetchall() if ESTIMATED in context.tables else []
    estimates = {
        stem: [figure and held_figure(figure, stem, context.units) for figure in figures] for stem, *figures in rows
    }
    ordered = sorted(pairs, key=lambda pair: pair.name)
    return render(
        "pairs.html",
        "../..",
        context=context,
        reported=[pair for pair in ordered if pair.is_reported],
        estimated=[pair for pair in ordered if not pair.is_reported],
        estimates=estimates,
    )


def write(site: Site) -> str:
    """Write the page of every pair, and the list of pairs; pairs with estimates alone have fewer chapters."""
    leads = leads_of("pair_leads")
    for is_reported in (True, False):
        chapters = {
            name: chapter
            for name, chapter in chapters_of("pair_chapters").items()
            if is_reported or not chapter.is_of_reports
        }
        pairs = [pair for pair in site.pairs if pair.is_reported is is_reported]
        pages = pair_pages(site.connection, site.context, pairs, chapters, leads)
        for pair, page in zip(pairs, pages, strict=True):
            site.write(f"{PAIRS}/{pair.stem}.html", page)
    site.write(INDEX, pairs_page(site.connection, site.context, site.pairs))
    return f"{len(site.pairs)} pairs of economies"
