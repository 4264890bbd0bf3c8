"""What the UI shows as Markdown: tables that no cell breaks, and trend pictures that are true and short."""

from __future__ import annotations

import base64
import re
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from orchestration.assets.markdown import HEIGHT, SHOWN_AT_ONCE, WIDTH, cell, sparkline, table, trend

YEARS = st.lists(st.integers(1960, 2030), min_size=2, max_size=71, unique=True)


def picture(text: str) -> ElementTree.Element:
    (encoded,) = re.findall(r"data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)\)", text)
    return ElementTree.fromstring(base64.b64decode(encoded))  # noqa: S314 - written by us a line above


def corners(text: str) -> list[tuple[int, int]]:
    """The corners of the line in pixels, from its steps."""
    drawn = picture(text)[0].get("d")
    assert drawn is not None
    x, y = map(int, re.findall(r"^M(\d+) (\d+)", drawn)[0])
    found = [(x, y)]
    for right, down in re.findall(r"l(-?\d+)([+-]\d+)", drawn):
        x, y = x + int(right), y + int(down)
        found.append((x, y))
    return found


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


@given(YEARS, st.floats(-1e12, 1e12, allow_nan=False))
def test_a_trend_is_short_stays_in_its_frame_and_begins_at_zero(years: list[int], value: float) -> None:
    points = [(year, value * (year % 7)) for year in years]
    text = trend(points, "receipts USA W00 SH, USD, world_bank")
    assert len(text) < SHOWN_AT_ONCE, "the UI hides what is longer"
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in corners(text))
    assert [x for x, _ in corners(text)] == sorted(x for x, _ in corners(text))


def test_a_trend_rises_where_its_figures_rise_and_never_overstates() -> None:
    text = trend([(2021, 100.0), (2020, 50.0), (2022, 101.0)], "receipts")
    assert text.startswith("receipts: 2020 50, 2022 101")
    (_, first), (_, middle), (_, last) = corners(text)
    assert first > middle >= last, "upwards on a screen is towards zero"
    assert abs((HEIGHT - first) * 2 - (HEIGHT - middle)) <= 6, "twice the figure is about twice the height"


def test_one_point_is_no_trend() -> None:
    assert trend([(2024, 1.0)], "receipts") == ""


def test_a_sparkline_has_one_character_a_year_and_begins_at_zero() -> None:
    assert sparkline([(2003, 8.0), (2001, 0.0), (2002, 4.0)]) == "▁▅█", "in the order of years"
    assert sparkline([(2001, 99.0), (2002, 100.0)]) == "██", "a small change does not look large"
    assert sparkline([(2001, -1.0), (2002, 1.0)]) == "▁█"
    assert sparkline([(2001, 0.0), (2002, 0.0)]) == "▁▁"
    assert sparkline([(2001, 1.0)]) == ""
