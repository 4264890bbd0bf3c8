"""Foreign archives and workbooks, unpacked in a process of its own with limits on memory and CPU time (``unpacking.py``)."""

from __future__ import annotations

import io
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
from typing import IO, Any

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
        PayloadError: the program refuses the file or passes its limits; raised where the output ends.
    """
    seconds = SECONDS + limit // BYTES_PER_SECOND
    program = [sys.executable, "-I", str(Path(unpacking.__file__)), str(MEGABYTES), str(seconds)]
    with (
        _as_file(stream) as file,
        subprocess.Popen(  # noqa: S603 - our own program; no argument is a command
            [*program, command, *arguments, str(limit)],
            stdin=file,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={name: os.environ[name] for name in _PASSED_ON if name in os.environ} | _ONE_THREAD,
        ) as process,
    ):
        try:
            with io.BufferedReader(_Output(process, refuse, seconds), 1 << 20) as output:
                yield output
        finally:
            process.kill()


class _Output(io.RawIOBase):
    """The standard output of the program; where it ends, the program's own end is judged."""

    def __init__(self, process: subprocess.Popen[bytes], refuse: Refuse, seconds: int) -> None:
        self._process, self._refuse, self._seconds = process, refuse, seconds

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        stream = self._process.stdout
        chunk = stream.read(len(buffer)) if stream else b""
        buffer[: len(chunk)] = chunk
        if not chunk:
            self._judge()
        return len(chunk)

    def _judge(self) -> None:
        if (code := self._process.wait()) == 0:
            return
        if code in (-signal.SIGXCPU, -signal.SIGKILL):
            raise self._refuse(f"unpacking takes more than {self._seconds} s of CPU time")
        errors = self._process.stderr.read(100_000) if self._process.stderr else b""
        try:
            result = json.loads(errors.splitlines()[-1])
            failure, row = str(result["failure"]), result.get("row")
        except (ValueError, LookupError, TypeError, AttributeError):
            failure, row = f"unpacking failed (exit code {code})", None
        raise self._refuse(failure, row=row)


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
