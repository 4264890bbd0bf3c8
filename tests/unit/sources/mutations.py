"""Hostile variants of a payload: bytes, texts, JSON trees, archives and XML, by a seeded generator. What a parser makes of them is not known here."""

from __future__ import annotations

import io
import json
import random
import re
import zipfile
import zlib
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

_PLAIN_NUMBERS = (
    "NaN nan Infinity -inf 1e400 -1e400 1e308 -1 0 -0 +7 1,5 0x1F 1_000 ٣ ² １２ 5. .5 1e5 '' 2147483648 "
    "9223372036854775808 99999999999999"
)
NUMBERS = (*_PLAIN_NUMBERS.split(), "9" * 30, "9" * 5000, "1 000", " 5", "5 ")
"""What may replace a number."""

_PLAIN_TEXTS = (
    "@SUM(1+1) <script>alert(1)</script> [x](javascript:alert(1)) ../../etc/passwd file:///etc/passwd ${jndi:x} (D) n.a. NA "
    "World W00 2024 0000 9999 2024-13-45"
)
_SPACED_TEXTS = ("", " ", "=cmd|' /C calc'!A1", "\t=1", "'; drop table x; --", '"; select 1; --', "a\nb", "a\rb")
_INVISIBLE = ("\x1b[2J\x1b]0;title\x07", "\u202eNHC", "C\u200bHN", "\u0421HN", "\ufeffCHN", "\x00", "\U0001f600")
TEXTS = (*_PLAIN_TEXTS.split(), *_SPACED_TEXTS, *_INVISIBLE, "x" * 20_000, "é" * 3000)
"""What may replace a text."""

_PLAIN_TOKENS = "\" ' , ; { } [ ] [[[[[[ : \\ \\u0000 \\ud800 < & null true %"
_MARKS = (
    "\t",
    "\n",
    "\r",
    "\r\n",
    "\x00",
    "<?xml version='1.0'?>",
    "<!DOCTYPE x [<!ENTITY a 'b'>]>",
    "\ufeff",
    "\u2028",
)
TOKENS = tuple(token.encode() for token in (*_PLAIN_TOKENS.split(), *_MARKS))
_NUMBER = re.compile(rb"-?\d+(?:\.\d+)?")
_QUOTED = re.compile(rb'"[^"\n]{0,200}"')
Change = Callable[[random.Random, bytes], bytes]


class Verbatim(str):
    """JSON text that is written unmodified, however wrong."""

    __slots__ = ()


def mutated(chance: random.Random, seed: bytes, others: Sequence[bytes]) -> bytes:
    """One variant of ``seed``: some in the payload's own grammar, some against it."""
    kind = chance.random()
    if seed[:2] == b"PK" and kind < 0.85:
        return _archive(chance, seed)
    if seed[:1] in (b"{", b"[") and kind < 0.6:
        return _tree(chance, json.loads(seed))
    if kind > 0.97:
        return _whole(chance, seed, others)
    for _ in range(chance.choice((1, 1, 1, 2, 3, 6))):
        change = chance.choice(_BYTES)
        seed = _splice(chance, seed, others) if change is None else change(chance, seed)
    return seed


def _spot(chance: random.Random, body: bytes) -> tuple[int, int]:
    start = chance.randrange(len(body) + 1)
    return start, min(len(body), start + chance.choice((1, 1, 2, 5, 20, 100, 1000)))


def _flip(chance: random.Random, body: bytes) -> bytes:
    if not body:
        return body
    at = chance.randrange(len(body))
    return body[:at] + bytes([body[at] ^ (1 << chance.randrange(8))]) + body[at + 1 :]


def _delete(chance: random.Random, body: bytes) -> bytes:
    start, end = _spot(chance, body)
    return body[:start] + body[end:]


def _repeat(chance: random.Random, body: bytes) -> bytes:
    start, end = _spot(chance, body)
    return body[:end] + body[start:end] * chance.choice((1, 1, 2, 50)) + body[end:]


def _truncate(chance: random.Random, body: bytes) -> bytes:
    return body[: chance.randrange(len(body) + 1)]


def _insert(chance: random.Random, body: bytes) -> bytes:
    at = chance.randrange(len(body) + 1)
    return body[:at] + chance.choice(TOKENS) * chance.choice((1, 1, 3)) + body[at:]


def _replace(pattern: re.Pattern[bytes], values: Sequence[str], quote: bytes = b"") -> Change:
    def change(chance: random.Random, body: bytes) -> bytes:
        found = list(pattern.finditer(body))
        if not found:
            return _insert(chance, body)
        spot = chance.choice(found)
        return body[: spot.start()] + quote + chance.choice(values).encode() + quote + body[spot.end() :]

    return change


