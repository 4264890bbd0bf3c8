"""Locks of a data folder: a refresh has it alone, runs of the UI and the daemon share it, one process publishes.

The system releases the lock of a process that dies, so that none seems alive after a crash, in any container.
"""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import IO, Any

from orchestration.core.errors import MachineError
from orchestration.core.settings import Settings

REFRESH, PUBLICATION, SERVICE = "refresh.lock", "publication.lock", "service.lock"
"""Files of the locks: ``bilateral refresh`` has the first one alone, and runs of the UI and the daemon share it;
whatever builds, guards, publishes, rolls back or prunes has the second one alone, and ``bilateral serve`` the third."""

_HELD: set[Path] = set()
"""The locks that this process has alone: a run inside a refresh needs none of its own."""


@contextmanager
def hold(
    path: Path, who: str, *, alone: bool, patience: float = 1.0, waits: Callable[[str], None] = lambda _: None
) -> Iterator[None]:
    """Hold a lock of a data folder until the block ends; raise MachineError if another process has it.

    Args:
        who: what the process that holds it alone is, for the message to others.
        patience: seconds to wait; probes hold the lock briefly.
        waits: called with each process that has it meanwhile.
    """
    path = path.absolute()
    if path in _HELD:
        yield
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8") as stream:
        end, announced = time.monotonic() + patience, ""
        while not _try_lock(stream, fcntl.LOCK_EX if alone else fcntl.LOCK_SH):
            holder = path.read_text(encoding="utf-8") or "a run that the Dagster UI or the daemon started"
            if time.monotonic() >= end:
                remedy = "wait until it has ended, or set BILATERAL_DATA to another folder"
                raise MachineError(f"this data folder is in use: {holder}", remedy=remedy)
            if holder != announced:
                waits(announced := holder)
            time.sleep(0.5)
        stream.truncate(0)
        if alone:
            stream.write(f"{who}, process {os.getpid()} on {os.uname().nodename}")
            stream.flush()
            _HELD.add(path)
        try:
            yield
        finally:
            _HELD.discard(path)


@contextmanager
def holding(path: Path) -> Iterator[None]:
    """Hold the lock of a file that exists only while it is locked; no other process may want it."""
    part = path.with_name(f".{path.name}")
    with hold(part, "", alone=True):
        part.rename(path)
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


def is_held(path: Path) -> bool:
    """Return whether a process holds the lock exclusively."""
    try:
        with path.open("rb") as stream:
            return not _try_lock(stream, fcntl.LOCK_SH)
    except FileNotFoundError:
        return False


@contextmanager
def alone(settings: Settings, who: str) -> Iterator[None]:
    """Reserve the data folder; raise MachineError while another refresh, or a run of the UI or the daemon, works."""
    with hold(settings.data / REFRESH, who, alone=True), publishing(settings, who):
        yield


def publishing(settings: Settings, who: str) -> AbstractContextManager[None]:
    """Build, publish or remove releases as the only process; raise MachineError if another one does."""
    return hold(settings.data / PUBLICATION, who, alone=True)


def crashed_runs(settings: Settings) -> list[str]:
    """Return the runs whose process died; unlink the lock of each after reporting it."""
    return [path.name for path in sorted(settings.run_locks.glob("[!.]*")) if not is_held(path)]


def who_works(settings: Settings) -> str | None:
    """Return a description of the process with an exclusive lock, or None."""
    paths = (settings.data / name for name in (REFRESH, PUBLICATION))
    return next((path.read_text(encoding="utf-8") for path in paths if is_held(path)), None)


def _try_lock(stream: IO[Any], kind: int) -> bool:
    """Take a lock of an open file if it is free; return whether it was."""
    try:
        fcntl.flock(stream, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
