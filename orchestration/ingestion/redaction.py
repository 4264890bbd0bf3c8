"""Redaction of secrets in bodies, headers, messages and log lines.

A secret is removed where it is written plainly, in small or capital letters. A body that repeats one escaped (percent,
JSON, HTML, quoted-printable, also twice), in Base64, hexadecimal digits, UTF-16 or UTF-32 is refused, and so is a gzip
body (``download.py``).
"""

import base64
import binascii
import logging
import re
from collections.abc import Callable, Iterable, Iterator

REDACTED = "<redacted>"
SHORTEST_IN_A_BODY = 8
"""Characters; removing a shorter key from bodies would change figures, so only messages lose it."""

_LONGEST_SPELLING = 64
"""Bytes of one character, escaped twice or in UTF-32."""
_LOGGERS = ("httpx", *(f"httpcore.{name}" for name in ("connection", "http11", "http2", "proxy", "socks")))
_ESCAPE = re.compile(
    rb"[%&\\](?:(?:(?<=%)(?:25)*|(?<=\\)\\*(?:u00|[xX])|(?<=&)(?:amp;)?#[xX]0*)([0-9a-fA-F]{2});?"
    rb"|(?<=&)(?:amp;)?#0*([0-9]{2,3});?|(?<=&)(?:amp;)?((?i:amp|lt|gt|quot));|(?<=\\)\\*)"
)
_ENTITIES = {b"amp": b"&", b"lt": b"<", b"gt": b">", b"quot": b'"'}


class RepeatedSecretError(Exception):
    """A body repeats a key in another spelling than its own; it must not be kept."""


class Secrets:
    """The secret values of one request."""

    def __init__(self, values: Iterable[str]) -> None:
        known = sorted({value for value in values if value}, key=lambda value: (-len(value), value))
        self._anywhere = _Search(known)
        self._in_bodies = _Search([value for value in known if len(value) >= SHORTEST_IN_A_BODY])

    @property
    def may_be_in_bodies(self) -> bool:
        """Return whether bodies are searched."""
        return bool(self._in_bodies.values)

    def clean(self, text: str) -> str:
        """Return the text without the secrets; a text that has one in another spelling is replaced whole."""
        data = text.encode("utf-8", "replace")
        if not self._anywhere.values:
            return text
        return (
            REDACTED if self._anywhere.is_hidden(data) else self._anywhere.plain.sub(REDACTED.encode(), data).decode()
        )

    def stream(self, chunks: Iterable[bytes], on_removal: Callable[[], None]) -> Iterator[bytes]:
        """Yield the chunks without the secrets, also those across two chunks; call ``on_removal`` before each removal.

        No chunk ends within a secret, so that a broken stream leaves no part of one behind.

        Raises:
            RepeatedSecretError: the chunks have a secret in another spelling.
        """
        return self._in_bodies.stream(chunks, on_removal) if self.may_be_in_bodies else iter(chunks)


class _Search:
    """Finds values as they are, and in other spellings."""

    def __init__(self, values: list[str]) -> None:
        """Prepare the search for ``values``, the longest first."""
        self.values = [value.encode() for value in values]
        self.plain = re.compile(b"|".join(map(re.escape, self.values)), re.IGNORECASE)
        self._decoded = [reading for value in self.values for reading in (value, _decoded(value))]
        self._packed = [text for value in self.values for text in _packed(value)]

    def is_hidden(self, data: bytes) -> bool:
        """Return whether the data contain a value in an encoded form."""
        rest = self.plain.sub(REDACTED.encode(), data) if _has(data, self.values) else data
        joined = rest.translate(None, b"\r\n\0")  # lines of Base64; the zeros of UTF-16 and UTF-32
        readings = map(_decoded, (rest, binascii.a2b_qp(rest)))
        return any(text in joined for text in self._packed) or any(_has(text, self._decoded) for text in readings)

    def stream(self, chunks: Iterable[bytes], on_removal: Callable[[], None]) -> Iterator[bytes]:
        longest, rest = _LONGEST_SPELLING * len(self.values[0]), b""
        for chunk in chunks:
            data = rest + chunk
            if self.is_hidden(data):
                raise RepeatedSecretError("a body that repeats the key, escaped or packed")
            done = 0
            for match in self.plain.finditer(data) if _has(data, self.values) else ():
                on_removal()
                yield data[done : match.start()] + REDACTED.encode()
                done = match.end()
            safe = max(done, len(data) - longest)
            yield data[done:safe]
            rest = data[safe:]
        yield rest


def _has(data: bytes, values: Iterable[bytes]) -> bool:
    """Return whether the data contain one of the values, ignoring case; much faster than a regular expression."""
    lowered = data.lower()
    return any(value.lower() in lowered for value in values)


def _decoded(data: bytes) -> bytes:
    """Return the data without escapes, line ends and zeros."""
    return _ESCAPE.sub(_character, data).translate(None, b"\r\n\0")


def _character(match: re.Match[bytes]) -> bytes:
    code = int(match[1], 16) if match[1] else int(match[2] or 0) & 0xFF
    return bytes([code]) if code else _ENTITIES.get((match[3] or b"").lower(), b"")


def _packed(plain: bytes) -> set[bytes]:
    """Return what Base64 texts of the value contain, by its offset in a group of three bytes, and its digits in hex."""
    texts = {plain.hex().encode(), plain.hex().upper().encode()}
    for before in range(3):
        coded = base64.b64encode(b"\0" * before + plain)[-(-before * 8 // 6) : (before + len(plain)) * 8 // 6]
        texts |= {coded, coded.translate(bytes.maketrans(b"+/", b"-_"))}
    return {text for text in texts if len(text) >= SHORTEST_IN_A_BODY}


def silence_loggers() -> None:
    """Turn the logs of the HTTP libraries off, which write addresses and headers with their secrets."""
    for name in _LOGGERS:
        logging.getLogger(name).disabled = True
