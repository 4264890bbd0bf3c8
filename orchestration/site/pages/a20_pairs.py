"""Pages of pairs of economies, each with its figures as CSV, and the list of all pairs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from orchestration.contracts.connection import Connection
from orchestration.site.chapter import Chapter
from orchestration.site.declarations import declarations
from orchestration.site.lead import Lead, sentences_of
from orchestration.site.page_kind import PageKind, Site
from orchestration.site.pairs import Economy, Pair
from orchestration.site.release_context import ReleaseContext
from orchestration.site.rendering import render
from orchestration.site.sections import bodies_of

PAIRS, INDEX = "pairs", "pairs/index.html"


@dataclass(frozen=True)
class PairPage:
    """A pair's page: its HTML and its figures as CSV."""

    html: str
    csv: str


def pair_pages(
    connection: Connection,
    context: ReleaseContext,
    pairs: Sequence[Pair],
    chapters: Mapping[str, Chapter],
    leads: Iterable[Lead] = (),
) -> Iterator[PairPage]:
    """The pages of several pairs, in the same order; every query runs once for all of them.

    Raises:
        ReleaseError: a chapter's query does not return the rows of a figure.
    """
    subjects = [pair.economies for pair in pairs]
    bodies = bodies_of(connection, context, subjects, chapters)
    sentences = sentences_of(connection, context, subjects, leads)
    for pair, body, said in zip(pairs, bodies, sentences, strict=True):
        yield PairPage(render("pair.html", "../..", context=context, pair=pair, body=body, sentences=said), body.csv)


def pairs_page(context: ReleaseContext, pairs: Iterable[Pair]) -> str:
    """The list of all pairs by economy."""
    listed = list(pairs)
    partners: dict[Economy, list[tuple[Economy, Pair]]] = {}
    for pair in listed:
        for one, other in (pair.economies, pair.economies[::-1]):
            partners.setdefault(one, []).append((other, pair))
    economies = [
        (economy, sorted(partners[economy], key=lambda item: item[0].name))
        for economy in sorted(partners, key=lambda one: (one.name, one.area))
    ]
    return render("pairs.html", "../..", context=context, economies=economies, pairs=len(listed))


def _write(site: Site) -> str:
    chapters, leads = declarations("chapters", Chapter), declarations("leads", Lead).values()
    between = {name: chapter for name, chapter in chapters.items() if chapter.bilateral}
    for is_reported, shown in ((True, chapters), (False, between)):
        pairs = [pair for pair in site.pairs if pair.is_reported == is_reported]
        pages = pair_pages(site.connection, site.context, pairs, shown, leads)
        for pair, page in zip(pairs, pages, strict=True):
            site.write(f"{PAIRS}/{pair.stem}.csv", page.csv)
            site.write(f"{PAIRS}/{pair.stem}.html", page.html)
    site.write(INDEX, pairs_page(site.context, site.pairs))
    return f"{len(site.pairs)} pairs of economies"


PAGES = PageKind(_write, entry=("Pairs", INDEX))
