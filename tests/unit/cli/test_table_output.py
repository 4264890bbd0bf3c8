"""Frames as text: a table if it fits, else one block per row, and whole cells in a pipe."""

from __future__ import annotations

import io
import os

import pandas as pd
import pytest
from rich.cells import cell_len
from rich.text import Text

from orchestration.cli.table_output import ROWS_SHOWN, print_frame


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.setattr("shutil.get_terminal_size", lambda: os.terminal_size((60, 20)))
    return Terminal()


FRAME = pd.DataFrame(
    {"area": ["USA"], "value": [144500000000.0], "vintage": [pd.Timestamp("2026-07-01")], "note": [None]}
)


def test_a_frame_that_fits_is_a_table(narrow: Terminal) -> None:
    print_frame(FRAME, narrow)
    assert "144,500,000,000" in narrow.getvalue()
    assert "2026-07-01" in narrow.getvalue()
    assert max(map(cell_len, Text.from_ansi(narrow.getvalue()).plain.splitlines())) <= 60


def test_a_frame_that_does_not_fit_is_one_block_for_each_row(narrow: Terminal) -> None:
    wide = pd.DataFrame({f"a_long_name_{number}": [number, -number] for number in range(9)})
    print_frame(wide, narrow)
    assert "a_long_name_8  8" in narrow.getvalue()
    assert "── row 2" in narrow.getvalue()


def test_a_pipe_folds_nothing() -> None:
    wide = pd.DataFrame({f"a_long_name_{number}": ["x" * 40] for number in range(9)})
    stream = io.StringIO()
    print_frame(wide, stream)
    assert stream.getvalue().count("x" * 40) == 9


def test_a_table_in_a_pipe_has_at_most_80_columns_and_whole_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    for length, is_table in ((60, True), (100, False)):
        stream = io.StringIO()
        print_frame(pd.DataFrame({"name": ["x" * length], "n": [1]}), stream)
        assert "x" * length in stream.getvalue()
        assert ("── row 1" not in stream.getvalue()) == is_table


def test_a_long_frame_shows_how_many_rows_are_left_out(narrow: Terminal) -> None:
    print_frame(pd.DataFrame({"n": range(ROWS_SHOWN + 5)}), narrow)
    assert "5 more of 205 rows" in narrow.getvalue()


def test_markup_in_a_figure_is_text(narrow: Terminal) -> None:
    print_frame(pd.DataFrame({"name": ["[bold]x[/bold]"]}), narrow)
    assert "[bold]x[/bold]" in narrow.getvalue()
