"""Streams of one member of a zip or 7z archive, or of a gzip body, with a limit on unpacked bytes; cells of a workbook."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, Any

from orchestration.contracts.payload import Answer, Payload
from orchestration.core.errors import PayloadError
from orchestration.formats.isolated import Refuse, unpacked
from orchestration.formats.unpacking import GZIP, SEVEN_ZIP, ZIP

LARGEST = 20 * 1024**3
"""Bytes of all unpacked members; the largest archive of a publisher has about a quarter."""
LARGEST_WORKBOOK = 200 * 1024**2


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
def archive_member(payload: Payload, pattern: str, *, limit: int = LARGEST) -> Iterator[IO[bytes]]:
    """Yield the bytes of the one member of a zip or 7z archive whose name matches the glob ``pattern``, as a stream.

    ``limit`` is the most bytes that all members may have unpacked, so that a bomb stops there.

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


def sheet_cells(
    payload: Payload, sheet: str, *, rows: int, columns: int, limit: int = LARGEST_WORKBOOK
) -> list[list[Any]]:
    """Return the values in the first rows and columns of a workbook's sheet: numbers, texts, truths and nulls; dates as text.

    Raises:
        PayloadError: the payload is no workbook, has no such sheet, or is larger than ``limit`` unpacked.
    """
    with unpacked(payload.open(), payload.error, "sheet", sheet, str(rows), str(columns), limit=limit) as output:
        cells: list[list[Any]] = json.loads(output.read())
    return cells


@contextmanager
def plain_or_gzip(opener: Callable[[], IO[bytes]], refuse: Refuse, limit: int = LARGEST) -> Iterator[IO[bytes]]:
    """Yield the bytes of a body that may be gzip without a header that says so.

    Raises:
        PayloadError: damaged or cut gzip, or more than ``limit`` bytes unpacked.
    """
    with opener() as stream:
        is_packed = stream.read(len(GZIP)) == GZIP
    with unpacked(opener(), refuse, "gzip", limit=limit) if is_packed else opener() as text:
        yield text
