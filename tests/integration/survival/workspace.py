"""A workspace under test: refreshes started in it, how far one is, and what must hold of it after a kill and after a refresh."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from orchestration.core.files import sha256_of
from orchestration.core.settings import Settings
from orchestration.releases.fingerprint import fingerprint
from orchestration.releases.history import PUBLISHED, entries
from orchestration.releases.release_store import (
    all_releases,
    current_release,
    open_read_only,
    pointer_fault,
    published_releases,
)
from orchestration.releases.upkeep import damage_of
from orchestration.transform.build import KEPT_BUILDS
from orchestration.transform.dbt_process import COMMAND
from tests.integration.conftest import REPOSITORY, TIME_LIMIT
from tests.integration.survival.fork_server import DBT_SOCKET

POLL = 0.003
"""Seconds between two looks at how far a refresh is."""

POLL_UNDISTURBED = 0.03
"""The same, where nothing is done at a moment of it: each look costs a tenth of a millisecond or so."""

STAGES = ("load and recover", "land and read", "dbt", "guards", "publish", "summary")
"""What a refresh does, in this order."""

_ENDS = 10.0
"""Seconds within which what a killed process had started must have ended."""


@dataclass
class Child:
    """One run of the command: its process, its output so far, and, once it ended, its exit code."""

    process: int
    output: Path
    wait: Callable[[], int]

    @property
    def said(self) -> str:
        return self.output.read_text(encoding="utf-8", errors="replace") if self.output.exists() else ""

    @property
    def runs(self) -> bool:
        """Whether it has not ended; one that ended and was not waited for has ended."""
        try:
            return Path(f"/proc/{self.process}/stat").read_text().rsplit(")", 1)[1].split()[0] not in ("Z", "X")
        except (FileNotFoundError, ProcessLookupError):  # the second where it ends between opening and reading
            return False

    def kill(self, whole_session: bool) -> None:
        """SIGKILL, to it alone or to everything that it started and that stayed in its session."""
        with suppress(ProcessLookupError):
            (os.killpg if whole_session else os.kill)(self.process, signal.SIGKILL)


class ForkServer:
    """The process of fork_server.py: it has loaded the libraries and forks commands of one tree."""

    def __init__(self, root: Path, data: Path, forks_dbt: bool) -> None:
        self.root, self.data, self.count = root, data, 0
        self._folder = tempfile.TemporaryDirectory(prefix="dbt-")  # the address of a socket must be short
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("BILATERAL_", "DBT_", "DAGSTER"))
        }
        paths = os.pathsep.join([str(root), str(REPOSITORY)])
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("fork_server.py"))],
            cwd=root,
            env={
                **kept,
                "BILATERAL_ROOT": str(root),
                "BILATERAL_DATA": str(data),
                "PYTHONPATH": paths,
                "GX_ANALYTICS_ENABLED": "False",
                **({DBT_SOCKET: f"{self._folder.name}/socket"} if forks_dbt else {}),
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._line() == "ready"

    def start(self, *arguments: str, **environment: str) -> Child:
        """Start ``bilateral`` with these arguments; one at a time."""
        self.count += 1
        output = self.root.parent / f"output_{self.count}.txt"
        order = {"arguments": arguments, "environment": environment, "output": str(output)}
        assert self._process.stdin
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return Child(int(self._line()), output, lambda: int(self._line()))

    def run(self, *arguments: str, **environment: str) -> tuple[int, str]:
        """Exit code and output of a command that is left alone."""
        child = self.start(*arguments, **environment)
        return child.wait(), child.said

    def close(self) -> None:
        self._process.kill()
        self._process.wait(TIME_LIMIT)
        self._folder.cleanup()

    def _line(self) -> str:
        assert self._process.stdout
        line = self._process.stdout.readline()
        assert line, "the fork server lives as long as the tests"
        return line.strip()


@contextmanager
def fork_server(root: Path, data: Path, *, forks_dbt: bool = True) -> Iterator[ForkServer]:
    """A fork server for a tree and a data folder; with ``forks_dbt`` a refresh that it forks starts no dbt from nothing either."""
    found = ForkServer(root, data, forks_dbt)
    try:
        yield found
    finally:
        found.close()


@dataclass
class Workspace:
    """A tree with its data folder and a fork server; ``renew`` changes its inputs, so that a refresh has something to publish."""

    settings: Settings
    fork_server: ForkServer
    renew: Callable[[Path], object]
    environment: dict[str, str] = field(default_factory=dict)
    """What its commands find in their environment beside what the fork server was given."""
    seconds: dict[str, float] = field(default_factory=dict)
    """How long each stage of the last whole refresh took."""

    def refresh(self) -> str:
        """A refresh that is left alone, timed stage by stage; return what it said.

        Raises:
            AssertionError: it fails, or leaves the workspace other than it must.
        """
        child, stage, since = self.start(), 0, time.monotonic()
        seconds = dict.fromkeys(STAGES, 0.0)
        progress = Progress(self.settings)
        while child.runs:
            now, reached = time.monotonic(), progress.stage()
            seconds[STAGES[stage]] += now - since
            stage, since = reached, now
            time.sleep(POLL_UNDISTURBED)
        code = child.wait()
        assert code == 0, f"a refresh that nobody disturbs ends well\n{child.said}"
        complaints = [*whole(self.settings), *tidy(self.settings)]
        assert complaints == [], "\n".join([*complaints, child.said])
        self.seconds = seconds
        return child.said

    def start(self) -> Child:
        """A refresh on its way."""
        return self.fork_server.start("refresh", **self.environment)

    def run(self, *arguments: str) -> tuple[int, str]:
        """Exit code and output of a command that is left alone."""
        return self.fork_server.run(*arguments, **self.environment)


class Progress:
    """How far a refresh is, by the traces that it leaves; made when it starts."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._reached = 0
        self._before = self._traces()

    def stage(self) -> int:
        """The position in STAGES of what it does now."""
        now = self._traces()
        if self._reached < len(now) and now[self._reached] != self._before[self._reached]:
            self._reached, self._before = self._reached + 1, now
        return self._reached

    def _traces(self) -> tuple[object, ...]:
        latest = _target(self._settings.build / "latest")
        receipt = self._settings.build / str(latest) / "receipt.json"
        return (
            _names(self._settings.data / "dagster" / "history" / "runs"),
            _names(self._settings.build / "runs"),
            latest,
            (latest, receipt.exists()) if latest and receipt.exists() else None,
            _target(self._settings.releases / "current"),
        )


