"""The folder for temporary files of one process and all that it starts, removed with it or by the next one."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from orchestration.core.files import holding, is_held

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
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    try:
        with holding(folder / LOCK):
            os.environ[_VARIABLE] = tempfile.tempdir = str(folder)
            yield folder
    finally:
        tempfile.tempdir = system
        os.environ.pop(_VARIABLE, None)
        if before is not None:
            os.environ[_VARIABLE] = before
        shutil.rmtree(folder, ignore_errors=True)


def remove_abandoned() -> list[Path]:
    """Remove the folders whose lock no process holds; return them."""
    locks = Path(tempfile.gettempdir()).glob(f"{PREFIX}*/{LOCK}")
    folders = [lock.parent for lock in locks if not is_held(lock)]
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
    return folders
