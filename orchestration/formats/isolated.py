"""Foreign archives and workbooks, unpacked in a process of its own with limits on memory and CPU time (``unpacking.py``)."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from orchestration.core.errors import PayloadError
from orchestration.formats import unpacking

MEGABYTES = 1024
"""Memory of the process; dictionaries of 7z archives take up to some hundred."""
SECONDS = 30
"""CPU time of the process for anything, and one more second for every ``BYTES_PER_SECOND`` that the payload may have."""
BYTES_PER_SECOND = 20_000_000
_PASSED_ON = ("LD_LIBRARY_PATH", "PYTHONHOME", "SYSTEMROOT", "TMPDIR")
"""Of the environment; keys and settings are not."""

_ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1"}
"""openpyxl imports numpy, whose threads would reserve more memory than the process may have."""

Refuse = Callable[..., PayloadError]
"""Makes an error from a failure and its row, such as ``payload.error``."""


@contextmanager
def unpacked(stream: IO[bytes], refuse: Refuse, command: str, *arguments: str, limit: int) -> Iterator[IO[bytes]]:
    """Yield the output of one command of ``unpacking.py`` on a file, as a stream; closes the file.

    Args:
        stream: the archive or workbook.
        refuse: makes the error.
        command, arguments: of the program, without the limit.
        limit: the most bytes of all members together.

    Raises:
        PayloadError: the program refuses the file or passes its limits; raised when the block ends, unless it left output unread.
    """
    seconds = SECONDS + limit // BYTES_PER_SECOND
    program = [sys.executable, "-I", str(Path(unpacking.__file__)), str(MEGABYTES), str(seconds)]
    with (
        _as_file(stream) as file,
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


@contextmanager
def _as_file(stream: IO[bytes]) -> Iterator[IO[bytes]]:
    """Yield the stream itself where it is a file, else a copy of it on disk."""
    with stream:
        try:
            stream.fileno()
        except (OSError, AttributeError):
            with tempfile.TemporaryFile(prefix="bilateral-") as copy:
                shutil.copyfileobj(stream, copy)
                copy.seek(0)
                yield copy
            return
        yield stream
