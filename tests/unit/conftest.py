"""A synthetic project for the unit tests."""

from pathlib import Path

import pytest

from orchestration.core.settings import Settings
from tests.unit.synthetic_project import Project, write_suite


@pytest.fixture
def settings(tmp_path: Path, request: pytest.FixtureRequest) -> Settings:
    """Folders that are not there yet; a module may state its ``FEED``."""
    feed = getattr(request.module, "FEED", "bundle")
    return Settings(root=tmp_path / "root", data=tmp_path / "data", feed=feed)


@pytest.fixture
def unversioned_readers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sources made up by a test have no source text that distinguishes their readers."""
    monkeypatch.setattr("orchestration.ingestion.raw_tables.reader_version", lambda _: "synthetic")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project in which nothing was built yet; its suite lets values from 0 to 10 pass."""
    settings = Settings(root=tmp_path / "root", data=tmp_path / "data")
    write_suite(settings)
    return Project(settings)
