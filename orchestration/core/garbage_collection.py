"""How often Python looks for cycles of dead objects while a command works."""

from __future__ import annotations

import gc

_COLLECT_AFTER = (50_000, 20, 20)
"""New objects after which Python looks for cycles among them, and how many such looks come before one at older objects."""


def collect_seldom() -> None:
    """Have Python look for cycles of dead objects less often than by default.

    It otherwise does so some thousand times while the libraries load, which takes a sixth of their time and finds next to nothing.
    """
    gc.set_threshold(*_COLLECT_AFTER)
