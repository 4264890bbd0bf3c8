"""NCSES: patents by field of technology and registered trademarks by business sector, by area and year, from saved tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import pyarrow as pa

from orchestration.contracts.observation import Balance, Observations
from orchestration.contracts.payload import Answer, Payload
from orchestration.contracts.raw_table import Parsed, column_offence, columns, iso_date, tabulate
from orchestration.contracts.source import Card, Feed, Resource
from orchestration.formats.delimited import csv_lines
from orchestration.formats.dropped_files import beginning, recognised

CARD = Card(
    id="ncses",
    publisher="National Center for Science and Engineering Statistics (NCSES), U.S. National Science Foundation",
    homepage="https://ncses.nsf.gov/indicators",
    licence="work of the US federal government, not under copyright in the United States; citation requested",
    citation=(
        "National Science Board, National Science Foundation. Invention, Knowledge Transfer, and Innovation. Science and "
        "Engineering Indicators: 2024, NSB-2024-1, tables SINV-4 to SINV-16, SINV-35 and SINV-38 to SINV-48; 2022, "
        "NSB-2022-4, tables SINV-5 to SINV-41"
    ),
    cadence="with each edition of Science and Engineering Indicators, about every two years",
    timezone="America/New_York",
    change_signal="sha256 of the saved table; the span of years in its title",
    limits="no API; a person saves the table, whose sheet is saved again as CSV (UTF-8)",
    by_hand=True,
)

RESOURCES = (
    Resource(
        "pct_applications",
        "PCT applications by country of the receiving office, technology field and publication year, one table a field",
        {
            "title": "Patent Cooperation Treaty applications",
            "published": "2024-02-01",
            "first_year": "2000",
            "last_year": "2022",
            "page": "https://ncses.nsf.gov/pubs/nsb20241/data",
            "tables": "tables SINV-11 to SINV-16",
        },
    ),
    Resource(
        "us_patent_grants",
        "utility patents granted by the USPTO by economy of the inventors, technology field and year, one table a field",
        {
            "title": "USPTO utility patents granted",
            "published": "2024-02-01",
            "first_year": "2000",
            "last_year": "2022",
            "page": "https://ncses.nsf.gov/pubs/nsb20241/data",
            "tables": "tables SINV-4 to SINV-10",
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
    Resource(
        "trademark_registrations",
        "trademarks registered at the USPTO by economy of the owner, business sector and year, one table a sector",
        {
            "title": "Registered USPTO trademarks",
            "published": "2024-02-01",
            "first_year": "1998",
            "last_year": "2022",
            "page": "https://ncses.nsf.gov/pubs/nsb20241/data",
            "tables": "tables SINV-35 and SINV-38 to SINV-48",
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
        remedy=f"open {resource.ask['page']} , save {resource.ask['tables']}, save each sheet as CSV (UTF-8)",
    )


def _about(answer: Answer) -> str | None:
    """Return the resource whose title begins a title above the table."""
    text = beginning(answer, _TITLE_SIZE).decode("utf-8-sig", "replace")
    return next((item.key for item in RESOURCES if item.ask["title"] in text), None)


def parse(payload: Payload) -> Iterator[Parsed]:
    """Unpivot one table: a row per area and year, in applications, patents, families or trademarks.

    The vintage is the publication date of the edition that the title names. Totals per row are checked and not kept.
    """
    resource = payload.origin.resource
    ask = next(item.ask for item in RESOURCES if item.key == resource)
    lines = list(csv_lines(payload).values())
    head = next((index for index, cells in enumerate(lines) if cells[:1] == [_AREA]), None)
    if head is None:
        raise payload.error(f"no header line that begins with {_AREA!r}")
    above = [",".join(cells).strip(", ") for cells in lines[:head]]
    title = next((match for line in above if (match := _TITLES[resource].fullmatch(line))), None)
    if title is None:
        raise payload.error(
            f"above the table is {above}; the title must be {ask['title']!r}, {ask['first_year']} to {ask['last_year']}",
            row="line 1",
            remedy="for a newer edition, add its title, years and publication date to RESOURCES",
        )
    _check_words(payload, above, lines[head + 1 :], _WORDS[resource])
    named = title.groupdict()
    part = named.get("part") or named.get("none")
    years = list(range(int(named.get("first") or ask["first_year"]), int(ask["last_year"]) + 1))
    labels = _labels(payload, lines[head], head, years)
    table = _table(payload, lines, head, len(lines[head]))
    if labels == [_TOTAL] and not part:
        _check_sums(payload, table, len(years))  # the world's row of a field is off by more than its rounding
    name = _TABLE_OF.get(resource, resource)
    split_by = TABLES[name].names[0]
    fixed = {split_by: part or f"all {split_by}s"}
    records = ((pointer, {**fixed, **record}) for pointer, record in _records(table, years, first=1 + len(labels)))
    yield tabulate(name, TABLES[name], iso_date(payload, ask["published"], row="title"), records)


TABLES: Mapping[str, pa.Schema] = {
    "patent_counts": columns("field string, area string, year int32, value int64?"),
    "us_grants__patent_counts": columns("field string, area string, year int32, value int64?"),
    "patent_families": columns("field string, area string, year int32, value int64?"),
    "trademark_registrations": columns("sector string, area string, year int32, value int64?"),
}

_TABLE_OF = {"pct_applications": "patent_counts", "us_patent_grants": "us_grants__patent_counts"}
_FIELDS = ("chemistry", "electrical engineering", "instruments", "mechanical engineering", "other fields")
_NO_SECTOR = "unassigned under the Nice Classification"
_SECTORS = (
    "agriculture",
    "business services",
    "chemicals",
    "clothing",
    "construction",
    "health",
    "household equipment",
    "leisure and education",
    "research and technology",
    "transportation",
)
_AREA_OF_RESIDENTS = "case when area like 'EU-27%' then area || ' (residents)' else area end"
"""The union by residence of inventors or owners has a code of its own: the bare label is the union by receiving office."""

OBSERVATIONS: Mapping[str, Observations] = {
    "us_grants__patent_counts": Observations(area=_AREA_OF_RESIDENTS, item="field", year="year", value="value"),
    "patent_families": Observations(
        measure="'patent_families'",
        area=_AREA_OF_RESIDENTS,
        item="field",
        year="year",
        value="value",
    ),
    "patent_counts": Observations(
        area="area",
        item="field",
        year="year",
        value="value",
        balances=(Balance("area", "NCSES_EU27_AND_GBR", ("NCSES_EU27", "GBR"), rounding=2),),
    ),
    # twelve rounded numbers differ by 6 at most
    "trademark_registrations": Observations(
        measure="'trademark_registrations'",
        area=_AREA_OF_RESIDENTS,
        counterpart="'USA'",
        item="sector",
        year="year",
        value="value",
        balances=(Balance("item", "all sectors", (*_SECTORS, _NO_SECTOR), rounding=6),),
    ),
}

_AREA = "Region, country, or economy"
_TOTAL = "Total"
_WHOLE = re.compile(r"[0-9]{1,15}")
_TITLE_SIZE = 4_096
_TITLES = {
    "pct_applications": re.compile(
        rf"Patent Cooperation Treaty applications(?: in (?P<part>{'|'.join(_FIELDS)}))?, "
        r"by region, country, or economy: 2000[-–]22"
    ),
    "us_patent_grants": re.compile(
        rf"USPTO utility patents granted (?:to inventors|in (?P<part>{'|'.join(_FIELDS)}|semiconductors)), "
        r"by selected region, country, or economy: (?:2000[-–]22|(?P<first>1998)[-–]2022)"
    ),
    "patent_families": re.compile(
        r"International patent families (?:granted(?: in (?P<part>.+?))?|(?P<none>unassigned) under the WIPO classification), "
        r"by region, country, or economy: 1998[-–]2020"
    ),
    "trademark_registrations": re.compile(
        rf"Registered USPTO trademarks(?: in the business sector of (?P<part>{'|'.join(_SECTORS)})| (?P<none>{_NO_SECTOR}))?, "
        r"by region, country, or economy: 1998[-–]2022"
    ),
}
_WORDS = {
    "pct_applications": ("publication year", "receiving office"),
    "us_patent_grants": ("Fractional counts of patents",),
    "patent_families": ("year of the first granted patent", "fractionally allocated"),
    "trademark_registrations": ("holder information", "fractionally allocated"),
}
"""The clock, where a table states it, and the rule of allocation, as the notes below a table state them."""

_Table = Mapping[str, tuple[int, list[str]]]


def _check_words(payload: Payload, above: list[str], below: list[list[str]], required: tuple[str, ...]) -> None:
    """Require unit, clock and rule of allocation in the text around the numbers."""
    if "(Number)" not in above:
        raise payload.error(f"above the table is {above}; the unit must be (Number)", row="line 1")
    notes = " ".join(cells[0] for cells in below if cells and not any(cells[1:]))
    for words in required:
        if words not in notes:
            raise payload.error(
                f"no {words!r} in the table's notes, which must state the clock and the rule of allocation"
            )


def _labels(payload: Payload, header: list[str], head: int, years: list[int]) -> list[str]:
    """Return the columns between area and years: totals or income groups, which not every table has."""
    labels = [name for name in header[1:2] if not re.search(r"[0-9]", name)]
    expected = [_AREA, *labels, *map(str, years)]
    if header != expected:
        missing = [name for name in expected if name not in header]
        unexpected = [name for name in header if name not in expected]
        raise payload.error(column_offence(missing, unexpected, expected), row=f"line {head + 1}")
    return labels


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


def _records(table: _Table, years: list[int], *, first: int) -> Iterator[tuple[str, dict[str, object]]]:
    for area, (number, cells) in table.items():
        for position, year in enumerate(years, first):
            text = cells[position].strip()
            value = int(text) if _WHOLE.fullmatch(text) else text or None
            yield f"line {number} column {position + 1}", {"area": area, "year": year, "value": value}
