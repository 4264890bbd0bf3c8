"""NCSES: patents by field of technology and trademarks by business sector, by area and year, from saved tables."""

import re
from collections.abc import Iterator
from functools import partial

from orchestration.contracts.observation import Balance, Observations
from orchestration.contracts.payload import Payload
from orchestration.contracts.raw_table import Parsed, Record, columns, require_columns
from orchestration.contracts.source import Card, Resource
from orchestration.formats.indicator_tables import (
    AREA,
    NCSES,
    IndicatorTable,
    TableLayout,
    cell_record,
    dropped_tables,
    unpivot,
)

CARD = Card(
    id="ncses",
    homepage="https://ncses.nsf.gov/indicators",
    citation=(
        "National Science Board, National Science Foundation. Invention, Knowledge Transfer, and Innovation. Science "
        "and Engineering Indicators: 2024, NSB-2024-1, tables SINV-4 to SINV-16, SINV-35 and SINV-38 to SINV-48; 2022, "
        "NSB-2022-4, tables SINV-5 to SINV-41"
    ),
    cadence="with each edition of Science and Engineering Indicators, about every two years",
    cycle_months=24,
    change_signal="sha256 of the saved table; the month in which its database was accessed, in its source note",
    **NCSES,
)

_SECTORS = (
    "agriculture|business services|chemicals|clothing|construction|health|household equipment|leisure and education|"
    "research and technology|transportation"
)
_NO_SECTOR = "unassigned under the Nice Classification"
_FIELDS = "chemistry|electrical engineering|instruments|mechanical engineering|other fields"
RESOURCES = (
    Resource(
        "pct_applications",
        "PCT applications by country of the receiving office, technology field and publication year, one table a field",
        {"title": "Patent Cooperation Treaty applications", "tables": "tables SINV-11 to SINV-16 of 2024"},
    ),
    Resource(
        "us_patent_grants",
        "utility patents granted by the USPTO by economy of the inventors, technology field and year, one table a "
        "field",
        {"title": "USPTO utility patents granted", "tables": "tables SINV-4 to SINV-10 of 2024"},
    ),
    Resource(
        "patent_families",
        "international patent families by economy of the inventors, technology field and year of the first grant, one "
        "table a field",
        {"title": "International patent families", "tables": "tables SINV-5 to SINV-41 of 2022"},
    ),
    Resource(
        "trademark_registrations",
        "trademarks registered at the USPTO by economy of the owner, business sector and year, one table a sector",
        {"title": "Registered USPTO trademarks", "tables": "tables SINV-35 and SINV-38 to SINV-48 of 2024"},
    ),
)


fetch = partial(dropped_tables, CARD, RESOURCES)


def parse(payload: Payload) -> Iterator[Parsed]:
    """Unpivot one table: a row per area and year, in applications, patents, families or trademarks.

    Totals per row are checked and not kept.
    """
    yield unpivot(payload, _LAYOUTS, TABLES)


TABLES = {
    "patent_counts": columns("field string, area string, year int32, value int64?"),
    "us_grants__patent_counts": columns("field string, area string, year int32, value int64?"),
    "patent_families": columns("field string, area string, year int32, value int64?"),
    "trademark_registrations": columns("sector string, area string, year int32, value int64?"),
}

_AREA_OF_RESIDENTS = "case when area like 'EU-27%' then area || ' (residents)' else area end"
"""The union by residence has a code of its own: the bare label is the union by receiving office."""

OBSERVATIONS = {
    "us_grants__patent_counts": Observations(area=_AREA_OF_RESIDENTS, item="field"),
    "patent_families": Observations(measure="'patent_families'", area=_AREA_OF_RESIDENTS, item="field"),
    "patent_counts": Observations(
        area="area", item="field", balances=(Balance("area", "NCSES_EU27_AND_GBR", ("NCSES_EU27", "GBR"), rounding=2),)
    ),
    # twelve rounded numbers differ by 6 at most
    "trademark_registrations": Observations(
        measure="'trademark_registrations'",
        area=_AREA_OF_RESIDENTS,
        counterpart="'USA'",
        item="sector",
        balances=(Balance("item", "all sectors", (*_SECTORS.split("|"), _NO_SECTOR), rounding=6),),
    ),
}

_TOTAL = "Total"
_WHOLE = re.compile("[0-9]{1,15}")
_BY_AREA = ", by region, country, or economy"


def _cells(split_by: str, table: IndicatorTable) -> Iterator[Record]:
    """Yield the cells of every area and year of one field or sector, which ``split_by`` names."""
    labels = [label for label in table.header[1:2] if not re.search(r"[0-9]", label)]  # totals or groups of income
    expected = [AREA, *labels, *map(str, table.years)]
    require_columns(table.payload, table.header, expected, row=f"line {table.head}", in_order=True)
    if labels == [_TOTAL] and not table.part:
        _check_sums(table)  # the world's row of a field is off by more than its rounding
    part = table.part or f"all {split_by}s"
    for line, cells in table.rows:
        for column, year in enumerate(table.years, 1 + len(labels)):
            yield cell_record(line, cells, column, int, **{split_by: part}, area=cells[0].strip() or None, year=year)


_by_area = partial(TableLayout, key=("area", "year"))
_of_patents = partial(_by_area, read=partial(_cells, "field"))
_LAYOUTS = {
    "pct_applications": _of_patents(
        "patent_counts",
        rf"Patent Cooperation Treaty applications(?: in ({_FIELDS}))?{_BY_AREA}",
        notes=("publication year", "receiving office"),
    ),
    "us_patent_grants": _of_patents(
        "us_grants__patent_counts",
        rf"USPTO utility patents granted (?:to inventors|in ({_FIELDS}|semiconductors)), by selected region, country, "
        "or economy",
        notes=("Fractional counts of patents",),
    ),
    "patent_families": _of_patents(
        "patent_families",
        rf"International patent families (?:granted(?: in (.+?))?|(unassigned) under the WIPO classification)"
        rf"{_BY_AREA}",
        notes=("year of the first granted patent", "fractionally allocated"),
    ),
    "trademark_registrations": _by_area(
        "trademark_registrations",
        rf"Registered USPTO trademarks(?: in the business sector of ({_SECTORS})| ({_NO_SECTOR}))?{_BY_AREA}",
        read=partial(_cells, "sector"),
        notes=("holder information", "fractionally allocated"),
    ),
}


def _check_sums(table: IndicatorTable) -> None:
    """Compare printed totals with their years; as each number is rounded, a sum of n may be off by half of n + 1."""
    years = len(table.years)
    for line, cells in table.rows:
        parts = [int(text) for text in cells[2:] if _WHOLE.fullmatch(text.strip())]
        if len(parts) < years:
            continue  # a marked cell becomes a reject, and a sum without it says nothing
        if not _WHOLE.fullmatch(cells[1].strip()):
            raise table.payload.error(f"total is {cells[1]!r}; it must be a whole number", row=f"line {line} column 2")
        if abs(int(cells[1]) - sum(parts)) > (years + 1) / 2:
            raise table.payload.error(
                f"total of {cells[0]} is {cells[1]}; its years add up to {sum(parts)}", row=f"line {line}"
            )
