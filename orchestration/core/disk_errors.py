"""Errors for a full or read-only disk: which folder, how much free space, what to do."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

from orchestration.core.errors import DiskError
from orchestration.core.settings import Settings

_FULL = ("no space left on device", "disk quota exceeded", "disk is full", "[errno 27]", '": file too large')
_CLOSED = ("read-only file system", "readonly database", "[errno 13]", "[errno 1]", '": permission denied')
"""The words of Python, SQLite and DuckDB; a publisher that denies permission uses others."""

_NUMBERS = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT, errno.EFBIG), _FULL),
    **dict.fromkeys((errno.EROFS, errno.EACCES, errno.EPERM), _CLOSED),
}
LEAST_FREE = 1 << 20
"""Bytes below which a disk counts as full even where a library gives another reason."""


def disk_error(settings: Settings, failed: BaseException | str) -> DiskError | None:
    """The error for work that failed for lack of disk space or of the right to write; None when it failed otherwise.

    Args:
        failed: an error with its causes, or the messages of other programs.
    """
    words = failed.lower() if isinstance(failed, str) else ""
    kinds = set() if isinstance(failed, str) else {_NUMBERS.get(number) for number in _numbers(failed)}
    if not isinstance(failed, str):
        words = " ".join(str(error).lower() for error in _chain(failed))
    folder = _existing(settings.data)
    free = shutil.disk_usage(folder).free
    if _FULL in kinds or any(sign in words for sign in _FULL) or free < LEAST_FREE:
        return DiskError(
            f"the disk is full: {settings.data} has {free / 1e6:,.1f} MB free, and writing failed: "
            f"{_line_with(failed, _FULL)}",
            remedy="free disk space there (bilateral releases prune --keep 2 removes old releases), or set BILATERAL_DATA to a "
            "folder on a larger disk; then run the same command again. Releases and stored payloads are intact",
        )
    if _CLOSED in kinds or any(sign in words for sign in _CLOSED):
        return DiskError(
            f"{settings.data} or something in it cannot be written by user {os.geteuid()}: "
            f"{_line_with(failed, _CLOSED)}",
            remedy="give this user the right to write there or mount it writable, or set BILATERAL_DATA to a folder that "
            "is; then run the same command again. Releases and stored payloads are intact",
        )
    return None


def _line_with(failed: BaseException | str, signs: tuple[str, ...]) -> str:
    """The first line with one of the signs; the first line where none has."""
    text = failed if isinstance(failed, str) else "\n".join(str(error) for error in _chain(failed))
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    found = [line for line in lines if any(sign in line.lower() for sign in signs)]
    return (found or lines or ["no reason was given"])[0][:300]


def _chain(error: BaseException | None) -> list[BaseException]:
    """An error, what caused it, and what caused that."""
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = error.__cause__ or error.__context__
    return found


def _numbers(error: BaseException) -> set[int]:
    return {one.errno for one in _chain(error) if isinstance(one, OSError) and one.errno is not None}


def _existing(folder: Path) -> Path:
    """The folder, or the nearest one above it that is there."""
    return next(one for one in (folder, *folder.parents) if one.exists())
