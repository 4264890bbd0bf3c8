"""Append-only logs: one JSON object a line, synced to disk, whole after a kill at any moment."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from orchestration.core.regular_files import open_regular


def append(path: Path, content: Mapping[str, Any]) -> None:
    """Append one line, synced to disk.

    What a killed process, a full disk or a power cut left of an earlier append is taken off first.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab+") as stream:
        stream.seek(0)
        stream.truncate(len(_finished(stream.read())))
        stream.write((json.dumps(content, ensure_ascii=False) + "\n").encode())
        stream.flush()
        os.fsync(stream.fileno())


def finished_lines(path: Path) -> list[tuple[int, str]]:
    """Every line with its number, oldest first; a last line that was never finished does not count.

    Bytes that are not UTF-8 become escapes that are not JSON, so that who reads the line refuses it with its number.

    Raises:
        OSError: the path is a link, a pipe or a device.
    """
    try:
        stream = open_regular(path)
    except FileNotFoundError:
        return []
    with stream:
        body = stream.read()
    lines = _finished(body).split(b"\n")[:-1]
    return [(number, line.decode("utf-8", "backslashreplace") + "\n") for number, line in enumerate(lines, start=1)]


def _finished(body: bytes) -> bytes:
    """The lines of a log without a last one that lacks its end, or has zeros where a power cut left a block unwritten."""
    whole = body[: body.rfind(b"\n") + 1]
    last = whole.rfind(b"\n", 0, -1) + 1
    return whole[:last] if b"\0" in whole[last:] else whole
