"""What the unit tests share: a synthetic project, and one evaluator, since importing Great Expectations takes seconds. No test here."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.core.settings import Settings
from orchestration.guards.evaluate import Evaluator
from tests.unit.synthetic_project import Project, write_suite


@pytest.fixture(scope="session")
def evaluator() -> Evaluator:
    return Evaluator()


@pytest.fixture
def project(tmp_path: Path, evaluator: Evaluator) -> Project:
    """A project in which nothing was built yet; its suite lets values from 0 to 10 pass."""
    settings = Settings(root=tmp_path / "root", data=tmp_path / "data")
    write_suite(settings)
    return Project(settings, evaluator)
