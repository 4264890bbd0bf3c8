"""A full and a read-only disk: a refresh says so in plain words, the last release answers, and the next refresh with room publishes."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestration.core.settings import Settings
from orchestration.releases.release_store import require_current
from tests.integration.survival.house import House, landed, nursery, whole
from tests.integration.survival.reduced_house import add_edition

SIZE = 192 << 20
"""Bytes of the small disk."""


def mount(*arguments: str) -> None:
    subprocess.run(["mount", *arguments], check=True, capture_output=True)


@pytest.fixture(scope="module")
def small_disk(tmp_path_factory: pytest.TempPathFactory, reduced: House) -> Iterator[House]:
    """The reduced house on a disk of its own, of a few megabytes."""
    disk = tmp_path_factory.mktemp("disk")
    try:
        mount("-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(disk))
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"a disk can be mounted by root in a place of its own only: {error}")
    try:
        settings = Settings(root=reduced.settings.root, data=disk / "data")
        shutil.copytree(reduced.settings.data, settings.data, symlinks=True)
        with nursery(settings.root, settings.data) as born:
            yield House(settings, born, add_edition)
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=False)


def fill(house: House, left: int) -> Path:
    """Leave so many bytes free on the disk of a house."""
    ballast = house.settings.data.parent / "ballast"
    free = shutil.disk_usage(ballast.parent).free
    with ballast.open("wb") as stream:
        stream.write(b"\0" * max(free - left, 0))
    return ballast


@pytest.mark.parametrize(
    ("left", "where"),
    [(0, "before anything is written"), (600 << 10, "in the build"), (3 << 20, "late in the refresh")],
)
def test_a_full_disk_is_said_and_survived(small_disk: House, left: int, where: str) -> None:
    house = small_disk
    before, payloads = require_current(house.settings), frozenset(landed(house.settings))
    house.renew(house.settings.root)
    ballast = fill(house, left)
    code, said = house.nursery.run("refresh")
    assert code == 1, f"{where}\n{said}"
    for words in ("needs room in its data folder", str(house.settings.data), "MB free", "releases prune", "is lost"):
        assert words in said, said
    assert "Traceback" not in said
    assert require_current(house.settings).id == before.id
    assert whole(house.settings, before.id, payloads) == []
    code, answer = house.nursery.run("query", "select count(*) as figures from synthetic_trademark_applications")
    assert code == 0, answer

    ballast.unlink()
    house.refresh()
    assert require_current(house.settings).previous == before.id


def test_a_read_only_folder_is_said_and_survived(reduced: House, tmp_path: Path) -> None:
    """The same data folder, seen through a mount that takes no writing: rights alone would not stop root."""
    house, view = reduced, tmp_path / "view"
    before, payloads = require_current(house.settings), frozenset(landed(house.settings))
    house.renew(house.settings.root)
    view.mkdir()
    try:
        mount("--bind", str(house.settings.data), str(view))
        mount("-o", "remount,bind,ro", str(view))
    except (OSError, subprocess.CalledProcessError) as error:
        subprocess.run(["umount", "-l", str(view)], check=False, capture_output=True)
        pytest.skip(f"only root can mount a folder read-only: {error}")
    try:
        code, said = house.nursery.run("refresh", BILATERAL_DATA=str(view))
        assert code == 1
        for words in ("may write into its data folder", str(view), "Read-only file system", "is lost"):
            assert words in said, said
        assert "Traceback" not in said
        for question in (("query", "show tables"), ("releases", "verify"), ("releases", "list")):
            code, answer = house.nursery.run(*question, BILATERAL_DATA=str(view))
            assert code == 0, answer
    finally:
        subprocess.run(["umount", "-l", str(view)], check=False)
    assert whole(house.settings, before.id, payloads) == []
    house.refresh()
    assert require_current(house.settings).previous == before.id
