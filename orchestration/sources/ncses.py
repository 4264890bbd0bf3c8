"""NCSES: PCT applications by area of applicant and publication year, from a saved table."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping

import pyarrow as pa

from orchestration.contracts.observation import Balance, Observations
from orchestration.contracts.payload import Answer, Payload
from orchestration.contracts.raw_table import Parsed, column_offence, iso_date, tabulate
from orchestration.contracts.source import Card, Feed, Resource
from orchestration.formats.dropped_files import Layout, beginning, recognised

CARD = Card(
    id="ncses",
    publisher="National Center for Science and Engineering Statistics (NCSES), U.S. National Science Foundation",
    homepage="https://ncses.nsf.gov/indicators",
    licence="work of the US federal government, not under copyright in the United States; citation requested",
    citation=(
        "National Science Board, National Science Foundation. 2024. Invention, Knowledge Transfer, and Innovation. "
        "Science and Engineering Indicators 2024. NSB-2024-1, table SINV-11"
    ),
    cadence="with each edition of Science and Engineering Indicators, about every two years",
    timezone="America/New_York",
    change_signal="sha256 of the saved table; the span of years in its title",
    limits="no API; a person saves the table, whose sheet is saved again as CSV (UTF-8)",
)

RESOURCES = (
    Resource(
        "pct_applications",
        "PCT applications by country of the receiving office and publication year",
        {
            "title": "Patent Cooperation Treaty applications, by region, country, or economy: 2000–22",
            "published": "2024-02-01",
            "first_year": "2000",
            "last_year": "2022",
            "page": "https://ncses.nsf.gov/pubs/nsb20241/data",
        },
    ),
)


def fetch(resource: Resource, feed: Feed) -> Iterator[Answer]:
    """The tables that a person saved for ``resource``: of any edition, known by its title, whatever the file is called.

    Raises:
        FeedError: there is no such file (names the page that offers it), or a file is no such table.
    """
    yield from recognised(
        CARD,
        resource,
        feed,
        _about,
        layout=Layout(f"the title {_title(resource)!r} above the table", "line 1, column 1"),
        remedy=f"open {resource.ask['page']} , save table SINV-11, save its sheet as CSV (UTF-8)",
    )


def _about(answer: Answer) -> str | None:
    """The resource whose title, without its years, is above the table."""
    text = beginning(answer, _TITLE_SIZE).decode("utf-8-sig", "replace")
    return next((item.key for item in RESOURCES if _title(item) in text), None)


def _title(resource: Resource) -> str:
    return resource.ask["title"].partition(":")[0]


def parse(payload: Payload) -> Iterator[Parsed]:
    """Unpivot one table: a row per area and publication year, in applications.

    The vintage is the publication date of the edition that the title names. Totals per row are checked and not kept.

    Raises:
        PayloadError: another table, unit or clock; years missing; an area twice; a row whose total is not the sum of
            its years, or regions that do not add up to the world, beyond what rounding to whole numbers allows.
    """
    ask = next(resource.ask for resource in RESOURCES if resource.key == payload.origin.resource)
    lines = _lines(payload)
    head = _header(payload, lines)
    _check_words(payload, lines, head, ask)
    years = _years(payload, lines[head], head, ask)
    rows = [(number, cells) for number, cells in enumerate(lines[head + 1 :], head + 2) if any(cells[1:])]
    table = {_area(payload, number, cells): (number, cells) for number, cells in rows}
    if len(table) != len(rows):
        raise payload.error(f"{len(rows)} rows for {len(table)} areas; each area must have one")
    _check_sums(payload, table, years)
    published = iso_date(payload, ask["published"], row="title")
    yield tabulate("patent_counts", TABLES["patent_counts"], published, _records(table, years))


TABLES: dict[str, pa.Schema] = {
    "patent_counts": pa.schema(
        [
            pa.field("area", pa.string(), nullable=False),
            pa.field("year", pa.int32(), nullable=False),
            pa.field("value", pa.int64()),
        ]
    ),
}
OBSERVATIONS: Mapping[str, Observations] = {
    "patent_counts": Observations(
        area="area",
        year="year",
        value="value",
        balances=(
            Balance("area", "NCSES_NORTH_AMERICA", ("CAN", "MEX", "USA"), steady=True),
            Balance("area", "NCSES_AUSTRALIA_AND_OCEANIA", ("AUS", "NZL"), steady=True),
            Balance("area", "NCSES_SOUTH_AMERICA", ("BRA", "CHL", "COL"), steady=True),
            Balance("area", "NCSES_ASIA", ("CHN", "IND", "JPN", "MYS", "SGP", "KOR", "THA"), steady=True),
            Balance(
                "area",
                "NCSES_EU27",
                ("NCSES_EPO", "AUT", "BEL", "CZE", "DNK", "FIN", "FRA", "DEU", "ITA", "NLD", "POL", "ESP", "SWE"),
                steady=True,
            ),
            Balance("area", "NCSES_EU27_AND_GBR", ("NCSES_EU27", "GBR"), rounding=2),
            Balance("area", "NCSES_EUROPE", ("NCSES_EU27_AND_GBR", "NOR", "RUS", "CHE", "TUR", "UKR"), steady=True),
            Balance(
                "area",
                "W00",
                (
                    "NCSES_NORTH_AMERICA",
                    "NCSES_CENTRAL_AMERICA_AND_CARIBBEAN",
                    "NCSES_SOUTH_AMERICA",
                    "NCSES_EUROPE",
                    "NCSES_ASIA",
                    "NCSES_MIDDLE_EAST",
                    "NCSES_AFRICA",
                    "NCSES_AUSTRALIA_AND_OCEANIA",
                ),
                steady=True,
            ),
        ),
    ),
}

_AREA = "Region, country, or economy"
_TOTAL = "Total"
_TITLE_SIZE = 4_096
_WORLD = "World"
_PARTS_OF_WORLD = (
    "North America",
    "Central America and Caribbean",
    "South America",
    "Europe",
    "Asia",
    "Middle East",
    "Africa",
    "Australia and Oceania",
    "Unclassified",
    "WIPO",
)
"""The rows under World; the table counts filings at WIPO's own receiving office as a row beside the regions."""

