"""World Bank, World Development Indicators (Indicators API v2) and their archived versions. No unit or code is translated here."""

from __future__ import annotations

import calendar
import math
import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import pyarrow as pa

from orchestration.contracts.payload import Answer, Payload
from orchestration.contracts.raw_table import Parsed, iso_date, require_columns, tabulate
from orchestration.contracts.source import Card, Feed, Pace, Resource
from orchestration.core.errors import PayloadError
from orchestration.formats.strict_json import strict_json

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
    pace=Pace(seconds_between=0.5),
    release_months=(7,),
)

_CURRENT = tuple(
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

_ARCHIVED = tuple(
    Resource(f"{one.key}_archive", f"{one.title}: archived versions", {**one.ask, "since": "201801"})
    for one in _CURRENT
    if one.key in ("ip_receipts", "ip_payments")
)
"""``since`` is the first version asked for, year and month. A version is one month's state of the whole database; it does
not change, so that each is asked for once."""

RESOURCES = (*_CURRENT, *_ARCHIVED)

_URL = "https://api.worldbank.org/v2/country/all/indicator/"
_PER_PAGE = 20_000
_MOST_PAGES = 100
"""Two million rows, where one indicator has 18,000; an answer that announces more is not believed."""

_DATABASE = "2"  # World Development Indicators; the same code may live in other databases with other figures
_ROW_KEYS = ("indicator", "country", "countryiso3code", "date", "value", "unit", "obs_status", "decimal")
_ARCHIVE = "https://api.worldbank.org/v2/sources/57"
_ARCHIVE_DATABASE = "57"  # WDI Database Archives
_VERSIONS_PER_PAGE = 1_000
_CONCEPTS = ("Country", "Series", "Version", "Time")
_ENVELOPE_KEYS = ("page", "pages", "per_page", "total", "sourceid", "lastupdated")


def fetch(resource: Resource, feed: Feed) -> Iterator[Answer]:
    """Every page of one indicator for all areas and years, as it stands now or in every archived version.

    A first page that is no proper envelope is passed on alone: it lands, and ``parse`` says what is wrong with it.

    Raises:
        PayloadError: the list of archived versions cannot be read.
    """
    if "since" not in resource.ask:
        yield from _pages(resource, feed, None)
        return
    for version in _versions(resource, feed):
        yield from _pages(resource, feed, version)


def _pages(resource: Resource, feed: Feed, version: str | None) -> Iterator[Answer]:
    first = _page(resource, feed, version, 1)
    yield first
    for number in range(2, _pages_announced(first.read()) + 1):
        yield _page(resource, feed, version, number)


def _versions(resource: Resource, feed: Feed) -> list[str]:
    """The archive's versions from ``since`` on, as year and month, oldest first."""
    params = {"format": "json", "per_page": str(_VERSIONS_PER_PAGE), "page": "1"}
    answer = feed.get(CARD, resource, f"{_ARCHIVE}/version", params=params)
    body = answer.read()
    try:
        content = strict_json(body, PayloadError)
        (source,) = content["source"]
        (concept,) = (one for one in source["concept"] if str(one["id"]).lower() == "version")
        versions = sorted(str(one["id"]) for one in concept["variable"])
        is_whole = str(source["id"]) == _ARCHIVE_DATABASE and int(content["total"]) == len(set(versions))
    except (PayloadError, ValueError, TypeError, LookupError):
        versions, is_whole = [], False
    wrong = [version for version in versions if not re.fullmatch(r"(19|20)[0-9]{2}(0[1-9]|1[0-2])", version)]
    wanted = [version for version in versions if version >= resource.ask["since"]]
    if not is_whole or wrong or not wanted:
        raise PayloadError(
            f"the archive lists its versions, all on one page, as year and month; seen {body[:300]!r}",
            publisher=CARD.publisher,
            payload=f"{CARD.id}/{resource.key} {answer.origin.url}",
            remedy="run the refresh again; if the publisher changed its answers, change the source module",
        )
    return wanted


def parse(payload: Payload) -> Iterator[Parsed]:
    """Rows of one page, one per area and year; a year without a figure stays a row without a value.

    The vintage of an archived version is the last day of its month, since the archive does not say the day: what it holds
    was known by then.

    Raises:
        PayloadError: an error answer, an answer to another question, a page that is not whole, or a row given twice.
    """
    if "since" in _asked(payload):
        yield _archived_table(payload)
        return
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
    ),
    "archives__indicators": pa.schema(
        [
            *(
                pa.field(f"{concept}_{part}", pa.string(), nullable=False)
                for concept in _CONCEPTS
                for part in ("id", "value")
            ),
            pa.field("value", pa.float64()),
        ]
    ),
}


def _page(resource: Resource, feed: Feed, version: str | None, number: int) -> Answer:
    params = {"format": "json", "per_page": str(_PER_PAGE), "page": str(number)}
    if version:
        url = f"{_ARCHIVE}/series/{resource.ask['code']}/country/all/version/{version}/time/all"
        return feed.get(CARD, resource, url, params=params, stamp=version)
    return feed.get(CARD, resource, _URL + resource.ask["code"], params={**params, "source": _DATABASE})


