"""Append-only logs: one JSON object a line, synced to disk, whole after a kill at any moment."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def append(path: Path, content: Mapping[str, Any]) -> None:
    """Append one line, synced to disk.

    A last line without its end is what a killed process or a full disk left of an append, and is taken off first.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab+") as stream:
        stream.seek(0)
        stream.truncate(stream.read().rfind(b"\n") + 1)
        stream.write((json.dumps(content, ensure_ascii=False) + "\n").encode())
        stream.flush()
        os.fsync(stream.fileno())


def finished_lines(path: Path) -> list[tuple[int, str]]:
    """Every line with its number, oldest first; a last line without its end was never finished and does not count."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="\n") as lines:
        return [(number, line) for number, line in enumerate(lines, start=1) if line.endswith("\n")]
