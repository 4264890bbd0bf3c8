"""NCSES: research doctorates of the United States by citizenship, and who stays, from saved tables."""

import re
from collections.abc import Iterator
from functools import partial

from orchestration.contracts.observation import Observations
from orchestration.contracts.payload import Payload
from orchestration.contracts.raw_table import Parsed, Record, columns
from orchestration.contracts.source import Card, Resource
from orchestration.formats.indicator_tables import (
    NCSES,
    IndicatorTable,
    TableLayout,
    cell_record,
    dropped_tables,
    unpivot,
)

CARD = Card(
    id="ncses_doctorates",
    homepage="https://ncses.nsf.gov/surveys/earned-doctorates",
    citation=(
        "National Center for Science and Engineering Statistics, Survey of Earned Doctorates, Doctorate Recipients "
        "from U.S. Universities: 2023, NSF 24-336, tables 2-8 and 7-7; National Science Board, Science and Engineering "
        "Labor Force, NSB-2019-8, table S3-23"
    ),
    cadence="once a year in autumn, for the academic year that ended in June of the year before",
    change_signal="sha256 of the saved table",
    release_months=(9, 10),
    **NCSES,
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


fetch = partial(dropped_tables, CARD, RESOURCES)


def parse(payload: Payload) -> Iterator[Parsed]:
    """Unpivot one table: a row per citizenship, measure, field and year, in persons or percent.

    Columns of several years together are not read. An ``Other`` row is named after the region above it.
    """
    yield unpivot(payload, _LAYOUTS, TABLES)


TABLES = {"doctorates": columns("area string, measure string, field string, year int32, value float64?")}
OBSERVATIONS = {
    "doctorates": Observations(
        measure="resource || ' ' || measure",
        area="area",
        counterpart="'USA'",
        item="field",
        ratios=frozenset({"intention_to_stay staying", "five_year_stay staying five years"}),
    )
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
        for column, year in _years(table, r"([0-9]{4})", len(table.years)):
            field = label if label in _FIELDS else _ALL
            yield cell_record(number, cells, column, float, area=area, measure="doctorates", field=field, year=year)


def _intentions(table: IndicatorTable) -> Iterator[Record]:
    """Yield the number of doctorates and the share that intends to stay, of each year."""
    region, count = "", len(table.years)
    for number, cells in table.rows:
        label = cells[0].strip()
        region = label if label in _REGIONS else region
        area = f"{region}: Other" if label == "Other" else label
        for measure, heading in (("doctorates", "number"), ("staying", r"staying \(%\)")):
            for column, year in _years(table, f"([0-9]{{4}}) {heading}", count):
                yield cell_record(number, cells, column, float, area=area, measure=measure, field=_ALL, year=year)


def _five_years(table: IndicatorTable) -> Iterator[Record]:
    """Yield the stay rates of every second year."""
    for number, cells in table.rows:
        for column, year in _years(table, r"([0-9]{4})", len(table.header) - 1):
            shared = {"area": cells[0].strip(), "measure": "staying five years", "field": _SCIENCE}
            yield cell_record(number, cells, column, float, **shared, year=year)


_of_survey = partial(TableLayout, "doctorates", key=("area", "measure", "field", "year"), is_survey=True)
_LAYOUTS = {
    "doctorates_by_field": _of_survey(
        "Top 10 countries or economies of origin of temporary visa holders earning U.S. research doctorates, by "
        "country or economy of citizenship and field of doctorate",
        _by_field,
        corner=("Country or economy and field",),
        notes=("Survey of Earned Doctorates",),
    ),
    "intention_to_stay": _of_survey(
        "Intention to stay in the U.S. after doctorate receipt among research doctorate recipients with temporary "
        "visas, by region and country or economy of citizenship",
        _intentions,
        unit="(Number and percent)",
        corner=("Region and country or economy of citizenship",),
        notes=("Percentages are based on the number of doctorate recipients on temporary visas",),
    ),
    "five_year_stay": _of_survey(
        "Five-year stay rates of foreign students on temporary visas receiving S&E doctorates, by region, country, or "
        "economy of citizenship at time of degree",
        _five_years,
        unit="(Percent)",
        corner=("Region, country, or economy of citizenship",),
        notes=("average from three cohorts",),
    ),
}


def _years(table: IndicatorTable, heading: str, count: int) -> list[tuple[int, int]]:
    """Return the columns whose heads match, each with its year; the first and the last are those of the title."""
    matches = [(column, re.fullmatch(heading, cell)) for column, cell in enumerate(table.header)]
    years = [(column, int(match[1])) for column, match in matches if match]
    if len(years) != count or [years[0][1], years[-1][1]] != [table.first_year, table.last_year]:
        failure = f"columns {heading!r} are {years}; they must be {count}, from {table.first_year} to {table.last_year}"
        raise table.payload.error(failure, row=f"line {table.head}")
    return years
