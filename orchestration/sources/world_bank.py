"""World Bank: World Development Indicators (Indicators API v2) and their archived versions."""

import math
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, TypeAdapter
from typing_extensions import TypedDict

from orchestration.contracts.observation import Observations
from orchestration.contracts.payload import Answer, Payload
from orchestration.contracts.raw_table import Parsed, Record, columns, iso_date, month_end, require_columns, tabulate
from orchestration.contracts.source import Card, Feed, Pace, Resource
from orchestration.core.errors import MissingError
from orchestration.core.text import excerpt
from orchestration.formats.json_models import COUNT, TEXT, Count, Rows, number_at, numbered_rows, part_at
from orchestration.formats.messages import json_or_message

CARD = Card(
    id="world_bank",
    publisher="World Bank",
    homepage="https://data.worldbank.org",
    licence="CC BY 4.0",
    citation="World Bank, World Development Indicators. Balance of payments series originate at the International "
    "Monetary Fund, patent series at WIPO, research and high-technology series at UNESCO and the UN.",
    cadence="several times a year, the large update in July",
    cycle_months=6,
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
        ("research_and_development_share_of_gdp", "GB.XPD.RSDV.GD.ZS", "research and development", "% of GDP"),
        ("high_technology_exports", "TX.VAL.TECH.CD", "high-technology exports", "current US$"),
        ("scientific_articles", "IP.JRN.ARTC.SC", "scientific and technical journal articles", ""),
        ("researchers_per_million_people", "SP.POP.SCIE.RD.P6", "researchers", "per million people"),
        ("population", "SP.POP.TOTL", "total population", ""),
        ("national_currency_per_us_dollar", "PA.NUS.FCRF", "official exchange rate, yearly average", "LCU per US$"),
    )
)
"""``unit`` is what the publisher's own title of the indicator must say; empty where it names a count."""

_ARCHIVED = tuple(
    Resource(
        f"{item.key}_archive",
        f"{item.title}: archived versions",
        {**item.ask, "since": "201801"},
        vintage_basis="inferred",
    )
    for item in _CURRENT
    if item.key in ("ip_receipts", "ip_payments")
)
"""``since`` is the first version requested, year and month. A version is one month's state of the whole database; it
does not change, so that each is requested once."""

RESOURCES = (*_CURRENT, *_ARCHIVED)
_ASKS = {resource.key: resource.ask for resource in RESOURCES}

_URL = "https://api.worldbank.org/v2/country/all/indicator/"
_PER_PAGE = 20_000
_MOST_PAGES = 100
"""Most rows believed of an answer; one indicator has 18,000."""

_DATABASE = "2"  # World Development Indicators; the same code may live in other databases with other figures
_ARCHIVE = "https://api.worldbank.org/v2/sources/57"
_ARCHIVE_DATABASE = "57"  # WDI Database Archives
_VERSIONS_PER_PAGE = 1_000
_YEAR = re.compile("[0-9]{4}")
_MONTH = re.compile("(19|20)[0-9]{2}(0[1-9]|1[0-2])")
_PAGES: TypeAdapter[int] = TypeAdapter(Annotated[Count, Field(le=_MOST_PAGES)])
_DATABASE_ID = TypeAdapter(str, config=ConfigDict(coerce_numbers_to_str=True))


class _ArchivedRow(TypedDict):
    variable: list[dict[Literal["concept", "id", "value"], Any]]
    value: Any


_ROWS = TypeAdapter(Rows[dict[str, Any]])
_ARCHIVED_ROWS = TypeAdapter(Rows[_ArchivedRow])


def fetch(resource: Resource, feed: Feed) -> Iterator[Answer]:
    """Yield every page of one indicator for all areas and years, in the current version or in every archived one.

    A first page without an envelope is stored alone, and ``parse`` refuses it. An archived version that the publisher
    lists and does not have is left out.
    """
    if "since" not in resource.ask:
        yield from _pages(resource, feed, None)
        return
    for version in _versions(resource, feed):
        with suppress(MissingError):  # the feed reports it
            yield from list(_pages(resource, feed, version))


