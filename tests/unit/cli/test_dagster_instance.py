"""The Dagster instance: an unusable storage of runs is refused, without the password of its address."""

from pathlib import Path

import dagster as dg
import pytest

from orchestration.assets.run_tags import COMMAND
from orchestration.cli.dagster_instance import HOME, POSTGRES, fail_killed_runs, prepare_instance
from orchestration.core.data_lock import holding
from orchestration.core.errors import BilateralError
from orchestration.core.settings import Settings

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.slow
@pytest.mark.parametrize("place", ["someone:secret@127.0.0.1:1", "someone@127.0.0.1:secret"])
def test_refusals_hide_the_database_password(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, place: str) -> None:
    monkeypatch.setenv(HOME, "")
    monkeypatch.setenv(POSTGRES, f"postgresql://{place}/runs")
    with pytest.raises(BilateralError, match=r"(?s)BILATERAL_POSTGRES cannot be used.*percent-encoded") as refused:
        prepare_instance(Settings(root=ROOT, data=tmp_path))
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("name", ["history/runs.db", "history/runs/index.db", "schedules/schedules.db"])
@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda path: path.write_text("not a database " * 100), "file is not a database"),
        (Path.mkdir, "unable to open database file"),
    ],
)
def test_damaged_run_databases_are_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, make: object, reason: str
) -> None:
    monkeypatch.setenv(HOME, "")
    monkeypatch.delenv(POSTGRES, raising=False)
    settings = Settings(root=ROOT, data=tmp_path)
    path = settings.dagster_home / name
    path.parent.mkdir(parents=True)
    make(path)  # type: ignore[operator]
    with pytest.raises(BilateralError, match=f"cannot be read: {reason}") as refused:
        prepare_instance(settings)
    assert "rename the folder" in str(refused.value)


def test_a_password_that_would_be_read_as_a_host_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(POSTGRES, "postgresql://someone:sec@ret@127.0.0.1:1/runs")
    with pytest.raises(BilateralError, match=r"BILATERAL_POSTGRES has more than one @(.|\n)*as %40") as refused:
        prepare_instance(Settings(root=ROOT, data=tmp_path))
    assert "ret@" not in str(refused.value)


@pytest.mark.parametrize("has_folder_alone", [False, True])
def test_only_runs_of_killed_processes_fail(tmp_path: Path, has_folder_alone: bool) -> None:
    settings = Settings(root=ROOT, data=tmp_path)
    with dg.DagsterInstance.ephemeral() as instance:
        for name, status in (("killed", "STARTED"), ("done", "SUCCESS"), ("typed", "STARTED"), ("alive", "CANCELING")):
            tags = {COMMAND: "yes"} if name == "typed" else {}
            instance.add_run(dg.DagsterRun("job", name, status=dg.DagsterRunStatus[status], tags=tags))
        settings.run_locks.mkdir(parents=True)
        for name in ("killed", "done", "forgotten"):
            (settings.run_locks / name).touch()
        with holding(settings.run_locks / "alive"):
            fail_killed_runs(instance, settings, has_folder_alone=has_folder_alone)
        failed = {run.run_id for run in instance.get_runs() if run.is_failure}
    assert failed == ({"killed", "typed"} if has_folder_alone else {"killed"})
    assert list(settings.run_locks.iterdir()) == []
