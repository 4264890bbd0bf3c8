"""A full or read-only disk is named with its folder and what to do; any other failure is left to its own message."""

import shutil
from collections import namedtuple
from pathlib import Path

import pytest

from orchestration.core.disk_errors import disk_error
from orchestration.core.settings import Settings

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
