"""What the integration tests share: a copied tree and the real command run in it. The published release is in tests/conftest.py."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from orchestration.core.settings import Settings
from orchestration.transform.unit_test_record import RECORD

REPOSITORY = Path(__file__).resolve().parents[2]
TIME_LIMIT = 1_800
"""Seconds after which a command is taken for hung."""


@dataclass(frozen=True)
class PublishedCopy:
    """A copy of the checkout with one published release. Tests read it, and copy what they want to change."""

    settings: Settings
    refresh: subprocess.CompletedProcess[str]

    @property
    def root(self) -> Path:
        return self.settings.root

    @property
    def data(self) -> Path:
        return self.settings.data

    def copied(self, folder: Path) -> Settings:
        """A copy of tree and data folder below a folder, which a test may change; dbt resumes its parse there."""
        settings = Settings(root=folder / "tree", data=folder / "data")
        shutil.copytree(self.root, settings.root)
        shutil.copytree(self.data, settings.data, symlinks=True)
        return settings

    def lend_parse(self, data: Path) -> None:
        """Put the parsed dbt project into an empty data folder, so that a code location on it does not parse it again, and the
        record of the unit tests that passed, so that a refresh of the same project does not run them again.

        A build resumes the parse too where tree and data folder lie beside one another, as they do here.
        """
        lent = Settings(root=self.root, data=data)
        shutil.copytree(self.settings.parsed, lent.parsed)
        shutil.copyfile(self.settings.build / RECORD, lent.build / RECORD)


def copy_tree(target: Path) -> Path:
    """Copy what belongs to the project, tracked or new but not ignored, from the checkout to ``target``."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for name in filter(None, listed.split("\0")):
        if (REPOSITORY / name).is_file():  # a file deleted and not yet committed is listed and not there
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(REPOSITORY / name, target / name)
    return target


def run_bilateral(root: Path, data: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """The ``bilateral`` command of the tree in ``root`` on the data folder ``data``, as its own process.

    ``more`` are further environment variables.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("BILATERAL_", "DBT_", "DAGSTER"))}
    return subprocess.run(
        [sys.executable, "-m", "orchestration.cli.main", *arguments],
        cwd=root,
        env={**kept, "BILATERAL_ROOT": str(root), "BILATERAL_DATA": str(data), "PYTHONPATH": str(root), **more},
        capture_output=True,
        text=True,
        timeout=TIME_LIMIT,
        check=False,
    )


def free_port() -> int:
    """A local port on which nobody listens, nor on the next one, where `bilateral serve` has the pages beside the UI."""
    while True:
        with socket.socket() as probe, socket.socket() as following, suppress(OSError, OverflowError):
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
            following.bind(("127.0.0.1", port + 1))
            return port


CAUGHT_BY, FAULT, SOURCE = "caught by", "fault", "source"
"""Under these names a test of a fault records which guard caught it; they are also in a JUnit report."""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Which guard caught how many payloads of each source with each fault, where tests of faults ran."""
    counts: dict[tuple[str, str], Counter[str]] = {}
    for seen in _recorded_properties(terminalreporter):
        if CAUGHT_BY in seen:
            counts.setdefault((seen[SOURCE], seen[FAULT]), Counter())[seen[CAUGHT_BY]] += 1
    if not counts:
        return
    terminalreporter.section("faults put into payloads, and the guards that caught them")
    for (source, fault), row in sorted(counts.items()):
        caught = ", ".join(f"{layer} {count}" for layer, count in sorted(row.items()))
        terminalreporter.write_line(f"{source:14} {fault:18} {caught}")


def _recorded_properties(terminalreporter: pytest.TerminalReporter) -> Iterator[dict[str, str]]:
    for reports in terminalreporter.stats.values():
        for report in reports:
            if getattr(report, "when", "") == "call":
                yield {str(name): str(value) for name, value in report.user_properties}
