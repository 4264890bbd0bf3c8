"""Signals, garbage collection and the end of processes: with their parent, with their service, or on request."""

import atexit
import ctypes
import gc
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from orchestration.core.data_lock import is_held

SERVICE = "BILATERAL_SERVICE_LOCK"
"""Environment variable with the file that the service locks; code servers and runs end when it ends."""


def collect_seldom() -> None:
    """Collect garbage less often than Python's default, and not at the end of the process.

    While libraries load and dbt works, the default searches thousands of times and finds next to nothing.
    """
    gc.set_threshold(50_000, 20, 20)  # new objects, and searches of the youngest before one of older objects
    atexit.register(gc.freeze)


def die_with_parent(parent: int) -> bool:
    """Let the kernel kill this process, or a program that replaces it, when its parent ends (on Linux only).

    Call it before any thread is started. Return whether ``parent`` is still the parent; if not, it ended too early.
    """
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
    return os.getppid() == parent


def end_with_service() -> None:
    """End this process within a second or two of the service that it belongs to; do nothing where it belongs to none.

    Runs are grandchildren of the service, which the kernel does not end with it.
    """

    def watch(lock: Path) -> None:
        while is_held(lock):
            time.sleep(1.0)
        os._exit(1)

    if path := os.environ.get(SERVICE):
        threading.Thread(target=watch, args=(Path(path),), name=SERVICE, daemon=True).start()


_NOTED: list[Callable[[], frozenset[int]]] = []


def interrupted() -> bool:
    """Return whether SIGINT or SIGTERM was received inside ``noting_signals``."""
    return any(signals() & {signal.SIGINT, signal.SIGTERM} for signals in _NOTED)


@contextmanager
def noting_signals() -> Iterator[Callable[[], frozenset[int]]]:
    """Yield a function that returns the signals received so far; SIGTERM interrupts as Ctrl-C does."""
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    os.set_blocking(writer, False)
    before, wakeup = signal.signal(signal.SIGTERM, signal.default_int_handler), signal.set_wakeup_fd(writer)
    received: set[int] = set()

    def signals() -> frozenset[int]:
        with suppress(BlockingIOError):
            received.update(os.read(reader, 1024))
        return frozenset(received)

    _NOTED.append(signals)
    try:
        yield signals
    finally:
        _NOTED.remove(signals)
        signal.set_wakeup_fd(wakeup)
        signal.signal(signal.SIGTERM, before)
        os.close(reader)
        os.close(writer)
