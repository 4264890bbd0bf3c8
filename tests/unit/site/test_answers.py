"""Rows of a query arranged for a reader: missing is not zero, suppressed is shown, units never share an axis."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

from orchestration.contracts.unit import units_of_project
from orchestration.core.errors import ReleaseError
from orchestration.site.answers import ChartFigures, Row, answers_of
from orchestration.site.batch import ask_each
from orchestration.site.chapter import Part

VINTAGE = date(2026, 7, 1)
UNITS = units_of_project(Path(__file__).parents[3] / "dbt_project")


def row(series: str, year: int, value: float | None, status: str = "A", unit: str = "USD", source: str = "bea") -> Row:
    return Row(series, year, value, unit, status, source, VINTAGE)


def answered(*rows: Row) -> ChartFigures:
    return ChartFigures(rows, UNITS[rows[0].unit])


def asked(connection: duckdb.DuckDBPyConnection, sql: str) -> list[ChartFigures]:
    figure = Part("lines", "title", sql)
    return answers_of(figure, next(ask_each(connection, figure.sql, [()])), UNITS)


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(":memory:") as opened:
        yield opened


def test_a_suppressed_figure_states_it_and_an_absent_one_is_not_there() -> None:
    answer = answered(row("a", 2020, 1e9), row("a", 2021, None, "Q"), row("b", 2020, None, "N"))
    assert answer.cells[2021, "a"].shown == "suppressed"
    assert answer.cells[2021, "a"].exact is None
    assert answer.cells[2020, "b"].shown == "near zero"
    assert (2021, "b") not in answer.cells


def test_a_large_step_is_marked_in_money_alone() -> None:
    marks = [answered(row("a", 2020, 2e9, unit=unit), row("a", 2021, 9e9, unit=unit)).marks for unit in ("USD", "PS")]
    assert marks == [{"!": "large step, cause not established"}, {}]


def test_a_provisional_year_that_ended_after_its_vintage_is_part_of_a_year() -> None:
    answer = answered(row("a", 2024, 1.0, "P"), row("a", 2025, 1.0, "P"), row("a", 2026, 1.0, "P"))
    assert [answer.cells[year, "a"].word for year in (2024, 2025)] == ["provisional", "provisional"]
    assert answer.cells[2026, "a"].word == "part of the year, as of 2026-07-01"
    assert answer.marks == {"P": "part of the year, as of 2026-07-01 or provisional"}


def test_figures_in_two_units_are_two_pictures(connection: duckdb.DuckDBPyConnection) -> None:
    sql = """
    select 's' as series, 2020 as year, 1.0::double as value, unit, 'A' as obs_status, 'bea' as source, date '2026-07-01' as vintage, 'k' as key
    from (values ('USD'), ('PT')) as units(unit) order by unit desc
    """
    answers = asked(connection, sql)
    assert [answer.unit.code for answer in answers] == ["USD", "PT"]


def test_ratios_of_different_size_are_two_pictures(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    sql = """
    select series, year, value::double as value, '{}' as unit, 'A' as obs_status, 'bea' as source, date '2026-07-01' as vintage, 'k' as key
    from (values ('small', 2020, 0.3), ('large', 2020, 36.0), ('small', 2021, 0.5), ('even', 2020, 5.0)) as f(series, year, value)
    order by series desc, year
    """
    apart = asked(connection, sql.format("PN"))
    assert [answer.series for answer in apart] == [("small", "even"), ("large",)]
    assert len(asked(connection, sql.format("USD"))) == 1


@pytest.mark.parametrize(
    ("sql", "rule"),
    [
        ("select 1 as year order by year", "returned columns year; a figure has series, year"),
        (
            "select 's' as series, 2020 as year, 1.0 as value, 'USD' as unit, 'A' as obs_status, 'bea' as source, "
            "date '2026-07-01' as vintage, 'k' as key from range(2) order by year",
            "2 figures of 's' in 2020; a series has one figure a year",
        ),
    ],
)
def test_a_query_without_figure_columns_is_refused(connection: duckdb.DuckDBPyConnection, sql: str, rule: str) -> None:
    with pytest.raises(ReleaseError, match=rule):
        asked(connection, sql)
