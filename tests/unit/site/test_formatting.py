"""Figures as readers see them."""

import math
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.contracts.unit import Unit, units_of_project
from orchestration.site.formatting import plain, readable, scale_of

UNITS = {
    **units_of_project(Path(__file__).parents[3] / "dbt_project"),
    "NEW_UNIT": Unit("NEW_UNIT", "count", "new units", "nu", is_scaled=True),
}


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (1_234_567_890.0, "USD", "1.23 billion US dollars"),
        (169_500_000_000.0, "USD", "169.5 billion US dollars"),
        (545_000_000.0, "USD", "545.0 million US dollars"),
        (2_500_000_000_000.0, "USD", "2.50 trillion US dollars"),
        (-14_900_000_000.0, "USD", "\N{MINUS SIGN}14.9 billion US dollars"),
        (12.0, "USD", "12 US dollars"),
        (0.0, "USD", "0 US dollars"),
        (2928.0, "PATN", "2,928 patent documents"),
        (14.299, "PT", "14.3 percent"),
        (145.3, "PT", "145 percent"),
        (0.0312, "PN", "0.0312"),
        (0.00312, "PN", "0.0031"),
        (0.00003, "PT", "less than 0.0001 percent"),
        (-0.00003, "PT", "above minus 0.0001 percent"),
        (1_000_000.0, "USD", "1.00 million US dollars"),
        (1_400_000_000.0, "PS", "1.40 billion persons"),
        (3.0, "NEW_UNIT", "3 new units"),
        (4_200_000.0, "NEW_UNIT", "4.20 million new units"),
        (0.5, "PATN", "0.5 patent documents"),
    ],
)
def test_a_figure_alone_is_short_and_keeps_its_unit_and_sign(value: float, unit: str, shown: str) -> None:
    assert readable(value, UNITS[unit]) == shown


@given(st.floats(min_value=1, max_value=1e14), st.sampled_from(["USD", "PT", "PN", "PS"]))
def test_three_digits_are_within_half_a_percent(value: float, unit: str) -> None:
    if UNITS[unit].dimension == "count":
        value = round(value)  # there is no part of a person
    scale = scale_of(UNITS[unit], [value])
    shown = float(scale.number(value, scale.digits([value])).replace(",", "")) * scale.divisor
    assert math.isclose(shown, value, rel_tol=0.0051)


def test_one_picture_has_one_scale() -> None:
    scale = scale_of(UNITS["USD"], [8.5e9, 5.4e7, -1.0])
    assert scale.label == "billion US dollars"
    assert scale.digits([5.4e7, 1.2e11, 8.5e9]) == 1, "of the largest"
    assert [scale.number(value, 2) for value in (8.5e9, 5.4e7)] == ["8.50", "0.05"]


def test_a_cell_shows_no_zero_for_a_small_figure() -> None:
    ratio = scale_of(UNITS["PN"], [1.38])
    assert [ratio.cell(value, 2) for value in (0.0025, -0.0025, 0.0, 0.02)] == [
        "<0.01",
        ">\N{MINUS SIGN}0.01",
        "0.00",
        "0.02",
    ]
    assert scale_of(UNITS["USD"], [2e9]).cell(4e6, 2) == "<0.01", "of the scaled figure"
    assert scale_of(UNITS["PN"], [1.38]).number(-0.0025, 2) == "0.00", "a zero has no sign"


@pytest.mark.parametrize(("largest", "digits"), [(0.0, 0), (9.5, 1), (10.0, 0)])
def test_counts_have_a_decimal_where_fractional_counts_are_small(largest: float, digits: int) -> None:
    assert scale_of(UNITS["PATN"], [largest]).digits([largest]) == digits


def test_a_cell_shows_no_single_dollars_of_an_estimate() -> None:
    dollars = scale_of(UNITS["USD"], [77.0])
    assert [dollars.cell(77.0, 0, status) for status in "EA"] == ["<1 million", "77"]
    assert dollars.cell(1e6, 0, "E") == "1,000,000"
    assert [dollars.cell(value, 0, "E") for value in (0.0, -77.0)] == ["<1 million", ">\N{MINUS SIGN}1 million"]
    assert scale_of(UNITS["USD"], [2e9]).cell(77.0, 2, "E") == "<0.01"


def test_listings_show_missing_values_as_blank_not_as_zero() -> None:
    assert [plain(value) for value in (None, math.nan, 0.0, 0.5, 1.0, 999.5, 1e3, date(2026, 7, 1), True, False)] == [
        "",
        "",
        "0",
        "0.5000",
        "1.00",
        "999.50",
        "1,000",
        "2026-07-01",
        "yes",
        "no",
    ]
