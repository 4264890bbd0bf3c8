"""Tables of the UI as Markdown, which no cell breaks."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from orchestration.assets.markdown import cell, table


def test_a_table_has_a_head_and_a_line_for_each_row() -> None:
    assert table([{"area": "USA", "value": 1.5}, {"area": "CHN", "value": None}]).splitlines() == [
        "| area | value |",
        "| --- | --- |",
        "| USA | 1.5 |",
        "| CHN |  |",
    ]
    assert table([]) == ""


def test_large_amounts_are_written_out_and_not_as_powers() -> None:
    assert cell(189_145_000_000.0) == "189,145,000,000"
    assert cell(0.1) == "0.1"
    assert cell(2024) == "2024", "a year has no thousands"


@given(st.text(max_size=40))
def test_no_text_ends_its_cell_or_becomes_markup(text: str) -> None:
    shown = cell(text)
    assert not set("|<`[\\\n") & set(shown)
    assert len(table([{"text": text}]).splitlines()) == 3
