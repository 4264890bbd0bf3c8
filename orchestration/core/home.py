"""A home for a user who has none: no entry in passwd and no HOME, as in containers and under hardened units."""

import os
from pathlib import Path

from orchestration.core.settings import Settings


def ensure_home() -> None:
    """Point HOME into the data folder where the system knows no home, for libraries that look for one when they load.

    What they keep there is a cache; nothing of ours is in it.
    """
    try:
        Path.home()
    except RuntimeError:
        home = Settings.from_environment().data / "home"
        home.mkdir(parents=True, exist_ok=True)
        os.environ["HOME"] = str(home)
