"""Unexpected folders, pipes and clocks are refused in words, and corrected by the next refresh where that is safe."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from orchestration.core.errors import ReleaseError
from orchestration.core.files import sha256_of, write_json
from orchestration.core.settings import Settings
from orchestration.reading.release import Release
from orchestration.reading.release_log import HEAD, LOG, PUBLISHED, read_chain
from orchestration.reading.release_store import CURRENT, find_release, read_release
from orchestration.releases.log_writer import record
from orchestration.releases.upkeep import recover

OLD, NEW = "20260101T000000Z-aaaaaaaa", "20260201T000000Z-bbbbbbbb"


def folder_of(settings: Settings, release: str) -> Release:
    """A release without tables, as its folder has it."""
    lines = len(read_chain(settings).lines)
    content = {
        "id": release,
        "published_at": "2026-01-01T00:00:00+00:00",
        "fingerprint": release[-8:] * 8,
        "files": {},
        "log": {"lines": lines, "chain": ""},
    }
    write_json(settings.releases / release / "release.json", content)
    return read_release(settings.releases / release)


def published(settings: Settings, release: str) -> Release:
    made = folder_of(settings, release)
    digest = sha256_of(made.folder / "release.json")
    record(settings, PUBLISHED, release, "synthetic", fingerprint=made.fingerprint, contents_sha256=digest)
    (settings.releases / CURRENT).unlink(missing_ok=True)
    (settings.releases / CURRENT).symlink_to(release)
    return made


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = Settings(tmp_path / "root", tmp_path / "data")
    published(made, OLD)
    published(made, NEW)
    return made


def test_a_forged_copy_is_named_by_nothing_but_an_inspection(settings: Settings) -> None:
    forged = folder_of(settings, "20300101T000000Z-cccccccc")
    with pytest.raises(ReleaseError, match="there is no release '2030'"):
        find_release(settings, "2030")
    with pytest.raises(ReleaseError, match="there is no"):
        find_release(settings, forged.id)
    assert find_release(settings, "2030", unpublished=True).id == forged.id
    assert find_release(settings, "202601").id == OLD


@pytest.mark.parametrize("make", [Path.mkdir, Path.touch])
def test_current_is_a_link(settings: Settings, make: Callable[[Path], None]) -> None:
    link = settings.releases / CURRENT
    link.unlink()
    make(link)
    with pytest.raises(ReleaseError, match="it is not a link") as refused:
        recover(settings)
    assert f"move {link}" in str(refused.value)
    link.rename(settings.releases.parent / "aside")
    recover(settings)
    assert os.readlink(link) == NEW


@pytest.mark.parametrize("name", [LOG, HEAD])
@pytest.mark.parametrize(
    "replace", [os.mkfifo, lambda path: path.symlink_to("/dev/zero"), Path.mkdir], ids=["pipe", "link", "folder"]
)
def test_a_log_is_a_regular_file(settings: Settings, name: str, replace: Callable[[Path], None]) -> None:
    (settings.releases / name).unlink()
    replace(settings.releases / name)
    with pytest.raises(ReleaseError, match=f"{name} cannot be read: it is not a regular file"):
        read_chain(settings)
