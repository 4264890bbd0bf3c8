"""How the asker of a query and the process that runs it speak, and how that process begins.

Both load this before anything else, so it imports as little as it can.
"""

from __future__ import annotations

import os
import subprocess
import sys

ROWS, DONE, FAILED, TOO_LARGE, SEVERAL, UNREADABLE = b"R", b"D", b"F", b"M", b"S", b"U"
"""Rows as one Arrow stream (the first part always, so that the columns are known), the end, DuckDB's refusal, its own limit of memory,
the number of statements where it is not one, and why the database cannot be opened."""
LENGTH = 8
"""Bytes of the length of a text or a part."""

_PASSED_ON = (
    "PATH",
    "PYTHONPATH",
    "PYTHONHOME",
    "LD_LIBRARY_PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "TZ",
    "TMPDIR",
    "VIRTUAL_ENV",
)
"""Variables of the environment that the process is given: keys of publishers are none of its business."""

_prepared: list[subprocess.Popen[bytes]] = []


def prepare_worker() -> None:
    """Start the process of the next session now, so that it loads while its asker does; it ends with its asker, used or not."""
    _prepared.append(_started())


def take_worker() -> subprocess.Popen[bytes]:
    """The process that was prepared, or a new one."""
    return _prepared.pop() if _prepared else _started()


def _started() -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "orchestration.releases.query_worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={name: os.environ[name] for name in _PASSED_ON if name in os.environ},
        start_new_session=True,  # Ctrl-C is for the asker, who ends the worker
    )
