"""Redaction of secrets in bodies, headers, messages and log lines, in every spelling in which an answer may repeat them.

A secret is found as it is and with any of its characters escaped (JSON, percent, HTML, quoted-printable, also twice), in
UTF-16 and UTF-32, in Base64 and in hexadecimal digits, regardless of case. A gzip body that repeats one is refused.
"""

from __future__ import annotations

import base64
import logging
import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from html.entities import html5
from typing import IO

REDACTED = "<redacted>"
SHORTEST_IN_A_BODY = 8
"""Characters; removing a shorter key from bodies would change figures, so only messages lose it."""
MOST_UNPACKED = 4 * 1024**3
"""Bytes; a gzip body that is longer unpacked is refused where it may repeat a key."""
GZIP = b"\x1f\x8b"

_LONGEST_SPELLING = 64
"""Bytes of one character, escaped twice and in UTF-32."""
_CHUNK = 1 << 18
_GAP = rb"\x00{0,3}"
"""Between the bytes of a spelling lie those of UTF-16 and UTF-32."""
_SOFT_BREAK = rb"(?:=" + _GAP + rb"(?:\r" + _GAP + rb")?\n" + _GAP + rb")?"
"""The end of a line within quoted-printable text."""

_NAMES: dict[str, list[str]] = {}
for _name, _value in html5.items():
    if len(_value) == 1 and _value.isascii() and _name.endswith(";"):
        _NAMES.setdefault(_value, []).append(_name)

_KNOWN: set[str] = set()
_QUERY = re.compile(r"(https?://[^\s'\"?]+)\?[^\s'\"]+")
_LOGGERS = ("httpx", *(f"httpcore.{name}" for name in ("connection", "http11", "http2", "proxy", "socks")))


class UnsearchedError(Exception):
    """A gzip body repeats a key or is too long to be searched; it must not be kept."""


class Secrets:
    """The secret values of one request."""

    def __init__(self, values: Iterable[str]) -> None:
        self.values = tuple(value for value in values if value)
        _KNOWN.update(self.values)
        self._anywhere = _search(self.values)
        self._in_bodies = _search(tuple(value for value in self.values if len(value) >= SHORTEST_IN_A_BODY))

    @property
    def may_be_in_bodies(self) -> bool:
        """Whether bodies are searched."""
        return self._in_bodies is not None

    def clean(self, text: str) -> str:
        """Return the text without the secrets."""
        return self._anywhere.clean(text) if self._anywhere else text

    def stream(self, chunks: Iterable[bytes], on_removal: Callable[[], None]) -> Iterator[bytes]:
        """Yield the chunks without the secrets, also where one lies across two chunks; call ``on_removal`` before each removal.

        No chunk ends within a secret, so that a broken stream leaves no part of one behind.
        """
        return self._in_bodies.stream(chunks, on_removal) if self._in_bodies else iter(chunks)

    def require_clean_gzip(self, body: IO[bytes]) -> None:
        """Search a whole gzip file, packed and unpacked.

        Raises:
            UnsearchedError: it repeats a secret, or is too long when unpacked.
        """

        def refuse() -> None:
            raise UnsearchedError("a gzip body that repeats the key")

        body.seek(0)
        for _ in self.stream(iter(lambda: body.read(_CHUNK), b""), refuse):
            pass
        body.seek(0)
        try:
            for _ in self.stream(_unpacked(body), refuse):
                pass
        except zlib.error:
            pass  # damaged: whoever reads it gets no further either


class _Search:
    """Finds some secrets in any spelling, and removes them."""

    def __init__(self, values: tuple[str, ...]) -> None:
        ordered = sorted(values, key=len, reverse=True)
        packed = [text for value in ordered for text in (*_base64_stems(value), *_hexadecimal_texts(value))]
        packed.sort(key=len, reverse=True)
        self._stems = packed
        self._escaped = re.compile(b"|".join(map(_escaped, ordered)))
        self._removed = re.compile(b"|".join([*map(_escaped, ordered), *map(_around, packed)]))
        self._longest = _LONGEST_SPELLING * max(map(len, values))

    def _holds(self, data: bytes) -> bool:
        joined = data.translate(None, b"\r\n\0")
        return any(stem in joined for stem in self._stems) or self._escaped.search(data) is not None

    def clean(self, text: str) -> str:
        data = text.encode("utf-8", "replace")
        return self._removed.sub(_marked, data).decode("utf-8", "replace") if self._holds(data) else text

    def stream(self, chunks: Iterable[bytes], on_removal: Callable[[], None]) -> Iterator[bytes]:
        rest = b""
        for chunk in chunks:
            data = rest + chunk
            done = 0
            for match in self._removed.finditer(data) if self._holds(data) else ():
                on_removal()
                yield data[done : match.start()] + _marked(match)
                done = match.end()
            safe = max(done, len(data) - self._longest + 1)
            yield data[done:safe]
            rest = data[safe:]
        yield rest


@lru_cache(maxsize=64)
def _search(values: tuple[str, ...]) -> _Search | None:
    return _Search(values) if values else None


