"""Redaction of secrets in bodies, headers, messages and log lines, in every spelling in which an answer may repeat them.

A secret is looked for as it is, in UTF-16 and UTF-32, with any of its characters escaped (JSON, percent, HTML, quoted-printable, also
twice), in Base64 and in hexadecimal digits, without regard to case, and inside a body that is gzip and does not say so.
"""

from __future__ import annotations

import base64
import logging
import re
import shutil
import tempfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from html.entities import html5
from typing import IO

REDACTED = "<redacted>"
SHORTEST_IN_A_BODY = 8
"""Characters; a shorter key is taken out of messages, but looking for it in figures would change figures."""
MOST_UNPACKED = 4 * 1024**3
"""Bytes; a gzip body that is longer unpacked is refused where it may hold a key."""
GZIP = b"\x1f\x8b"

_LONGEST_SPELLING = 64
"""Bytes of one character, escaped twice and in UTF-32."""
_CHUNK = 1 << 18
_NAMES: dict[str, list[str]] = {}
for _name, _value in html5.items():
    if len(_value) == 1 and _value.isascii() and _name.endswith(";"):
        _NAMES.setdefault(_value, []).append(_name)

_KNOWN: set[str] = set()
_QUERY = re.compile(r"(https?://[^\s'\"?]+)\?[^\s'\"]+")
_LOGGERS = ("httpx", *(f"httpcore.{name}" for name in ("connection", "http11", "http2", "proxy", "socks")))


class UnsearchedError(Exception):
    """A body that may hold a key is too long to be looked through; it must not be kept."""


class Secrets:
    """The secret values of one request, in every spelling in which an answer may repeat them."""

    def __init__(self, values: Iterable[str]) -> None:
        self.values = tuple(value for value in values if value)
        _KNOWN.update(self.values)
        self._anywhere = _spellings(self.values)
        self._in_bodies = _spellings(tuple(value for value in self.values if len(value) >= SHORTEST_IN_A_BODY))

    @property
    def may_be_in_bodies(self) -> bool:
        """Whether bodies are looked through."""
        return self._in_bodies is not None

    def clean(self, text: str) -> str:
        """The text without the secrets."""
        return self._anywhere.clean(text) if self._anywhere else text

    def stream(self, chunks: Iterable[bytes], found: Callable[[], None]) -> Iterator[bytes]:
        """The chunks without the secrets, also where one lies across two chunks; ``found`` is called before the first is removed.

        What is passed on never ends within a secret, so that a broken stream leaves no part of one behind.
        """
        return self._in_bodies.stream(chunks, found) if self._in_bodies else iter(chunks)

    def clean_packed(self, body: IO[bytes], found: Callable[[], None]) -> None:
        """Take the secrets out of a file that is gzip, in place; without one in it its bytes stay as they are.

        Raises:
            UnsearchedError: the file is too long when unpacked.
        """
        if not self._in_bodies:
            return
        seen: list[bool] = []
        body.seek(0)
        try:
            for _ in self.stream(_unpacked(body), lambda: seen.append(True)):
                pass
        except zlib.error:  # damaged, or something is behind the end: what is there is looked through as it is
            body.seek(0)
            _replace(body, self.stream(iter(lambda: body.read(_CHUNK), b""), found))
            return
        if seen:
            found()
            body.seek(0)
            _replace(body, _packed(self.stream(_unpacked(body), lambda: None)))


class _Spellings:
    """A search for some secrets, which is quick where there is none, and their removal."""

    def __init__(self, values: tuple[str, ...]) -> None:
        ordered = sorted(values, key=len, reverse=True)
        packed = [text for value in ordered for text in (*_base64_stems(value), *_hexadecimal_texts(value))]
        self._plain = [wide for value in ordered for wide in _widths(value.lower().encode())]
        self._packed = [wide for text in packed for wide in _widths(text)]
        self._escaped = re.compile(_escaped({one for value in values for each in value for one in _cases(each)}))
        self._spelled = re.compile(b"|".join(map(_spelled, ordered)))
        self._removed = re.compile(
            b"|".join([*map(_spelled, ordered), *(_around(text) for text in sorted(packed, key=len, reverse=True))])
        )
        self._longest = _LONGEST_SPELLING * max(map(len, values))

    def holds(self, data: bytes) -> bool:
        """Whether a secret is somewhere in the bytes, in any spelling."""
        lower = data.lower()
        if any(text in lower for text in self._plain):
            return True
        joined = data.replace(b"\r", b"").replace(b"\n", b"")
        if any(text in joined for text in self._packed):
            return True
        done = 0
        for match in self._escaped.finditer(data):  # a spelling that is neither plain nor packed has one of these
            if match.start() >= done:
                done = match.end() + self._longest
                if self._spelled.search(data, max(0, match.start() - self._longest), done):
                    return True
        return False

    def clean(self, text: str) -> str:
        """The text without the secrets."""
        data = text.encode("utf-8", "replace")
        return self._removed.sub(_marked, data).decode("utf-8", "replace") if self.holds(data) else text

    def stream(self, chunks: Iterable[bytes], found: Callable[[], None]) -> Iterator[bytes]:
        """See ``Secrets.stream``."""
        held = b""
        for chunk in chunks:
            data = held + chunk
            done = 0
            for match in self._removed.finditer(data) if self.holds(data) else ():
                found()
                yield data[done : match.start()] + _marked(match)
                done = match.end()
            safe = max(done, len(data) - self._longest + 1)
            yield data[done:safe]
            held = data[safe:]
        yield held


