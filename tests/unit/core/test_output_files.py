"""Where commands may write: regular files outside of the data folder, and folders exchanged as a whole."""

import os
import sys
from pathlib import Path

import pytest

from orchestration.core.errors import BilateralError
from orchestration.core.files import atomic_path, remove_leftovers
from orchestration.core.output_files import output_file, require_outside_data

_RULE = "is not a regular file"


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "data"
    (folder / "releases").mkdir(parents=True)
    monkeypatch.setenv("BILATERAL_DATA", str(folder))
    return folder


def write(path: Path) -> None:
    with output_file(path) as part:
        part.write_text("new")


def test_only_a_regular_file_is_replaced(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "figures.csv"
    path.write_text("old")
    write(path)
    assert path.read_text() == "new"
    (tmp_path / "inside").symlink_to(data / "releases")
    (tmp_path / "secret").write_text("old")
    (tmp_path / "link").symlink_to(tmp_path / "secret")
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    (tmp_path / "into_data").symlink_to(data / "releases" / "x.csv")
    os.mkfifo(tmp_path / "pipe")
    for path, rule in (
        (tmp_path / "pipe", _RULE),
        (tmp_path / "link", _RULE),
        (tmp_path / "dangling", _RULE),
        (tmp_path, _RULE),
        (data / "releases" / "x.csv", "in the data folder"),
        (tmp_path / "inside" / "x.csv", "in the data folder"),
        (tmp_path / "into_data", "in the data folder"),
        (tmp_path / "data" / ".." / "data" / "x.csv", "in the data folder"),
    ):
        with pytest.raises(BilateralError, match=rule):
            write(path)
    assert (tmp_path / "secret").read_text() == "old"
    assert list((data / "releases").iterdir()) == []


def test_a_folder_in_the_data_folder_is_refused(data: Path, tmp_path: Path) -> None:
    require_outside_data(tmp_path / "new")
    for path in (data, data / "releases" / "www"):
        with pytest.raises(BilateralError):
            require_outside_data(path)


@pytest.mark.parametrize("has_renameat2", [True, False])
def test_a_folder_is_replaced_as_a_whole(tmp_path: Path, has_renameat2: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not has_renameat2:
        monkeypatch.setattr("ctypes.CDLL", lambda *_, **__: object())
    elif sys.platform.startswith("linux"):
        monkeypatch.setattr("os.rename", None)  # there is no moment without the folder
    target = tmp_path / "www"
    target.mkdir()
    (target / "old").write_text("")
    (tmp_path / ".www.1234.part").mkdir()
    remove_leftovers(tmp_path, ".www.*")
    with atomic_path(target) as part:
        part.mkdir()
        (part / "new").write_text("")
        assert (target / "old").exists(), "the old copy is there until the rename"
    assert [path.name for path in target.iterdir()] == ["new"]
    assert [path.name for path in tmp_path.iterdir()] == ["www"]
