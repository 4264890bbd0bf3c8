"""Published releases that tests get copies of, as publishing them takes seconds. All figures are synthetic."""

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from orchestration.core.settings import Settings
from orchestration.reading.release import Release
from orchestration.reading.release_store import all_releases
from orchestration.releases import log_writer
from tests.unit.synthetic_project import Project, figure, write_suite

EPOCHS = {"a": "1782864000", "b": "1785542400", "c": "1788220800"}
"""The moment of each release, a month apart."""
MANY = [figure(year=1980 + number, value=1.0) for number in range(40)]
CHANGED = [figure(year=1981, value=4.0), *MANY[2:], figure(year=2030), figure(year=2031)]


def published(folder: Path, *figures: Sequence[Mapping[str, Any]] | None, accept: str | None = None) -> Path:
    """Publish one release a month in a folder, with these figures or the standard one; return the folder."""
    project = Project(Settings(root=folder / "root", data=folder / "data"))
    write_suite(project.settings)
    with pytest.MonkeyPatch.context() as patched:
        patched.delenv(log_writer.KEY, raising=False)
        for (name, epoch), built in zip(EPOCHS.items(), figures, strict=False):
            patched.setenv("SOURCE_DATE_EPOCH", epoch)
            project.release(name, accept=accept, figures=built)
    return folder


@pytest.fixture(scope="session")
def published_three(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return published(tmp_path_factory.mktemp("three"), None, None, None)


@pytest.fixture(scope="session")
def published_two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return published(tmp_path_factory.mktemp("two"), MANY, CHANGED, accept="a year was dropped by the publisher")


def copied(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str) -> Project:
    """Copy published releases, and lead the command line to them."""
    shutil.copytree(folder, tmp_path / "copy", symlinks=True)
    settings = Settings(root=tmp_path / "copy" / "root", data=tmp_path / "copy" / "data")
    monkeypatch.setenv("BILATERAL_DATA", str(settings.data))
    monkeypatch.setenv("BILATERAL_ROOT", str(settings.root))
    monkeypatch.delenv(log_writer.KEY, raising=False)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", moment)
    return Project(settings)


@pytest.fixture
def three(published_three: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Three releases of the same figure."""
    return copied(published_three, tmp_path, monkeypatch, EPOCHS["c"])


@pytest.fixture
def two(published_two: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Release, Release]:
    """Two releases, the second with one figure changed, one gone and two added."""
    first, second = all_releases(copied(published_two, tmp_path, monkeypatch, EPOCHS["b"]).settings)
    return first, second
