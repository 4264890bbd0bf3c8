"""JSON from a publisher: one value in UTF-8, and every leniency of Python's own reader refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.core.errors import PayloadError
from orchestration.formats.strict_json import DEEPEST, strict_json

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**17), 10**17)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8")),
    lambda inside: (
        st.lists(inside, max_size=4) | st.dictionaries(st.text(st.characters(codec="utf-8")), inside, max_size=4)
    ),
    max_leaves=20,
)


@given(VALUES, st.booleans())
def test_what_json_can_say_is_read_as_it_was_written(value: Any, escaped: bool) -> None:
    body = json.dumps(value, ensure_ascii=escaped).encode()
    assert strict_json(body, PayloadError) == value
    assert strict_json(b"\xef\xbb\xbf \r\n" + body + b"\n", PayloadError) == value


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        (b"", "an answer is JSON; Expecting value"),
        (b"<html>", "an answer is JSON; Expecting value"),
        (b'{"a": 1', "an answer is JSON"),
        (b'{"a": 1}<html>', "nothing behind it; seen '<html>'"),
        (b"{}{}", "nothing behind it"),
        (b'{"a": NaN}', "a number is finite; seen NaN"),
        (b"[-Infinity]", "a number is finite; seen -Infinity"),
        (b"[1e400]", "fits 64 bits; seen 1e400"),
        (b"[-1e400]", "fits 64 bits; seen -1e400"),
        (b"[0." + b"1" * 500 + b"]", "fits 64 bits"),
        (b"[" + b"9" * 5000 + b"]", "a whole number has at most 18 digits"),
        (b"[-9223372036854775809]", "a whole number has at most 18 digits"),
        (b'{"a": 1, "a": 2}', "each key once; repeated: 'a'"),
        (b'[{"b": {"a": 1, "\\u0061": 2}}]', "each key once; repeated: 'a'"),
        (b"[" * 100_000, "at most 50 levels deep"),
        (b'{"a":' * 100_000, "at most 50 levels deep"),
        (b'["\\ud800"]', "seen half of a pair"),
        (b'{"\\uDFFF": 1}', "seen half of a pair"),
        ("[1]".encode("utf-16"), "an answer is UTF-8"),
        ('["é"]'.encode("latin-1"), "an answer is UTF-8"),
    ],
)
def test_what_is_not_strictly_json_is_refused(body: bytes, rule: str) -> None:
    with pytest.raises(PayloadError) as refusal:
        strict_json(body, PayloadError)
    assert rule in refusal.value.failure


def test_the_deepest_document_is_read_and_one_level_more_is_refused() -> None:
    deepest = b"[" * DEEPEST + b"]" * DEEPEST
    assert strict_json(deepest, PayloadError)
    with pytest.raises(PayloadError, match="levels deep"):
        strict_json(b"[" + deepest + b"]", PayloadError)


def test_a_whole_pair_of_escapes_is_one_character() -> None:
    assert strict_json(b'["\\ud83d\\ude00"]', PayloadError) == ["\U0001f600"]


def test_another_encoding_is_read_only_where_the_publisher_is_known_for_it() -> None:
    assert strict_json('["é"]'.encode("latin-1"), PayloadError, fallback="iso-8859-1") == ["é"]
