"""NCSES: research and development that companies in the United States perform abroad, from saved tables."""

import re
from collections.abc import Iterator
from functools import partial

from orchestration.contracts.observation import Observations
from orchestration.contracts.payload import Payload
from orchestration.contracts.raw_table import Parsed, Record, columns, require_columns
from orchestration.contracts.source import Card, Resource
from orchestration.formats.indicator_tables import NCSES, IndicatorTable, TableLayout, dropped_tables, unpivot

CARD = Card(
    id="ncses_foreign_rd",
    homepage="https://ncses.nsf.gov/surveys/business-enterprise-research-development",
    citation=(
        "National Center for Science and Engineering Statistics and Census Bureau, Business Enterprise Research and "
        "Development Survey, 2018 to 2022, foreign R&D by location; InfoBrief NSF 22-328, tables 1 and 3"
    ),
    cadence="once a year, about two years after the survey year; host countries in occasional InfoBriefs",
    cycle_months=24,
    change_signal="sha256 of the saved table",
    **NCSES,
)

RESOURCES = (
    Resource(
        "by_location",
        "research and development performed abroad by world region and industry, one survey year a table",
        {
            "title": "Foreign R&D paid for by the company and others and performed by the company",
            "tables": "the table of foreign R&D by type of R&D, selected industry, and location",
        },
        vintage_basis=None,
    ),
    Resource(
        "by_host",
        "research and development performed in ten host countries, two survey years a table",
        {"title": "Foreign R&D performed and employment", "tables": "table 1 of InfoBrief NSF 22-328"},
        vintage_basis=None,
    ),
    Resource(
        "by_industry_and_host",
        "research and development performed in ten host countries by industry, one survey year a table",
        {"title": "Foreign R&D reported by U.S.-located", "tables": "table 3 of InfoBrief NSF 22-328"},
        vintage_basis=None,
    ),
)


fetch = partial(dropped_tables, CARD, RESOURCES)


def parse(payload: Payload) -> Iterator[Parsed]:
    """Unpivot one table: a row per location, industry, type of R&D and year, in millions of US dollars, with its mark.

    Employment is not read.
    """
    yield unpivot(payload, _LAYOUTS, TABLES)


TABLES = {"foreign_rd": columns("location string, naics string, type string, year int32, value float64?, mark string?")}
OBSERVATIONS = {
    "foreign_rd": Observations(
        measure="resource || ' ' || type",
        area="'USA'",
        counterpart="location",
        item="naics",
        restates=False,  # each survey year has a table of its own
    )
}

_ALL_INDUSTRIES = "21–23, 31–33, 42–81"
_TOTAL = "Total foreign R&D performance"
_TYPES = [_TOTAL, "Research (basic and applied)", "Development"]
_MARKS = re.compile(r"|i|\*|\* i|D|[0-9,]+ - [0-9,]+(?: i)?")


def _by_location(table: IndicatorTable) -> Iterator[Record]:
    """Yield the cells of each location, whose name is in a line of its own above its industries."""
    expected = ["Industry and location", "NAICS code", *(cell for name in _TYPES for cell in (name, ""))]
    require_columns(table.payload, table.header, expected, row=f"line {table.head}", in_order=True)
    for number, cells in table.rows:
        location = next((name for line, name in reversed(table.labels.items()) if line < number), "")
        for column, name in zip(range(2, 8, 2), _TYPES, strict=True):
            yield _record(table, number, cells, column, location, cells[1], name, table.first_year)


def _by_industry_and_host(table: IndicatorTable) -> Iterator[Record]:
    """Yield the cells of each host country, each with its mark in the next column."""
    hosts = table.header[2::2]
    expected = [*table.header[:1], "NAICS code", *(cell for name in hosts for cell in (name, ""))]
    require_columns(table.payload, table.header, expected, row=f"line {table.head}", in_order=True)
    for number, cells in table.rows:
        for column, host in enumerate(hosts, 1):
            yield _record(table, number, cells, 2 * column, host, cells[1], _TOTAL, table.first_year)


def _by_host(table: IndicatorTable) -> Iterator[Record]:
    """Yield the amounts of each host country in each year."""
    for year in table.years:
        if (name := f"{year} foreign R&D") not in table.header:
            raise table.payload.error(f"no column {name!r}", row=f"line {table.head}")
        column = table.header.index(name)
        for number, cells in table.rows:
            yield _record(table, number, [*cells[: column + 1], ""], column, cells[0], _ALL_INDUSTRIES, _TOTAL, year)


_of_survey = partial(
    TableLayout,
    "foreign_rd",
    key=("location", "naics", "type", "year"),
    unit="(Millions of U.S. dollars)",
    corner=("Industry",),
    is_survey=True,
)
_LAYOUTS = {
    "by_location": _of_survey(
        "Foreign R&D paid for by the company and others and performed by the company, by type of R&D.* location",
        _by_location,
        corner=("Industry and location",),
        notes=(r"performed or funded \$50,000 or more of R&D",),
    ),
    "by_host": _of_survey(
        "Foreign R&D performed and employment reported by U.S.-located businesses, by selected host country",
        _by_host,
        unit="(Millions of U.S. dollars and thousands of employees)",
        corner=("Country",),
    ),
    "by_industry_and_host": _of_survey(
        "Foreign R&D reported by U.S.-located businesses, by selected industry and host country", _by_industry_and_host
    ),
}


def _record(
    table: IndicatorTable, number: int, cells: list[str], column: int, location: str, naics: str, kind: str, year: int
) -> Record:
    """Return the record of a cell; a text in place of a number becomes part of the mark in the next one."""
    text, pointer = cells[column].strip(), f"line {number} column {column + 1}"
    is_number = re.fullmatch(r"[0-9]{1,3}(,[0-9]{3})*", text) is not None
    mark = " ".join(part for part in ("" if is_number else text, cells[column + 1].strip()) if part)
    if not _MARKS.fullmatch(mark) or not (is_number or mark):
        raise table.payload.error(f"{text!r} with the mark {cells[column + 1]!r} in a cell", row=pointer)
    value = float(text.replace(",", "")) if is_number else None
    record = {"location": location, "naics": naics, "type": kind, "year": year, "value": value, "mark": mark or None}
    return pointer, record
