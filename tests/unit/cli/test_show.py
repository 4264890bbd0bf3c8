"""Figures and rows in a terminal: notes with their measure, choices, and tables that fit the width."""

from datetime import date, datetime

import click
import pytest

from orchestration.cli.output import print_table
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
    rows[0]["value"] = 2e9
    dollars = Unit("USD", "money", "US dollars", "USD", True)
    later = rows[2] | {"year": 2019}
    print_block([*rows, later], {}, {"USD": dollars}, all_vintages=False)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split() for line in lines if line.startswith(" 2017")] == [["2017", "5.000", "B", "5.000", "!"]]
    assert [line.split() for line in lines if line.startswith(" 2019")] == [["2019", "9.000"]], (
        "the other has no figure"
    )
    words = " ".join(" ".join(lines).split())
    assert "Publishers differ: wto and world_bank (reported) in 1 of 3 years, 2.000 and 1.000 in 2016 Marks:" in words
    assert lines[-1] == "Marks: B break in the series; ! large step, cause not established"


def test_choices_are_names_with_values() -> None:
    question = question_of("m", "USA", ["CHN"], ["source=wto", "base-year=2015"], 2016)
    assert (question.source, question.base_year, question.year, question.clock) == ("wto", 2015, 2016, None)
    for wrong in ("wto", "sorce=wto", "source=", "base_year=soon"):
        with pytest.raises(click.BadParameter, match="NAME=VALUE"):
            question_of("m", "USA", [], [wrong])


@pytest.mark.parametrize(
    ("columns", "rows", "shown", "in_blocks"),
    [
        (["area", "value", "note"], [("USA", 144500000000.0, None)], "144,500,000,000", False),
        (["area", "vintage"], [("USA", datetime(2026, 7, 1))], " 2026-07-01", False),
        (["name"], [("[bold]x[/bold]",)], "[bold]x[/bold]", False),
        (["n", "x"], [(1, float("nan"))], "1", False),
        ([f"a_long_name_{at}" for at in range(9)], [tuple(range(9)), tuple(range(9))], "a_long_name_8  8", True),
        (["name", "n"], [("x" * 100, 1), ("y", 2)], "x" * 100, True),
        (["name", "n"], [("x" * 53, 1)], "x" * 53, False),
        (["name", "n"], [("x" * 54, 1)], f"── row 1 ──\nname  {'x' * 54}\nn     1\n", True),
    ],
)
def test_rows_that_fit_are_a_table_and_others_are_blocks(
    columns: list[str],
    rows: list[tuple[object, ...]],
    shown: str,
    in_blocks: bool,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    print_table(columns, rows, in_blocks=True)
    printed = capsys.readouterr().out
    assert shown in printed
    assert ("── row" in printed) == in_blocks
    assert in_blocks or max(map(len, printed.splitlines())) <= 60
