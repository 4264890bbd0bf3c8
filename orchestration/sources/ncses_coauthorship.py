"""NCSES: co-authored publications and citations by pair of economies, from saved tables of Indicators."""

import re
from collections.abc import Iterator
from functools import partial

from orchestration.contracts.observation import Observations
from orchestration.contracts.payload import Payload
from orchestration.contracts.raw_table import Parsed, Record, columns
from orchestration.contracts.source import Card, Resource
from orchestration.core.text import excerpt
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
    id="ncses_coauthorship",
    homepage="https://ncses.nsf.gov/indicators",
    citation=(
        "National Science Board, National Science Foundation. Publications Output: U.S. Trends and International "
        "Comparisons. Science and Engineering Indicators: 2020, NSB-2020-6, table S5a-33; 2022, NSB-2021-4, tables "
        "SPBS-36, SPBS-40; 2024, NSB-2023-33, tables SPBS-33, SPBS-35, SPBS-37, SPBS-39, SPBS-92"
    ),
    cadence="with each edition of Science and Engineering Indicators, about every two years",
    cycle_months=24,
    change_signal="sha256 of the saved table; the month in which Scopus was accessed, in its source note",
    **NCSES,
)

RESOURCES = (
    Resource(
        "co_publications",
        "internationally co-authored publications by pair of economies, two years an edition",
        {
            "title": "Internationally coauthored S&E publications, by selected region, country, or economy pairs",
            "tables": "table SPBS-35 of Publications Output",
        },
    ),
    Resource(
        "ai_publications",
        "internationally co-authored articles on artificial intelligence by pair of economies, all years together",
        {
            "title": "Internationally coauthored AI articles, by selected region, country, or economy",
            "tables": "table SPBS-92 of Publications Output",
        },
    ),
    Resource(
        "us_coauthors",
        "share of an economy's international articles that have a co-author in the United States",
        {
            "title": "International articles from 15 largest producing regions, countries, or economies with U.S. "
            "coauthor",
            "tables": "table SPBS-37 of Publications Output",
        },
    ),
    Resource(
        "publications",
        "all publications of an economy in each year, by kind of co-authorship",
        {
            "title": "S&E articles in all fields combined, by coauthorship attribute and selected region, country, or "
            "economy",
            "tables": "table SPBS-33 of Publications Output",
        },
    ),
    Resource(
        "citation_index",
        "how much each economy cites each other one in relation to its publications, one year an edition",
        {"title": "Relative citation index", "tables": "table SPBS-39 of Publications Output"},
    ),
)


fetch = partial(dropped_tables, CARD, RESOURCES)


def parse(payload: Payload) -> Iterator[Parsed]:
    """Read each pair once, and each economy's total with any other economy; or shares with the United States.

    A table of counts is a square: a cell and its mirror cell must agree, and the row of the world repeats the column of
    totals.
    """
    yield unpivot(payload, _LAYOUTS, TABLES)


TABLES = {
    "co_publications": columns(
        "database string, counted string, area string, counterpart string, year int32, value float64?"
    ),
    "publications": columns("database string, area string, co_authorship string, year int32, value float64?"),
    "citation_index": columns("database string, citing string, cited string, year int32, value float64?"),
}
_TOTAL = "Total international"
OBSERVATIONS = {
    "co_publications": Observations(
        measure="counted || ' ' || database",
        area="area",
        counterpart=f"case when counterpart = '{_TOTAL}' then 'World' else counterpart end",
        restates=False,  # a newer state of the database restates nothing of the edition before
    ),
    "publications": Observations(
        measure="'publications ' || database", area="area", item="co_authorship", restates=False
    ),
    "citation_index": Observations(
        measure="resource || ' ' || database",
        area="citing",
        counterpart="cited",
        ratios=frozenset({"citation_index April 2023", "citation_index May 2021"}),
        restates=False,
    ),
}

_WORLD = "World"
_PARTNER = "United States"


def _counts(table: IndicatorTable) -> Iterator[Record]:
    """Yield the cells above the diagonal, and the totals of the tables that have them."""
    payload, header, rows = table.payload, table.header, table.rows
    has_totals = payload.origin.resource == "co_publications"
    labels, none = ([AREA, "Year", _TOTAL], "na") if has_totals else ([AREA], "0")
    first, covered = len(labels), [str(table.first_year), str(table.last_year)][not has_totals :]
    if header[:first] != labels:
        raise payload.error(f"the header line begins with {header[:first]}; it must begin with {labels}")
    economies = header[first:]
    lines = {(cells[0], cells[1] if has_totals else covered[0]): (number, cells) for number, cells in rows}
    expected = {(area, year) for area in (*economies, *[_WORLD][:has_totals]) for year in covered}
    if len(lines) != len(rows) or set(lines) != expected:
        raise payload.error(
            f"rows and columns differ in {excerpt(sorted(set(lines) ^ expected))}, or repeat; "
            "each economy must have a row a year and a column"
        )
    for year in covered:
        if has_totals:
            yield _record(table, *lines[_WORLD, year], 2, _WORLD, _TOTAL, year)
        for place, area in enumerate(economies, first):
            number, cells = lines[area, year]
            _require_equal(payload, f"line {number} column {place + 1}", cells[place], none, "the diagonal")
            if has_totals:
                total = lines[_WORLD, year][1][place]
                _require_equal(payload, f"line {number} column 3", cells[2], total, "the row of the world")
                yield _record(table, number, cells, 2, area, _TOTAL, year)
            for column, counterpart in enumerate(header[place + 1 :], place + 1):
                mirror = lines[counterpart, year][1][place]
                _require_equal(payload, f"line {number} column {column + 1}", cells[column], mirror, "the mirror cell")
                yield _record(table, number, cells, column, area, counterpart, year)


