"""A process that has loaded the libraries and forks one that runs ``bilateral ...`` for every line it reads. It kills nobody.

Loading takes most of a small refresh. What is forked is the command itself, of the tree that PYTHONPATH names, and a kill
of it is a real one. Each line of the input is a JSON object with ``arguments``, ``environment`` and the file that takes the
child's ``output``; the answers are the child's number and, when it has ended, its exit code (negative for a signal).

The dbt of a refresh loads libraries of its own. With ``DBT_SOCKET`` in the environment, a second such process forks it too: the
refresh starts warm_dbt.py in the place of ``bilateral-dbt``, which passes its arguments, environment and output on. Tests that
kill empty that variable for what they start, so that what they kill are the real processes.
"""

from __future__ import annotations

import gc
import json
import os
import shlex
import socket
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

DBT_SOCKET = "TESTS_DBT_SOCKET"
"""The environment variable with the address at which dbt is forked."""

WARM_DBT = Path(__file__).with_name("warm_dbt.py")


def load() -> None:
    """Import what a refresh imports; nothing is opened, so that no thread hinders a fork."""
    import dagster_dbt  # noqa: F401
    import dbt.adapters.duckdb
    import dbt.config.runtime  # noqa: F401
    import great_expectations  # noqa: F401

    import orchestration.cli.refresh
    import orchestration.definitions
    import orchestration.guards.evaluate
    import orchestration.releases.publish  # noqa: F401

    gc.freeze()


def run(order: dict[str, Any]) -> None:
    """In the child: a session of its own, its output into the file, and then the command."""
    import orchestration.definitions
    from orchestration.cli.main import cli
    from orchestration.core.settings import program
    from orchestration.transform.dbt_process import COMMAND

    os.setsid()
    output = os.open(order["output"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.environ.update(order["environment"])
    if address := os.environ.get(DBT_SOCKET):
        warm = Path(address).with_name(COMMAND)
        warm.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -IS {shlex.quote(str(WARM_DBT))} "$@"\n')
        warm.chmod(0o700)
        orchestration.definitions.program = lambda name: warm if name == COMMAND else program(name)  # type: ignore[attr-defined]
    cli(order["arguments"], prog_name="bilateral")


def fork_dbt(listening: socket.socket) -> None:
    """Load what dbt loads and fork a dbt for each connection, until the parent ends."""
    from orchestration.core.processes import die_with_parent

    if not die_with_parent(os.getppid()):
        os._exit(0)
    import dbt.adapters.duckdb
    import dbt.cli.main
    import dbt.task.build  # noqa: F401

    import orchestration.transform.engines.duckdb  # noqa: F401

    gc.freeze()
    while True:
        connection, _ = listening.accept()
        if not os.fork():
            listening.close()
            run_dbt(connection)
        connection.close()
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG) != (0, 0):
                pass


def run_dbt(connection: socket.socket) -> None:
    """In the child: dbt as the other side asks for it; its exit code is the answer, and it ends when nobody waits for it."""
    said, files, _, _ = socket.recv_fds(connection, 1 << 20, 2)
    while not said.endswith(b"\n"):
        said += connection.recv(1 << 20)
    order = json.loads(said)
    for number, file in enumerate(files, start=1):
        os.dup2(file, number)
        os.close(file)
    server = os.getppid()
    os.environ.clear()
    os.environ.update(order["environment"])
    os.chdir(order["folder"])

    from orchestration.transform import dbt_process

    os.environ[dbt_process.PARENT] = str(server)
    sys.argv = [dbt_process.COMMAND, *order["arguments"]]
    threading.Thread(target=lambda: connection.recv(1) or os._exit(1), daemon=True).start()
    code = 1
    try:
        dbt_process.main()
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        connection.sendall(bytes([code]))
        os._exit(code)


def main() -> None:
    address = os.environ.get(DBT_SOCKET)
    if address:
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(address)
            listening.listen()
            if not os.fork():
                os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
                fork_dbt(listening)
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
