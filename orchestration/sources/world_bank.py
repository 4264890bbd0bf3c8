"""World Bank, World Development Indicators through the Indicators API v2: one resource per indicator. No unit or code is translated here."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa

from orchestration.contract import (
    Answer,
    Card,
    Feed,
    Parsed,
    Payload,
    Resource,
    iso_date,
    require_columns,
    tabulate,
)
from orchestration.errors import PayloadError
from orchestration.wire.json import strict_json

CARD = Card(
    id="world_bank",
    publisher="World Bank",
    homepage="https://data.worldbank.org",
    licence="CC BY 4.0",
    citation="World Bank, World Development Indicators. Balance of payments series originate at the International "
    "Monetary Fund, patent series at WIPO, research and high-technology series at UNESCO and the UN.",
    cadence="several times a year, the large update in July",
    timezone="America/New_York",
    change_signal="lastupdated in the envelope of every answer",
    limits="4,000 characters in a URL and 60 indicators in a call; no request limit is published",
)

RESOURCES = tuple(
    Resource(key, title, {"code": code, "unit": unit})
    for key, code, title, unit in (
        ("ip_receipts", "BX.GSR.ROYL.CD", "charges for the use of intellectual property, receipts", "current US$"),
        ("ip_payments", "BM.GSR.ROYL.CD", "charges for the use of intellectual property, payments", "current US$"),
        ("gdp", "NY.GDP.MKTP.CD", "gross domestic product", "current US$"),
        ("exports_share_of_gdp", "NE.EXP.GNFS.ZS", "exports of goods and services", "% of GDP"),
        ("imports_share_of_gdp", "NE.IMP.GNFS.ZS", "imports of goods and services", "% of GDP"),
        ("merchandise_exports", "TX.VAL.MRCH.CD.WT", "merchandise exports", "current US$"),
        ("patent_applications_residents", "IP.PAT.RESD", "patent applications by residents", ""),
        ("patent_applications_nonresidents", "IP.PAT.NRES", "patent applications by non-residents", ""),
        (
            "research_and_development_share_of_gdp",
            "GB.XPD.RSDV.GD.ZS",
            "research and development expenditure",
            "% of GDP",
        ),
        ("high_technology_exports", "TX.VAL.TECH.CD", "high-technology exports", "current US$"),
        ("population", "SP.POP.TOTL", "total population", ""),
    )
)
"""``unit`` is what the publisher's own title of the indicator must say; empty where it names a count."""

_URL = "https://api.worldbank.org/v2/country/all/indicator/"
_PER_PAGE = 20_000
_MOST_PAGES = 100
"""Two million rows, where one indicator has 18,000; an answer that announces more is not believed."""

_DATABASE = "2"  # World Development Indicators; the same code may live in other databases with other figures
_ROW_KEYS = ("indicator", "country", "countryiso3code", "date", "value", "unit", "obs_status", "decimal")
_ENVELOPE_KEYS = ("page", "pages", "per_page", "total", "sourceid", "lastupdated")


def fetch(resource: Resource, feed: Feed) -> Iterator[Answer]:
    """Every page of one indicator for all areas and years.

    A first page that is no proper envelope is passed on alone: it lands, and ``parse`` says what is wrong with it.
    """
    first = _page(resource, feed, 1)
    yield first
    for number in range(2, _pages_announced(first.read()) + 1):
        yield _page(resource, feed, number)


def parse(payload: Payload) -> Iterator[Parsed]:
    """Rows of one page, one per area and year; a year without a figure stays a row without a value.

    Raises:
        PayloadError: an error answer, an answer to another question, a page that is not whole, or a row given twice.
    """
    envelope, rows = _envelope_and_rows(payload)
    _check_page(payload, envelope, len(rows))
    vintage = iso_date(payload, str(envelope["lastupdated"]), row="/0/lastupdated")
    yield tabulate("indicators", TABLES["indicators"], vintage, list(_records(payload, rows)))


TABLES: Mapping[str, pa.Schema] = {
    "indicators": pa.schema(
        [
            pa.field("indicator_id", pa.string(), nullable=False),
            pa.field("indicator_value", pa.string(), nullable=False),
            pa.field("country_id", pa.string(), nullable=False),
            pa.field("country_value", pa.string(), nullable=False),
            pa.field("countryiso3code", pa.string(), nullable=False),
            pa.field("date", pa.string(), nullable=False),
            pa.field("value", pa.float64()),
            pa.field("unit", pa.string(), nullable=False),
            pa.field("obs_status", pa.string(), nullable=False),
            pa.field("decimal", pa.int32(), nullable=False),
        ]
    )
}


def _page(resource: Resource, feed: Feed, number: int) -> Answer:
    params = {"format": "json", "per_page": str(_PER_PAGE), "page": str(number), "source": _DATABASE}
    return feed.get(CARD, resource, _URL + resource.ask["code"], params=params)


def _pages_announced(body: bytes) -> int:
    """How many pages an answer announces; 1 when it is no envelope at all."""
    try:
        pages = int(strict_json(body, PayloadError)[0]["pages"])
    except (PayloadError, ValueError, TypeError, LookupError):
        return 1
    return pages if pages <= _MOST_PAGES else 1