def _cell(chance: random.Random, body: bytes) -> bytes:
    """A cell of delimited text, whatever its delimiter, becomes something else."""
    lines = body.split(b"\n")
    number = chance.randrange(len(lines))
    delimiter = b"\t" if b"\t" in lines[number] else b","
    cells = lines[number].split(delimiter)
    cells[chance.randrange(len(cells))] = chance.choice((*NUMBERS, *TEXTS)).encode()
    if chance.random() < 0.2:
        cells = cells[:-1] if chance.random() < 0.5 else [*cells, b""]
    lines[number] = delimiter.join(cells)
    return b"\n".join(lines)


def _lines(chance: random.Random, body: bytes) -> bytes:
    """A line goes, comes twice or changes its place."""
    lines = body.split(b"\n")
    one, two = chance.randrange(len(lines)), chance.randrange(len(lines))
    what = chance.randrange(3)
    if what == 0:
        del lines[one]
    elif what == 1:
        lines.insert(two, lines[one])
    else:
        lines[one], lines[two] = lines[two], lines[one]
    return b"\n".join(lines)


def _line_ends(chance: random.Random, body: bytes) -> bytes:
    return body.replace(b"\r\n", b"\n").replace(b"\n", chance.choice((b"\r\n", b"\r", b"\n\n", b"\x85", b" ")))


def _encoding(chance: random.Random, body: bytes) -> bytes:
    text = body.decode("utf-8", "replace")
    return chance.choice(
        (
            text.encode("utf-16"),
            text.encode("utf-16-le"),
            text.encode("utf-32"),
            text.encode("latin-1", "replace"),
            text.encode("cp1252", "replace") + b"\xe9",
            b"\xef\xbb\xbf" + body,
            body.replace(b"a", "ä".encode("latin-1"), 1),
            text.encode().decode("latin-1").encode(),
        )
    )


_BYTES: tuple[Change | None, ...] = (
    *(_flip, _delete, _repeat, _truncate, _insert, _cell, _cell, _lines, _line_ends, _encoding, None),
    *(_replace(_NUMBER, NUMBERS), _replace(_NUMBER, NUMBERS), _replace(_QUOTED, TEXTS, b'"')),
)
"""None means a splice with another payload."""


def _splice(chance: random.Random, body: bytes, others: Sequence[bytes]) -> bytes:
    other = chance.choice(others)
    return body[: chance.randrange(len(body) + 1)] + other[chance.randrange(len(other) + 1) :]


def _whole(chance: random.Random, seed: bytes, others: Sequence[bytes]) -> bytes:
    """Something else altogether in the payload's place."""
    packed = _packed(seed)
    return chance.choice(
        (
            *(
                b"",
                b"\x00" * 1000,
                b"\n" * 1000,
                b'"' * 1001,
                b"," * 100_000,
                b"[" * 100_000,
                b'{"a":' * 100_000,
                b"0" * 100_000,
            ),
            *(
                b"<html><body>Service unavailable</body></html>",
                b"<?xml version='1.0'?><!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>",
            ),
            *(
                zlib.compress(seed),
                b"\x1f\x8b\x08\x00" + seed[:200],
                b"7z\xbc\xaf\x27\x1c" + seed[:200],
                b"PK\x03\x04" + seed[:200],
            ),
            *(packed, packed[:-30], chance.randbytes(500), seed + seed, chance.choice(others)),
        )
    )


