"""The command ``bilateral-dbt``: dbt in a process that ends with the process that started it.

A killed refresh must not leave a dbt behind that keeps writing into its build.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from importlib.metadata import version

COMMAND = "bilateral-dbt"

PARENT = "BILATERAL_DBT_PARENT"
"""The environment variable with the number of the process that dbt must not outlive."""

_PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """Let the kernel kill this process when its parent ends (on Linux; other systems have no such signal)."""
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    expected = os.environ.get(PARENT)
    if expected and os.getppid() != int(expected):  # it ended before the request reached the kernel
        sys.exit("the process that started dbt has ended")


def main() -> None:
    """Run dbt with the arguments of the command line; ``--version`` alone is answered without importing dbt."""
    if sys.argv[1:] == ["--version"]:  # dagster-dbt asks before every command; dbt needs three seconds for it
        print(version("dbt-core"))
        return
    die_with_parent()
    from dbt.cli.main import dbtRunner

    result = dbtRunner().invoke(sys.argv[1:])
    if result.exception:
        print(result.exception, file=sys.stderr)
        sys.exit(2)
    sys.exit(0 if result.success else 1)


if __name__ == "__main__":
    main()
