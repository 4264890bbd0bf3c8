"""The event log that ``dagster.yaml`` names: Dagster's own files, nothing lost with a killed process."""

import multiprocessing
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.storage.event_log import SqliteEventLogStorage

from orchestration.cli.dagster_instance import HOME, POSTGRES, prepare_instance
from orchestration.core.settings import Settings

ROOT = Path(__file__).resolve().parents[3]
ASSETS = [dg.AssetKey(f"asset_{number}") for number in range(20)]
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@dg.multi_asset(
    specs=[dg.AssetSpec(key) for key in ASSETS], check_specs=[dg.AssetCheckSpec("check", asset=key) for key in ASSETS]
)
def tables() -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    for key in ASSETS:
        yield dg.MaterializeResult(key)
        yield dg.AssetCheckResult(asset_key=key, check_name="check", passed=True)


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv(HOME, "")
    monkeypatch.delenv(POSTGRES, raising=False)
    settings = Settings(root=ROOT, data=tmp_path / 'data of "two" words')
    prepare_instance(settings)
    return settings.dagster_home


def materialize(kill: bool = False) -> None:
    with dg.DagsterInstance.get() as instance:
        assert dg.materialize([tables], instance=instance, run_config=QUIET).success
        if kill:
            os.kill(os.getpid(), signal.SIGKILL)


def run_processes(kill: bool, count: int) -> None:
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=materialize, args=(kill,)) for _ in range(count)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
        assert process.exitcode == (-signal.SIGKILL if kill else 0)


@pytest.mark.slow
def test_dagster_reads_events_stored_by_several_and_killed_processes(home: Path) -> None:
    run_processes(kill=False, count=2)
    run_processes(kill=True, count=1)
    with dg.DagsterInstance.get() as instance:
        runs = instance.get_runs()
        assert len(runs) == 3
        ours = {run.run_id: [str(item) for item in instance.all_logs(run.run_id)] for run in runs}
        assert all(sum("MATERIALIZATION_PLANNED" not in item for item in items) > 60 for items in ours.values())
        plain = SqliteEventLogStorage(str(home / "history" / "runs"))
        plain.register_instance(instance)
        assert {name: [str(item) for item in plain.get_logs_for_run(name)] for name in ours} == ours
        counts = [len(instance.fetch_materializations(key, limit=9).records) for key in ASSETS]
        assert counts == [3] * len(ASSETS)
