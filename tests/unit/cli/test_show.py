"""Figures over the years in a terminal: notes with their measure, and choices."""

from datetime import date

import click
import pytest

from orchestration.cli.show import area_notes, print_block, question_of
from orchestration.contracts.unit import Unit
from tests.unit.synthetic_project import figure


def test_a_note_on_what_an_area_includes_is_shown_with_its_measure_only() -> None:
    meta = {"area_notes": [{"area": "CHN", "measure": "by_office", "note": "includes Hong Kong"}]}
    office, origin = ({"area": "CHN", "measure": measure} for measure in ("by_office", "by_origin"))
    assert area_notes(meta, [office, origin], {"CHN": "China"}) == ["China: includes Hong Kong (by office)"]
    assert area_notes(meta, [origin], {"CHN": "China"}) == []
    of_all = {"area_notes": [{"area": "CHN", "note": "includes Hong Kong"}]}
    assert area_notes(of_all, [origin], {"CHN": "China"}) == ["China: includes Hong Kong"]


def test_an_unexplained_large_step_and_a_break_are_marked_and_explained(capsys: pytest.CaptureFixture[str]) -> None:
    figures = {2016: (1e9, "A"), 2017: (5e9, "A"), 2018: (9e9, "A")}
    rows = [
        figure(measure="receipts", source=source, vintage=date(2026, 7, 1), year=year, value=value, obs_status=status)
        for source in ("wto", "world_bank")
        for year, (value, status) in figures.items()
    ]
    rows[1]["obs_status"] = "B"
    dollars = Unit("USD", "money", "US dollars", "USD", True)
    later = rows[2] | {"year": 2019}
    print_block([*rows, later], {}, {"USD": dollars}, all_vintages=False)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split() for line in lines if line.startswith(" 2017")] == [["2017", "5.000", "B", "5.000", "!"]]
    assert [line.split() for line in lines if line.startswith(" 2019")] == [["2019", "9.000"]], (
        "the other has no figure"
    )
    assert lines[-1] == "Marks: B break in the series; ! large step, cause not established"


def test_choices_are_names_with_values() -> None:
    question = question_of("m", "USA", ["CHN"], ["source=wto", "base-year=2015"], 2016)
    assert (question.source, question.base_year, question.year, question.clock) == ("wto", 2015, 2016, None)
    for wrong in ("wto", "sorce=wto", "source=", "base_year=soon"):
        with pytest.raises(click.BadParameter, match="NAME=VALUE"):
            question_of("m", "USA", [], [wrong])
