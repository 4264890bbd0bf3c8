"""The Dagster instance: a database of runs is refused in words where the package that speaks with it is missing."""

from __future__ import annotations

import sqlite3
from contextlib import closing
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


def test_with_the_package_the_database_is_queried(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(dagster_instance.POSTGRES, "postgresql://someone:secret@127.0.0.1:1/runs")
    with pytest.raises(BilateralError, match="refused the connection") as refused:
        dagster_instance.prepare_instance(Settings(root=ROOT, data=tmp_path))
    assert "secret" not in str(refused.value)


@pytest.fixture
def files_only(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Settings:
    monkeypatch.delenv(dagster_instance.POSTGRES, raising=False)
    return Settings(root=ROOT, data=tmp_path)


@pytest.mark.parametrize("name", dagster_instance.RUN_DATABASES)
@pytest.mark.parametrize("damage", ["text", "a page", "a folder"])
def test_a_damaged_run_database_is_named_with_what_to_do(files_only: Settings, name: str, damage: str) -> None:
    path = files_only.dagster_home / name
    path.parent.mkdir(parents=True)
    if damage == "a folder":
        path.mkdir()
    elif damage == "text":
        path.write_text("not a database " * 100)
    else:
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("create table runs (name text)")
            connection.executemany("insert into runs values (?)", [("x" * 500,)] * 100)
        content = path.read_bytes()
        path.write_bytes(content[:8192] + b"\xff" * 4096 + content[12288:])
    with pytest.raises(BilateralError, match="cannot be read") as refused:
        dagster_instance.prepare_instance(files_only)
    assert str(path) in str(refused.value)
    assert f"rename the folder {files_only.dagster_home / name.partition('/')[0]}" in str(refused.value)


def test_a_sound_run_database_is_used(files_only: Settings) -> None:
    path = files_only.dagster_home / "history" / "runs.db"
    path.parent.mkdir(parents=True)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("create table runs (name text)")
        assert dagster_instance.prepare_instance(files_only)["DAGSTER_HOME"] == str(files_only.dagster_home)
