"""The locks of a data folder: a refresh has it alone, runs of the UI and the daemon share it, one at a time builds and publishes."""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from orchestration.core.errors import BilateralError
from orchestration.core.files import is_held
from orchestration.core.settings import Settings

REFRESH = "refresh.lock"
"""Held alone by ``bilateral refresh``; shared by every run that the UI or the daemon starts."""

PUBLICATION = "publication.lock"
"""Held alone by whatever builds, guards, publishes, rolls back or prunes."""

SERVICE = "service.lock"
"""Held alone by ``bilateral serve``, with its address."""

_LOOK_EVERY = 0.5

_GLANCE = 1.0
"""Seconds for which a command waits for a lock: others may look at it for a moment."""

_HELD: dict[Path, bool] = {}
"""The locks of this process, and whether it has each alone: a run inside a refresh needs none of its own."""


@contextmanager
def hold(
    path: Path,
    who: str,
    *,
    alone: bool,
    patience: float = _GLANCE,
    waits: Callable[[str], None] = lambda _: None,
) -> Iterator[None]:
    """Hold a lock of a data folder until the block ends.

    Args:
        who: what the process that holds it alone is, for the message to others.
        patience: seconds to wait for it; ``waits`` is called once with its holder.

    Raises:
        BilateralError: another process holds it.
    """
    path = path.absolute()
    if path in _HELD and (_HELD[path] or not alone):
        yield
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8") as stream:
        _take(stream, fcntl.LOCK_EX if alone else fcntl.LOCK_SH, patience, waits)
        _HELD[path] = alone
        try:
            if alone:
                stream.truncate(0)
                stream.write(f"{who}, process {os.getpid()} on {os.uname().nodename}")
                stream.flush()
            yield
        finally:
            del _HELD[path]
            if alone:
                stream.truncate(0)


@contextmanager
def alone(settings: Settings, who: str) -> Iterator[None]:
    """Have the data folder alone; raise BilateralError if another refresh, or a run of the UI or the daemon, is at work."""
    with hold(settings.data / REFRESH, who, alone=True), publishing(settings, who):
        yield


@contextmanager
def publishing(settings: Settings, who: str) -> Iterator[None]:
    """Be the only process that builds, publishes or removes releases; raise BilateralError if another one does."""
    with hold(settings.data / PUBLICATION, who, alone=True):
        yield


def crashed_runs(settings: Settings) -> list[str]:
    """Return the runs whose process died; unlink the lock of each after reporting it."""
    return [path.name for path in sorted(settings.run_locks.glob("*")) if not is_held(path)]


def who_works(settings: Settings) -> str | None:
    """Return a description of the process with an exclusive lock, or None."""
    for name in (REFRESH, PUBLICATION):
        with suppress(FileNotFoundError), (settings.data / name).open(encoding="utf-8") as stream:
            if not _is_shareable(stream):
                return _text(stream)
    return None


def _take(stream: IO[str], kind: int, patience: float, waits: Callable[[str], None]) -> None:
    end, is_announced = time.monotonic() + patience, False
    while True:
        try:
            return fcntl.flock(stream, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            shared = "a run that the Dagster UI or the daemon started"
            holder = shared if _is_shareable(stream) else _text(stream)
        if time.monotonic() >= end:
            remedy = "wait until it has ended, or set BILATERAL_DATA to another folder"
            raise BilateralError(f"this data folder is in use: {holder}", remedy=remedy)
        if not is_announced:
            waits(holder)
            is_announced = True
        time.sleep(_LOOK_EVERY)


def _is_shareable(stream: IO[str]) -> bool:
    """Whether no process has the lock alone."""
    try:
        fcntl.flock(stream, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    fcntl.flock(stream, fcntl.LOCK_UN)
    return True


def _text(stream: IO[str]) -> str:
    stream.seek(0)
    return stream.read().strip() or "another process"
