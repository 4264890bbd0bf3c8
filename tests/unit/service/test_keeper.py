"""Programs that are kept together, killed in every way: none outlives the process that started them, nor what they started."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from orchestration.core.files import holding
from orchestration.core.processes import SERVICE

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks at processes in /proc"),
]

STARTER = """
import json, os, sys
from pathlib import Path
from orchestration.cli.serve import run_together
sys.exit(run_together(json.loads(sys.argv[1]), os.environ, Path(sys.argv[2])))
"""

PROGRAM = """
import os, signal, subprocess, sys, time
stubborn, name = sys.argv[1] == "stubborn", sys.argv[2]
if stubborn:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"])
open(name, "w").write(f"{os.getpid()} {child.pid}")
time.sleep(600)
"""
"""A program with a child that hears no SIGTERM, as a code server or a run may not."""

SECONDS = 8.0
"""Within which everything is gone, on a busy machine; the keeper takes three."""


@contextmanager
def kept(tmp_path: Path, kind: str) -> Iterator[tuple[subprocess.Popen[bytes], int, list[int]]]:
    """Two programs kept together: the process that started them, their keeper, and the programs with their children."""
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    names = [tmp_path / "one", tmp_path / "other"]
    commands = [[sys.executable, str(program), kind, str(name)] for name in names]
    starter = subprocess.Popen(
        [sys.executable, "-c", STARTER, json.dumps(commands), str(tmp_path)], start_new_session=True
    )
    others: list[int] = []
    try:
        end = time.monotonic() + 30
        while not all(name.exists() and len(name.read_text().split()) == 2 for name in names):
            assert time.monotonic() < end
            time.sleep(0.05)
        others = [int(number) for name in names for number in name.read_text().split()]
        yield starter, parent_of(others[0]), others
    finally:
        for process in (starter.pid, *others):
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        starter.wait()


def parent_of(process: int) -> int:
    return int(Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[1])


def is_alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] not in ("Z", "X")
    except (FileNotFoundError, ProcessLookupError):
        return False


def all_gone(processes: list[int]) -> bool:
    end = time.monotonic() + SECONDS
    while any(map(is_alive, processes)) and time.monotonic() < end:
        time.sleep(0.05)
    return not any(map(is_alive, processes))


KILLS: dict[str, Callable[[int, int, list[int]], None]] = {
    "the process that started them": lambda starter, _, __: os.kill(starter, signal.SIGKILL),
    "its whole process group": lambda starter, _, __: os.killpg(starter, signal.SIGKILL),
    "the keeper": lambda _, keeper, __: os.kill(keeper, signal.SIGKILL),
    "one of the programs": lambda _, __, others: os.kill(others[0], signal.SIGKILL),
}


@pytest.mark.parametrize(
    ("kill", "kind"),
    [
        (kill, kind)
        for kill in KILLS
        for kind in ("obedient", "stubborn")
        if (kill, kind) != ("one of the programs", "stubborn")
    ],
)
def test_nothing_outlives_a_kill(tmp_path: Path, kill: str, kind: str) -> None:
    """A program that goes on at SIGTERM has its thirty seconds where another one ended, and none where all were left."""
    with kept(tmp_path, kind) as (starter, keeper, others):
        assert all(map(is_alive, [keeper, *others]))
        KILLS[kill](starter.pid, keeper, others)
        assert all_gone([keeper, *others])
        assert starter.wait(SECONDS) != 0


def test_a_stop_is_orderly_and_is_no_failure(tmp_path: Path) -> None:
    with kept(tmp_path, "obedient") as (starter, keeper, others):
        starter.send_signal(signal.SIGTERM)
        assert starter.wait(SECONDS) == 0
        assert all_gone([keeper, *others])


def test_a_program_that_ends_by_itself_is_named(tmp_path: Path) -> None:
    commands = [[sys.executable, "-c", "raise SystemExit(7)"], [sys.executable, "-c", "import time; time.sleep(600)"]]
    done = subprocess.run(
        [sys.executable, "-c", STARTER, json.dumps(commands), str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "ended by itself with code 7" in done.stderr


MEMBER = "import time; from orchestration.core.processes import end_with_service; end_with_service(); print('up', flush=True); time.sleep(600)"


def test_a_code_server_ends_with_its_service_whoever_else_was_killed(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    with holding(lock):
        member = subprocess.Popen(
            [sys.executable, "-c", MEMBER], env=os.environ | {SERVICE: str(lock)}, stdout=subprocess.PIPE
        )
        assert member.stdout
        member.stdout.readline()
        time.sleep(2.5)
        assert member.poll() is None
    assert member.wait(SECONDS) == 1
