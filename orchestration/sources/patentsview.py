"""PatentsView: patents that US inventors share with a partner country, counted by PatentWorld."""

from collections.abc import Iterator
from datetime import date

from orchestration.contracts.observation import Observations
from orchestration.contracts.payload import Answer, Payload
from orchestration.contracts.raw_table import Parsed, columns, tabulate
from orchestration.contracts.source import Card, Feed, Resource
from orchestration.formats.json_models import numbered_rows, read_part, rows_of

CARD = Card(
    id="patentsview",
    publisher="PatentsView (United States Patent and Trademark Office)",
    homepage="https://patentsview.org",
    licence="PatentsView data are CC BY 4.0; PatentWorld's repository states no licence of its own",
    citation="PatentsView (www.patentsview.org), USPTO; counted by PatentWorld (patentworld.com)",
    cadence="PatentsView quarterly; the counts are pinned to one commit of PatentWorld",
    cycle_months=3,
    timezone="America/New_York",
    change_signal="the pinned commit in the address; sha256 of the body",
    limits="two small files; the patent-level tables behind them allow 20 downloads per file, key and year",
)

_COMMIT = "https://raw.githubusercontent.com/romkhun/patentworld/207d4eb9614c5fe12db837b7902e2bedb6abfa6f"

RESOURCES = (
    Resource(
        "co_invention_rates",
        "US patents with an inventor in the United States and one in a partner country, by grant year",
        {"url": f"{_COMMIT}/public/data/chapter6/co_invention_rates.json"},
    ),
    Resource(
        "co_invention_us_china_by_section",
        "US patents with an inventor in the United States and one in China, by first CPC section and grant year",
        {"url": f"{_COMMIT}/public/data/chapter6/co_invention_us_china_by_section.json"},
    ),
)


def fetch(resource: Resource, feed: Feed) -> Iterator[Answer]:
    """Yield the file of a resource at the pinned commit."""
    yield feed.get(CARD, resource, resource.ask["url"])


def parse(payload: Payload) -> Iterator[Parsed]:
    """Yield the rows of one file, unmodified, in patents granted (whole counts).

    The vintage is the PatentsView release of the pinned commit: the files carry no date of their own. As they cannot
    change, their codes and sums are not checked again.
    """
    is_rate = payload.origin.resource == "co_invention_rates"
    rows = numbered_rows(read_part(payload, "", _RATES if is_rate else _COUNTS), "")
    key = ("year", "partner" if is_rate else "section")
    yield tabulate(payload, "co_inventions", _TABLE, _RELEASE, rows, key=key)


TABLES = {
    "co_inventions": columns(
        "year int32, partner string?, section string?, co_count int64?, us_patents int64?, co_invention_rate "
        "double?, us_cn_count int64?"
    )
}
OBSERVATIONS = {
    "co_inventions": Observations(
        area="'USA'",
        counterpart="coalesce(partner, 'China')",
        item="coalesce(section, '_T')",
        value="coalesce(co_count, us_cn_count)",
    )
}

_RELEASE = date(2025, 9, 30)
_TABLE = TABLES["co_inventions"]
_RATES = rows_of(_TABLE, {}, without=["section", "us_cn_count"])
_COUNTS = rows_of(_TABLE, {}, without=["partner", "co_count", "us_patents", "co_invention_rate"])