def guard_logs() -> None:
    """Keep secrets and queries of addresses out of the logs of the HTTP libraries, at whatever level."""
    for name in _LOGGERS:
        logger = logging.getLogger(name)
        if _without_secrets not in logger.filters:
            logger.addFilter(_without_secrets)


def _without_secrets(record: logging.LogRecord) -> bool:
    text = _QUERY.sub(rf"\1?{REDACTED}", record.getMessage())
    known = _search(tuple(sorted(_KNOWN)))
    record.msg = known.clean(text) if known else text
    record.args = ()
    return True


def _escaped(value: str) -> bytes:
    """Return the regular expression of a value with any of its characters escaped in any way.

    It begins with a set of bytes, over which the search is fast.
    """
    first, *others = (_spellings(character) for character in value)
    begins = b"".join(sorted({re.escape(spelling[:1]) for spelling in first}))
    head = b"|".join(rb"(?<=" + re.escape(item[:1]) + rb")" + _after_first(item) for item in first)
    tail = (_GAP + _SOFT_BREAK + rb"(?:" + b"|".join(map(_gapped, forms)) + rb")" for forms in others)
    return rb"[" + begins + rb"](?:" + head + rb")" + b"".join(tail)


def _spellings(character: str) -> list[bytes]:
    """Return the forms of one character, the longest first, so that none leaves a rest of another."""
    forms: set[str] = set()
    for letter in {character, character.lower(), character.upper()}:
        code = ord(letter)
        for digits in {f"{code:02x}", f"{code:02X}"}:
            forms |= {f"%{digits}", f"%25{digits}", f"%2525{digits}", f"={digits}"}
            forms |= {f"{slashes}{mark}{digits}" for slashes in ("\\", "\\\\", "\\" * 4) for mark in ("u00", "x", "X")}
            forms |= {f"&#{x}{zeros}{digits};" for x in "xX" for zeros in ("", "0", "00")}
        forms |= {f"&#{zeros}{code};" for zeros in ("", "0", "00")} | {f"&{name}" for name in _NAMES.get(letter, ())}
        forms |= {letter} if letter.isalnum() else {letter, f"\\{letter}", f"\\\\{letter}"}
    forms |= {"+"} if character == " " else set()
    forms |= {f"&amp;{form[1:]}" for form in forms if form.startswith("&") and len(form) > 1}
    return [form.encode() for form in sorted(forms, key=lambda form: (-len(form), form))]


def _after_first(spelling: bytes) -> bytes:
    return _GAP + _gapped(spelling[1:]) if len(spelling) > 1 else b""


def _gapped(text: bytes) -> bytes:
    return _GAP.join(re.escape(text[at : at + 1]) for at in range(len(text)))


def _around(text: bytes) -> bytes:
    """Return the regular expression of a packed text with line ends in it and the letters beside it, which have bits of the secret."""
    letter = rb"[A-Za-z0-9+/=_-]"
    inner = rb"[\x00\r\n]{0,8}".join(re.escape(text[at : at + 1]) for at in range(len(text)))
    return rb"(?:" + letter + _GAP + rb"){0,2}" + inner + rb"(?:" + _GAP + letter + rb"){0,3}"


def _hexadecimal_texts(value: str) -> list[bytes]:
    text = value.encode().hex()
    return sorted({text.encode(), text.upper().encode()})


def _base64_stems(value: str) -> list[bytes]:
    """Return what every Base64 text of the value contains, by the position of the value in a group of three bytes."""
    stems = set()
    for before in range(3):
        coded = base64.b64encode(b"\0" * before + value.encode())
        stem = coded[-(-before * 8 // 6) : (before + len(value)) * 8 // 6]
        stems |= {stem, stem.translate(bytes.maketrans(b"+/", b"-_"))}
    return sorted(stem for stem in stems if len(stem) >= SHORTEST_IN_A_BODY)


def _marked(match: re.Match[bytes]) -> bytes:
    """Return the mark that replaces a secret, in the same width of characters."""
    gap = re.match(rb"[^\x00](\x00*)", match[0])
    return (gap[1] if gap else b"").join(bytes([byte]) for byte in REDACTED.encode())


def _unpacked(stream: IO[bytes]) -> Iterator[bytes]:
    """Yield the bytes in a gzip file of one or several members.

    Raises:
        zlib.error: it is damaged.
        UnsearchedError: it is too long to be searched.
    """
    total = 0
    unpacker = zlib.decompressobj(31)
    data = stream.read(_CHUNK)
    while data:
        chunk = unpacker.decompress(data, _CHUNK)
        total += len(chunk)
        if total > MOST_UNPACKED:
            raise UnsearchedError(f"a gzip body of more than {MOST_UNPACKED:,} bytes, which may repeat the key")
        yield chunk
        data = unpacker.unconsumed_tail
        if unpacker.eof:
            data = unpacker.unused_data or stream.read(_CHUNK)
            unpacker = zlib.decompressobj(31)
        data = data or stream.read(_CHUNK)
