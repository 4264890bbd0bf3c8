"""A line in the terminal while a long query runs: how long it has, and how to stop it."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from orchestration.core.query_limits import QueryLimits

AFTER = 2.0
"""Seconds before the line appears: most queries are answered within them."""


@contextmanager
def waiting(what: str, limits: QueryLimits) -> Iterator[None]:
    """Show the line while the block takes longer than ``AFTER`` seconds, where standard error is a terminal; remove it at the end."""
    if not sys.stderr.isatty():
        yield
        return
    is_over = threading.Event()
    line = threading.Thread(target=_line, args=(f"{what}, for at most {limits.seconds:g} s; Ctrl-C stops it", is_over))
    line.start()
    try:
        yield
    finally:
        is_over.set()
        line.join()


def _line(words: str, is_over: threading.Event) -> None:
    if is_over.wait(AFTER):
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        shown.add_task(words, total=None)
        is_over.wait()
