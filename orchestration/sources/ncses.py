"""NCSES: PCT applications by area and publication year, and patent families by area, field and year of grant, from saved tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import pyarrow as pa

from orchestration.contracts.observation import Balance, Observations
from orchestration.contracts.payload import Answer, Payload
from orchestration.contracts.raw_table import Parsed, column_offence, columns, iso_date, tabulate
from orchestration.contracts.source import Card, Feed, Resource
from orchestration.core.errors import PayloadError
from orchestration.formats.delimited import csv_lines
from orchestration.formats.dropped_files import Layout, beginning, recognised

CARD = Card(
    id="ncses",
    publisher="National Center for Science and Engineering Statistics (NCSES), U.S. National Science Foundation",
    homepage="https://ncses.nsf.gov/indicators",
    licence="work of the US federal government, not under copyright in the United States; citation requested",
    citation=(
        "National Science Board, National Science Foundation. Invention, Knowledge Transfer, and Innovation. Science and "
        "Engineering Indicators: 2024, NSB-2024-1, table SINV-11; 2022, NSB-2022-4, tables SINV-5 to SINV-41"
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
            "tables": "table SINV-11",
        },
    ),
    Resource(
        "patent_families",
        "international patent families by economy of the inventors, technology field and year of the first grant, one table a field",
        {
            "title": "International patent families",
            "published": "2022-03-08",
            "first_year": "1998",
            "last_year": "2020",
            "page": "https://ncses.nsf.gov/pubs/nsb20224/data",
            "tables": "tables SINV-5 to SINV-41",
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
        layout=Layout(f"the title {_title(resource)!r} above the table", "line 1, column 1"),
        remedy=f"open {resource.ask['page']} , save {resource.ask['tables']}, save each sheet as CSV (UTF-8)",
    )


def _about(answer: Answer) -> str | None:
    """Return the resource whose title, without its years, is above the table."""
    text = beginning(answer, _TITLE_SIZE).decode("utf-8-sig", "replace")
    return next((item.key for item in RESOURCES if _title(item) in text), None)


def _title(resource: Resource) -> str:
    return resource.ask["title"].partition(":")[0]


def parse(payload: Payload) -> Iterator[Parsed]:
    """Unpivot one table: a row per area and year, in applications or families.

    The vintage is the publication date of the edition that the title names. Totals per row are checked and not kept.
    """
    ask = next(resource.ask for resource in RESOURCES if resource.key == payload.origin.resource)
    lines = list(csv_lines(payload).values())
    head = _header(payload, lines)
    read = _families if payload.origin.resource == "patent_families" else _applications
    table, records = read(payload, lines, head, ask)
    yield tabulate(table, TABLES[table], iso_date(payload, ask["published"], row="title"), records)


TABLES: Mapping[str, pa.Schema] = {
    "patent_families": columns("field string, area string, year int32, value int64?"),
    "patent_counts": columns("area string, year int32, value int64?"),
}
OBSERVATIONS: Mapping[str, Observations] = {
    # aggregates of this table are counted by inventor and not by office; their labels have codes of their own
    "patent_families": Observations(
        measure="'patent_families'",
        area="case when area like 'EU-27%' then area || ' (families)' else area end",
        item="field",
        year="year",
        value="value",
    ),
    "patent_counts": Observations(
        area="area",
        year="year",
        value="value",
        balances=(Balance("area", "NCSES_EU27_AND_GBR", ("NCSES_EU27", "GBR"), rounding=2),),
    ),
}

_AREA = "Region, country, or economy"
_TOTAL = "Total"
_WHOLE = re.compile(r"[0-9]{1,15}")
_TITLE_SIZE = 4_096
_FAMILIES = re.compile(
    r"International patent families (?:granted(?: in (?P<field>.+?))?|(?P<none>unassigned) under the WIPO classification), "
    r"by region, country, or economy: 1998[-–]2020"
)
_ALL_FIELDS = "all fields"
_INCOME_GROUPS = frozenset({"", "na", "High", "Upper middle", "Lower middle", "Low"})

_Table = Mapping[str, tuple[int, list[str]]]
_Records = Iterator[tuple[str, Mapping[str, object]]]


def _applications(payload: Payload, lines: list[list[str]], head: int, ask: Mapping[str, str]) -> tuple[str, _Records]:
    """Return the raw table and its records: PCT applications by area and publication year."""
    above = _above(lines, head)
    if ask["title"] not in above:
        raise _wrong_title(payload, above, repr(ask["title"]))
    _check_words(payload, lines, head, ("publication year", "receiving office"))
    expected = _years(ask)
    _check_header(payload, lines[head], head, [_AREA, _TOTAL, *map(str, expected)])
    table = _table(payload, lines, head, len(expected) + 2)
    _check_sums(payload, table, len(expected))
    return "patent_counts", _records(table, expected, first=2)


def _families(payload: Payload, lines: list[list[str]], head: int, ask: Mapping[str, str]) -> tuple[str, _Records]:
    """Return the raw table and its records: patent families of one field by area and year of the first grant."""
    above = _above(lines, head)
    result = next((match for line in above if (match := _FAMILIES.fullmatch(line))), None)
    if result is None:
        raise _wrong_title(payload, above, "that of a table of international patent families, 1998 to 2020")
    _check_words(payload, lines, head, ("year of the first granted patent", "fractionally allocated"))
    years = _years(ask)
    first = len(lines[head]) - len(years)
    by_income = first == 2 and not re.search(r"[0-9]", lines[head][1])
    _check_header(payload, lines[head], head, [_AREA, *lines[head][1 : 1 + by_income], *map(str, years)])
    table = _table(payload, lines, head, first + len(years))
    for area, (number, cells) in table.items():
        if by_income and cells[1].strip() not in _INCOME_GROUPS:
            raise payload.error(f"{cells[1]!r} in the column of income groups of {area}", row=f"line {number}")
    field = result["field"] or result["none"] or _ALL_FIELDS
    records = ((pointer, {"field": field, **record}) for pointer, record in _records(table, years, first=first))
    return "patent_families", records


def _header(payload: Payload, lines: list[list[str]]) -> int:
    for index, cells in enumerate(lines):
        if cells[:1] == [_AREA]:
            return index
    raise payload.error(f"no header line that begins with {_AREA!r}")


def _above(lines: list[list[str]], head: int) -> list[str]:
    return [",".join(cells).strip(", ") for cells in lines[:head]]


def _wrong_title(payload: Payload, above: list[str], expected: str) -> PayloadError:
    return payload.error(
        f"above the table is {above}; the title must be {expected}",
        row="line 1",
        remedy="for a newer edition, add its title, years and publication date to RESOURCES",
    )


def _check_words(payload: Payload, lines: list[list[str]], head: int, required: tuple[str, ...]) -> None:
    """Require unit, clock and rule of allocation in the text around the numbers."""
    above = _above(lines, head)
    if "(Number)" not in above:
        raise payload.error(f"above the table is {above}; the unit must be (Number)", row="line 1")
    notes = " ".join(cells[0] for cells in lines[head + 1 :] if cells and not any(cells[1:]))
    for words in required:
        if words not in notes:
            raise payload.error(
                f"no {words!r} in the table's notes, which must state the clock and the rule of allocation"
            )


def _years(ask: Mapping[str, str]) -> list[int]:
    return list(range(int(ask["first_year"]), int(ask["last_year"]) + 1))


def _check_header(payload: Payload, header: list[str], index: int, expected: list[str]) -> None:
    if header != expected:
        missing = [name for name in expected if name not in header]
        unexpected = [name for name in header if name not in expected]
        raise payload.error(column_offence(missing, unexpected, expected), row=f"line {index + 1}")


def _table(payload: Payload, lines: list[list[str]], head: int, width: int) -> _Table:
    """Return the rows below the header by area, each of ``width`` cells; notes have a first cell alone."""
    rows = [(number, cells) for number, cells in enumerate(lines[head + 1 :], head + 2) if any(cells[1:])]
    for number, cells in rows:
        if len(cells) != width:
            raise payload.error(f"{len(cells)} cells in a row; it must have {width}", row=f"line {number}")
    table = {_area(payload, number, cells): (number, cells) for number, cells in rows}
    if len(table) != len(rows):
        raise payload.error(f"{len(rows)} rows for {len(table)} areas; each area must have one")
    return table


def _area(payload: Payload, number: int, cells: list[str]) -> str:
    if not cells[0].strip():
        raise payload.error("no area in the row", row=f"line {number}")
    return cells[0].strip()


def _check_sums(payload: Payload, table: _Table, years: int) -> None:
    """Compare printed totals with their years; each number is rounded by itself, so that a sum of n may be off by half of n + 1."""
    for area, (number, cells) in table.items():
        parts = [int(text) for text in cells[2:] if _WHOLE.fullmatch(text.strip())]
        if len(parts) < years:
            continue  # a marked cell becomes a reject, and a sum without it says nothing
        if not _WHOLE.fullmatch(cells[1].strip()):
            raise payload.error(f"total is {cells[1]!r}; it must be a whole number", row=f"line {number} column 2")
        if abs(int(cells[1]) - sum(parts)) > (years + 1) / 2:
            raise payload.error(
                f"total of {area} is {cells[1]}; its years add up to {sum(parts)}", row=f"line {number}"
            )


def _records(table: _Table, years: list[int], *, first: int) -> _Records:
    for area, (number, cells) in table.items():
        for position, year in enumerate(years, first):
            text = cells[position].strip()
            value = int(text) if _WHOLE.fullmatch(text) else text or None
            yield f"line {number} column {position + 1}", {"area": area, "year": year, "value": value}
