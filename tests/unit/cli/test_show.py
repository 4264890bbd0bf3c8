"""Figures over the years in a terminal: growth only between fit figures, and charts in which missing is not zero."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from orchestration.cli.show_command import Series, area_notes, growth_words
from orchestration.cli.terminal_chart import column_chart
from orchestration.contracts.unit import Unit

DOLLARS = Unit("USD", "money", "US dollars", "USD", True)
PERCENT = Unit("PT", "share", "percent", "%", False)


def series(*figures: tuple[int, float | None, str]) -> Series:
    rows: dict[int, dict[str, Any]] = {
        year: {"value": value, "obs_status": status, "vintage": date(2026, 7, 1)} for year, value, status in figures
    }
    return Series("wto", "reported", "", rows)


@pytest.mark.parametrize(
    ("figures", "unit", "words"),
    [
        ([(2010, 100.0, "A"), (2012, 121.0, "A")], DOLLARS, "+10.0 % a year from 2010 to 2012"),
        ([(2010, 121.0, "A"), (2012, 100.0, "E")], DOLLARS, "\N{MINUS SIGN}9.1 % a year from 2010 to 2012"),
        ([(2010, 100.0, "A"), (2011, 110.0, "A"), (2012, 9.0, "P")], DOLLARS, "+10.0 % a year from 2010 to 2011"),
        ([(2009, 1.0, "U"), (2010, 100.0, "A"), (2011, 110.0, "A")], DOLLARS, "+10.0 % a year from 2010 to 2011"),
        ([(2010, 12.5, "A"), (2012, 14.0, "A")], PERCENT, "+1.5 percentage points from 2010 to 2012"),
        ([(2010, 100.0, "A"), (2011, 100.0, "B"), (2012, 121.0, "A")], DOLLARS, ""),
        ([(2010, 0.0, "A"), (2012, 121.0, "A")], DOLLARS, ""),
        ([(2010, None, "Q"), (2012, 121.0, "A")], DOLLARS, ""),
    ],
)
def test_growth_is_between_fit_figures_only(
    figures: list[tuple[int, float | None, str]], unit: Unit, words: str
) -> None:
    assert growth_words(series(*figures), unit) == words


def test_rates_of_growth_from_one_base_year_are_not_compared() -> None:
    rates = series((2011, 2.0, "A"), (2020, 9.0, "A"))
    based = {year: {**row, "base_year": 2010} for year, row in rates.figures.items()}
    assert growth_words(Series("wto", "derived", "", based), PERCENT) == ""


def test_a_note_on_what_an_area_includes_is_shown_with_its_measure_only() -> None:
    meta = {"area_notes": [{"area": "CHN", "measure": "by_office", "note": "includes Hong Kong"}]}
    office, origin = ({"area": "CHN", "measure": measure} for measure in ("by_office", "by_origin"))
    assert area_notes(meta, [office, origin], {"CHN": "China"}) == ["China: includes Hong Kong (by office)"]
    assert area_notes(meta, [origin], {"CHN": "China"}) == []
    of_all = {"area_notes": [{"area": "CHN", "note": "includes Hong Kong"}]}
    assert area_notes(of_all, [origin], {"CHN": "China"}) == ["China: includes Hong Kong"]


def chart(values: dict[int, float], years: range, width: int = 80) -> list[str]:
    return column_chart(
        values, years, (min(values.values()), max(values.values())), lambda one: f"{one:g}", width=width
    )


def test_a_chart_shows_a_missing_year_otherwise_than_a_zero() -> None:
    lines = chart({2000: 8.0, 2001: 0.0, 2003: 4.0}, range(2000, 2004))
    assert lines[-2] == "0 │███ ▁▁▁ ··· ███"
    assert lines[0] == "8 │███"


def test_a_chart_of_negative_values_begins_at_the_lowest() -> None:
    lines = chart({2000: -10.0, 2001: 10.0}, range(2000, 2002))
    assert lines[0].startswith(" 10 │")
    assert lines[-2] == "-10 │▁▁▁ ███"


@pytest.mark.parametrize("count", [1, 2, 30, 70, 200])
def test_a_chart_fits_its_width_and_keeps_the_newest_years(count: int) -> None:
    years = range(2025 - count, 2025)
    lines = chart({year: float(year) for year in years}, years)
    assert max(map(len, lines)) <= 80
    assert "2024" in lines[-1]
