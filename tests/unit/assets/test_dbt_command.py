"""A step that runs dbt starts dbt, and nothing else. Nothing here is a figure."""

from __future__ import annotations

from pathlib import Path

from orchestration.assets.dbt_assets import Dbt
from tests.integration.conftest import REPOSITORY


def test_dbt_is_started_once_and_nothing_is_prepared_beside_it(tmp_path: Path) -> None:
    calls, program = tmp_path / "calls", tmp_path / "dbt"
    program.write_text(f'#!/bin/sh\necho "$@" >> {calls}\n')
    program.chmod(0o700)
    project = str(REPOSITORY / "dbt_project")
    dbt = Dbt(project_dir=project, profiles_dir=project, dbt_executable=str(program))
    invocation = dbt.cli(["build"], manifest={}, target_path=tmp_path / "target")
    assert invocation.process.wait() == 0
    assert calls.read_text() == "build\n"
    assert invocation.adapter is None
