"""Files from outside are opened only where they are regular files: claims, corrections, dropped files, records of pace."""

import os
import socket
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from orchestration.core.files import open_regular, read_regular

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
