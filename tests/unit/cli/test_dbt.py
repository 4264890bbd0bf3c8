"""``bilateral dbt`` runs dbt on the database of the latest build, from whatever folder it is called."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from orchestration.cli.main import cli
from orchestration.core.settings import Settings
from orchestration.transform.build import Build


def test_dbt_finds_the_database_of_the_latest_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BILATERAL_DATA", str(tmp_path / "data"))
    build = Build(tmp_path / "data" / "build" / "latest")
    build.folder.mkdir(parents=True)
    build.database.touch()
    monkeypatch.chdir(tmp_path)
    calls: list[tuple[list[str], Path, bool]] = []

    def execute(program: str, arguments: list[str], environment: dict[str, Any]) -> None:
        calls.append((arguments, Path.cwd(), Path(environment["BILATERAL_BUILD_DB"]).exists()))

    monkeypatch.setattr(os, "execvpe", execute)
    assert CliRunner().invoke(cli, ["dbt", "test", "--select", "ip_receipts"], catch_exceptions=False).exit_code == 0
    assert calls == [(["dbt", "test", "--select", "ip_receipts"], Settings.from_environment().dbt_project, True)]
