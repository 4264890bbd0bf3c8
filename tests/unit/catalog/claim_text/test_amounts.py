"""Amounts in sentences: what is printed is read back, with the tolerance of its digits, and what is no single figure is refused."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.catalog.claim_text.amounts import (
    COUNT,
    DOLLARS,
    MULTIPLE,
    PERCENT,
    Amount,
    amounts_in,
    half_of_last_digit,
)


def only(text: str) -> Amount:
    (amount,) = amounts_in(text)
    return amount


@pytest.mark.parametrize(
    ("text", "value", "unit", "tolerance"),
    [
        ("earned 144 billion dollars in", 144e9, DOLLARS, 0.5e9),
        ("paid $8.5bn in royalties", 8.5e9, DOLLARS, 0.05e9),
        ("paid US$ 8.5 billion", 8.5e9, DOLLARS, 0.05e9),
        ("a $1.2-trillion trade", 1.2e12, DOLLARS, 0.05e12),
        ("440 million U.S. dollars", 440e6, DOLLARS, 5e6),
        ("20 percent of exports", 20.0, PERCENT, 0.5),
        ("37.2 per cent of exports", 37.2, PERCENT, 0.05),
        ("5.1% of GDP", 5.1, PERCENT, 0.05),
        ("one fifth of receipts", 20.0, PERCENT, 1.67),
        ("a third of receipts", 100 / 3, PERCENT, 2.5),
        ("eight billion dollars", 8e9, DOLLARS, 0.5e9),
        ("about 45 billion dollars", 45e9, DOLLARS, 1e9),
        ("receipts were twice the payments", 2.0, MULTIPLE, 0.25),
        ("2.5 times the payments", 2.5, MULTIPLE, 0.05),
        ("1.4 million patent applications", 1.4e6, COUNT, 0.05e6),
        ("69500 patent applications", 69500.0, COUNT, 50.0),
    ],
)
def test_what_is_printed_is_read(text: str, value: float, unit: str, tolerance: float) -> None:
    amount = only(text)
    assert (amount.unit, amount.refused) == (unit, None)
    assert [amount.value, amount.tolerance] == pytest.approx([value, tolerance])


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("between $5 billion and $6 billion", "range"),
        ("5 to 6 billion dollars", "range"),
        ("5-6 billion dollars", "range"),
        ("$5 billion to $6 billion", "range"),
        ("more than 100 billion dollars", "bound"),
        ("just under $30 billion", "bound"),
        ("rose by 5 billion dollars", "change"),
        ("increased 8 percent", "change"),
        ("was 9% higher than before", "change"),
        ("grew (+16.1%)", "sign"),
        ("rose 2 percentage points", "difference of two shares"),
        ("€84 billion", "another currency"),
        ("390 billion yen", "another currency"),
        ("40 percent per capita", "per head"),
    ],
)
def test_what_is_no_single_figure_is_refused_in_words(text: str, why: str) -> None:
    amounts = amounts_in(text)
    assert amounts
    assert all(why in (amount.refused or "") for amount in amounts)


@pytest.mark.parametrize(
    "text", ["in 2024", "the top 10 of 67 countries", "the first half of 2018", "G20 members", "COVID-19", "no. 12"]
)
def test_years_and_bare_numbers_are_no_amounts(text: str) -> None:
    assert amounts_in(text) == []


DIGITS = st.decimals(min_value="0.01", max_value="9999", places=2)
SCALES = st.sampled_from(
    [("thousand", 10**3), ("million", 10**6), ("bn", 10**9), ("billion", 10**9), ("trillion", 10**12)]
)
FORMS = st.sampled_from(
    ["${number} {scale}", "US${number} {scale}", "{number} {scale} dollars", "{number} {scale} US dollars"]
)


@given(number=DIGITS, scale=SCALES, form=FORMS, is_grouped=st.booleans())
def test_an_amount_of_money_is_read_back_whatever_its_form(
    number: Decimal, scale: tuple[str, int], form: str, is_grouped: bool
) -> None:
    word, factor = scale
    amount = only(f"Receipts were {form.format(number=f'{number:,}' if is_grouped else number, scale=word)} in 2020.")
    assert amount.value == pytest.approx(float(number * factor), rel=1e-12)
    assert amount.unit == DOLLARS
    assert (
        float(Decimal("0.005") * factor) * 0.999
        <= amount.tolerance
        <= max(float(number * factor) * 0.5001, 0.01 * factor)
    )


@given(
    number=st.decimals(min_value="0.1", max_value="99.9", places=1),
    sign=st.sampled_from(["%", " percent", " per cent"]),
)
def test_a_share_is_read_back(number: Decimal, sign: str) -> None:
    amount = only(f"The share was {number}{sign} in 2020.")
    assert (amount.value, amount.unit) == (float(number), PERCENT)


@pytest.mark.parametrize(
    ("printed", "half"),
    [
        ("440", "5"),
        ("70,000", "500"),
        ("20", "0.5"),
        ("100", "5"),
        ("5", "0.5"),
        ("5.0", "0.05"),
        ("8,631.3", "0.05"),
        ("1,000,000", "50000"),
    ],
)
def test_half_a_unit_of_the_last_digit(printed: str, half: str) -> None:
    assert half_of_last_digit(printed) == Decimal(half)
