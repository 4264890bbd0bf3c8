"""NCSES: research doctorates of the United States by citizenship of the recipients, and who stays, from saved tables."""

import re
from collections.abc import Iterator

from orchestration.contracts.observation import Observations
from orchestration.contracts.payload import Answer, Payload
from orchestration.contracts.raw_table import Parsed, Record, columns, tabulate
from orchestration.contracts.source import Card, Feed, Resource
from orchestration.formats.delimited import number_or_text
from orchestration.formats.indicator_tables import IndicatorTable, dropped_tables, indicator_table

CARD = Card(
    id="ncses_doctorates",
    publisher="National Center for Science and Engineering Statistics (NCSES), U.S. National Science Foundation",
    homepage="https://ncses.nsf.gov/surveys/earned-doctorates",
    licence="work of the US federal government, not under copyright in the United States; citation requested",
    citation=(
        "National Center for Science and Engineering Statistics, Survey of Earned Doctorates, Doctorate Recipients from "
        "U.S. Universities: 2023, NSF 24-336, tables 2-8 and 7-7; National Science Board, Science and Engineering Labor "
        "Force, NSB-2019-8, table S3-23"
    ),
    cadence="once a year in autumn, for the academic year that ended in June of the year before",
    timezone="America/New_York",
    change_signal="sha256 of the saved table",
    limits="no API; a person saves the table, whose sheet is saved again as CSV (UTF-8)",
    release_months=(9, 10),
    by_hand=True,
)

RESOURCES = (
    Resource(
        "doctorates_by_field",
        "doctorates of temporary visa holders from ten economies by broad field",
        {"title": "Top 10 countries or economies of origin of temporary visa holders", "tables": "table 7-7"},
    ),
    Resource(
        "intention_to_stay",
        "doctorates of temporary visa holders by citizenship, and the share that intends to stay",
        {"title": "Intention to stay in the U.S. after doctorate receipt", "tables": "table 2-8"},
    ),
    Resource(
        "five_year_stay",
        "share of temporary visa holders with doctorates in science and engineering who were there five years later",
        {
            "title": "Five-year stay rates of foreign students",
            "tables": "table S3-23 of Science and Engineering Labor Force",
        },
        vintage_basis=None,
    ),
)


def fetch(resource: Resource, feed: Feed) -> Iterator[Answer]:
    """Yield the saved tables of ``resource``, of any edition, recognised by their titles."""
    yield from dropped_tables(CARD, RESOURCES, resource, feed)


def parse(payload: Payload) -> Iterator[Parsed]:
    """Unpivot one table: a row per citizenship, measure, field and year, in persons or percent.

    Columns of several years together are not read. An ``Other`` row is named after the region above it.
    """
    title, unit, corner, words, read = _LAYOUTS[payload.origin.resource]
    table = indicator_table(payload, title, unit, words, corner=corner, is_survey=True)
    key = ("area", "measure", "field", "year")
    yield tabulate(payload, "doctorates", TABLES["doctorates"], table.vintage, read(table), key=key)


TABLES = {"doctorates": columns("area string, measure string, field string, year int32, value float64?")}
OBSERVATIONS = {
    "doctorates": Observations(
        measure="resource || ' ' || measure",
        area="area",
        counterpart="'USA'",
        item="field",
        year="year",
        value="value",
        ratios=frozenset({"intention_to_stay staying", "five_year_stay staying five years"}),
    ),
}

_ALL, _SCIENCE = "All fields", "Science and engineering"
_FIELDS = (_SCIENCE, "Non-science and engineering")
_REGIONS = ("Africa", "Americas", "Asia", "Australia-Oceania", "Europe", "Middle East")


def _by_field(table: IndicatorTable) -> Iterator[Record]:
    """Yield the cells of each economy and of the two fields below it."""
    area = ""
    for number, cells in table.rows:
        label = cells[0].strip()
        area = area if label in _FIELDS else label
        for column, year in _years(table, r"([0-9]{4})", table.last_year - table.first_year + 1):
            yield _record(number, cells, column, area, "doctorates", label if label in _FIELDS else _ALL, year)


def _intentions(table: IndicatorTable) -> Iterator[Record]:
    """Yield the number of doctorates and the share that intends to stay, of each year."""
    region, count = "", table.last_year - table.first_year + 1
    for number, cells in table.rows:
        label = cells[0].strip()
        region = label if label in _REGIONS else region
        area = f"{region}: Other" if label == "Other" else label
        for measure, heading in (("doctorates", "number"), ("staying", r"staying \(%\)")):
            for column, year in _years(table, f"([0-9]{{4}}) {heading}", count):
                yield _record(number, cells, column, area, measure, _ALL, year)


def _five_years(table: IndicatorTable) -> Iterator[Record]:
    """Yield the stay rates of every second year."""
    for number, cells in table.rows:
        for column, year in _years(table, r"([0-9]{4})", len(table.header) - 1):
            yield _record(number, cells, column, cells[0].strip(), "staying five years", _SCIENCE, year)


_LAYOUTS = {
    "doctorates_by_field": (
        "Top 10 countries or economies of origin of temporary visa holders earning U.S. research doctorates, by country or "
        "economy of citizenship and field of doctorate",
        "(Number)",
        "Country or economy and field",
        ("Survey of Earned Doctorates",),
        _by_field,
    ),
    "intention_to_stay": (
        "Intention to stay in the U.S. after doctorate receipt among research doctorate recipients with temporary visas, by "
        "region and country or economy of citizenship",
        "(Number and percent)",
        "Region and country or economy of citizenship",
        ("Percentages are based on the number of doctorate recipients on temporary visas",),
        _intentions,
    ),
    "five_year_stay": (
        "Five-year stay rates of foreign students on temporary visas receiving S&E doctorates, by region, country, or "
        "economy of citizenship at time of degree",
        "(Percent)",
        "Region, country, or economy of citizenship",
        ("average from three cohorts",),
        _five_years,
    ),
}
"""Title, unit, first cell of the header, notes and reader of each resource."""


def _years(table: IndicatorTable, heading: str, count: int) -> list[tuple[int, int]]:
    """Return the columns whose heads match, each with its year; the first and the last are those of the title."""
    matches = [(column, re.fullmatch(heading, cell)) for column, cell in enumerate(table.header)]
    years = [(column, int(match[1])) for column, match in matches if match]
    if len(years) != count or [years[0][1], years[-1][1]] != [table.first_year, table.last_year]:
        failure = f"columns {heading!r} are {years}; they must be {count}, from {table.first_year} to {table.last_year}"
        raise table.payload.error(failure, row=f"line {table.head}")
    return years


def _record(number: int, cells: list[str], column: int, area: str, measure: str, field: str, year: int) -> Record:
    value = number_or_text(cells[column], float)
    record = {"area": area, "measure": measure, "field": field, "year": year, "value": value}
    return f"line {number} column {column + 1}", record
