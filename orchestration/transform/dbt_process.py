"""dbt as a child that does not outlive the process that started it: ``python -m orchestration.transform.dbt_process build ...``.

A killed refresh must not leave a dbt behind that goes on writing into its build. What dbt does is dbt's affair.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PARENT = "BILATERAL_DBT_PARENT"
"""The process that this one must not outlive."""

_PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """Let the kernel kill this process when its parent ends; where the kernel cannot (other than Linux), nothing happens."""
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    expected = os.environ.get(PARENT)
    if expected and os.getppid() != int(expected):  # it ended before the kernel was told
        sys.exit("the process that started dbt has ended")


def main() -> None:
    """Run dbt's own command line."""
    die_with_parent()
    from dbt.cli.main import cli

    cli(prog_name="dbt")


if __name__ == "__main__":
    main()
