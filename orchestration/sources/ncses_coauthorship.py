"""NCSES: internationally co-authored publications of every pair of economies in two years, from saved tables of Indicators."""

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
        "Comparisons. Science and Engineering Indicators: 2020, NSB-2020-6, table S5a-33; 2024, NSB-2023-33, table SPBS-35"
    ),
    cadence="with each edition of Science and Engineering Indicators, about every two years",
    timezone="America/New_York",
    change_signal="sha256 of the saved table; the month in which Scopus was accessed, in its source note",
    limits="no API; a person saves the table, whose sheet is saved again as CSV (UTF-8)",
    by_hand=True,
)

RESOURCES = (
    Resource(
        "co_publications",
        "internationally co-authored publications by pair of economies, two years an edition",
        {
            "title": "Internationally coauthored S&E publications, by selected region, country, or economy pairs",
            "page": "https://ncses.nsf.gov/indicators",
            "tables": "table SPBS-35 of Publications Output",
        },
    ),
)


def fetch(resource: Resource, feed: Feed) -> Iterator[Answer]:
    """Yield the saved tables of any edition, recognised by their title."""
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
    return RESOURCES[0].key if RESOURCES[0].ask["title"] in text else None


def parse(payload: Payload) -> Iterator[Parsed]:
    """Read each pair once, and each economy's total with any other economy, in whole publications.

    The vintage is the publication date of the edition, known by the state of Scopus in the source note. The table is a
    square: a cell and its mirror cell must agree, and the row of the world repeats the column of totals.
    """
    lines = list(csv_lines(payload).values())
    head = next((index for index, cells in enumerate(lines) if cells[:3] == _LABELS), None)
    if head is None:
        raise payload.error(f"no header line that begins with {_LABELS}")
    years = _years(payload, [",".join(cells).strip(", ") for cells in lines[:head]])
    rows = [(number, cells) for number, cells in enumerate(lines[head + 1 :], head + 2) if any(cells[1:])]
    database = _database(payload, " ".join(cells[0] for cells in lines[head + 1 :] if not any(cells[1:])))
    table = _square(payload, lines[head], rows, years)
    records = (
        (pointer, {"database": database, **record})
        for pointer, record in _records(payload, table, lines[head][3:], years)
    )
    yield tabulate(
        "co_publications", TABLES["co_publications"], iso_date(payload, _EDITIONS[database], row="source note"), records
    )


TABLES: Mapping[str, pa.Schema] = {
    "co_publications": schema("database string, area string, counterpart string, year int32, value int64?"),
}
_TOTAL = "Total international"
OBSERVATIONS: Mapping[str, Observations] = {
    "co_publications": Observations(
        measure="'co_publications ' || database",
        area="area",
        counterpart=f"case when counterpart = '{_TOTAL}' then 'World' else counterpart end",
        year="year",
        value="value",
        counterpart_list="source",
        restates=False,  # two years of a newer state of the database, which restate nothing of the edition before
    ),
}

_LABELS = ["Region, country, or economy", "Year", _TOTAL]
_WORLD = "World"
_NONE = "na"
_WHOLE = re.compile(r"[0-9]{1,15}")
_TITLE_SIZE = 4_096
_TITLE = re.compile(re.escape(RESOURCES[0].ask["title"]) + r": ([0-9]{4}) and ([0-9]{4})")
_ACCESSED = re.compile(r"Scopus abstract and citation database, accessed (\w+ [0-9]{4})")
_EDITIONS = {"June 2019": "2019-12-17", "April 2023": "2023-12-11"}
"""When an edition was published, by the month in which its database was accessed."""

_Table = Mapping[tuple[str, str], tuple[int, list[str]]]
"""The line number and the cells of a row, by economy and year."""


def _years(payload: Payload, above: list[str]) -> list[str]:
    """Return the two years of the title; the unit must stand below it."""
    title = next((match for line in above if (match := _TITLE.fullmatch(line))), None)
    if title is None or "(Number)" not in above:
        raise payload.error(
            f"above the table is {above}; it must be {RESOURCES[0].ask['title']!r} with two years, and (Number)",
            row="line 1",
        )
    return list(title.groups())


def _database(payload: Payload, notes: str) -> str:
    """Return the month in which Scopus was accessed; the notes must state whole counts by year of publication."""
    for words in ("year of publication", r"whole[- ]count basis"):
        if not re.search(words, notes):
            raise payload.error(
                f"no {words!r} in the table's notes, which must state the clock and the rule of counting"
            )
    accessed = _ACCESSED.search(notes)
    if accessed is None or accessed[1] not in _EDITIONS:
        raise payload.error(
            f"the source note states {accessed[1] if accessed else 'no month'!r} as access to Scopus; known: {list(_EDITIONS)}",
            remedy="for a newer edition, add the month and the date of publication to _EDITIONS",
        )
    return accessed[1]


def _square(payload: Payload, header: list[str], rows: list[tuple[int, list[str]]], years: list[str]) -> _Table:
    """Return the rows by economy and year: as many and the same economies as there are columns, and the world."""
    for number, cells in rows:
        if len(cells) != len(header):
            raise payload.error(f"{len(cells)} cells in a row; it must have {len(header)}", row=f"line {number}")
    table = {(cells[0].strip(), cells[1].strip()): (number, cells) for number, cells in rows}
    expected = {(area, year) for area in (*header[3:], _WORLD) for year in years}
    if len(table) != len(rows) or set(table) != expected:
        differing = sorted(set(table) ^ expected)[:3]
        raise payload.error(
            f"rows and columns differ in {differing}, or repeat; each economy must have a row a year and a column"
        )
    return table


def _records(payload: Payload, table: _Table, economies: list[str], years: list[str]) -> Iterator[Record]:
    for year in years:
        world = table[_WORLD, year][1]
        yield _record(*table[_WORLD, year], 2, _WORLD, _TOTAL, year)
        for index, area in enumerate(economies):
            number, cells = table[area, year]
            _require_equal(payload, f"line {number} column 3", cells[2], world[3 + index], "the row of the world")
            _require_equal(payload, f"line {number} column {4 + index}", cells[3 + index], _NONE, "the diagonal")
            yield _record(number, cells, 2, area, _TOTAL, year)
            for other, counterpart in enumerate(economies[index + 1 :], index + 1):
                pointer = f"line {number} column {4 + other}"
                _require_equal(
                    payload, pointer, cells[3 + other], table[counterpart, year][1][3 + index], "the mirror cell"
                )
                yield _record(number, cells, 3 + other, area, counterpart, year)


def _record(number: int, cells: list[str], column: int, area: str, counterpart: str, year: str) -> Record:
    text = cells[column].strip()
    value = int(text) if _WHOLE.fullmatch(text) else text or None
    return f"line {number} column {column + 1}", {
        "area": area,
        "counterpart": counterpart,
        "year": int(year),
        "value": value,
    }


def _require_equal(payload: Payload, pointer: str, text: str, expected: str, place: str) -> None:
    if text.strip() != expected.strip():
        raise payload.error(f"{text!r} in a cell; {place} has {expected!r}, and the two must agree", row=pointer)
