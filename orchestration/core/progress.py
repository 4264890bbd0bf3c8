"""One line per finished piece of work on the terminal, with the seconds since the start. Not a log: nothing else is written here."""

from __future__ import annotations

import sys
import time

_START = time.monotonic()


def say(text: str) -> None:
    """Write one progress line to standard error, where it does not mix with a command's answer."""
    print(f"{time.monotonic() - _START:6.1f}s  {text}", file=sys.stderr, flush=True)
