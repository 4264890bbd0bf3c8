"""The folder for temporary files of one process and all that it starts, removed with it or by the next one."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from orchestration.core.data_lock import holding, is_held
from orchestration.core.files import remove

PREFIX, LOCK = "bilateral-process-", "lock"
"""Prefix of the folder's name, and the file in it that its process locks."""


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """Give this process, and all that it starts, a folder for temporary files until the block ends.

    Remove the folders of crashed processes first. The path is short, as sockets of Dagster's code servers are in it.
    """
    system = tempfile.gettempdir()
    for lock in Path(system).glob(f"{PREFIX}*/{LOCK}"):
        if not is_held(lock):
            remove(lock.parent)
    with tempfile.TemporaryDirectory(prefix=PREFIX, ignore_cleanup_errors=True) as name, holding(Path(name) / LOCK):
        os.environ["TMPDIR"] = tempfile.tempdir = name
        try:
            yield Path(name)
        finally:
            os.environ["TMPDIR"] = tempfile.tempdir = system
