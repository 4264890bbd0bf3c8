"""WIPO's PCT applications by applicant's origin, from exports that a person saves; other clocks and offices do not belong here."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from datetime import date

import pyarrow as pa

from orchestration.contract import Answer, Card, Feed, Parsed, Payload, Resource, tabulate
from orchestration.errors import FeedError

CARD = Card(
    id="wipo",
    publisher="World Intellectual Property Organization (WIPO)",
    homepage="https://www.wipo.int/en/web/ip-statistics",
    licence="WIPO terms of use: data sets may not be republished or resold; publications are CC BY with acknowledgement",
    citation="WIPO Statistics Database",
    cadence="figures of a filing year first appear in February or March of the next year; the data centre follows monthly",
    timezone="Europe/Zurich",
    change_signal="sha256 of the saved export and its line 'Last updated: <month> <year>'",
    limits="no API and no bulk file for PCT counts; a person saves the export with the CSV button",
)

RESOURCES = (
    Resource(
        "pct_applications",
        "PCT applications by applicant's origin and filing year",
        {
            "right": "PCT",
            "indicator": "PCT applications by filing date",
            "page": (
                "https://www3.wipo.int/ipstats/pmh-search/search-result?type=PMH&selectedTab=pct&indicator=1001"
                "&reportType=4001&fromYear=1995&toYear=2024&pmhOffSelValues=&pmhOriSelValues=CN,US"
            ),
        },
    ),
)


def fetch(resource: Resource, feed: Feed) -> Iterator[Answer]:
    """The exports that a person saved for ``resource``.

    Raises:
        FeedError: there is no such file; names the page whose form is already filled in.
    """
    found = False
    for answer in feed.files(CARD, resource, "*.csv"):
        found = True
        yield answer
    if not found:
        raise FeedError(
            f"WIPO has no API for {resource.title}: a saved CSV export is needed and there is none",
            publisher=CARD.publisher,
            payload=resource.key,
            remedy=f"open {resource.ask['page']} , choose years and origins, press CSV, and put the file in the drop folder",
        )


def parse(payload: Payload) -> Iterator[Parsed]:
    """Unpivot one export: a row per origin and filing year, in applications.

    The layout is that of the IP Statistics Data Center: a preamble (right, indicator, month of the last update), a
    header line that begins with ``Origin``, a column per year, and one empty cell behind each row.

    Raises:
        PayloadError: another right, indicator or clock; columns, codes or years that cannot be; a world total below
            the sum of the listed origins; no rows.
    """
    lines = _lines(payload)
    head = _header(payload, lines)
    vintage = _vintage(payload, lines[:head])
    years = _years(payload, lines[head], head, vintage)
    rows = [(number, cells) for number, cells in enumerate(lines[head + 1 :], head + 2) if any(cells)]
    if not rows:
        raise payload.error("an export has at least one origin; seen none", row=f"line {head + 1}")
    records = list(_records(payload, lines[head], years, rows))
    _check_world(payload, records)
    yield tabulate("patent_counts", TABLES["patent_counts"], vintage, records)


TABLES: dict[str, pa.Schema] = {
    "patent_counts": pa.schema(
        [
            pa.field("indicator", pa.string(), nullable=False),
            pa.field("origin", pa.string(), nullable=False),
            pa.field("origin_code", pa.string()),
            pa.field("year", pa.int32(), nullable=False),
            pa.field("value", pa.int64()),
        ]
    ),
}

_WORLD = "World"
_FIRST_PCT_YEAR = 1978
_REQUIRED = ("Origin", "Origin (Code)")
_TOTAL_ONLY = ("Office", "Office (Code)", "Type")
_MONTHS = {
    name: number
    for number, name in enumerate(
        (
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ),
        1,
    )
}
_UPDATED = re.compile(r"Last updated: ([A-Z][a-z]+) (\d{4})")
_INDICATOR = re.compile(r"Indicator ?: ?(.+)")
_RIGHT = re.compile(r"Intellectual property right ?: ?(.+)")


def _lines(payload: Payload) -> list[list[str]]:
    try:
        return list(csv.reader(payload.read().decode("utf-8-sig").splitlines(), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise payload.error(f"the file is CSV in UTF-8: {error}") from error


def _header(payload: Payload, lines: list[list[str]]) -> int:
    for index, cells in enumerate(lines):
        if cells[:1] == ["Origin"]:
            return index
    raise payload.error("an export has a header line that begins with Origin; seen none")


def _preamble(payload: Payload, preamble: list[list[str]], pattern: re.Pattern[str], what: str) -> re.Match[str]:
    for cells in preamble:
        # a comma inside the preamble text splits it into cells; together they are the line again
        match = pattern.search(",".join(cells))
        if match:
            return match
    raise payload.error(f"the preamble names {what}; seen none")


def _ask(payload: Payload) -> Mapping[str, str]:
    return next(resource.ask for resource in RESOURCES if resource.key == payload.origin.resource)


def _vintage(payload: Payload, preamble: list[list[str]]) -> date:
    """The day of publication where the origin card knows it, else the first of the month that the export states."""
    ask = _ask(payload)
    for pattern, what in ((_RIGHT, "right"), (_INDICATOR, "indicator")):
        seen = _preamble(payload, preamble, pattern, f"its {what}")[1].strip()
        if seen != ask[what]:
            raise payload.error(f"the {what} is {ask[what]!r}; seen {seen!r}")
    match = _preamble(payload, preamble, _UPDATED, "the month of its last update")
    if match[1] not in _MONTHS:
        raise payload.error(f"the last update names an English month; seen {match[1]!r}")
    stated = date(int(match[2]), _MONTHS[match[1]], 1)
    known = payload.origin.publisher_last_updated
    if known and known.replace(day=1) != stated:
        raise payload.error(
            f"origin card and export agree on the month of publication; seen {known} and {stated:%Y-%m}"
        )
    return known or stated


def _years(payload: Payload, header: list[str], index: int, vintage: date) -> list[tuple[int, int]]:
    """(position, year) of every year column; every other column must be a known one."""
    years: list[tuple[int, int]] = []
    others: list[str] = []
    for position, name in enumerate(header):
        if re.fullmatch(r"\d{4}", name):
            years.append((position, int(name)))
        elif name:
            others.append(name)
    row = f"line {index + 1}"
    unknown = [name for name in others if name not in (*_REQUIRED, *_TOTAL_ONLY)]
    missing = [name for name in _REQUIRED if name not in others]
    if unknown or missing or len(set(others)) != len(others):
        raise payload.error(f"columns are as declared; missing {missing}, unexpected {unknown}", row=row)
    labels = [year for _, year in years]
    if not labels or labels != sorted(set(labels)) or labels[0] < _FIRST_PCT_YEAR or labels[-1] > vintage.year:
        raise payload.error(
            f"years rise from {_FIRST_PCT_YEAR} at the earliest to {vintage.year} at the latest; seen {labels}", row=row
        )
    return years


def _records(
    payload: Payload, header: list[str], years: list[tuple[int, int]], rows: list[tuple[int, list[str]]]
) -> Iterator[tuple[str, Mapping[str, object]]]:
    seen: set[str] = set()
    width = max(position for position, name in enumerate(header) if name) + 1
    for number, cells in rows:
        row = f"line {number}"
        if len(cells) < width or any(cells[width:]):
            raise payload.error(f"a row has {width} cells and nothing behind them; seen {len(cells)}", row=row)
        named = dict(zip(header, cells, strict=False))
        for column in _TOTAL_ONLY:
            if named.get(column, "Total") not in ("Total", ""):
                raise payload.error(f"{column} is Total: counts are of all offices; seen {named[column]!r}", row=row)
        origin, code = named["Origin"].strip(), named["Origin (Code)"].strip()
        if not (origin == _WORLD and code == "") and not re.fullmatch(r"[A-Z]{2}", code):
            raise payload.error(f"an origin has a code of two letters (WIPO ST.3); seen {origin!r} {code!r}", row=row)
        if (code or origin) in seen:
            raise payload.error(f"an origin stands once; seen {origin!r} again", row=row)
        seen.add(code or origin)
        for position, year in years:
            yield (
                f"line {number} column {position + 1}",
                {
                    "indicator": _ask(payload)["indicator"],
                    "origin": origin,
                    "origin_code": code or None,
                    "year": year,
                    "value": _count(cells[position]),
                },
            )


def _count(text: str) -> int | str | None:
    """A whole number of applications, null for an empty cell, and anything else as it is, to be rejected by the schema."""
    text = text.strip()
    return int(text) if re.fullmatch(r"\d+", text) else text or None


def _check_world(payload: Payload, records: list[tuple[str, Mapping[str, object]]]) -> None:
    """A world total cannot be below the origins that stand beside it."""
    world: dict[object, int] = {}
    listed: dict[object, int] = {}
    for _, record in records:
        value = record["value"]
        if isinstance(value, int):
            into = world if record["origin"] == _WORLD else listed
            into[record["year"]] = into.get(record["year"], 0) + value
    for year, total in world.items():
        if total < listed.get(year, 0):
            raise payload.error(
                f"the world's total is not below the sum of its origins; {year} has {total} and {listed[year]}"
            )
