"""Hostile variants of a payload (bytes, texts, lines, encodings, archives) by a seeded generator."""

import io
import random
import re
import zipfile
from collections.abc import Callable, Sequence

_NUMBERS = "NaN Infinity -inf 1e400 1e308 -1 0 -0 +7 1,5 0x1F 1_000 ٣ ² １２ 5. .5 1e5 9223372036854775808"
_TEXTS = "@SUM(1+1) <script>alert(1)</script> ../../etc/passwd file:///etc/passwd (D) n.a. World W00 9999 2024-13-45"
_TOKENS = "\" ' , ; { } [ ] [[[[[[ : \\ \\u0000 \\ud800 < & null %"
_SPACED = ("", " ", "=cmd|' /C calc'!A1", "\t=1", "'; drop table x; --", "a\nb", "a\rb", "x" * 20_000, "é" * 3000)
_INVISIBLE = ("\x1b[2J\x1b]0;title\x07", "\u202eNHC", "C\u200bHN", "\u0421HN", "\ufeffCHN", "\x00", "\U0001f600")
NUMBERS = (*_NUMBERS.split(), "9" * 30, "9" * 5000, "1 000", " 5", "5 ")
TEXTS = (*_TEXTS.split(), *_SPACED, *_INVISIBLE)
TOKENS = [token.encode() for token in (*_TOKENS.split(), "\t", "\n", "\x00")]
_NUMBER, _QUOTED = re.compile(rb"-?\d+(?:\.\d+)?"), re.compile(rb'"[^"\n]{0,200}"')
Change = Callable[[random.Random, bytes], bytes]


def mutated(chance: random.Random, seed: bytes, others: Sequence[bytes]) -> bytes:
    """Return one variant of ``seed``: some in the payload's own grammar, some against it."""
    kind = chance.random()
    if seed[:2] == b"PK" and kind < 0.85:
        return _archive(chance, seed)
    if kind > 0.97:
        heads = [head + seed[:200] for head in (b"\x1f\x8b\x08\x00", b"7z\xbc\xaf\x27\x1c", b"PK\x03\x04")]
        repeated = [sign * 100_000 for sign in (b"\0", b'"', b",", b"[")]
        return chance.choice([b"", b"<html>no</html>", seed + seed, *heads, *repeated, *others])
    for _ in range(chance.choice((1, 1, 1, 2, 3, 6))):
        seed = chance.choice(_CHANGES)(chance, seed)
    return seed


def _bytes(chance: random.Random, body: bytes) -> bytes:
    """Flip a bit, or delete, repeat, insert or cut off bytes."""
    start = chance.randrange(len(body) + 1)
    end = min(len(body), start + chance.choice((1, 1, 2, 5, 20, 100, 1000)))
    flipped = bytes(byte ^ (1 << chance.randrange(8)) for byte in body[start : start + 1])
    return chance.choice(
        (
            body[:start] + flipped + body[start + 1 :],
            body[:start] + body[end:],
            body[:end] + body[start:end] * chance.choice((1, 2, 50)) + body[end:],
            body[:start] + chance.choice(TOKENS) * chance.choice((1, 1, 3)) + body[start:],
            body[:start],
        )
    )


def _replace(pattern: re.Pattern[bytes], values: Sequence[str], left: bytes = b"", right: bytes = b"") -> Change:
    def change(chance: random.Random, body: bytes) -> bytes:
        spots = list(pattern.finditer(body))
        if not spots:
            return _bytes(chance, body)
        spot = chance.choice(spots)
        return body[: spot.start()] + left + chance.choice(values).encode() + right + body[spot.end() :]

    return change


def _lines(chance: random.Random, body: bytes) -> bytes:
    """Change a cell, or remove, repeat or move a line."""
    lines = body.split(b"\n")
    first, second, what = chance.randrange(len(lines)), chance.randrange(len(lines)), chance.randrange(5)
    if what == 0:
        del lines[first]
    elif what == 1:
        lines.insert(second, lines[first])
    elif what == 2:
        lines[first], lines[second] = lines[second], lines[first]
    else:
        delimiter = b"\t" if b"\t" in lines[first] else b","
        cells = lines[first].split(delimiter)
        cells[chance.randrange(len(cells))] = chance.choice((*NUMBERS, *TEXTS)).encode()
        lines[first] = delimiter.join(chance.choice((cells, cells, cells, cells[:-1], [*cells, b""])))
    return b"\n".join(lines)


def _encoding(chance: random.Random, body: bytes) -> bytes:
    text = body.decode("utf-8", "replace")
    return chance.choice(
        (
            *(text.encode(name, "replace") for name in ("utf-16", "utf-16-le", "utf-32", "latin-1")),
            text.encode("cp1252", "replace") + b"\xe9",
            b"\xef\xbb\xbf" + body,
            body.replace(b"\n", chance.choice((b"\r\n", b"\r", b"\n\n", b"\x85"))),
        )
    )


_CHANGES: tuple[Change, ...] = (
    *(_bytes, _bytes, _bytes, _lines, _lines, _encoding),
    *(_replace(_NUMBER, NUMBERS), _replace(_NUMBER, NUMBERS), _replace(_QUOTED, TEXTS, b'"', b'"')),
)


def _archive(chance: random.Random, seed: bytes) -> bytes:
    """Change members, names or declared sizes of a zip."""
    if chance.random() < 0.15:
        return _bytes(chance, seed)
    with zipfile.ZipFile(io.BytesIO(seed)) as archive:
        members = {item.filename: archive.read(item) for item in archive.infolist()}
    name, what = chance.choice(list(members)), chance.random()
    if what < 0.75:
        members[name] = chance.choice(_CHANGES)(chance, members[name])
    elif what < 0.8:
        del members[name]
    elif what < 0.85:
        members[chance.choice((f"../{name}", f"/{name}", name.upper(), f"{name}\n"))] = members.pop(name)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, body in members.items():
            archive.writestr(member, body)
    packed = stream.getvalue()
    at = packed.rfind(b"PK\x01\x02") if what > 0.9 else -1
    if at < 0:
        return packed
    offset = at + chance.choice((8, 20, 24, 42))  # flags, packed size, unpacked size, place
    lie = chance.choice((0, 1, 0x7FFFFFFF, 0xFFFFFFFE)).to_bytes(4, "little")
    return packed[:offset] + lie + packed[offset + 4 :]
