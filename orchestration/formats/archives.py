"""Streams of one member of a zip or 7z archive, or of a gzip body, with a limit on unpacked bytes; cells of a workbook.

Each is unpacked in a process of its own with limits on memory and CPU time (``unpacking.py``).
"""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from orchestration.contracts.payload import Answer, Payload
from orchestration.core.errors import PayloadError
from orchestration.formats import unpacking
from orchestration.formats.strict_json import Refuse
from orchestration.formats.unpacking import GZIP, SEVEN_ZIP, ZIP

LARGEST = 20 * 1024**3
"""Bytes of all unpacked members; the largest archive of a publisher has about a quarter."""
LARGEST_WORKBOOK = 200 * 1024**2
MOST_ROWS, MOST_COLUMNS = 40_000, 400
"""Five times what a publisher's sheet has; cells beyond are not read."""
MEGABYTES = 1024
"""Memory of the process; dictionaries of 7z archives take up to some hundred."""
SECONDS = 30
"""CPU time of the process, and one more second for every ``BYTES_PER_SECOND`` that the payload may have."""
BYTES_PER_SECOND = 20_000_000
_PASSED_ON = ("LD_LIBRARY_PATH", "PYTHONHOME", "SYSTEMROOT", "TMPDIR")
"""Environment variables passed on; keys and settings are not."""

_ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1"}
"""openpyxl imports numpy, whose threads would reserve more memory than the process may have."""


def is_archive(head: bytes) -> bool:
    """Return whether these first bytes begin a zip (also a workbook) or a 7z archive."""
    return head.startswith((ZIP, SEVEN_ZIP))


def members(payload: Payload) -> list[str]:
    """Return the names of the files in a zip or 7z archive; empty if the payload is not an archive.

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
        PayloadError: no archive, no or several matching members, a repeated or climbing name, encryption, damage, too
            many bytes, or unpacking that takes too much time or memory.
    """
    with unpacked(payload.open(), payload.error, "member", pattern, limit=limit) as member:
        yield member


def archive_beginning(answer: Answer, pattern: str, size: int) -> bytes | None:
    """Return the first bytes of the only member that matches the glob, or None if it cannot be read."""
    try:
        with unpacked(answer.opener(), answer.error, "member", pattern, limit=LARGEST) as member:
            return member.read(size)
    except PayloadError:
        return None


def sheet_cells(
    payload: Payload, sheet: str, *, rows: int = MOST_ROWS, columns: int = MOST_COLUMNS, limit: int = LARGEST_WORKBOOK
) -> list[list[Any]]:
    """Return the first rows and columns of a sheet: numbers, strings, booleans and nulls; dates as strings.

    Raises:
        PayloadError: the payload is not a workbook, lacks the sheet, or is larger than ``limit`` unpacked.
    """
    with unpacked(payload.open(), payload.error, "sheet", sheet, str(rows), str(columns), limit=limit) as output:
        cells: list[list[Any]] = json.loads(output.read())
    return cells


def cell_text(cell: Any) -> str:
    """Return a cell's text with single spaces; codes and years such as 10 may be stored as numbers."""
    return re.sub(r"\.0$", "", " ".join(str(cell).split())) if cell is not None else ""


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


@contextmanager
def unpacked(stream: IO[bytes], refuse: Refuse, command: str, *arguments: str, limit: int) -> Iterator[IO[bytes]]:
    """Yield the output of one command of ``unpacking.py`` on a file, as a stream; closes it.

    Args:
        stream: the archive or workbook.
        refuse: makes the error.
        command, arguments: of the program, without the limit.
        limit: the most bytes of all members together.

    Raises:
        PayloadError: the program refuses the file or passes its limits; raised at the end of a block that read all.
    """
    seconds = SECONDS + limit // BYTES_PER_SECOND
    program = [sys.executable, "-I", str(Path(unpacking.__file__)), str(MEGABYTES), str(seconds)]
    with (
        stream as file,
        subprocess.Popen(  # noqa: S603 - our own program; no argument is a command
            [*program, command, *arguments, str(limit)],
            bufsize=1 << 20,
            stdin=file,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={name: os.environ[name] for name in _PASSED_ON if name in os.environ} | _ONE_THREAD,
        ) as process,
    ):
        assert process.stdout is not None  # noqa: S101 - it is a pipe
        try:
            yield process.stdout
        finally:
            if process.stdout.read(1):  # the reader has enough
                process.kill()
            else:
                _require_success(process, refuse, seconds)


def _require_success(process: subprocess.Popen[bytes], refuse: Refuse, seconds: int) -> None:
    if (code := process.wait()) == 0:
        return
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        raise refuse(f"unpacking takes more than {seconds} s of CPU time")
    errors = process.stderr.read(100_000) if process.stderr else b""
    try:
        result = json.loads(errors.splitlines()[-1])
        failure, row = str(result["failure"]), result.get("row")
    except (ValueError, LookupError, TypeError, AttributeError):
        failure, row = f"unpacking failed (exit code {code})", None
    raise refuse(failure, row=row)
