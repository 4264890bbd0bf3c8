"""Streams of one member of a zip or 7z archive, or of a gzip body, with a limit on unpacked bytes; cells of a workbook."""

from __future__ import annotations

import gzip
import io
import json
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, Any, cast

from orchestration.contracts.payload import Answer, Payload
from orchestration.core.errors import PayloadError
from orchestration.formats.isolated import unpacked
from orchestration.formats.unpacking import SEVEN_ZIP, ZIP

LARGEST = 20 * 1024**3
"""Bytes of an unpacked archive; no source's own limit is above it."""

_GZIP = b"\x1f\x8b"


def is_archive(head: bytes) -> bool:
    """Whether a file that begins so is a zip (also a workbook) or a 7z archive."""
    return head.startswith((ZIP, SEVEN_ZIP))


def members(payload: Payload) -> list[str]:
    """Return the names of the files in a zip or 7z archive; empty where the payload is no archive.

    Raises:
        PayloadError: a damaged archive.
    """
    with payload.open() as stream:
        if not is_archive(stream.read(len(SEVEN_ZIP))):
            return []
    with unpacked(payload.open(), payload.error, "names", limit=LARGEST) as output:
        names: list[str] = json.loads(output.read())
    return names


@contextmanager
def archive_member(payload: Payload, pattern: str, *, limit: int) -> Iterator[IO[bytes]]:
    """Yield the bytes of the one member of a zip or 7z archive whose name matches the glob ``pattern``, as a stream.

    Args:
        payload: the archive.
        pattern: a glob over the member's last name part.
        limit: the most bytes that all members may have unpacked; known for every publisher's file, so that a bomb stops there.

    Raises:
        PayloadError: no archive, no or several matching members, a repeated or climbing name, encryption, damage, too many
            bytes, or unpacking that takes too much time or memory.
    """
    with unpacked(payload.open(), payload.error, "member", pattern, limit=limit) as member:
        yield member


def archive_beginning(answer: Answer, pattern: str, size: int) -> bytes | None:
    """Return the first bytes of the one member that matches the glob; None where there is none that can be read."""
    try:
        with unpacked(answer.opener(), answer.error, "member", pattern, limit=LARGEST) as member:
            return member.read(size)
    except PayloadError:
        return None


def sheet_cells(payload: Payload, sheet: str, *, rows: int, columns: int, limit: int) -> list[list[Any]]:
    """Return the values in the first rows and columns of a workbook's sheet: numbers, texts, truths and nulls; dates as text.

    Raises:
        PayloadError: the payload is no workbook, has no such sheet, or is larger than ``limit`` unpacked.
    """
    with unpacked(payload.open(), payload.error, "sheet", sheet, str(rows), str(columns), limit=limit) as output:
        cells: list[list[Any]] = json.loads(output.read())
    return cells


@contextmanager
def plain_or_gzip(stream: IO[bytes], refuse: Callable[[str], PayloadError], limit: int) -> Iterator[IO[bytes]]:
    """Yield the bytes of a body that may be gzip without a header that says so; closes ``stream`` at the end.

    Args:
        stream: the body, at its beginning.
        refuse: makes the error.
        limit: the most bytes the body may have unpacked.

    Raises:
        PayloadError: damaged or cut gzip, or too many bytes.
    """
    with stream, io.BufferedReader(_Plain(stream)) as buffered:
        if not buffered.peek(2).startswith(_GZIP):
            yield buffered
            return
        try:
            with (
                gzip.GzipFile(fileobj=buffered) as plain,
                io.BufferedReader(_Limited(cast(IO[bytes], plain), refuse, limit)) as text,
            ):
                yield text
        except (gzip.BadGzipFile, zlib.error, EOFError) as error:
            raise refuse(f"the gzip body is damaged: {error}"[:300]) from error


class _Plain(io.RawIOBase):
    """Any binary stream as one that can be peeked into."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        chunk = self._stream.read(len(buffer))
        buffer[: len(chunk)] = chunk
        return len(chunk)


class _Limited(_Plain):
    """Refuses once more bytes came than a body may have."""

    def __init__(self, stream: IO[bytes], refuse: Callable[[str], PayloadError], limit: int) -> None:
        super().__init__(stream)
        self._refuse, self._limit, self._seen = refuse, limit, 0

    def readinto(self, buffer: Any) -> int:
        count = super().readinto(buffer)
        self._seen += count
        if self._seen > self._limit:
            raise self._refuse(f"the body has more than {self._limit} bytes unpacked")
        return count
