"""Opening of files that come from outside: regular files only, never through a link, a pipe or a device."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import IO

_KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFLNK: "a link",
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFBLK: "a device",
    stat.S_IFCHR: "a device",
}


def kind_of(mode: int) -> str | None:
    """Return what a path is by its mode, such as ``a link``; None for a regular file."""
    return None if stat.S_ISREG(mode) else _KINDS.get(stat.S_IFMT(mode), "a special file")


def open_regular(path: Path) -> IO[bytes]:
    """Open a regular file for reading, without following a link and without waiting for a writer.

    Raises:
        OSError: the path is missing, unreadable or not a regular file; ``reason`` words it.
    """
    _require_regular(path.lstat().st_mode)
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        _require_regular(os.fstat(descriptor).st_mode)  # the path may have been replaced in between
        return os.fdopen(descriptor, "rb")
    except OSError:
        os.close(descriptor)
        raise


def read_regular(path: Path, largest: int) -> bytes:
    """Return the content of a regular file of at most ``largest`` bytes; raise ValueError for a larger one."""
    with open_regular(path) as stream:
        body = stream.read(largest + 1)
    if len(body) > largest:
        raise ValueError(f"larger than {largest} bytes")
    return body


def reason(error: OSError) -> str:
    """Return why a file could not be opened, such as ``it is a link`` or ``Permission denied``."""
    return f"it is {error.strerror}" if error.errno == errno.EINVAL else str(error.strerror)


def not_regular(kind: str) -> OSError:
    """Return the error for a path that is ``kind``, such as ``a link``, instead of a regular file."""
    return OSError(errno.EINVAL, kind)


def _require_regular(mode: int) -> None:
    if kind := kind_of(mode):
        raise not_regular(kind)
