"""Rows as text: a table if it fits the terminal, else one block per row, and whole cells in either."""

from datetime import datetime

import pytest

from orchestration.cli.output import print_table


@pytest.fixture(autouse=True)
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")


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
    columns: list[str], rows: list[tuple[object, ...]], shown: str, in_blocks: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    print_table(columns, rows, in_blocks=True)
    printed = capsys.readouterr().out
    assert shown in printed
    assert ("── row" in printed) == in_blocks
    assert in_blocks or max(map(len, printed.splitlines())) <= 60
