"""Redaction of secrets in bodies, headers, messages and log lines.

A secret is replaced where any of its characters is escaped (JSON, percent, HTML, quoted-printable, also twice), regardless
of case. A body that repeats one in Base64, hexadecimal digits, UTF-16 or UTF-32 is refused, and so is a gzip body (``download.py``).
"""

from __future__ import annotations

import base64
import logging
import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from html.entities import html5

REDACTED = "<redacted>"
SHORTEST_IN_A_BODY = 8
"""Characters; removing a shorter key from bodies would change figures, so only messages lose it."""

_LONGEST_SPELLING = 64
"""Bytes of one character, escaped twice or in UTF-32."""
_LOGGERS = ("httpx", *(f"httpcore.{name}" for name in ("connection", "http11", "http2", "proxy", "socks")))


class RepeatedSecretError(Exception):
    """A body repeats a key in a packed form; it must not be kept."""


class Secrets:
    """The secret values of one request."""

    def __init__(self, values: Iterable[str]) -> None:
        known = sorted({value for value in values if value}, key=lambda value: (-len(value), value))
        self._anywhere = _search(tuple(known))
        self._in_bodies = _search(tuple(value for value in known if len(value) >= SHORTEST_IN_A_BODY))

    @property
    def may_be_in_bodies(self) -> bool:
        """Whether bodies are searched."""
        return self._in_bodies is not None

    def clean(self, text: str) -> str:
        """Return the text without the secrets; a text that has one packed is replaced whole."""
        return self._anywhere.clean(text) if self._anywhere else text

    def stream(self, chunks: Iterable[bytes], on_removal: Callable[[], None]) -> Iterator[bytes]:
        """Yield the chunks without the secrets, also where one lies across two chunks; call ``on_removal`` before each removal.

        No chunk ends within a secret, so that a broken stream leaves no part of one behind.

        Raises:
            RepeatedSecretError: the chunks have a secret in a packed form.
        """
        return self._in_bodies.stream(chunks, on_removal) if self._in_bodies else iter(chunks)


class _Search:
    """Finds secrets in any spelling."""

    def __init__(self, values: tuple[str, ...]) -> None:
        self._escaped = re.compile(b"|".join(map(_escaped, values)))
        self._packed = [text for value in values for text in _packed(value)]
        self._longest = _LONGEST_SPELLING * max(map(len, values))

    def clean(self, text: str) -> str:
        data = text.encode("utf-8", "replace")
        return REDACTED if self._has_packed(data) else self._escaped.sub(REDACTED.encode(), data).decode()

    def stream(self, chunks: Iterable[bytes], on_removal: Callable[[], None]) -> Iterator[bytes]:
        rest = b""
        for chunk in chunks:
            data = rest + chunk
            if self._has_packed(data):
                raise RepeatedSecretError("a body that repeats the key, packed")
            done = 0
            for match in self._escaped.finditer(data):
                on_removal()
                yield data[done : match.start()] + REDACTED.encode()
                done = match.end()
            safe = max(done, len(data) - self._longest + 1)
            yield data[done:safe]
            rest = data[safe:]
        yield rest

    def _has_packed(self, data: bytes) -> bool:
        joined = data.translate(None, b"\r\n\0")  # lines of Base64; the zeros of UTF-16 and UTF-32
        if any(text in joined for text in self._packed):
            return True
        return b"\0" in data and self._escaped.search(data) is None and self._escaped.search(joined) is not None


@lru_cache(maxsize=64)
def _search(values: tuple[str, ...]) -> _Search | None:
    return _Search(values) if values else None


def _escaped(value: str) -> bytes:
    """Return the regular expression of a value with any of its characters escaped in any way.

    Its first bytes are in both cases, so that ``re`` searches for a set of bytes; the rest ignores case.
    """
    first, *others = map(_spellings, value)
    tail = rb"(?:=\r?\n)?".join([b"", *(b"(?:" + b"|".join(spellings) + b")" for spellings in others)])
    return b"(?:" + b"|".join(first) + b")(?i:" + tail + b")"


def _spellings(character: str) -> list[bytes]:
    """Return the regular expressions of one character: plain, then escaped."""
    plain = [re.escape(letter) for letter in sorted({character, character.lower(), character.upper()})]
    codes = "|".join(sorted({f"{ord(letter):02x}" for letter in (character.lower(), character.upper())}))
    decimals = "|".join(sorted({str(ord(letter)) for letter in (character.lower(), character.upper())}))
    names = "".join(
        f"|{name}" for name, text in html5.items() if text == character and name.isascii() and name[-1] == ";"
    )
    entity = rf"&(?:amp;)?(?:#0*(?:{decimals});|#[xX]0*(?i:{codes});{names})"
    escaped = [rf"(?:%(?:25)*|=)(?i:{codes})", rf"\\+(?:u00|[xX])(?i:{codes})", entity]
    marks = [] if character.isalnum() else [rf"\\+{re.escape(character)}", *(["\\+"] if character == " " else [])]
    return [spelling.encode() for spelling in (*plain, *escaped, *marks)]


def _packed(value: str) -> set[bytes]:
    """Return what every Base64 text of the value contains, by its place in a group of three bytes, and its hexadecimal digits."""
    plain = value.encode()
    texts = {plain.hex().encode(), plain.hex().upper().encode()}
    for before in range(3):
        coded = base64.b64encode(b"\0" * before + plain)[-(-before * 8 // 6) : (before + len(plain)) * 8 // 6]
        texts |= {coded, coded.translate(bytes.maketrans(b"+/", b"-_"))}
    return {text for text in texts if len(text) >= SHORTEST_IN_A_BODY}


def silence_loggers() -> None:
    """Turn the logs of the HTTP libraries off, which write addresses and headers with their secrets."""
    for name in _LOGGERS:
        logging.getLogger(name).disabled = True
