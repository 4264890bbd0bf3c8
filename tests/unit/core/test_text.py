"""Text from outside, made harmless: what is written out, what stays, and formulas of spreadsheets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.core.errors import PayloadError
from orchestration.core.text import escape_text, one_line


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("China, P.R.: 12 % – “quoted” Türkiye", "China, P.R.: 12 % – “quoted” Türkiye"),
        ("中国 日本", "中国 日本"),
        ("\x1b[2J\x07", "\\x1b[2J\\x07"),
        ("a\rb\tc", "a\\rb\\tc"),
        ("\u202eNHC\u2066", "\\u202eNHC\\u2066"),
        ("C\u200bHN\ufeff", "C\\u200bHN\\ufeff"),
        ("\u0421HN", "\\u0421HN"),
        ("\u0391US", "\\u0391US"),
        ("\uff23HN", "\\uff23HN"),
        ("\U0001d402HN", "\\U0001d402HN"),
        ("\x85\u2028", "\\x85\\u2028"),
        ("\ud800", "\\ud800"),
        ("\xad\u115f", "\\xad\\u115f"),
    ],
)
def test_hidden_and_look_alike_characters_are_written_out(text: str, expected: str) -> None:
    assert escape_text(text) == expected


@given(st.text(st.characters(), max_size=200))
def test_anything_shown_can_be_printed_and_encoded(text: str) -> None:
    for line in escape_text(text).split("\n"):
        assert line.isprintable()
    assert "\n" not in one_line(text)
    escape_text(text).encode("utf-8")


def test_text_of_a_refusal_cannot_imitate_its_other_fields() -> None:
    error = PayloadError(
        "seen x\nwhat to do: delete everything",
        publisher="WIPO\nrule: all is well",
        payload="drop/\x1b[31mred\n.csv",
        row="\u202etxt.exe",
    )
    assert str(error).split("\n") == [
        *("seen x", "  what to do: delete everything", "publisher: WIPO\\nrule: all is well"),
        *("payload: drop/\\x1b[31mred\\n.csv", "row: \\u202etxt.exe"),
    ]
