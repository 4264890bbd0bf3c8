"""Pages of pairs of economies, and the list of all pairs."""

from collections.abc import Sequence
from typing import Any

from orchestration.site.chapter import chapters_of
from orchestration.site.formatting import as_script
from orchestration.site.lead import body_pages, leads_of
from orchestration.site.pairs import Pair
from orchestration.site.release_context import ReleaseContext
from orchestration.site.rendering import listing_page
from orchestration.site.sections import Link, Listed, Table, cell_alone
from orchestration.site.site import Site

PAIRS, INDEX, MORE = "pairs", "pairs/index.html", "data/pairs.js"
MOST_OTHERS = 25
"""Pairs without a payment in the list itself; a script adds the rest from the file ``MORE``."""


def pairs_page(context: ReleaseContext, pairs: Sequence[Pair]) -> tuple[str, str]:
    """Return the list of all pairs, those with a figure on payments and the others, and the script with the rest of
    these."""
    paid = [pair for pair in pairs if pair.is_payment]
    paid.sort(key=lambda pair: (-((pair.newest or {}).get("value") or 0.0), pair.name))
    others = sorted((pair for pair in pairs if not pair.is_payment), key=lambda pair: pair.name)
    rest = others[MOST_OTHERS:]
    heads = ("Pair", "What", "Newest figure", "Year", "Basis", "Figures reach")
    first = Table(heads, tuple(_row(context, pair) for pair in paid))
    second = Table(heads[:4], tuple(_row(context, pair)[:4] for pair in others[:MOST_OTHERS]))
    listings = (
        Listed("payments", "Payments for intellectual property", _PAID, "", first, first=50),
        Listed("others", "Science, inventions and trade alone", _OTHER, "", second, first=25, more=len(rest)),
    )
    words = f"{len(pairs):,} pairs of economies have a figure between the two."
    page = listing_page(context, "Pairs of economies", words, [listed for listed in listings if listed.table.rows])
    kinds = list(dict.fromkeys(pair.what for pair in rest))
    rows: list[list[Any]] = []
    for pair in rest:
        (_, what, cell, year, *_) = _row(context, pair)
        rows.append([pair.stem, int(pair.has_page), kinds.index(what), cell.exact, cell.shown, year])
        rows[-1] += [cell.mark, cell.word] if cell.mark else []
    names = {economy.area: economy.name for pair in rest for economy in pair.economies}
    return page, f"bilateral.addPairs({as_script({'names': names, 'kinds': kinds, 'rows': rows})});\n"


_PAID = (
    "Of each pair the newest report of a payment, or without one the newest estimate, in US dollars; "
    "of two payments of one year the larger. "
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
    for name, content in zip((INDEX, MORE), pairs_page(site.context, site.pairs), strict=True):
        site.write(name, content)
    return f"{len(site.pairs)} pairs of economies"
