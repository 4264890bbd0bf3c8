"""Opening of files that come from outside: regular files only, never through a link, a pipe or a device."""

import errno
import os
import stat
from pathlib import Path
from typing import IO

NOT_REGULAR = "it is not a regular file but a link, folder, pipe, socket or device"


def open_regular(path: Path) -> IO[bytes]:
    """Open a regular file for reading, without following a link and without waiting for a writer.

    Raises:
        OSError: the path is missing, unreadable or not a regular file; ``strerror`` is the reason.
    """
    _require_regular(path.lstat())
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        _require_regular(os.fstat(descriptor))  # the path may have been replaced in between
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


def _require_regular(status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, NOT_REGULAR)