def _shares(table: IndicatorTable) -> Iterator[Record]:
    """Yield a row for each economy and column of a year."""
    (_, *years), span = table.header, [str(table.first_year), str(table.last_year)]
    if [years[0], years[-1]] != span or not all(re.fullmatch("[0-9]{4}", year) for year in years):
        raise table.payload.error(f"the columns are {years}; they must be years from {' to '.join(span)}")
    for number, cells in table.rows:
        for column, year in enumerate(years, 1):
            yield _record(table, number, cells, column, cells[0], _PARTNER, year)


def _citations(table: IndicatorTable) -> Iterator[Record]:
    """Yield the indices of a square table, whose rows cite its columns."""
    cited = table.header[1:]
    if sorted(cells[0] for _, cells in table.rows) != sorted(cited):
        raise table.payload.error("rows and columns differ; each economy must have a row and a column")
    shared = {"database": table.accessed, "year": table.first_year}
    for number, cells in table.rows:
        for column, label in enumerate(cited, 1):
            yield cell_record(number, cells, column, float, **shared, citing=cells[0], cited=label)


def _publications(table: IndicatorTable) -> Iterator[Record]:
    """Yield publications of each economy, whose name is in a line of its own above the kinds of co-authorship."""
    years = table.header[1:]
    if years != [str(year) for year in table.years]:
        raise table.payload.error(f"the columns are {excerpt(years)}; they must be every year of the title")
    above = {number: [name for line, name in table.labels.items() if line < number][-1:] for number, _ in table.rows}
    pairs = [(*above[number], cells[0].strip()) for number, cells in table.rows]
    if pairs != [(area, kind) for area in dict.fromkeys(name for name, *_ in pairs) for kind in _CO_AUTHORSHIP]:
        raise table.payload.error(f"each economy must be a line of its own above {', '.join(_CO_AUTHORSHIP)}")
    for number, cells in table.rows:
        area, kind = above[number][0].strip(), cells[0].strip()
        for column, year in enumerate(table.years, 1):
            labels = {"database": table.accessed, "area": area, "co_authorship": kind, "year": year}
            yield cell_record(number, cells, column, float, **labels)


_CO_AUTHORSHIP = (
    "Total articles",
    "With multiple institutions",
    "With domestic institutions only",
    "With international institutions",
)
_OF_WHOLE_COUNTS = ("year of publication", "whole[- ]count basis")
_TITLES = {item.key: re.escape(item.ask["title"]) for item in RESOURCES}
_LAYOUTS = {
    "co_publications": TableLayout("co_publications", _TITLES["co_publications"], _counts, notes=_OF_WHOLE_COUNTS),
    "ai_publications": TableLayout(
        "co_publications", _TITLES["ai_publications"], _counts, notes=("year of publication", "classified as AI")
    ),
    "us_coauthors": TableLayout(
        "co_publications", _TITLES["us_coauthors"], _shares, unit="(Percent)", notes=_OF_WHOLE_COUNTS
    ),
    "publications": TableLayout(
        "publications",
        _TITLES["publications"],
        _publications,
        key=("area", "co_authorship", "year"),
        notes=tuple(reversed(_OF_WHOLE_COUNTS)),
    ),
    "citation_index": TableLayout(
        "citation_index",
        "Relative citation index, by selected (?:region, country, or economy|country or economy) pair",
        _citations,
        key=("citing", "cited"),
        unit="(Index)",
        notes=("fractional count basis", "year of publication"),
        corner=("Citing region, country, or economy", "Citing country or economy"),
    ),
}


def _record(
    table: IndicatorTable, number: int, cells: list[str], column: int, area: str, counterpart: str, year: str
) -> Record:
    shared = {"database": table.accessed, "counted": table.payload.origin.resource}
    return cell_record(number, cells, column, float, **shared, area=area, counterpart=counterpart, year=int(year))


def _require_equal(payload: Payload, pointer: str, text: str, expected: str, place: str) -> None:
    if text.strip() != expected.strip():
        raise payload.error(f"{text!r} in a cell; {place} has {expected!r}, and the two must agree", row=pointer)
