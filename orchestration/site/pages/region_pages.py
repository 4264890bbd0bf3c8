"""Pages of the world, the European Union and other aggregates, with how complete each year is."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from duckdb import DuckDBPyConnection

from orchestration.releases.figure_lookup import WORLD
from orchestration.site.body_pages import body_pages
from orchestration.site.chapter import chapters_of
from orchestration.site.pairs import Economy
from orchestration.site.query_files import sql_of
from orchestration.site.release_context import ReleaseContext
from orchestration.site.site import Site

REGIONS = "regions"
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


def region_pages(connection: DuckDBPyConnection, context: ReleaseContext, regions: Iterable[Region]) -> Iterator[str]:
    """Return the pages of several aggregates, in the same order."""
    subjects: dict[tuple[Economy, ...], dict[str, object]] = {
        (region.economy,): {"region": region, "economy": Economy(region.area, region.name)} for region in regions
    }
    return body_pages(connection, context, "economy.html", subjects, chapters_of("region_chapters"), ())


def write(site: Site) -> str:
    """Write the page of every aggregate."""
    regions: Sequence[Region] = regions_of(site.connection, site.context)
    for region, page in zip(regions, region_pages(site.connection, site.context, regions), strict=True):
        site.write(f"{REGIONS}/{region.economy.stem}.html", page)
    return f"{len(regions)} regions"