_Table = Mapping[str, tuple[int, list[str]]]


def _lines(payload: Payload) -> list[list[str]]:
    try:
        text = io.StringIO(payload.read().decode("utf-8-sig"), newline="")
        return list(csv.reader(text, strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise payload.error(f"not CSV in UTF-8: {error}") from error


def _header(payload: Payload, lines: list[list[str]]) -> int:
    for index, cells in enumerate(lines):
        if cells[:1] == [_AREA]:
            return index
    raise payload.error(f"no header line that begins with {_AREA!r}")


def _check_words(payload: Payload, lines: list[list[str]], head: int, ask: Mapping[str, str]) -> None:
    """Title, unit and clock, from the words around the numbers."""
    above = [",".join(cells).strip(", ") for cells in lines[:head]]
    if ask["title"] not in above:
        raise payload.error(
            f"above the table is {above}; the title must be {ask['title']!r}",
            row="line 1",
            remedy="for a newer edition, add its title, years and publication date to RESOURCES",
        )
    if "(Number)" not in above:
        raise payload.error(f"above the table is {above}; the unit must be (Number)", row="line 1")
    notes = " ".join(cells[0] for cells in lines[head + 1 :] if cells and not any(cells[1:]))
    for words in ("publication year", "receiving office"):
        if words not in notes:
            raise payload.error(
                f"no {words!r} in the table's notes, which must state the clock and the rule of allocation"
            )


def _years(payload: Payload, header: list[str], index: int, ask: Mapping[str, str]) -> list[int]:
    years = list(range(int(ask["first_year"]), int(ask["last_year"]) + 1))
    expected = [_AREA, _TOTAL, *map(str, years)]
    if header != expected:
        missing = [name for name in expected if name not in header]
        unexpected = [name for name in header if name not in expected]
        raise payload.error(column_offence(missing, unexpected, expected), row=f"line {index + 1}")
    return years


def _area(payload: Payload, number: int, cells: list[str]) -> str:
    if not cells[0].strip():
        raise payload.error("no area in the row", row=f"line {number}")
    return cells[0].strip()


def _number(payload: Payload, cells: list[str], position: int, number: int) -> int:
    text = cells[position].strip() if position < len(cells) else ""
    if not re.fullmatch(r"[0-9]{1,15}", text):
        raise payload.error(f"total is {text!r}; it must be a whole number", row=f"line {number} column {position + 1}")
    return int(text)


def _check_sums(payload: Payload, table: _Table, years: list[int]) -> None:
    """Each printed number is rounded by itself, so that a sum of n numbers may be off by half of n + 1."""
    for area, (number, cells) in table.items():
        if len(cells) != len(years) + 2:
            raise payload.error(f"{len(cells)} cells in a row; it must have {len(years) + 2}", row=f"line {number}")
        parts = [int(text) for text in cells[2:] if re.fullmatch(r"[0-9]{1,15}", text.strip())]
        if len(parts) < len(years):
            continue  # a marked cell becomes a reject, and a sum without it says nothing
        total = _number(payload, cells, 1, number)
        if abs(total - sum(parts)) > (len(years) + 1) / 2:
            raise payload.error(f"total of {area} is {total}; its years add up to {sum(parts)}", row=f"line {number}")
    missing = [area for area in (_WORLD, *_PARTS_OF_WORLD) if area not in table]
    if missing:
        raise payload.error(f"areas missing: {missing}; the world and all its parts must be in the table")
    for position, year in enumerate(years, 2):
        world, *regions = (
            _number(payload, table[area][1], position, table[area][0]) for area in (_WORLD, *_PARTS_OF_WORLD)
        )
        if abs(world - sum(regions)) > (len(regions) + 1) / 2:
            raise payload.error(f"the world in {year} is {world}; its parts add up to {sum(regions)}")


def _records(table: _Table, years: list[int]) -> Iterator[tuple[str, Mapping[str, object]]]:
    for area, (number, cells) in table.items():
        for position, year in enumerate(years, 2):
            text = cells[position].strip()
            value = int(text) if re.fullmatch(r"[0-9]{1,15}", text) else text or None
            yield f"line {number} column {position + 1}", {"area": area, "year": year, "value": value}
