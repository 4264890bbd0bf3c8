"""A workspace under test: start refreshes, follow their stages, check what a kill and a refresh leave."""

import os
import signal
import sqlite3
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from orchestration.core.files import sha256_of
from orchestration.core.settings import Settings
from orchestration.reading.read_only import open_read_only
from orchestration.reading.release_log import PUBLISHED, entries
from orchestration.reading.release_store import all_releases, current_release, pointer_fault, published_releases
from orchestration.releases.fingerprint import fingerprint
from orchestration.releases.upkeep import damage_of
from orchestration.transform.build import KEPT_BUILDS
from orchestration.transform.dbt_process import COMMAND
from tests.integration.conftest import BILATERAL, TIME_LIMIT, environment

POLL = 0.003
"""Seconds between two looks at the stage of a refresh."""

POLL_UNDISTURBED = 0.03
"""The same for a refresh that is not killed."""

STAGES = ("load and recover", "land and read", "dbt", "guards", "publish", "summary")
"""Stages of a refresh, in order."""

_ENDS = 10.0
"""Seconds within which the children of a killed process must end."""


@dataclass
class Child:
    """A command that was started: its process and the file with its output."""

    process: subprocess.Popen[bytes]
    output: Path

    @property
    def text(self) -> str:
        return self.output.read_text(encoding="utf-8", errors="replace")

    @property
    def is_running(self) -> bool:
        return self.process.poll() is None

    def wait(self) -> int:
        return self.process.wait(TIME_LIMIT)

    def kill(self, whole_session: bool) -> None:
        """Send SIGKILL to the process, or to its whole session."""
        with suppress(ProcessLookupError):
            (os.killpg if whole_session else os.kill)(self.process.pid, signal.SIGKILL)


@dataclass
class Commands:
    """Start ``bilateral`` of a tree on a data folder, each command in a session of its own."""

    root: Path
    data: Path
    count: int = 0

    def start(self, *arguments: str, **variables: str) -> Child:
        self.count += 1
        output = self.root.parent / f"output_{self.count}.txt"
        with output.open("wb") as stream:
            process = subprocess.Popen(
                [*BILATERAL, *arguments],
                cwd=self.root,
                env=environment(self.root, self.data) | variables,
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        return Child(process, output)

    def run(self, *arguments: str, **variables: str) -> tuple[int, str]:
        """Return exit code and output of a command."""
        child = self.start(*arguments, **variables)
        return child.wait(), child.text


@dataclass
class Workspace:
    """A tree with its data folder; ``renew`` changes its inputs, so that a refresh has something to publish."""

    settings: Settings
    commands: Commands
    renew: Callable[[Path], object]
    seconds: dict[str, float] = field(default_factory=dict)
    """How long each stage of the last whole refresh took."""

    def refresh(self) -> str:
        """Run a refresh to its end, timed stage by stage; return its output.

        Raises:
            AssertionError: it fails, or leaves a damaged or untidy workspace.
        """
        child, stage, since = self.commands.start("refresh"), 0, time.monotonic()
        seconds = dict.fromkeys(STAGES, 0.0)
        progress = Progress(self.settings)
        while child.is_running:
            now, reached = time.monotonic(), progress.stage()
            seconds[STAGES[stage]] += now - since
            stage, since = reached, now
            time.sleep(POLL_UNDISTURBED)
        code = child.wait()
        assert code == 0, child.text
        complaints = [*whole(self.settings), *tidy(self.settings)]
        assert complaints == [], "\n".join([*complaints, child.text])
        self.seconds = seconds
        return child.text


class Progress:
    """Stage of a refresh, from its traces on the disk. Create it before the refresh starts."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._reached = 0
        self._before = self._traces()

    def stage(self) -> int:
        """Return the position in STAGES."""
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
    """Return the hashes of all payloads in the payload store."""
    return {path.name for path in settings.landing.glob("*/payloads/*/*") if path.suffix != ".part"}


def whole(settings: Settings, before: str | None = None, payloads: frozenset[str] = frozenset()) -> list[str]:
    """Return damage of releases and payloads, which must be none at any moment.

    Args:
        before: the release that was current before the kill.
        payloads: hashes in the payload store before the kill.
    """
    faults = []
    current = current_release(settings)
    if before and current is None:
        faults.append(f"no release is current; {before} was")
    if before and current and before not in (current.id, current.previous):
        faults.append(f"{current.id} is current and does not follow {before}")
    for release in published_releases(settings):
        faults += [f"{release.id}: {damage}" for damage in damage_of(settings, release)]
    if current:
        with open_read_only(current.database) as connection:
            for table, rows in current.content["tables"].items():
                seen = connection.table(table).count("*").fetchall()[0][0]
                if seen != rows:
                    faults.append(f"{table} of {current.id} has {seen} rows, not {rows}")
    faults += [f"payload {sha256[:12]} is lost" for sha256 in sorted(payloads - stored_payloads(settings))]
    for path in settings.landing.glob("*/payloads/*/*"):
        if path.suffix != ".part" and sha256_of(path) != path.name:
            faults.append(f"payload {path.name[:12]} is not whole")
    return faults


def tidy(settings: Settings) -> list[str]:
    """Return what a successful refresh should have removed."""
    current = current_release(settings)
    partial = (*settings.data.rglob("*.part"), *settings.run_locks.glob("*"))
    faults = [f"left over: {path.relative_to(settings.data)}" for path in partial]
    faults += [f"left over: {path.name}" for path in settings.releases.glob(".*")]
    faults += [f"left over: {path.relative_to(settings.data)}" for path in settings.landing.glob("*/incoming/*")]
    builds = list((settings.build / "runs").iterdir())
    faults += [
        f"a crashed build: {build.name}" for build in builds if not (build / "target" / "run_results.json").exists()
    ]
    if len(builds) > KEPT_BUILDS + 1:
        faults.append(f"{len(builds)} builds are kept")
    if current is None or current.fingerprint != fingerprint(settings):
        faults.append("the current release does not have the present inputs and code")
    events = Counter(entry.release for entry in entries(settings) if entry.event == PUBLISHED)
    faults += [f"{release} was published {times} times" for release, times in events.items() if times != 1]
    faults += [fault for fault in [pointer_fault(settings)] if fault]
    faults += [f"{release.id} is not in the log" for release in all_releases(settings) if release.id not in events]
    faults += [f"Dagster lists {count} dead runs as running" for count in [_running(settings)] if count]
    return faults


def orphans(settings: Settings) -> list[int]:
    """Return processes that still write into the data folder after ``_ENDS`` seconds."""
    deadline = time.monotonic() + _ENDS
    while (workers := list(_workers(settings))) and time.monotonic() < deadline:
        time.sleep(0.05)
    return workers


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
