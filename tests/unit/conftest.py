"""What the unit tests share: a synthetic house, and one evaluator, since importing Great Expectations takes seconds. No test here."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.core.settings import Settings
from orchestration.guards.evaluate import Evaluator
from tests.unit.synthetic_project import House, write_suite


@pytest.fixture(scope="session")
def evaluator() -> Evaluator:
    return Evaluator()


@pytest.fixture
def house(tmp_path: Path, evaluator: Evaluator) -> House:
    """A house in which nothing was built yet; its suite lets values from 0 to 10 pass."""
    settings = Settings(root=tmp_path / "root", data=tmp_path / "data")
    write_suite(settings)
    return House(settings, evaluator)
