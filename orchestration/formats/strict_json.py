"""JSON read strictly: numbers are finite and bounded, keys are unique, nesting is shallow, characters are whole."""

import json
import re
from collections.abc import Callable
from typing import Any

from orchestration.core.errors import PayloadError
from orchestration.core.text import excerpt

Refuse = Callable[..., PayloadError]
"""Makes an error from a failure and its row, such as ``payload.error``."""

LONGEST_NUMBER = 400
"""Longest number in characters."""

_WHOLE_DIGITS = 18
"""Most digits of a whole number; more may not fit 64 bits."""

_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


def strict_json(body: bytes, refuse: Refuse, *, fallback: str | None = None) -> Any:
    """Return the JSON value in the bytes, which are UTF-8 with or without a byte order mark.

    Python's own reader accepts NaN, infinite and overflowing numbers, repeated keys and halves of characters, and fails
    in its own ways on deep nesting; here each is refused.

    Args:
        body: the whole document.
        refuse: makes the error from a failure, such as ``payload.error``.
        fallback: another encoding, for a publisher known to send it where the bytes are not UTF-8.

    Raises:
        PayloadError: the bytes are not exactly one JSON value.
    """
    text = _decoded(body, refuse, fallback)
    try:
        content, end = _decoder(refuse).raw_decode(text, len(text) - len(text.lstrip(" \t\r\n")))
    except json.JSONDecodeError as error:
        raise refuse(f"not JSON: {error.msg} at character {error.pos} of {excerpt(text)}") from error
    except RecursionError as error:
        raise refuse("JSON nested too deeply") from error
    rest = text[end:].strip(" \t\r\n")
    if rest:
        raise refuse(f"text after the JSON value: {excerpt(rest)}")
    if _SURROGATE.search(body):
        try:
            json.dumps(content, ensure_ascii=False).encode("utf-8")
        except UnicodeEncodeError as error:
            raise refuse("escaped half of a surrogate pair; characters must be whole") from error
    return content


class NoSuchPlaceError(LookupError):
    """A JSON value has no ``key`` at the pointer ``parent``."""

    def __init__(self, key: str, parent: str) -> None:
        super().__init__(f"no {key!r} at {parent}")
        self.key, self.parent = key, parent


def value_at(content: Any, pointer: str) -> Any:
    """Return the value at a JSON pointer (RFC 6901) of a parsed JSON value; raise NoSuchPlaceError if there is none."""
    place = ""
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(content, list) and key.isdecimal() and int(key) < len(content):
            content = content[int(key)]
        elif isinstance(content, dict) and key in content:
            content = content[key]
        else:
            raise NoSuchPlaceError(key, place or "/")
        place += f"/{part}"
    return content


def _decoded(body: bytes, refuse: Refuse, fallback: str | None) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if fallback:
            return body.decode(fallback)
        raise refuse(f"not UTF-8: {error.reason} at byte {error.start} of {excerpt(body)}") from error


def _decoder(refuse: Refuse) -> json.JSONDecoder:
    def whole(text: str) -> int:
        if len(text.lstrip("-")) > _WHOLE_DIGITS:
            raise refuse(f"whole number {excerpt(text)} has more than {_WHOLE_DIGITS} digits")
        return int(text)

    def real(text: str) -> float:
        number = float(text) if len(text) <= LONGEST_NUMBER else float("inf")
        if number in (float("inf"), float("-inf")):
            raise refuse(f"number {excerpt(text)} does not fit 64 bits")
        return number

    def no_number(text: str) -> float:
        raise refuse(f"number {text} is not finite")

    def keyed(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        result = dict(pairs)
        if len(result) < len(pairs):
            names = [name for name, _ in pairs]
            repeated = next(name for name in names if names.count(name) > 1)
            raise refuse(f"key {excerpt(repeated)} repeated in an object")
        return result

    return json.JSONDecoder(parse_int=whole, parse_float=real, parse_constant=no_number, object_pairs_hook=keyed)
