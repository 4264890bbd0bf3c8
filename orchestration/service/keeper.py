"""The program that keeps other programs together: all of them run, or none, and none outlives the process that started it.

They share one process group with everything that they start. Standard input is the lifeline: it ends when the process at its
other end does, however that dies. On Linux the kernel kills the programs if the keeper itself is killed.
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from orchestration.core.processes import die_with_parent

STOP = b"stop\n"
"""What is written into the lifeline to end the programs in an orderly way."""

PATIENCE = 30.0
"""Seconds that a program has to end when it is stopped."""

PATIENCE_OF_AN_ORPHAN = 2.0
"""Seconds that the programs have to end when the process that started them is gone."""

PATIENCE_OF_THE_REST = 1.0
"""Seconds that code servers and runs have to end after the programs that started them."""

_LOOK_EVERY = 0.2


def keep(commands: Sequence[Sequence[str]], lifeline: int) -> None:
    """Run programs until one of them ends or the lifeline does; then end the others."""
    running: list[subprocess.Popen[bytes]] = []
    patience = PATIENCE_OF_AN_ORPHAN
    try:
        for command in commands:
            running.append(_started(command))
        patience = _watched(running, lifeline)
    finally:
        ended = [one for one in running if one.poll() is not None]
        _end(running, patience)
    for one in ended:
        name = Path(str(one.args[0])).name  # type: ignore[index]
        with suppress(OSError):  # nobody reads it any more
            print(f"{name} ended by itself with code {one.returncode}", file=sys.stderr, flush=True)


def _started(command: Sequence[str]) -> subprocess.Popen[bytes]:
    keeper = os.getpid()

    def bind() -> None:
        if not die_with_parent(keeper):
            os._exit(1)

    return subprocess.Popen(command, stdin=subprocess.DEVNULL, preexec_fn=bind)  # noqa: S603


def _watched(running: Sequence[subprocess.Popen[bytes]], lifeline: int) -> float:
    """Wait until a program or the lifeline ends; return the seconds that the others have to end."""
    while all(one.poll() is None for one in running):
        if select.select([lifeline], [], [], _LOOK_EVERY)[0]:
            return PATIENCE if os.read(lifeline, len(STOP)) else PATIENCE_OF_AN_ORPHAN
    return PATIENCE


def _end(running: Sequence[subprocess.Popen[bytes]], patience: float) -> None:
    end = time.monotonic() + patience
    for one in running:
        if one.poll() is None:
            one.terminate()
    for one in running:
        try:
            one.wait(max(end - time.monotonic(), 0.0))
        except subprocess.TimeoutExpired:
            one.kill()


def main() -> None:
    """Keep the programs of the first argument, a JSON list of commands; then end the whole process group."""
    if os.getpgrp() != os.getpid():
        sys.exit("the keeper ends its process group, so that it must lead one of its own")
    keep(json.loads(sys.argv[1]), sys.stdin.fileno())
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os.killpg(0, signal.SIGTERM)  # code servers and runs
    time.sleep(PATIENCE_OF_THE_REST)
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    main()
