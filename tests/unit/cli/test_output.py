"""Rows as text: a table if it fits the terminal, else one block per row, and whole cells in either."""

from __future__ import annotations

from datetime import datetime

import pytest

from orchestration.cli.output import print_table


@pytest.fixture(autouse=True)
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")


@pytest.mark.parametrize(
    ("columns", "rows", "shown"),
    [
        (
            ["area", "value", "vintage", "note"],
            [("USA", 144500000000.0, datetime(2026, 7, 1), None)],
            "144,500,000,000",
        ),
        (["area", "vintage"], [("USA", datetime(2026, 7, 1))], " 2026-07-01"),
        (["name", "n"], [("x" * 40, 1)], "x" * 40),
        (["name"], [("[bold]x[/bold]",)], "[bold]x[/bold]"),
        (["n", "x"], [(1, float("nan"))], "1"),
    ],
)
def test_rows_that_fit_are_a_table(
    columns: list[str], rows: list[tuple[object, ...]], shown: str, capsys: pytest.CaptureFixture[str]
) -> None:
    print_table(columns, rows, in_blocks=True)
    printed = capsys.readouterr().out
    assert shown in printed
    assert "── row" not in printed
    assert max(map(len, printed.splitlines())) <= 60


@pytest.mark.parametrize(
    ("columns", "rows", "shown"),
    [
        ([f"a_long_name_{at}" for at in range(9)], [tuple(range(9)), tuple(range(9))], "a_long_name_8  8"),
        (["name", "n"], [("x" * 100, 1), ("y", 2)], "x" * 100),
    ],
)
def test_rows_that_do_not_fit_are_blocks(
    columns: list[str], rows: list[tuple[object, ...]], shown: str, capsys: pytest.CaptureFixture[str]
) -> None:
    print_table(columns, rows, in_blocks=True)
    printed = capsys.readouterr().out
    assert shown in printed
    assert "── row 2" in printed