def stored_payloads(settings: Settings) -> set[str]:
    """The hashes of all payloads in the payload store."""
    return {path.name for path in settings.landing.glob("*/payloads/*/*") if path.suffix != ".part"}


def whole(settings: Settings, before: str | None = None, payloads: frozenset[str] = frozenset()) -> list[str]:
    """What is wrong with what readers and publishers rely on, at any moment; empty when nothing is.

    Args:
        before: the release that was current before the kill.
        payloads: what landing held before the kill.
    """
    found = []
    current = current_release(settings)
    if before and current is None:
        found.append(f"no release is current; {before} was")
    if before and current and before not in (current.id, current.previous):
        found.append(f"{current.id} is current and does not follow {before}")
    for release in published_releases(settings):
        found += [f"{release.id}: {words}" for words in damage_of(settings, release)]
    if current:
        with open_read_only(current.database) as connection:
            for table, rows in current.content["tables"].items():
                seen = connection.table(table).count("*").fetchall()[0][0]
                if seen != rows:
                    found.append(f"{table} of {current.id} has {seen} rows, not {rows}")
    found += [f"payload {one[:12]} is lost" for one in sorted(payloads - stored_payloads(settings))]
    for path in settings.landing.glob("*/payloads/*/*"):
        if path.suffix != ".part" and sha256_of(path) != path.name:
            found.append(f"payload {path.name[:12]} is not whole")
    return found


def tidy(settings: Settings) -> list[str]:
    """What a refresh that ended well has left that it must not leave; empty when it is as it should be."""
    current = current_release(settings)
    partial = (*settings.data.rglob("*.part"), *settings.data.rglob("*.part.lock"), *settings.run_locks.glob("*"))
    found = [f"left over: {path.relative_to(settings.data)}" for path in partial]
    found += [f"left over: {path.name}" for path in settings.releases.glob(".*")]
    found += [f"left over: {path.relative_to(settings.data)}" for path in settings.landing.glob("*/incoming/*")]
    builds = list((settings.build / "runs").iterdir())
    found += [f"a crashed build: {one.name}" for one in builds if not (one / "target" / "run_results.json").exists()]
    if len(builds) > KEPT_BUILDS + 1:
        found.append(f"{len(builds)} builds are kept")
    if current is None or current.fingerprint != fingerprint(settings):
        found.append("the current release is not that of inputs and code in force")
    events = Counter(entry.release for entry in entries(settings) if entry.event == PUBLISHED)
    found += [f"{one} was published {times} times" for one, times in events.items() if times != 1]
    found += [words for words in [pointer_fault(settings)] if words]
    found += [f"{one.id} is not in the log" for one in all_releases(settings) if one.id not in events]
    found += [f"Dagster takes {count} dead runs for running" for count in [_running(settings)] if count]
    return found


def orphans(settings: Settings) -> list[int]:
    """Processes that still write into the workspace's data folder, after they were given time to end."""
    deadline = time.monotonic() + _ENDS
    while (found := list(_workers(settings))) and time.monotonic() < deadline:
        time.sleep(0.05)
    return found


def _workers(settings: Settings) -> Iterator[int]:
    for process in Path("/proc").iterdir():
        try:
            named = process.name.isdigit() and COMMAND.encode() in (process / "cmdline").read_bytes()
            if named and str(settings.data).encode() in (process / "environ").read_bytes():
                yield int(process.name)
        except OSError:
            continue


def _running(settings: Settings) -> int:
    with sqlite3.connect(settings.data / "dagster" / "history" / "runs.db") as connection:
        return int(
            connection.execute("select count(*) from runs where status in ('STARTED', 'STARTING')").fetchone()[0]
        )


def _target(link: Path) -> str | None:
    try:
        return os.readlink(link)
    except OSError:
        return None


def _names(folder: Path) -> frozenset[str]:
    return frozenset(os.listdir(folder)) if folder.exists() else frozenset()
