"""Figures over the years in a terminal: growth only between fit figures, and notes with their measure."""

from __future__ import annotations

from datetime import date
from typing import Any

import click
import pytest

from orchestration.cli.question import question_of
from orchestration.cli.show_command import Series, area_notes, growth_words
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
        ([(2010, 7982.0, "E"), (2012, 34726.0, "E")], DOLLARS, ""),
        ([(2010, 121e6, "A"), (2012, 100e6, "E")], DOLLARS, "\N{MINUS SIGN}9.1 % a year from 2010 to 2012"),
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


def test_revisions_of_two_years_are_not_compared() -> None:
    rates = series((2016, -2.4, "A"), (2024, -8.8, "A"))
    revised = {year: {**row, "metric_id": "revisions"} for year, row in rates.figures.items()}
    assert growth_words(Series("world_bank", "derived", "", revised), PERCENT) == ""


def test_a_note_on_what_an_area_includes_is_shown_with_its_measure_only() -> None:
    meta = {"area_notes": [{"area": "CHN", "measure": "by_office", "note": "includes Hong Kong"}]}
    office, origin = ({"area": "CHN", "measure": measure} for measure in ("by_office", "by_origin"))
    assert area_notes(meta, [office, origin], {"CHN": "China"}) == ["China: includes Hong Kong (by office)"]
    assert area_notes(meta, [origin], {"CHN": "China"}) == []
    of_all = {"area_notes": [{"area": "CHN", "note": "includes Hong Kong"}]}
    assert area_notes(of_all, [origin], {"CHN": "China"}) == ["China: includes Hong Kong"]


def test_choices_are_names_with_values() -> None:
    question = question_of("m", "USA", ["CHN"], ["source=wto", "base-year=2015"], 2016)
    assert (question.source, question.base_year, question.year, question.clock) == ("wto", 2015, 2016, None)
    for wrong in ("wto", "sorce=wto", "source=", "base_year=soon"):
        with pytest.raises(click.BadParameter, match="NAME=VALUE"):
            question_of("m", "USA", [], [wrong])
