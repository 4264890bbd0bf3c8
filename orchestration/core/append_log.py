"""Append-only logs: one JSON object a line, synced to disk, whole after a kill at any moment."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from orchestration.core.files import open_regular


def append(path: Path, content: Mapping[str, Any]) -> None:
    """Append a line to a log, synced to disk, after removing the unfinished line of a crash."""
    with path.open("ab+") as stream:
        stream.seek(0)
        stream.truncate(sum(len(line) + 1 for line in _finished(stream.read())))
        stream.write((json.dumps(content, ensure_ascii=False) + "\n").encode())
        stream.flush()
        os.fsync(stream.fileno())


def finished_lines(path: Path) -> list[tuple[int, str]]:
    """Return every finished line with its number, oldest first.

    Bytes that are not UTF-8 become escapes that are not JSON, so that its parser refuses the line by number. Raise
    OSError if the path is a link, a pipe or a device.
    """
    try:
        with open_regular(path) as stream:
            lines = _finished(stream.read())
    except FileNotFoundError:
        return []
    return [(number, line.decode("utf-8", "backslashreplace") + "\n") for number, line in enumerate(lines, start=1)]


def _finished(body: bytes) -> list[bytes]:
    """Return the lines of a log except an unfinished last one: no line end, or zeros left by a power cut."""
    *lines, _ = body.split(b"\n")
    return lines[:-1] if lines and b"\0" in lines[-1] else lines
