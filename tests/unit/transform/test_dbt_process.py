"""The command that runs dbt: it does not run without the process that started it, and its failures are shown."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.core.errors import DbtError
from orchestration.core.settings import Settings
from orchestration.transform import dbt_process, dbt_runner
from orchestration.transform.dbt_runner import run_dbt

pytestmark = pytest.mark.slow


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", dbt_process.__name__, *arguments],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other kernels have no signal for a parent's end")
def test_dbt_does_not_start_after_its_parent_has_ended() -> None:
    done = run("parse", **{dbt_process.PARENT: "4194304999"})
    assert done.returncode != 0
    assert "the process that started dbt has ended" in done.stderr


def test_a_failure_of_dbt_is_shown_with_the_end_of_its_output(tmp_path: Path) -> None:
    settings = Settings(Path(__file__).resolve().parents[3], tmp_path)
    with pytest.raises(DbtError, match=r"dbt nonsense failed\. Its output ends:\n  No such command"):
        run_dbt(settings, ["nonsense"], {})


def test_a_moved_checkout_is_parsed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[str] = []

    def parse(settings: Settings, _: list[str], environment: dict[str, str]) -> None:
        parsed.append(settings.root.name)
        manifest = Path(environment["DBT_TARGET_PATH"], "manifest.json")
        manifest.parent.mkdir(exist_ok=True)
        manifest.touch()

    monkeypatch.setattr(dbt_runner, "run_dbt", parse)
    monkeypatch.setattr(dbt_runner, "update_model_list", lambda settings: None)
    for name in ("here", "here", "moved"):
        dbt_runner.parsed_manifest(Settings(root=tmp_path / name, data=tmp_path / "data"))
    assert parsed == ["here", "moved"]