@cache
def _packed(seed: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../outside.csv", seed)
        archive.writestr("zeros.csv", bytes(3_000_000))
    return packed.getvalue()


def _tree(chance: random.Random, content: Any) -> bytes:
    """One to three nodes of a JSON document changed; serialised so that wrong numbers and repeated keys are possible."""
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        _node(chance, content)
    return _written(chance, content).encode("utf-8", "surrogatepass")


def _node(chance: random.Random, content: Any) -> None:
    places: list[tuple[Any, Any]] = []
    stack = [content]
    while stack:
        node = stack.pop()
        inside = node.items() if isinstance(node, dict) else enumerate(node)
        for key, child in inside:
            places.append((node, key))
            if isinstance(child, (dict, list)):
                stack.append(child)
    if not places:
        return
    holder, key = chance.choice(places)
    what = chance.random()
    if what < 0.1:
        del holder[key]
    elif what < 0.2 and isinstance(holder, dict):
        holder[chance.choice((str(key).lower(), str(key) + " ", *TEXTS))] = holder.pop(key)
    elif what < 0.3 and isinstance(holder, list):
        holder.insert(0, holder[key])
    elif what < 0.4:
        other, its = chance.choice(places)
        if its in other if isinstance(other, dict) else its < len(other):
            holder[key], other[its] = json.loads(json.dumps(other[its])), json.loads(json.dumps(holder[key]))
    else:
        holder[key] = _value(chance, holder[key])


def _value(chance: random.Random, old: Any) -> Any:
    deep: Any = Verbatim("[" * 60 + "]" * 60)
    plain: tuple[Any, ...] = (
        None,
        True,
        False,
        0,
        1,
        -1,
        1.5,
        -1e300,
        2**31,
        2**60,
        [],
        {},
        [old],
        {"a": old},
        deep,
        str(old),
    )
    return chance.choice(
        (*plain, Verbatim(chance.choice(NUMBERS)), chance.choice(NUMBERS), chance.choice(TEXTS), chance.choice(TEXTS))
    )


def _written(chance: random.Random, node: Any) -> str:
    if isinstance(node, Verbatim):
        return str(node)
    if isinstance(node, dict):
        members = [f"{json.dumps(key)}:{_written(chance, value)}" for key, value in node.items()]
        if members and chance.random() < 0.002:
            members.append(members[0])
        return "{" + ",".join(members) + "}"
    if isinstance(node, list):
        return "[" + ",".join(_written(chance, value) for value in node) + "]"
    return json.dumps(node, ensure_ascii=chance.random() < 0.5)


_LIES = (0, 1, 0x7FFFFFFF, 0xFFFFFFFE)


def _archive(chance: random.Random, seed: bytes) -> bytes:
    """A zip whose members, names or declared sizes are not what they were."""
    if chance.random() < 0.15:
        return chance.choice((_flip, _delete, _truncate, _repeat))(chance, seed)
    with zipfile.ZipFile(io.BytesIO(seed)) as archive:
        members = {item.filename: archive.read(item) for item in archive.infolist()}
    name = chance.choice(list(members))
    what = chance.random()
    if what < 0.75:
        members[name] = (_xml if members[name][:1] == b"<" and chance.random() < 0.7 else chance.choice(_MEMBER))(
            chance, members[name]
        )
    elif what < 0.8:
        del members[name]
    elif what < 0.85:
        members[chance.choice(("../" + name, "/" + name, name.upper(), name + "\n"))] = members.pop(name)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", chance.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED))) as archive:
        for member, body in members.items():
            archive.writestr(member, body)
    packed = stream.getvalue()
    if what > 0.9:
        at = packed.rfind(b"PK\x01\x02", 0, chance.randrange(len(packed)) + 4)
        if at > 0:
            lie = chance.choice(_LIES).to_bytes(4, "little")
            offset = at + chance.choice((8, 20, 24, 42))  # flags, packed size, unpacked size, place
            packed = packed[:offset] + lie + packed[offset + 4 :]
    return packed


_MEMBER: tuple[Change, ...] = (
    *(_flip, _delete, _truncate, _repeat, _insert, _cell, _cell, _lines, _line_ends, _encoding),
    *(_replace(_NUMBER, NUMBERS), _replace(_NUMBER, NUMBERS), _replace(_QUOTED, TEXTS, b'"')),
)
_LAUGHS = (
    b'<!DOCTYPE l [<!ENTITY a "'
    + b"x" * 1000
    + b'">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + level, b"&%c;" % (97 + level) * 20) for level in range(8))
    + b"]>"
)
_OUTSIDE = b'<!DOCTYPE l [<!ENTITY i SYSTEM "file:///etc/passwd">]>'
_ATTRIBUTE = re.compile(rb'="[^"]*"')
_CONTENT = re.compile(rb">[^<>]+<")


def _xml(chance: random.Random, body: bytes) -> bytes:
    """XML with entities that expand without end or reach outside, and attributes and contents that lie."""
    what = chance.random()
    if what < 0.2:
        begin = body.find(b"?>") + 2 if body.startswith(b"<?xml") else 0
        entities, used = chance.choice(((_LAUGHS, b">&i;<"), (_OUTSIDE, b">&i;<")))
        body = _CONTENT.sub(used, body, count=1)
        return body[:begin] + entities + body[begin:]
    if what < 0.6:
        spots = list(_ATTRIBUTE.finditer(body))
        values: tuple[str, ...] = (
            *NUMBERS,
            "XFD1048576",
            "A1:XFD1048576",
            "A99999999999",
            "ZZZZZZ1",
            "s",
            "e",
            "b",
            "d",
            "n",
            "inlineStr",
            "../x",
            "",
        )
        left, right = b'="', b'"'
    else:
        spots = list(_CONTENT.finditer(body))
        values = (*NUMBERS, "Item", "1e999", "#DIV/0!", "&#0;", "&lt;b&gt;", "99999", "-1")
        left, right = b">", b"<"
    if not spots:
        return _flip(chance, body)
    spot = chance.choice(spots)
    return body[: spot.start()] + left + chance.choice(values).encode() + right + body[spot.end() :]
