"""JSON from a publisher: one value in UTF-8, and every leniency of Python's own reader refused."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.core.errors import PayloadError
from orchestration.formats.strict_json import strict_json

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
def test_any_json_value_is_read_unchanged(value: Any, escaped: bool) -> None:
    body = json.dumps(value, ensure_ascii=escaped).encode()
    assert strict_json(body, PayloadError) == value
    assert strict_json(b"\xef\xbb\xbf \r\n" + body + b"\n", PayloadError) == value


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        (b"", "not JSON: Expecting value at character 0 of '"),
        (b"<html>", "not JSON: Expecting value at character 0 of '"),
        (b'{"a": 1', "not JSON: Expecting ',' delimiter at character 7 of '{\"a\": 1'"),
        (b'{"a": 1}<html>', "text after the JSON value: '<html>'"),
        (b"{}{}", "text after the JSON value: '{}'"),
        (b'{"a": NaN}', "number NaN is not finite"),
        (b"[-Infinity]", "number -Infinity is not finite"),
        (b"[1e400]", "number '1e400' does not fit 64 bits"),
        (b"[-1e400]", "number '-1e400' does not fit 64 bits"),
        (b"[0." + b"1" * 399 + b"]", "1' does not fit 64 bits"),
        (b"[" + b"9" * 5000 + b"]", "9' has more than 18 digits"),
        (b"[-9223372036854775809]", "'-9223372036854775809' has more than 18 digits"),
        (b"[1000000000000000000]", "whole number '1000000000000000000' has more than 18 digits"),
        (b'{"b": 0, "a": 1, "a": 2}', "key 'a' repeated in an object"),
        (b'[{"b": {"a": 1, "\\u0061": 2}}]', "key 'a' repeated in an object"),
        (b"[" * 100_000, "JSON nested too deeply"),
        (b'{"a":' * 100_000, "JSON nested too deeply"),
        (b'["\\ud800"]', "escaped half of a surrogate pair; characters must be whole"),
        (b'{"\\uDFFF": 1}', "escaped half of a surrogate pair; characters must be whole"),
        ("[1]".encode("utf-16"), "not UTF-8: invalid"),
        ('["é"]'.encode("latin-1"), "not UTF-8: invalid"),
    ],
)
def test_what_is_not_strictly_json_is_refused(body: bytes, rule: str) -> None:
    with pytest.raises(PayloadError) as refusal:
        strict_json(body, PayloadError)
    assert rule in refusal.value.failure