def _pages(resource: Resource, feed: Feed, version: str | None) -> Iterator[Answer]:
    first = _page(resource, feed, version, 1)
    yield first
    pages = number_at(first, "/pages" if version else "/0/pages", _PAGES)
    for number in range(2, pages + 1):
        yield _page(resource, feed, version, number)


def _versions(resource: Resource, feed: Feed) -> list[str]:
    """Return the archive's versions from ``since`` on, as year and month, oldest first, without the running month."""
    params = {"format": "json", "per_page": str(_VERSIONS_PER_PAGE), "page": "1"}
    answer = feed.get(CARD, resource, f"{_ARCHIVE}/version", params=params)
    content = json_or_message(answer)
    try:
        (archive,) = (item for item in content["source"] if item["id"] == _ARCHIVE_DATABASE)
        (listed,) = (item["variable"] for item in archive["concept"] if item["id"].lower() == "version")
        versions, total = {str(item["id"]) for item in listed}, content["total"]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise answer.error(f"{excerpt(content)} is not a list of versions of database {_ARCHIVE_DATABASE}") from error
    running = f"{answer.origin.fetched_at:%Y%m}"
    wanted = sorted(item for item in versions if _MONTH.fullmatch(item) and resource.ask["since"] <= item < running)
    if total != len(versions) or not wanted or not all(map(_MONTH.fullmatch, versions)):
        raise answer.error(
            f"the archive lists {len(versions)} of {total} versions, {len(wanted)} of them from "
            f"{resource.ask['since']} on; all must be on one page and be named like 202407: "
            f"{excerpt(sorted(versions, reverse=True))}"
        )
    return wanted


def parse(payload: Payload) -> Iterator[Parsed]:
    """Yield the rows of one page, one per area and year; the value of a year without a figure is empty.

    The vintage of an archived version is the last day of its month.
    """
    if "since" in _ask_of(payload):
        yield _archived_table(payload)
        return
    content = _content(payload)
    rows = part_at(content, "/1", _ROWS, payload.error)
    _check_page(payload, content, "/0", len(rows))
    _check_database(payload, content, "/0/sourceid", _DATABASE)
    updated = part_at(content, "/0/lastupdated", TEXT, payload.error)
    vintage, table = iso_date(payload, updated, row="/0/lastupdated"), "indicators"
    yield tabulate(payload, table, TABLES[table], vintage, _records(payload, rows), key=("country_id", "date"))


TABLES = {
    "indicators": columns(
        "indicator_id string, indicator_value string, country_id string, country_value string, "
        "countryiso3code string, date string, value double?, unit string, obs_status string, decimal int32"
    ),
    "archives__indicators": columns(
        "Country_id string, Country_value string, Series_id string, Series_value string, Version_id string, "
        "Version_value string, Time_id string, Time_value string, value double?"
    ),
}
OBSERVATIONS = {
    "indicators": Observations(
        area="coalesce(nullif(countryiso3code, ''), country_id)",
        year="try_cast(date as integer)",
        ratios=frozenset(item.key for item in _CURRENT if item.ask["unit"] not in ("", "current US$")),
    ),
    "archives__indicators": Observations(
        measure="replace(resource, '_archive', '')",
        area="Country_id",
        year="try_cast(replace(Time_id, 'YR', '') as integer)",
    ),
}


def _page(resource: Resource, feed: Feed, version: str | None, number: int) -> Answer:
    params = {"format": "json", "per_page": str(_PER_PAGE), "page": str(number)}
    if version:
        url = f"{_ARCHIVE}/series/{resource.ask['code']}/country/all/version/{version}/time/all"
        return feed.get(CARD, resource, url, params=params, stamp=version)
    return feed.get(CARD, resource, _URL + resource.ask["code"], params={**params, "source": _DATABASE})


def _ask_of(payload: Payload) -> Mapping[str, str]:
    return _ASKS[payload.origin.resource]


def _archived_table(payload: Payload) -> Parsed:
    """Return a page of one archived version of one series."""
    version = re.search(r"/version/([0-9]{4})([0-9]{2})/", payload.origin.url)
    if not version:
        raise payload.error(f"the address of an archived answer names no version: {payload.origin.url}")
    vintage = month_end(int(version[1]), int(version[2]))
    content = _content(payload)
    rows = part_at(content, "/source/data", _ARCHIVED_ROWS, payload.error)
    _check_page(payload, content, "", len(rows))
    _check_database(payload, content, "/source/id", _ARCHIVE_DATABASE)
    records = _archived_records(payload, rows, "".join(version.groups()))
    table = "archives__indicators"
    return tabulate(payload, table, TABLES[table], vintage, records, key=("Country_id", "Time_id"))


