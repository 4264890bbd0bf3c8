"""Pages of economies, and the list of all economies."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from duckdb import DuckDBPyConnection

from orchestration.site.body_pages import body_pages
from orchestration.site.chapter import Chapter, chapters_of
from orchestration.site.lead import Lead, leads_of
from orchestration.site.pages.region_pages import regions_of
from orchestration.site.pairs import Economy, Pair
from orchestration.site.query_files import sql_of
from orchestration.site.release_context import ReleaseContext
from orchestration.site.rendering import render
from orchestration.site.sections import HeldFigure, held_figure
from orchestration.site.site import Site

ECONOMIES, INDEX = "economies", "economies/index.html"


@dataclass(frozen=True)
class Line:
    """An economy in the list: newest receipts from and payments to the world, and the number of its pairs with a page."""

    economy: Economy
    receipts: HeldFigure | None
    payments: HeldFigure | None
    partners: int


def economy_pages(
    connection: DuckDBPyConnection,
    context: ReleaseContext,
    economies: Iterable[Economy],
    chapters: Mapping[str, Chapter],
    pairs: Sequence[Pair],
    leads: Sequence[Lead] = (),
) -> Iterator[str]:
    """Yield the pages of several economies, in the same order (see ``body_pages``); ``pairs`` are those that have a page."""
    partners = _partners(pairs)
    subjects: dict[tuple[Economy, ...], dict[str, Any]] = {
        (economy,): {"economy": economy, "partners": partners[economy.area], "region": None} for economy in economies
    }
    return body_pages(connection, context, "economy.html", subjects, chapters, leads, {pair.stem for pair in pairs})


def economies_page(
    connection: DuckDBPyConnection, context: ReleaseContext, economies: Sequence[Economy], pairs: Sequence[Pair]
) -> str:
    """The list of all economies with their newest receipts and payments."""
    partners = _partners(pairs)
    receipts, payments = (_newest(connection, context, table) for table in ("ip_receipts", "ip_payments"))
    rows = [
        Line(economy, receipts.get(economy.area), payments.get(economy.area), partners[economy.area])
        for economy in economies
    ]
    return render("economies.html", "../..", context=context, rows=rows, regions=regions_of(connection, context))


def _partners(pairs: Iterable[Pair]) -> Counter[str]:
    return Counter(economy.area for pair in pairs for economy in pair.economies)


def _newest(connection: DuckDBPyConnection, context: ReleaseContext, table: str) -> dict[str, HeldFigure]:
    """Return the newest figure of each area with the world; of several sources, that of the source with the most years."""
    if table not in context.tables:
        return {}
    rows = connection.execute(sql_of("pages/newest.sql", table=table)).fetchall()
    return {area: held_figure(value, table, context.units) for area, value in rows}


def write(site: Site) -> str:
    """Write the page of every economy, and the list of economies."""
    chapters, leads = chapters_of("economy_chapters"), leads_of("economy_leads")
    pages = economy_pages(site.connection, site.context, site.economies, chapters, site.pairs, leads)
    for economy, page in zip(site.economies, pages, strict=True):
        site.write(f"{ECONOMIES}/{economy.stem}.html", page)
    site.write(INDEX, economies_page(site.connection, site.context, site.economies, site.pairs))
    return f"{len(site.economies)} economies"
