"""Progress lines on the terminal, with the seconds since the start."""

import sys
import time

_START = time.monotonic()


def say(text: str) -> None:
    """Write one progress line to standard error, apart from a command's output."""
    print(f"{time.monotonic() - _START:6.1f}s  {text}", file=sys.stderr)