def _pages_announced(body: bytes) -> int:
    """How many pages an answer announces; 1 when it is no envelope at all."""
    try:
        content = strict_json(body, PayloadError)
        pages = int((content[0] if isinstance(content, list) else content)["pages"])
    except (PayloadError, ValueError, TypeError, LookupError):
        return 1
    return pages if pages <= _MOST_PAGES else 1


def _asked(payload: Payload) -> Mapping[str, str]:
    return {resource.key: resource.ask for resource in RESOURCES}[payload.origin.resource]


def _archived_table(payload: Payload) -> Parsed:
    """A page of one archived version of one series."""
    version = re.search(r"/version/([0-9]{4})([0-9]{2})/", payload.origin.url)
    if not version:
        raise payload.error(f"the address of an archived answer names its version; seen {payload.origin.url}")
    year, month = int(version[1]), int(version[2])
    vintage = date(year, month, calendar.monthrange(year, month)[1])
    content = _content(payload)
    if not isinstance(content, dict):
        raise payload.error(f"an answer is an envelope with a source; seen {str(content)[:200]!r}")
    missing = [key for key in ("page", "pages", "per_page", "total", "source") if key not in content]
    source = content.get("source")
    if missing or not isinstance(source, dict) or not isinstance(source.get("data"), list) or not source["data"]:
        raise payload.error(f"an answer is an envelope with a source that holds data; seen {str(content)[:300]!r}")
    _check_page(payload, {**content, "sourceid": str(source.get("id"))}, len(source["data"]), _ARCHIVE_DATABASE)
    records = _archived_records(payload, source["data"], "".join(version.groups()))
    table = "archives__indicators"
    return tabulate(table, TABLES[table], vintage, list(records))


def _archived_records(payload: Payload, rows: list[Any], version: str) -> Iterator[tuple[str, dict[str, Any]]]:
    ask = _asked(payload)
    seen: set[tuple[str, str]] = set()
    for number, row in enumerate(rows):
        pointer = f"/source/data/{number}"
        record = _archived_record(payload, row, pointer)
        # A cache in between was once seen to answer with another query's figures.
        for name, asked in (("Series_id", ask["code"]), ("Version_id", version)):
            if record[name] != asked:
                raise payload.error(f"{name} is what was asked, {asked}; seen {record[name]!r}", row=pointer)
        if ask["unit"] not in str(record["Series_value"]):
            raise payload.error(f"the title says {ask['unit']!r}; seen {record['Series_value']!r}", row=pointer)
        if not re.fullmatch(r"YR[0-9]{4}", str(record["Time_id"])):
            raise payload.error(f"a time is a year; seen {record['Time_id']!r}", row=pointer)
        key = (str(record["Country_id"]), str(record["Time_id"]))
        if key in seen:
            raise payload.error(f"an area and year stand once in a page; seen twice: {key}", row=pointer)
        seen.add(key)
        yield pointer, record


def _archived_record(payload: Payload, row: Any, pointer: str) -> dict[str, Any]:
    """A row with the id and the label of its four concepts laid flat."""
    if not isinstance(row, dict) or not isinstance(row.get("variable"), list) or "value" not in row:
        raise payload.error(f"a row has variables and a value; seen {row!r}"[:300], row=pointer)
    flat: dict[str, Any] = {"value": row["value"]}
    for variable in row["variable"]:
        if not isinstance(variable, dict):
            raise payload.error(f"a variable is an object; seen {variable!r}"[:300], row=pointer)
        require_columns(payload, variable, ("concept", "id", "value"), row=f"{pointer}/variable")
        flat |= {f"{variable['concept']}_id": variable["id"], f"{variable['concept']}_value": variable["value"]}
    require_columns(payload, flat, TABLES["archives__indicators"].names, row=pointer)
    return flat


def _content(payload: Payload) -> Any:
    body = payload.read()
    # The API answers some errors in XML with status 200, even where JSON was asked for.
    message = re.match(rb"[^{\[]{,500}?<wb:message[^>]{,200}>(.{,500}?)</wb:message>", body, flags=re.DOTALL)
    if message:
        raise payload.error(f"an answer is JSON; seen {message[1].decode('utf-8', 'replace').strip()!r}")
    return strict_json(body, payload.error)


def _envelope_and_rows(payload: Payload) -> tuple[Mapping[str, Any], list[Any]]:
    content = _content(payload)
    head = content[0] if isinstance(content, list) and content else None
    if isinstance(head, dict) and "message" in head:
        raise payload.error(f"an answer holds figures; seen the message {head['message']}", row="/0/message")
    if not isinstance(head, dict) or len(content) != 2:
        raise payload.error(f"an answer is an envelope and a list of rows; seen {str(content)[:200]!r}")
    require_columns(payload, head, _ENVELOPE_KEYS, row="/0")
    if not isinstance(content[1], list) or not content[1]:
        raise payload.error(f"an answer holds rows; seen {content[1]!r}", row="/1")
    return head, content[1]


def _check_page(payload: Payload, envelope: Mapping[str, Any], rows: int, database: str = _DATABASE) -> None:
    """The page that was asked for, out of the database that was asked for, with all of its rows."""
    page, pages, per_page, total = (_whole(payload, envelope, key) for key in ("page", "pages", "per_page", "total"))
    asked = payload.origin.parameters
    if str(envelope["sourceid"]) != database:
        raise payload.error(f"database {database} answers; seen {envelope['sourceid']!r}", row="/0/sourceid")
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
    ask = _asked(payload)
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
