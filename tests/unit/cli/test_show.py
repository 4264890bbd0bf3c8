"""Figures over the years in a terminal: notes with their measure, and choices."""

from __future__ import annotations

import click
import pytest

from orchestration.cli.question import question_of
from orchestration.cli.show_command import area_notes


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
