"""Pages of economies, of the world and other aggregates, and the list of all."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from duckdb import DuckDBPyConnection

from orchestration.methods.codes import WORLD
from orchestration.site.chapter import chapters_of
from orchestration.site.lead import body_pages, leads_of
from orchestration.site.pairs import Economy, Pair, stem_of
from orchestration.site.query_files import sql_of
from orchestration.site.release_context import ReleaseContext
from orchestration.site.rendering import listing_page
from orchestration.site.sections import Link, Listed, Table, cell_alone
from orchestration.site.site import Site

INDEX = "economies/index.html"
FOLDERS = {"economy": "economies", "region": "regions"}
ALL = "all economies"
"""The world inside a sentence, as the sum of those that report."""


class Region(NamedTuple):
    """An aggregate of `dim_area`: code, name and what it has."""

    area: str
    name: str
    definition: str

    @property
    def economy(self) -> Economy:
        return Economy(self.area, ALL if self.area == WORLD else self.name)


def regions_of(connection: DuckDBPyConnection, context: ReleaseContext) -> list[Region]:
    """Return the aggregates with a page, the world first; none where the release lacks receipts or payments."""
    if not context.tables.issuperset(("ip_receipts", "ip_payments")):
        return []
    return [Region(*row) for row in connection.execute(sql_of("pages/regions.sql")).fetchall()]


def economies_page(
    connection: DuckDBPyConnection, context: ReleaseContext, economies: Sequence[Economy], pairs: Sequence[Pair]
) -> str:
    """Return the list of all economies with their newest receipts and payments, and of regions."""
    partners = Counter(economy.area for pair in pairs for economy in pair.economies)
    flows: list[dict[str, Mapping[str, Any]]] = [
        dict(connection.execute(sql_of("pages/newest.sql", table=table)).fetchall()) if table in context.tables else {}
        for table in ("ip_receipts", "ip_payments")
    ]
    rows = []
    for economy in economies:
        newest = [flow.get(economy.area) for flow in flows]
        cells = [part for figure in newest for part in (cell_alone(figure, context.units), figure and figure["year"])]
        basis = next((f"report, {context.publishers(figure['source'])}" for figure in newest if figure), None)
        rows.append((Link(economy.name, f"{economy.stem}.html"), *cells, basis, partners[economy.area]))
    heads = ("Economy", "The world paid it", "Year", "It paid the world", "Year", "Basis", "Partners")
    regions = [
        (Link(region.name, f"../regions/{region.area}.html"), region.definition)
        for region in regions_of(connection, context)
    ]
    listings = [Listed("economies", "", _NOTE, "", Table(heads, tuple(rows)))]
    if regions:
        table = Table(("Region", "What it is"), tuple(regions))
        listings.append(Listed("regions", "Regions and other aggregates", "Sums of what members reported", "", table))
    lead = (
        f"{len(economies)} economies have a figure in this release: countries and territories, and the European Union."
    )
    return listing_page(context, "Economies", lead, listings)


_NOTE = (
    "Newest figures of what the world pays for the use of an economy's intellectual property, and of what the economy "
    "pays, in US dollars. A dash marks a missing figure, not a zero; partners have a figure between the two."
)


def write(site: Site) -> str:
    """Write the page of every economy and aggregate, and the list of economies."""
    regions = regions_of(site.connection, site.context)
    addresses = {pair.stem: f"../pairs/{pair.address}" for pair in site.pairs}
    for economy in site.economies:
        addresses |= {stem_of(region.area, economy.area): f"../economies/{economy.stem}.html" for region in regions}
    subjects: dict[str, list[tuple[tuple[Economy], dict[str, Any]]]] = {
        "economy": [((economy,), {"economy": economy, "region": None}) for economy in site.economies],
        "region": [((own.economy,), {"economy": Economy(own.area, own.name), "region": own}) for own in regions],
    }
    for kind, listed in subjects.items():
        folder, chapters, leads = FOLDERS[kind], chapters_of(f"{kind}_chapters"), leads_of(f"{kind}_leads")
        pages = body_pages(site.connection, site.context, "economy.html", listed, chapters, leads, addresses)
        for (_, content), page in zip(listed, pages, strict=True):
            site.write(f"{folder}/{content['economy'].stem}.html", page)
    site.write(INDEX, economies_page(site.connection, site.context, site.economies, site.pairs))
    return f"{len(site.economies)} economies, {len(regions)} regions"
