"""NCSES: internationally co-authored publications by pair of economies, from saved tables of Indicators."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import pyarrow as pa

from orchestration.contracts.observation import Observations
from orchestration.contracts.payload import Answer, Payload
from orchestration.contracts.raw_table import Parsed, Record, iso_date, tabulate
from orchestration.contracts.raw_table import columns as schema
from orchestration.contracts.source import Card, Feed, Resource
from orchestration.formats.delimited import csv_lines
from orchestration.formats.dropped_files import beginning, recognised

CARD = Card(
    id="ncses_coauthorship",
    publisher="National Center for Science and Engineering Statistics (NCSES), U.S. National Science Foundation",
    homepage="https://ncses.nsf.gov/indicators",
    licence="work of the US federal government, not under copyright in the United States; citation requested",
    citation=(
        "National Science Board, National Science Foundation. Publications Output: U.S. Trends and International "
        "Comparisons. Science and Engineering Indicators: 2020, NSB-2020-6, table S5a-33; 2024, NSB-2023-33, tables "
        "SPBS-35, SPBS-37, SPBS-92"
    ),
    cadence="with each edition of Science and Engineering Indicators, about every two years",
    timezone="America/New_York",
    change_signal="sha256 of the saved table; the month in which Scopus was accessed, in its source note",
    limits="no API; a person saves the table, whose sheet is saved again as CSV (UTF-8)",
    by_hand=True,
)

_PAGE = "https://ncses.nsf.gov/indicators"
RESOURCES = (
    Resource(
        "co_publications",
        "internationally co-authored publications by pair of economies, two years an edition",
        {
            "title": "Internationally coauthored S&E publications, by selected region, country, or economy pairs",
            "unit": "(Number)",
            "page": _PAGE,
            "tables": "table SPBS-35 of Publications Output",
        },
    ),
    Resource(
        "ai_publications",
        "internationally co-authored articles on artificial intelligence by pair of economies, all years together",
        {
            "title": "Internationally coauthored AI articles, by selected region, country, or economy",
            "unit": "(Number)",
            "page": _PAGE,
            "tables": "table SPBS-92 of Publications Output",
        },
    ),
    Resource(
        "us_coauthors",
        "share of an economy's international articles that have a co-author in the United States",
        {
            "title": "International articles from 15 largest producing regions, countries, or economies with U.S. coauthor",
            "unit": "(Percent)",
            "page": _PAGE,
            "tables": "table SPBS-37 of Publications Output",
        },
    ),
)


def fetch(resource: Resource, feed: Feed) -> Iterator[Answer]:
    """Yield the saved tables of ``resource``, of any edition, recognised by their titles."""
    yield from recognised(
        CARD,
        resource,
        feed,
        _about,
        expected=f"the title {resource.ask['title']!r} above the table",
        place="line 1, column 1",
        remedy=f"open {resource.ask['page']} , save {resource.ask['tables']}, save its sheet as CSV (UTF-8)",
    )


def _about(answer: Answer) -> str | None:
    text = beginning(answer, _TITLE_SIZE).decode("utf-8-sig", "replace")
    return next((item.key for item in RESOURCES if item.ask["title"] in text), None)


def parse(payload: Payload) -> Iterator[Parsed]:
    """Read each pair once, and each economy's total with any other economy; or shares with the United States.

    The vintage is the publication date of the edition, known by the state of Scopus in the source note. A table of
    counts is a square: a cell and its mirror cell must agree, and the row of the world repeats the column of totals.
    """
    resource = payload.origin.resource
    lines = list(csv_lines(payload).values())
    head = next((index for index, cells in enumerate(lines) if cells[:1] == [_AREA]), None)
    if head is None:
        raise payload.error(f"no header line that begins with {_AREA!r}")
    years = _years(payload, [",".join(cells).strip(", ") for cells in lines[:head]])
    rows = [(number, cells) for number, cells in enumerate(lines[head + 1 :], head + 2) if any(cells[1:])]
    for number, cells in rows:
        if len(cells) != len(lines[head]):
            raise payload.error(f"{len(cells)} cells in a row; it must have {len(lines[head])}", row=f"line {number}")
    database = _database(payload, " ".join(cells[0] for cells in lines[head + 1 :] if not any(cells[1:])))
    read = _shares if resource == "us_coauthors" else _counts
    records = (
        (pointer, {"database": database, "counted": resource, **record})
        for pointer, record in read(payload, lines[head], rows, years)
    )
    yield tabulate(
        "co_publications", TABLES["co_publications"], iso_date(payload, _EDITIONS[database], row="source note"), records
    )


TABLES: Mapping[str, pa.Schema] = {
    "co_publications": schema(
        "database string, counted string, area string, counterpart string, year int32, value float64?"
    ),
}
_TOTAL = "Total international"
OBSERVATIONS: Mapping[str, Observations] = {
    "co_publications": Observations(
        measure="counted || ' ' || database",
        area="area",
        counterpart=f"case when counterpart = '{_TOTAL}' then 'World' else counterpart end",
        year="year",
        value="value",
        counterpart_list="source",
        restates=False,  # a newer state of the database restates nothing of the edition before
    ),
}

_AREA = "Region, country, or economy"
_WORLD = "World"
_PARTNER = "United States"
_NUMBER = re.compile(r"[0-9]{1,15}(\.[0-9]{1,4})?")
_TITLE_SIZE = 4_096
_ACCESSED = re.compile(r"Scopus abstract and citation database, accessed (\w+ [0-9]{4})")
_EDITIONS = {"June 2019": "2019-12-17", "April 2023": "2023-12-11"}
"""When an edition was published, by the month in which its database was accessed."""

_WORDS = {
    "co_publications": r"whole[- ]count basis",
    "ai_publications": "classified as AI",
    "us_coauthors": r"whole[- ]count basis",
}
"""The rule of counting or classification, as the notes below a table state it."""

_Rows = list[tuple[int, list[str]]]
"""The rows of a table with the numbers of their lines."""


def _years(payload: Payload, above: list[str]) -> list[str]:
    """Return the first and the last year of the title; the unit must stand below it."""
    ask = next(item.ask for item in RESOURCES if item.key == payload.origin.resource)
    title = re.compile(re.escape(ask["title"]) + r": ([0-9]{4})(?: and |[-–])([0-9]{2}|[0-9]{4})")
    years = next((match.groups() for line in above if (match := title.fullmatch(line))), None)
    if years is None or ask["unit"] not in above:
        raise payload.error(
            f"above the table is {above}; it must be {ask['title']!r} with two years, and {ask['unit']}", row="line 1"
        )
    first, last = years
    return [first, first[: 4 - len(last)] + last]


def _database(payload: Payload, notes: str) -> str:
    """Return the month in which Scopus was accessed; the notes must state the clock and the rule of counting."""
    for words in ("year of publication", _WORDS[payload.origin.resource]):
        if not re.search(words, notes):
            raise payload.error(
                f"no {words!r} in the table's notes, which must state the clock and the rule of counting"
            )
    accessed = _ACCESSED.search(notes)
    if accessed is None or accessed[1] not in _EDITIONS:
        raise payload.error(
            f"the source note states {accessed[1] if accessed else 'no month'!r} as access to Scopus; "
            f"known: {list(_EDITIONS)}",
            remedy="for a newer edition, add the month and the date of publication to _EDITIONS",
        )
    return accessed[1]


def _counts(payload: Payload, header: list[str], rows: _Rows, years: list[str]) -> Iterator[Record]:
    """Yield the cells above the diagonal, and the totals of the tables that have them."""
    has_totals = payload.origin.resource == "co_publications"
    labels, none = ([_AREA, "Year", _TOTAL], "na") if has_totals else ([_AREA], "0")
    first, covered = len(labels), years if has_totals else years[1:]
    if header[:first] != labels:
        raise payload.error(f"the header line begins with {header[:first]}; it must begin with {labels}")
    economies = header[first:]
    table = {(cells[0], cells[1] if has_totals else covered[0]): (number, cells) for number, cells in rows}
    expected = {(area, year) for area in (*economies, *[_WORLD][:has_totals]) for year in covered}
    if len(table) != len(rows) or set(table) != expected:
        raise payload.error(
            f"rows and columns differ in {sorted(set(table) ^ expected)[:3]}, or repeat; "
            "each economy must have a row a year and a column"
        )
    for year in covered:
        if has_totals:
            yield _record(*table[_WORLD, year], 2, _WORLD, _TOTAL, year)
        for place, area in enumerate(economies, first):
            number, cells = table[area, year]
            _require_equal(payload, f"line {number} column {place + 1}", cells[place], none, "the diagonal")
            if has_totals:
                total = table[_WORLD, year][1][place]
                _require_equal(payload, f"line {number} column 3", cells[2], total, "the row of the world")
                yield _record(number, cells, 2, area, _TOTAL, year)
            for column, counterpart in enumerate(header[place + 1 :], place + 1):
                mirror = table[counterpart, year][1][place]
                _require_equal(payload, f"line {number} column {column + 1}", cells[column], mirror, "the mirror cell")
                yield _record(number, cells, column, area, counterpart, year)


def _shares(payload: Payload, header: list[str], rows: _Rows, years: list[str]) -> Iterator[Record]:
    """Yield a row for each economy and column of a year."""
    if [header[1], header[-1]] != years or not all(re.fullmatch("[0-9]{4}", year) for year in header[1:]):
        raise payload.error(f"the columns are {header[1:]}; they must be years from {years[0]} to {years[1]}")
    for number, cells in rows:
        for column, year in enumerate(header[1:], 1):
            yield _record(number, cells, column, cells[0], _PARTNER, year)


def _record(number: int, cells: list[str], column: int, area: str, counterpart: str, year: str) -> Record:
    text = cells[column].strip()
    value = float(text) if _NUMBER.fullmatch(text) else text or None
    record = {"area": area, "counterpart": counterpart, "year": int(year), "value": value}
    return f"line {number} column {column + 1}", record


def _require_equal(payload: Payload, pointer: str, text: str, expected: str, place: str) -> None:
    if text.strip() != expected.strip():
        raise payload.error(f"{text!r} in a cell; {place} has {expected!r}, and the two must agree", row=pointer)
