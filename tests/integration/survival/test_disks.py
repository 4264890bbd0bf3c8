"""A full or read-only disk: the refresh reports it, the last release answers, and the next refresh publishes."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestration.core.settings import Settings
from orchestration.reading.release_store import require_current
from tests.integration.survival.workspace import Commands, Workspace, stored_payloads, whole

pytestmark = pytest.mark.campaign

SIZE = 192 << 20
"""Bytes of the small disk."""


def mount(*arguments: str) -> None:
    subprocess.run(["mount", *arguments], check=True, capture_output=True)


@pytest.fixture(scope="module")
def small_disk(tmp_path_factory: pytest.TempPathFactory, reduced: Workspace) -> Iterator[Workspace]:
    """Yield the reduced project on a small disk."""
    disk = tmp_path_factory.mktemp("disk")
    try:
        mount("-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(disk))
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"a disk can be mounted by root in a place of its own only: {error}")
    try:
        settings = Settings(root=reduced.settings.root, data=disk / "data")
        shutil.copytree(reduced.settings.data, settings.data, symlinks=True)
        yield Workspace(settings, Commands(settings.root, settings.data), reduced.renew)
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=False)


def fill(workspace: Workspace, left: int) -> Path:
    """Leave so many bytes free on the disk of a workspace."""
    ballast = workspace.settings.data.parent / "ballast"
    free = shutil.disk_usage(ballast.parent).free
    with ballast.open("wb") as stream:
        stream.write(b"\0" * max(free - left, 0))
    return ballast


@pytest.mark.parametrize(
    ("left", "where"),
    [
        (0, "before anything is written"),
        (600 << 10, "in the build"),
        (5 << 19, "while dbt runs"),
        (3 << 20, "late in the refresh"),
    ],
)
def test_a_full_disk_is_reported_and_survived(small_disk: Workspace, left: int, where: str) -> None:
    workspace = small_disk
    before, payloads = require_current(workspace.settings), frozenset(stored_payloads(workspace.settings))
    workspace.renew(workspace.settings.root)
    ballast = fill(workspace, left)
    code, output = workspace.commands.run("refresh")
    assert code == 1, f"{where}\n{output}"
    for words in ("the disk is full", str(workspace.settings.data), "MB free", "releases prune", "are intact"):
        assert words in output, output
    assert "Traceback" not in output
    assert require_current(workspace.settings).id == before.id
    assert whole(workspace.settings, before.id, payloads) == []
    code, answer = workspace.commands.run("query", "select count(*) as figures from synthetic_trademark_applications")
    assert code == 0, answer

    ballast.unlink()
    workspace.refresh()
    assert require_current(workspace.settings).previous == before.id


def test_a_read_only_folder_is_reported_and_survived(reduced: Workspace, tmp_path: Path) -> None:
    """The same data folder, seen through a mount that takes no writing: rights alone would not stop root."""
    workspace, view = reduced, tmp_path / "view"
    before, payloads = require_current(workspace.settings), frozenset(stored_payloads(workspace.settings))
    workspace.renew(workspace.settings.root)
    view.mkdir()
    try:
        mount("--bind", str(workspace.settings.data), str(view))
        mount("-o", "remount,bind,ro", str(view))
    except (OSError, subprocess.CalledProcessError) as error:
        subprocess.run(["umount", "-l", str(view)], check=False, capture_output=True)
        pytest.skip(f"only root can mount a folder read-only: {error}")
    try:
        code, output = workspace.commands.run("refresh", BILATERAL_DATA=str(view))
        assert code == 1
        for words in ("cannot be written by user", str(view), "Read-only file system", "are intact"):
            assert words in output, output
        assert "Traceback" not in output
        for question in (("query", "show tables"), ("releases", "verify"), ("releases", "list")):
            code, answer = workspace.commands.run(*question, BILATERAL_DATA=str(view))
            assert code == 0, answer
    finally:
        subprocess.run(["umount", "-l", str(view)], check=False)
    assert whole(workspace.settings, before.id, payloads) == []
    workspace.refresh()
    assert require_current(workspace.settings).previous == before.id