def _archived_records(payload: Payload, rows: list[_ArchivedRow], version: str) -> Iterator[Record]:
    """Yield rows with id and label of their four concepts in columns."""
    for pointer, row in numbered_rows(rows, "/source/data"):
        record = {"value": row["value"]}
        for item in row["variable"]:
            record |= {f"{item.get('concept')}_{part}": item.get(part) for part in ("id", "value")}
        require_columns(payload, record, TABLES["archives__indicators"].names, row=pointer)
        _check_series(payload, pointer, record["Series_id"], record["Series_value"])
        if record["Version_id"] != version:
            raise payload.error(f"version {record['Version_id']!r} was not requested, but {version}", row=pointer)
        if not re.fullmatch(r"YR[0-9]{4}", str(record["Time_id"])):
            raise payload.error(f"time {record['Time_id']!r} is not a year (YR2024)", row=pointer)
        yield pointer, record


def _content(payload: Payload) -> Any:
    content = json_or_message(payload)  # some errors are in XML with status 200, even where JSON was requested
    if isinstance(content, list) and content and isinstance(content[0], dict) and "message" in content[0]:
        raise payload.error(f"the World Bank answered with a message: {content[0]['message']}", row="/0/message")
    return content


def _check_page(payload: Payload, content: Any, place: str, rows: int) -> None:
    """Require the requested page with all of its rows."""
    page, per_page, total = (
        part_at(content, f"{place}/{name}", COUNT, payload.error) for name in ("page", "per_page", "total")
    )
    pages, request = part_at(content, f"{place}/pages", _PAGES, payload.error), payload.origin.parameters
    if (str(page), str(per_page)) != (request["page"], request["per_page"]):
        raise payload.error(
            f"page {page} of {per_page} rows answered, not page {request['page']} of {request['per_page']}"
        )
    if pages != math.ceil(total / per_page):
        raise payload.error(f"{pages} pages announced; {total} rows make {math.ceil(total / per_page)}")
    expected = min(per_page, total - (page - 1) * per_page)
    if rows != expected:
        raise payload.error(f"{rows} rows; page {page} of {total} rows in all must have {expected}")


def _check_database(payload: Payload, content: Any, place: str, expected: str) -> None:
    if (database := part_at(content, place, _DATABASE_ID, payload.error)) != expected:
        raise payload.error(f"database {database!r} answered, not {expected}")


def _records(payload: Payload, rows: list[dict[str, Any]]) -> Iterator[Record]:
    """Yield rows with their two labelled codes in columns."""
    expected = set(TABLES["indicators"].names)
    for pointer, row in numbered_rows(rows, "/1"):
        record: dict[str, Any] = {}
        for name, value in row.items():
            if isinstance(value, dict) and value:
                for part, text in value.items():
                    record[f"{name}_{part}"] = text
            else:
                record[name] = value
        if record.keys() != expected:
            require_columns(payload, record, TABLES["indicators"].names, row=pointer)
        _check_series(payload, pointer, record["indicator_id"], record["indicator_value"])
        if record["unit"] != "":  # the unit is in the title alone
            raise payload.error(f"unit is {record['unit']!r}; it must be empty", row=pointer)
        if not _YEAR.fullmatch(str(record["date"])):
            raise payload.error(f"date is {record['date']!r}; it must be a year", row=pointer)
        yield pointer, record


def _check_series(payload: Payload, pointer: str, code: Any, title: Any) -> None:
    """Require the requested series, in its unit."""
    # a cache was once seen to answer with another query's figures
    ask = _ask_of(payload)
    if code != ask["code"]:
        raise payload.error(f"series {code!r} answered, not {ask['code']}", row=pointer)
    if ask["unit"] not in str(title):
        raise payload.error(f"the title {title!r} does not name the unit {ask['unit']!r}", row=pointer)