@lru_cache(maxsize=64)
def _spellings(values: tuple[str, ...]) -> _Spellings | None:
    return _Spellings(values) if values else None


def guard_logs() -> None:
    """Let the HTTP libraries log no secret and no query of an address, at whatever level they are asked to log."""
    for name in _LOGGERS:
        logger = logging.getLogger(name)
        if _without_secrets not in logger.filters:
            logger.addFilter(_without_secrets)


def _without_secrets(record: logging.LogRecord) -> bool:
    text = _QUERY.sub(rf"\1?{REDACTED}", record.getMessage())
    known = _spellings(tuple(sorted(_KNOWN)))
    record.msg = known.clean(text) if known else text
    record.args = ()
    return True


_GAP = rb"\x00{0,3}"
"""Between the bytes of a spelling there may be those of UTF-16 and UTF-32."""


def _spelled(value: str) -> bytes:
    """The regular expression of a value with any of its characters escaped in any way.

    It begins with a set of bytes, so that the search passes quickly over all others.
    """
    first, *others = (_forms(character) for character in value)
    begins = b"".join(sorted({begin for begin, _ in first}))
    head = b"|".join(rb"(?<=" + begin + rb")" + rest for begin, rest in first)
    tail = b"".join(_GAP + _SOFT_BREAK + rb"(?:" + b"|".join(b + r for b, r in forms) + rb")" for forms in others)
    return rb"[" + begins + rb"](?:" + head + rb")" + tail


def _escaped(characters: set[str]) -> bytes:
    """The regular expression of what may be an escape of any of some characters; it begins with a set of bytes, as ``_spelled``."""
    two = rb"[0-9A-Fa-f]" + _GAP + rb"[0-9A-Fa-f]"
    entities = [rb"#", *(_gapped(name.encode()) for one in sorted(characters) for name in _NAMES.get(one, ()))]
    signs = b"".join(re.escape(one.encode()) for one in sorted(characters) if not one.isalnum())
    rests = {
        rb"%": two,
        rb"=": rb"(?:[\r\n]|" + two + rb")",
        rb"&": rb"(?:" + _gapped(b"amp;") + _GAP + rb"){0,3}(?:" + b"|".join(entities) + rb")",
        rb"\\": rb"[\\uUxX" + signs + rb"]",
    }
    heads = [rb"(?<=" + begin + rb")" + _GAP + rest for begin, rest in rests.items()]
    heads += [rb"(?<=\+)"] if " " in characters else []
    plus = rb"+" if " " in characters else b""
    return rb"[%=&\\" + plus + rb"](?:" + b"|".join(heads) + rb")"


def _widths(text: bytes) -> list[bytes]:
    """A text in characters of one, two and four bytes, without the zeros around it."""
    return [gap.join(_bytes(text)) for gap in (b"", b"\0", b"\0\0\0")]


_SOFT_BREAK = rb"(?:=" + _GAP + rb"(?:\r" + _GAP + rb")?\n" + _GAP + rb")?"
"""The end of a line in the middle of quoted-printable text."""


