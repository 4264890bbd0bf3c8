"""The Dagster instance: a database of runs is refused in words where the package that speaks with it is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.cli import dagster_instance
from orchestration.core.errors import BilateralError
from orchestration.core.settings import Settings

ROOT = Path(__file__).resolve().parents[3]


def test_a_missing_package_is_named_with_what_installs_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(dagster_instance.POSTGRES, "postgresql://someone:secret@127.0.0.1:1/runs")
    monkeypatch.setattr(dagster_instance, "find_spec", lambda _: None)
    with pytest.raises(BilateralError, match="dagster-postgres is not installed") as refused:
        dagster_instance.prepare_instance(Settings(root=ROOT, data=tmp_path))
    assert "locks/requirements-postgres.lock" in str(refused.value)
    assert "secret" not in str(refused.value)


def test_with_the_package_the_database_is_asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(dagster_instance.POSTGRES, "postgresql://someone:secret@127.0.0.1:1/runs")
    with pytest.raises(BilateralError, match="refused the connection") as refused:
        dagster_instance.prepare_instance(Settings(root=ROOT, data=tmp_path))
    assert "secret" not in str(refused.value)
