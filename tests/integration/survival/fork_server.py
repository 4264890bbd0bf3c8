"""A process that has loaded the libraries and forks one that runs ``bilateral ...`` for every line it reads. It kills nobody.

Loading takes most of a small refresh. What is forked is the command itself, of the tree that PYTHONPATH names, and a kill
of it is a real one. Each line of the input is a JSON object with ``arguments``, ``environment`` and the file that takes the
child's ``output``; the answers are the child's number and, when it has ended, its exit code (negative for a signal).
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any


def load() -> None:
    """Import what a refresh imports; nothing is opened, so that no thread hinders a fork."""
    import dagster_dbt  # noqa: F401
    import great_expectations  # noqa: F401

    import orchestration.cli.refresh
    import orchestration.definitions
    import orchestration.guards.evaluate
    import orchestration.releases.publish  # noqa: F401


def run(order: dict[str, Any]) -> None:
    """In the child: a session of its own, its output into the file, and then the command."""
    from orchestration.cli.main import cli

    os.setsid()
    output = os.open(order["output"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.environ.update(order["environment"])
    cli(order["arguments"], prog_name="bilateral")


def main() -> None:
    load()
    print("ready", flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if not child:
            run(order)
            os._exit(0)
        print(child, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    main()