def _forms(character: str) -> list[tuple[bytes, bytes]]:
    """One character as it is and escaped: regular expressions of the first byte of each form and of the rest of it."""
    forms: list[tuple[bytes, bytes]] = []
    for one in _cases(character):
        digits, plain = _digits(one), re.escape(one.encode())
        twice = rb"(?:" + _gapped(b"25") + _GAP + rb"){0,3}"
        entity = _GAP + rb"(?:" + _gapped(b"amp;") + _GAP + rb"){0,3}"
        names = [_gapped(name.encode()) for name in _NAMES.get(one, ())]
        names += [rb"#" + _GAP + rb"(?:0" + _GAP + rb"){0,8}" + _gapped(f"{ord(one)};".encode())]
        names += [rb"#" + _GAP + rb"[xX]" + _GAP + rb"(?:0" + _GAP + rb"){0,8}" + digits + _GAP + rb";"]
        slashes = rb"(?:" + _GAP + rb"\\){0,7}" + _GAP
        forms += [
            (plain, b""),
            (rb"%", _GAP + twice + digits),
            (rb"=", _GAP + digits),
            (rb"&", entity + rb"(?:" + b"|".join(names) + rb")"),
            (rb"\\", slashes + rb"(?:u" + _GAP + rb"0" + _GAP + rb"0" + _GAP + rb"|[xX]" + _GAP + rb")" + digits),
        ]
        if not one.isalnum():
            forms.append((rb"\\", slashes + plain))
    if character == " ":
        forms.append((rb"\+", b""))
    return forms


def _around(text: bytes) -> bytes:
    """The regular expression of a packed text with the letters beside it, which hold bits of the secret, and with line ends in it."""
    letter = rb"[A-Za-z0-9+/=_-]"
    inner = rb"[\x00\r\n]{0,8}".join(map(re.escape, _bytes(text)))
    return rb"(?:" + letter + _GAP + rb"){0,2}" + inner + rb"(?:" + _GAP + letter + rb"){0,3}"


def _cases(character: str) -> list[str]:
    return sorted({character, character.lower(), character.upper()})


def _gapped(text: bytes) -> bytes:
    return _GAP.join(map(re.escape, _bytes(text)))


def _digits(character: str) -> bytes:
    """The two hexadecimal digits of an ASCII character, in any case."""
    return _GAP.join(b"[%c%c]" % (ord(digit), ord(digit.upper())) for digit in f"{ord(character):02x}")


def _bytes(text: bytes) -> list[bytes]:
    return [text[at : at + 1] for at in range(len(text))]


def _hexadecimal_texts(value: str) -> list[bytes]:
    text = value.encode().hex()
    return sorted({text.encode(), text.upper().encode()})


def _base64_stems(value: str) -> list[bytes]:
    """What every Base64 text that holds the value has in it, by where in a group of three bytes the value begins."""
    stems = set()
    for before in range(3):
        coded = base64.b64encode(b"\0" * before + value.encode())
        stem = coded[-(-before * 8 // 6) : (before + len(value)) * 8 // 6]
        stems |= {stem, stem.translate(bytes.maketrans(b"+/", b"-_"))}
    return sorted(stem for stem in stems if len(stem) >= SHORTEST_IN_A_BODY)


def _marked(match: re.Match[bytes]) -> bytes:
    """The mark in the place of a secret, in the same width of characters."""
    gap = re.match(rb"[^\x00](\x00*)", match[0])
    return (gap[1] if gap else b"").join(_bytes(REDACTED.encode()))


def _unpacked(stream: IO[bytes]) -> Iterator[bytes]:
    """The bytes in a gzip file of one or several members.

    Raises:
        zlib.error: it is damaged, cut, or something else is behind it.
        UnsearchedError: there is more than can be looked through.
    """
    total = 0
    unpacker = zlib.decompressobj(31)
    data = stream.read(_CHUNK)
    while data:
        chunk = unpacker.decompress(data, _CHUNK)
        total += len(chunk)
        if total > MOST_UNPACKED:
            raise UnsearchedError(f"a gzip body of more than {MOST_UNPACKED:,} bytes, which may hold the key")
        yield chunk
        data = unpacker.unconsumed_tail
        if unpacker.eof:
            data = unpacker.unused_data or stream.read(_CHUNK)
            if data:
                unpacker = zlib.decompressobj(31)
        elif not data:
            data = stream.read(_CHUNK)
    if not unpacker.eof:
        raise zlib.error("cut")


def _packed(chunks: Iterable[bytes]) -> Iterator[bytes]:
    packer = zlib.compressobj(wbits=31)
    for chunk in chunks:
        yield packer.compress(chunk)
    yield packer.flush()


def _replace(body: IO[bytes], chunks: Iterable[bytes]) -> None:
    """Put other bytes in the place of those of a file."""
    with tempfile.TemporaryFile(prefix="bilateral-") as other:
        for chunk in chunks:
            other.write(chunk)
        other.seek(0)
        body.seek(0)
        body.truncate()
        shutil.copyfileobj(other, body)
        body.flush()
