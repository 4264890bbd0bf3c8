"""The folder for temporary files of one process and all that it starts, removed with it or by the next one."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PREFIX = "bilateral-process-"
LOCK = "lock"
"""The file in the folder whose lock its process holds; the system releases it when the process dies."""

_VARIABLE = "TMPDIR"


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """Give this process, and all that it starts, a folder for temporary files until the block ends.

    Remove the folders of crashed processes first. The path is short, because it contains sockets of Dagster's code servers.
    """
    remove_abandoned()
    before, system = os.environ.get(_VARIABLE), tempfile.gettempdir()
    made = Path(tempfile.mkdtemp(prefix="bilateral-new-"))
    with (made / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        folder = made.rename(made.with_name(made.name.replace("bilateral-new-", PREFIX)))  # never seen without its lock
        os.environ[_VARIABLE] = tempfile.tempdir = str(folder)
        try:
            yield folder
        finally:
            tempfile.tempdir = system
            os.environ.pop(_VARIABLE)
            if before is not None:
                os.environ[_VARIABLE] = before
            shutil.rmtree(folder, ignore_errors=True)


def remove_abandoned() -> list[Path]:
    """Remove the folders of this user whose lock no process holds; return them."""
    found = [path for path in Path(tempfile.gettempdir()).glob(f"{PREFIX}*") if _is_abandoned(path)]
    for folder in found:
        shutil.rmtree(folder, ignore_errors=True)
    return found


def _is_abandoned(folder: Path) -> bool:
    try:
        if folder.is_symlink() or folder.stat().st_uid != os.getuid():
            return False
        with (folder / LOCK).open("r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
    except OSError:  # held, or removed by another process meanwhile
        return False
