"""Errors for a full or read-only disk: which folder, how much free space, what to do."""

import os
import shutil
import traceback
from pathlib import Path

from orchestration.core.errors import MachineError
from orchestration.core.settings import Settings

_FULL = ("no space left on device", "disk quota exceeded", "disk is full", "[errno 27]", '": file too large')
_CLOSED = ("read-only file system", "readonly database", "[errno 13]", "[errno 1]", '": permission denied')
"""Messages of Python, SQLite and DuckDB; a publisher that denies permission uses others."""

_LEAST_FREE = 1 << 20
"""Free bytes below which a disk counts as full, whatever reason a library gives."""


def disk_error(settings: Settings, failed: BaseException | str) -> MachineError | None:
    """Return the error if an exception, or messages of other programs, show a full or read-only disk; else None."""
    text = failed if isinstance(failed, str) else "".join(traceback.format_exception(failed, limit=0))
    free, folder = _least_free(settings)
    again = "then run the same command again. Releases and stored payloads are intact"
    if any(sign in text.lower() for sign in _FULL) or free < _LEAST_FREE:
        return MachineError(
            f"the disk is full: {folder} has {free / 1e6:,.1f} MB free, and writing failed: {_line(text, _FULL)}",
            remedy="free disk space there (bilateral releases prune --keep 2 removes old releases), or set "
            f"BILATERAL_DATA to a folder on a larger disk; {again}",
        )
    if any(sign in text.lower() for sign in _CLOSED):
        return MachineError(
            f"{settings.data} or something in it cannot be written by user {os.geteuid()}: {_line(text, _CLOSED)}",
            remedy="give this user the right to write there or mount it writable, or set BILATERAL_DATA to a folder "
            f"that is; {again}",
        )
    return None


def _least_free(settings: Settings) -> tuple[int, Path]:
    """Return the free bytes of the fullest disk of the data folder, and its folder; any folder in it can be a mount."""
    own = (settings.data, settings.landing, settings.raw, settings.build, settings.build / "runs", settings.releases)
    there = [path for path in own if path.exists()] or [path for path in settings.data.parents if path.exists()][:1]
    return min((shutil.disk_usage(path).free, path) for path in there)


def _line(text: str, signs: tuple[str, ...]) -> str:
    """Return the first line with one of the signs, or the first line."""
    lines = [line.strip() for line in text.splitlines() if line.strip()] or ["no reason was given"]
    return next((line for line in lines if any(sign in line.lower() for sign in signs)), lines[0])