def _envelope_and_rows(payload: Payload) -> tuple[Mapping[str, Any], list[Any]]:
    body = payload.read()
    # The API answers some errors in XML with status 200, even where JSON was asked for.
    message = re.match(rb"[^{\[]{,500}?<wb:message[^>]{,200}>(.{,500}?)</wb:message>", body, flags=re.DOTALL)
    if message:
        raise payload.error(f"an answer is JSON; seen {message[1].decode('utf-8', 'replace').strip()!r}")
    content = strict_json(body, payload.error)
    head = content[0] if isinstance(content, list) and content else None
    if isinstance(head, dict) and "message" in head:
        raise payload.error(f"an answer holds figures; seen the message {head['message']}", row="/0/message")
    if not isinstance(head, dict) or len(content) != 2:
        raise payload.error(f"an answer is an envelope and a list of rows; seen {str(content)[:200]!r}")
    require_columns(payload, head, _ENVELOPE_KEYS, row="/0")
    if not isinstance(content[1], list) or not content[1]:
        raise payload.error(f"an answer holds rows; seen {content[1]!r}", row="/1")
    return head, content[1]


def _check_page(payload: Payload, envelope: Mapping[str, Any], rows: int) -> None:
    """The page that was asked for, out of the database that was asked for, with all of its rows."""
    page, pages, per_page, total = (_whole(payload, envelope, key) for key in ("page", "pages", "per_page", "total"))
    asked = payload.origin.parameters
    if str(envelope["sourceid"]) != asked["source"]:
        raise payload.error(f"database {asked['source']} answers; seen {envelope['sourceid']!r}", row="/0/sourceid")
    if (str(page), str(per_page)) != (asked["page"], asked["per_page"]):
        raise payload.error(
            f"page {asked['page']} of {asked['per_page']} rows answers; seen page {page} of {per_page}", row="/0/page"
        )
    if pages > _MOST_PAGES:
        raise payload.error(f"an indicator has at most {_MOST_PAGES} pages; seen {pages}", row="/0/pages")
    if pages != math.ceil(total / per_page):
        raise payload.error(f"{total} rows make {math.ceil(total / per_page)} pages; seen {pages}", row="/0/pages")
    expected = min(per_page, total - (page - 1) * per_page)
    if rows != expected:
        raise payload.error(f"page {page} of {total} rows in all holds {expected}; seen {rows}", row="/1")


def _whole(payload: Payload, envelope: Mapping[str, Any], key: str) -> int:
    """A positive count of the envelope, which the API writes as a number or as text."""
    text = str(envelope[key])
    if not text.isascii() or not text.isdigit() or int(text) == 0:
        raise payload.error(f"{key} is a positive whole number; seen {envelope[key]!r}", row=f"/0/{key}")
    return int(text)


def _records(payload: Payload, rows: list[Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    ask = {resource.key: resource.ask for resource in RESOURCES}[payload.origin.resource]
    seen: set[tuple[str, str]] = set()
    for number, row in enumerate(rows):
        pointer = f"/1/{number}"
        record = _record(payload, row, pointer)
        _check_record(payload, record, ask, pointer)
        key = (str(record["country_id"]), str(record["date"]))
        if key in seen:
            raise payload.error(f"an area and year stand once in a page; seen twice: {key}", row=pointer)
        seen.add(key)
        yield pointer, record


def _check_record(payload: Payload, record: Mapping[str, Any], ask: Mapping[str, str], pointer: str) -> None:
    """A figure of the indicator that was asked for, in its unit, for a year."""
    # A cache in between was once seen to answer with another query's figures.
    if record["indicator_id"] != ask["code"]:
        raise payload.error(f"indicator {ask['code']} answers; seen {record['indicator_id']!r}", row=pointer)
    if ask["unit"] not in str(record["indicator_value"]):
        raise payload.error(f"the title says {ask['unit']!r}; seen {record['indicator_value']!r}", row=pointer)
    # The title alone carries the unit: a unit or multiplier beside it would be a change that nobody reads.
    if record["unit"] != "":
        raise payload.error(f"unit is empty; seen {record['unit']!r}", row=f"{pointer}/unit")
    if not re.fullmatch(r"[0-9]{4}", str(record["date"])):
        raise payload.error(f"a date is a year; seen {record['date']!r}", row=f"{pointer}/date")


def _record(payload: Payload, row: Any, pointer: str) -> dict[str, Any]:
    """A row with its two labelled codes laid flat."""
    if not isinstance(row, dict):
        raise payload.error(f"a row is an object; seen {row!r}"[:300], row=pointer)
    require_columns(payload, row, _ROW_KEYS, row=pointer)
    flat = {key: row[key] for key in _ROW_KEYS if key not in ("indicator", "country")}
    for key in ("indicator", "country"):
        label = row[key]
        if not isinstance(label, dict):
            raise payload.error(f"{key} has an id and a value; seen {label!r}"[:300], row=f"{pointer}/{key}")
        require_columns(payload, label, ("id", "value"), row=f"{pointer}/{key}")
        flat |= {f"{key}_id": label["id"], f"{key}_value": label["value"]}
    return flat
