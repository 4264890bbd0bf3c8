"""How often Python looks for cycles of dead objects while a command works, and that it does not when the command ends."""

from __future__ import annotations

import atexit
import gc

_COLLECT_AFTER = (50_000, 20, 20)
"""New objects after which Python looks for cycles among them, and how many such looks come before one at older objects."""


def collect_seldom() -> None:
    """Have Python look for cycles of dead objects less often than by default, and no more once the process ends.

    It otherwise does so some thousand times while the libraries load, which takes a sixth of their time and finds next to nothing; and
    several times among all objects before the process gives its memory back, which takes two seconds after a refresh.
    """
    gc.set_threshold(*_COLLECT_AFTER)
    atexit.register(gc.freeze)
