"""Messages between a query session and the process that runs its queries, and the start of that process."""

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


def start_worker() -> subprocess.Popen[bytes]:
    """Start the process that runs the queries of a session."""
    return subprocess.Popen(
        [sys.executable, "-m", "orchestration.releases.query_worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={name: os.environ[name] for name in _PASSED_ON if name in os.environ},
        start_new_session=True,  # Ctrl-C is for the asker, who ends the worker
    )
