"""A synthetic project for the unit tests."""

from pathlib import Path

import pytest

from orchestration.core.settings import Settings
from tests.unit.synthetic_project import Project, write_suite


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project in which nothing was built yet; its suite lets values from 0 to 10 pass."""
    settings = Settings(root=tmp_path / "root", data=tmp_path / "data")
    write_suite(settings)
    return Project(settings)
