"""SEC, Financial Statement and Notes data sets: revenue by geographical area as companies file it."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from html import unescape
from urllib.parse import urljoin

import pyarrow as pa
import pyarrow.compute as pc

from orchestration.contracts.payload import Answer, Payload
from orchestration.contracts.raw_table import POINTER, Parsed, columns, month_end
from orchestration.contracts.source import Card, Feed, Pace, Resource
from orchestration.core.text import excerpt
from orchestration.formats.archives import archive_member
from orchestration.formats.delimited import named_columns

CARD = Card(
    id="sec",
    publisher="US Securities and Exchange Commission",
    homepage="https://www.sec.gov/about/webmaster-frequently-asked-questions",
    licence="United States government work, public domain; the filings are their companies' own statements",
    citation="U.S. Securities and Exchange Commission, Financial Statement and Notes Data Sets",
    cadence="monthly; quarterly before November 2020",
    cycle_months=3,
    timezone="America/New_York",
    change_signal="a new file in the list on the publisher's page; a file that is there does not change",
    limits="a contact address is required: set BILATERAL_CONTACT to a name and an e-mail address; about 100 MB a file",
    key_env="BILATERAL_CONTACT",
    # ten requests a second are allowed; after more, answers are 403 for ten minutes
    pace=Pace(seconds_between=0.2, ban_seconds=600, ban_statuses=(403,)),
    release_months=tuple(range(1, 13)),
)

RESOURCES: tuple[Resource, ...] = (
    Resource(
        "financial_statements",
        "numbers of financial statements and notes, by geographical area",
        {
            "page": "https://www.sec.gov/data-research/sec-markets-data/financial-statement-notes-data-sets",
            "since": "2018-01-01",
        },
    ),
)
"""``since`` is the first filing date wanted: the revenue standard under which areas are disaggregated took effect for
financial years that begin after 15 December 2017, and a yearly report covers three years."""

_LARGEST = 1024**3
_HOST = "sec.gov"
_LINK = re.compile(r"""href\s*=\s*["']([^"'#]*notes[^"'/#]*\.zip)["'#]""", re.IGNORECASE)
_CONTACT = {"From": "BILATERAL_CONTACT"}
_FILE = re.compile(r"/(?P<year>20\d\d)(?:q(?P<quarter>[1-4])|_(?P<month>0[1-9]|1[0-2]))_notes\.zip")
_CONCEPTS = (
    "Revenues",
    "RevenueFromContractWithCustomerExcludingAssessedTax",
    "RevenueFromContractWithCustomerIncludingAssessedTax",
    "SalesRevenueNet",
)
_NO_SEGMENTS = "0x00000000"
"""``dimhash`` of numbers about the whole company."""

_GEOGRAPHICAL = "^Geographical=[^;]+;?$"
"""The data set writes axes and members without prefix and without the words Statement, Axis, Member and Domain. A
number with a second axis besides the area (a product, a business segment) is part of another, and stays in landing."""

TABLES = {
    "submissions": columns(
        "adsh string, cik int64, name string, form string, period string?, fy string?, fp string?, filed string"
    ),
    "dimensions": columns("dimhash string, segments string, segt string?"),
    "numbers": columns(
        "adsh string, tag string, version string, ddate string, qtrs int32, uom string, dimh string, iprx "
        "int32, value double?, coreg string?"
    ),
}


def fetch(resource: Resource, feed: Feed) -> Iterator[Answer]:
    """Yield the files that the publisher's page lists, from ``since`` on."""
    page = feed.get(CARD, resource, resource.ask["page"], headers={"Accept": "text/html"}, secret_headers=_CONTACT)
    listed = {link: _period_end(link) for link in _listed(page)}
    wanted = sorted((end, link) for link, end in listed.items() if end and end.isoformat() >= resource.ask["since"])
    if not wanted or None in listed.values():
        raise page.error(
            f"links of the page are {excerpt(list(listed))}; they must be zip files named after a quarter or a month",
            remedy="open the page in a browser; if the publisher renamed the files, change the source module",
        )
    for end, link in wanted:
        yield feed.get(CARD, resource, link, secret_headers=_CONTACT, stamp=end.isoformat(), largest=_LARGEST)


def _listed(page: Answer) -> list[str]:
    """Return the addresses of the files that the page lists on the publisher's own host, each once."""
    links = (unescape(link).strip() for link in _LINK.findall(page.read().decode("utf-8", "replace")))
    addresses = dict.fromkeys(urljoin(page.origin.url, link) for link in links)
    return [address for address in addresses if re.match(rf"https://([^/@]+\.)?{re.escape(_HOST)}/", address)]


def parse(payload: Payload) -> Iterator[Parsed]:
    """Yield the submissions of one file, the hashes that mean one area, and the revenue figures by area and in all.

    Rows are of all companies, so that another company is another row of a seed and no file is read again. The vintage
    is the last day of the file's period; a figure's own vintage is the day its report was filed.
    """
    vintage = _period_end(f"/{payload.origin.file_name}")
    if vintage is None:
        raise payload.error(f"file name {payload.origin.file_name!r} names no quarter or month")
    batches = _table(payload, "dimensions", "dim.tsv", vintage, _is_one_area).batches
    areas = pa.Table.from_batches(batches, schema=TABLES["dimensions"].append(POINTER))
    yield _table(payload, "submissions", "sub.tsv", vintage)
    yield Parsed("dimensions", vintage, areas.to_batches())
    hashes = areas.column("dimhash").combine_chunks()
    yield _table(payload, "numbers", "num.tsv", vintage, partial(_is_revenue, hashes))


def _period_end(link: str) -> date | None:
    """Return the last day of the quarter or month in a file's name, or None."""
    named = _FILE.search(link)
    return month_end(int(named["year"]), int(named["month"] or 3 * int(named["quarter"]))) if named else None


def _table(
    payload: Payload, table: str, member: str, vintage: date, keep: Callable[[pa.RecordBatch], pa.Array] | None = None
) -> Parsed:
    """Return a table of the file in its declared columns, found by name."""
    opened = partial(archive_member, payload, member)
    return named_columns(
        payload, table, TABLES[table], vintage, opened, delimiter="\t", quoted=False, keep=keep, part=member
    )


def _is_one_area(batch: pa.RecordBatch) -> pa.Array:
    return pc.fill_null(pc.match_substring_regex(batch.column("segments"), _GEOGRAPHICAL), False)


def _is_revenue(areas: pa.Array, batch: pa.RecordBatch) -> pa.Array:
    """Return which rows are revenue of one area or the whole company."""
    is_revenue = pc.and_(
        pc.is_in(batch.column("tag"), value_set=pa.array(_CONCEPTS)),
        pc.starts_with(batch.column("version"), "us-gaap/"),
    )
    is_wanted = pc.or_(pc.equal(batch.column("dimh"), _NO_SEGMENTS), pc.is_in(batch.column("dimh"), value_set=areas))
    return pc.and_(is_revenue, is_wanted)
