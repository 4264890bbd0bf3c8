"""Files: which are opened and replaced, folders exchanged as a whole, and what a full or read-only disk reports."""

import os
import shutil
import socket
import sys
from collections import namedtuple
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from orchestration.core.disk_errors import disk_error
from orchestration.core.errors import BilateralError
from orchestration.core.files import atomic_path, open_regular, read_regular, remove_leftovers
from orchestration.core.output_files import output_file, require_outside_data
from orchestration.core.settings import Settings

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


SECRET = "-----BEGIN OPENSSH PRIVATE KEY-----\nZm9yYmlkZGVu\n"  # synthetic


def a_link(path: Path) -> None:
    (path.parent / "id_ed25519").write_text(SECRET)
    path.symlink_to("id_ed25519")


def a_broken_link(path: Path) -> None:
    path.symlink_to("nothing")


def a_socket(path: Path) -> None:
    with closing(socket.socket(socket.AF_UNIX)) as listener:
        listener.bind(os.path.relpath(path))


@pytest.mark.parametrize("make", [a_link, a_broken_link, os.mkfifo, a_socket, Path.mkdir])
def test_only_a_regular_file_is_opened(make: Callable[[Path], None], tmp_path: Path) -> None:
    make(tmp_path / "file")
    with pytest.raises(OSError, match="not a regular file"):
        open_regular(tmp_path / "file")


@pytest.mark.parametrize("make", [a_link, os.mkfifo])
def test_a_file_swapped_on_open_is_refused(
    make: Callable[[Path], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(tmp_path / "file")
    (tmp_path / "regular").touch()
    before = (tmp_path / "regular").lstat()
    monkeypatch.setattr(Path, "lstat", lambda _: before)
    with pytest.raises(OSError, match=r"not a regular file|symbolic links"):
        open_regular(tmp_path / "file")


def test_a_file_of_the_largest_size_is_read_and_one_more_byte_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"12345")
    assert read_regular(tmp_path / "file", 5) == b"12345"
    with pytest.raises(ValueError, match="larger than 4 bytes"):
        read_regular(tmp_path / "file", 4)


Usage = namedtuple("Usage", "free")


@pytest.mark.parametrize(
    ("failed", "free", "words"),
    [
        (OSError(28, "No space left on device"), 2_000_000_000, "has 2,000.0 MB free, and writing failed: OSError"),
        ("figures\n\nIO Error: disk is full", 5_000_000, "has 5.0 MB free, and writing failed: IO Error: disk is full"),
        ("figures\nmore", (1 << 20) - 1, "has 1.0 MB free, and writing failed: figures"),
        ("", 0, "writing failed: no reason was given"),
        ("figures\nPermissionError: [Errno 13] x", 1 << 20, "cannot be written by user"),
        ("the publisher answered: permission denied", 1 << 20, None),
    ],
)
def test_a_disk_that_cannot_be_written_is_named(
    failed: OSError | str, free: int, words: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(free))
    error = disk_error(Settings(root=tmp_path, data=tmp_path / "data"), failed)
    assert (error is None) == (words is None)
    assert error is None or (words or "") in error.failure
