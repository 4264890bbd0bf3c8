"""Shared by integration tests: a copied tree, and the real command run in it. tests/conftest.py has the release."""

import json
import os
import shutil
import socket
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from orchestration.cli.main import cli
from orchestration.core.settings import Settings
from orchestration.reading.read_only import open_read_only
from orchestration.reading.release_store import require_current
from orchestration.transform.unit_test_record import RECORD

REPOSITORY = Path(__file__).resolve().parents[2]
TIME_LIMIT = 1_800
"""Seconds after which a command counts as hung."""


@dataclass(frozen=True)
class PublishedCopy:
    """A copy of the checkout with one published release. Tests read it, and copy it before they change it."""

    settings: Settings
    refresh: subprocess.CompletedProcess[str]

    @property
    def root(self) -> Path:
        return self.settings.root

    @property
    def data(self) -> Path:
        return self.settings.data

    def copied(self, folder: Path) -> Settings:
        """Copy tree and data folder below a folder, for a test to change."""
        settings = Settings(root=folder / "tree", data=folder / "data")
        shutil.copytree(self.root, settings.root)
        shutil.copytree(self.data, settings.data, symlinks=True)
        return settings

    def invoke(self, *arguments: str, data: Path | None = None) -> Result:
        """Run a command in this process, which takes seconds less than ``run_bilateral``."""
        return CliRunner().invoke(
            cli, arguments, env={"BILATERAL_ROOT": str(self.root), "BILATERAL_DATA": str(data or self.data)}
        )

    def json(self, *arguments: str) -> Any:
        """Run a command that prints JSON; return its content."""
        done = self.invoke(*arguments)
        assert done.exit_code == 0, done.stderr
        return json.loads(done.stdout)

    def query(self, sql: str) -> list[dict[str, Any]]:
        """Return the rows of a query of the current release."""
        with open_read_only(require_current(self.settings).database) as connection:
            answer = connection.execute(sql)
            names = [column[0] for column in answer.description or ()]
            return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]

    def lend_parse(self, data: Path) -> None:
        """Copy the parsed dbt project and the record of passed unit tests into an empty data folder, to save time."""
        lent = Settings(root=self.root, data=data)
        shutil.copytree(self.settings.parsed, lent.parsed)
        shutil.copyfile(self.settings.build / RECORD, lent.build / RECORD)


def copy_tree(target: Path) -> Path:
    """Copy all tracked or new files of the checkout, except ignored ones, to ``target``."""
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


BILATERAL = (sys.executable, "-m", "orchestration.cli.main")


def plain_environment() -> dict[str, str]:
    """Return the environment without variables of ours, dbt's or Dagster's."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("BILATERAL_", "DBT_", "DAGSTER"))}


def environment(root: Path, data: Path, **more: str) -> dict[str, str]:
    """Return the environment for ``BILATERAL`` of a tree on a data folder."""
    own = {"BILATERAL_ROOT": str(root), "BILATERAL_DATA": str(data), "PYTHONPATH": str(root)}
    return {**plain_environment(), **own, **more}


def run_bilateral(root: Path, data: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run ``bilateral`` of a tree on a data folder; ``more`` are environment variables."""
    return subprocess.run(
        [*BILATERAL, *arguments],
        cwd=root,
        env=environment(root, data, **more),
        capture_output=True,
        text=True,
        timeout=TIME_LIMIT,
        check=False,
    )


def free_port() -> int:
    """Return a free local port whose successor is free, too, for the pages of `bilateral serve`."""
    while True:
        with socket.socket() as probe, socket.socket() as following, suppress(OSError, OverflowError):
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
            following.bind(("127.0.0.1", port + 1))
            return port
