"""Refreshes in a row, without a daemon: the data folder stops growing. All figures are synthetic."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from orchestration.core.settings import Settings
from orchestration.reading.release_store import require_current
from tests.integration.survival.reduced_project import add_edition, reduced_tree
from tests.integration.survival.workspace import Commands, Workspace

pytestmark = pytest.mark.campaign

KEPT = 2
"""Runs that build, in this test's tree; the project keeps more."""

REBUILDS, UNCHANGED = 5, 4
SLACK = 0.01
"""How much larger a folder may be that does not grow: pages of databases, lengths of numbers."""


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Return a reduced project that keeps few runs."""
    root = reduced_tree(tmp_path / "tree")
    policy = root / "orchestration" / "assets" / "run_policy.py"
    text = policy.read_text(encoding="utf-8")
    assert "BUILD_RUNS_KEPT = 10\n" in text
    policy.write_text(text.replace("BUILD_RUNS_KEPT = 10\n", f"BUILD_RUNS_KEPT = {KEPT}\n"), encoding="utf-8")
    settings = Settings(root=root, data=tmp_path / "data")
    return Workspace(settings, Commands(root, settings.data), add_edition)


def size(folder: Path) -> int:
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def files(folder: Path) -> int:
    return sum(1 for path in folder.rglob("*") if path.is_file())


def rows_of(settings: Settings, name: str, sql: str) -> int:
    with closing(sqlite3.connect(settings.dagster_home / "history" / name)) as connection:
        return int(connection.execute(sql).fetchone()[0])


def test_the_data_folder_stops_growing(workspace: Workspace) -> None:
    settings, sizes, releases = workspace.settings, [], set()
    for _ in range(REBUILDS):
        code, output = workspace.commands.run("refresh", "--rebuild")
        assert code == 0, output
        sizes.append((size(settings.data), files(settings.data)))
        release = require_current(settings)
        releases.add(release.id)
        assert release.damage() == []
    assert len(releases) == 1, "what is built again from the same inputs is no new release"
    print("after each rebuild (bytes, files):", sizes)
    steady = sizes[KEPT + 1 :]
    assert max(bytes_ for bytes_, _ in steady) <= (1 + SLACK) * steady[0][0], sizes
    assert max(count for _, count in steady) == min(count for _, count in steady), sizes
    for _ in range(UNCHANGED):
        code, output = workspace.commands.run("refresh")
        assert (code, "Nothing changed" in output) == (0, True), output
    assert (size(settings.data), files(settings.data)) == sizes[-1]
    assert rows_of(settings, "runs.db", "select count(*) from runs") == KEPT + 1, "the first one recorded the vintages"
    events = {path.stem for path in (settings.dagster_home / "history" / "runs").glob("*.db")} - {"index"}
    assert len(events) == KEPT + 1, "a run that is gone leaves no database"
