"""The log of ``bilateral serve``: what the UI, the daemon, code servers and runs print, in a file of bounded size."""

from __future__ import annotations

import logging
import re
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import BinaryIO

NAME = "serve.log"
"""The file in the data folder; the one before it ends in .1."""

LARGEST = 5_000_000
"""Bytes of a file after which the next one begins."""

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


class ServiceLog(RotatingFileHandler):
    """Lines of programs, written as they come. On a full disk it stays incomplete and ends no service."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        super().__init__(path, maxBytes=LARGEST, backupCount=1, encoding="utf-8")

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        """Lose the line."""

    def copy(self, stream: BinaryIO) -> None:
        """Write every line of the stream without its colours, until the stream ends."""
        for line in stream:
            text = _COLOUR.sub("", line.decode("utf-8", "replace")).rstrip()
            self.emit(logging.makeLogRecord({"msg": text}))


def last_lines(path: Path, count: int) -> list[str]:
    """The end of a log; empty where there is none."""
    try:
        return path.read_text(encoding="utf-8", errors="replace").splitlines()[-count:]
    except OSError:
        return []
