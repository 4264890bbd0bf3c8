"""Pages of pairs of economies, and the list of all pairs."""

from collections.abc import Sequence
from typing import Any

from orchestration.site.chapter import chapters_of
from orchestration.site.lead import body_pages, leads_of
from orchestration.site.pairs import Pair
from orchestration.site.release_context import ReleaseContext
from orchestration.site.rendering import listing_page
from orchestration.site.sections import Link, Listed, Table, cell_alone
from orchestration.site.site import Site

PAIRS, INDEX = "pairs", "pairs/index.html"
MOST_ROWS = 2_200
"""Pairs of the list at most, so that it stays as small as other pages."""


def pairs_page(context: ReleaseContext, pairs: Sequence[Pair]) -> str:
    """The list of all pairs: those with a figure on payments, and the others; at most ``MOST_ROWS``, those with most figures."""
    listed = sorted(
        pairs[:MOST_ROWS], key=lambda pair: (-pair.is_payment * ((pair.newest or {}).get("value") or 0.0), pair.name)
    )
    words = f"{len(listed):,} pairs of economies have a figure between the two."
    if more := len(pairs) - len(listed):
        words = f"The {len(listed):,} pairs with the most figures; {more:,} others are on the pages of their economies."
    rows = [(pair.is_payment, _row(context, pair)) for pair in listed]
    heads = ("Pair", "What", "Newest figure", "Year", "Basis", "Figures reach")
    paid = Table(heads, tuple(row for is_payment, row in rows if is_payment))
    others = Table(heads[:4], tuple(row[:4] for is_payment, row in rows if not is_payment))
    listings = [
        Listed("payments", "Payments for intellectual property", _PAID, "", paid, first=50),
        Listed("others", "Science, inventions and trade alone", _OTHER, "", others, first=25),
    ]
    return listing_page(context, "Pairs of economies", words, [listing for listing in listings if listing.table.rows])


_PAID = (
    "Of each pair the newest report of a payment, or without one the newest estimate, in US dollars; of two payments of one year the larger. "
    "The largest come first, though years and bases differ. "
    "Pairs whose estimates stay below 1 million US dollars have no page of their own."
)
_OTHER = (
    "Pairs without a figure of a payment: joint inventions, else joint publications, else the newest other figure. "
    "Pairs with joint publications or citations alone have no page of their own."
)


def _row(context: ReleaseContext, pair: Pair) -> tuple[Any, ...]:
    name = Link(pair.name, pair.address) if pair.has_page else Link(pair.name, "", place=pair.stem)
    figure = cell_alone(pair.newest, context.units, with_unit=not pair.is_payment)
    return (name, pair.what, figure, (pair.newest or {}).get("year"), pair.basis, pair.last_year)


def write(site: Site) -> str:
    """Write the page of every pair, and the list of pairs; pairs with estimates alone have fewer chapters."""
    leads = leads_of("pair_leads")
    for is_reported in (True, False):
        chapters = {
            name: chapter
            for name, chapter in chapters_of("pair_chapters").items()
            if is_reported or not chapter.is_of_reports
        }
        pairs = [pair for pair in site.pairs if pair.has_page and pair.is_reported is is_reported]
        subjects = [(pair.economies, {"pair": pair}) for pair in pairs]
        pages = body_pages(site.connection, site.context, "pair.html", subjects, chapters, leads)
        for pair, page in zip(pairs, pages, strict=True):
            site.write(f"{PAIRS}/{pair.stem}.html", page)
    site.write(INDEX, pairs_page(site.context, site.pairs))
    return f"{len(site.pairs)} pairs of economies"
