"""The history of runs is what Dagster itself would store, whole, also after a killed process. Nothing here is a figure."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import dagster as dg
import pytest
from dagster._core.events import DagsterEvent, DagsterEventType, EngineEventData
from dagster._core.events.log import EventLogEntry
from dagster._core.storage.event_log import SqliteEventLogStorage

from orchestration.automation.housekeeping import forget_renamed
from orchestration.automation.run_history import MOST_OPEN, RunHistory
from orchestration.cli.dagster_instance import AT_ONCE
from tests.integration.conftest import REPOSITORY

pytestmark = pytest.mark.slow

CHECKS = 12


def synthetic_job() -> dg.JobDefinition:
    """A job of one table with checks of which one fails."""
    specs = [dg.AssetCheckSpec(f"check_{number}", asset="table") for number in range(CHECKS)]

    @dg.asset(check_specs=specs)
    def table() -> Iterator[Any]:
        yield dg.Output(None)
        for number in range(CHECKS):
            yield dg.AssetCheckResult(check_name=f"check_{number}", passed=number != 3)

    return dg.Definitions([table], jobs=[dg.define_asset_job("synthetic")]).resolve_job_def("synthetic")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Dagster home of the test's own."""
    (tmp_path / "dagster.yaml").write_text("telemetry: {enabled: false}\n")
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    return tmp_path


def configure(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a Dagster home one of the command line's."""
    with (home / "dagster.yaml").open("a") as stream:
        storage = (REPOSITORY / "deploy" / "storage.sqlite.yaml").read_text()
        stream.write(storage.replace("$RUNS", str(home / "history" / "runs")))
    for name, value in AT_ONCE.items():
        monkeypatch.setenv(name, value)


def stored(instance: dg.DagsterInstance, run_id: str) -> tuple[set[tuple[str | None, ...]], dict[str, str]]:
    """The events of a run with the asset or check that each is about, and the result of every check."""
    events = [entry.dagster_event for entry in instance.all_logs(run_id) if entry.dagster_event]
    keys = [dg.AssetCheckKey(dg.AssetKey("table"), f"check_{number}") for number in range(CHECKS)]
    records = instance.event_log_storage.get_latest_asset_check_execution_by_key(keys)
    return (
        {(one.event_type_value, one.message if one.event_type_value.endswith("PLANNED") else None) for one in events},
        {key.name: record.status.value for key, record in records.items()},
    )


def test_a_batch_stores_what_dagster_stores_one_by_one(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    job = dg.reconstructable(synthetic_job)
    with dg.DagsterInstance.get() as plain:
        before = stored(plain, dg.execute_job(job, plain).run_id)
    configure(home, monkeypatch)
    with dg.DagsterInstance.get() as instance:
        assert isinstance(instance.event_log_storage, RunHistory)
        after = stored(instance, dg.execute_job(job, instance).run_id)
        assert len(instance.get_runs()) == 2, "the history before is in the same files"
    assert after == before
    assert sum(kind == "ASSET_CHECK_EVALUATION_PLANNED" for kind, _ in after[0]) == CHECKS
    assert after[1]["check_3"] == "FAILED"


def test_a_batch_that_fails_is_stored_one_by_one(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    configure(home, monkeypatch)
    store, seen = RunHistory.store_event, []

    def interrupted(self: RunHistory, event: Any) -> None:
        seen.append(event)
        if len(seen) == CHECKS // 2:
            raise OSError("synthetic: the disk did not answer")
        store(self, event)

    monkeypatch.setattr(RunHistory, "store_event", interrupted)
    with dg.DagsterInstance.get() as instance:
        run = instance.create_run_for_job(synthetic_job())
        planned = [one.dagster_event for one in instance.all_logs(run.run_id) if one.dagster_event]
    assert len(planned) == CHECKS + 1, "the half batch was taken back"
    assert "the disk did not answer" in capsys.readouterr().err


WRITER = """
import os, sys
from tests.unit.automation.test_run_history import entry, opened
log = opened(sys.argv[1])
for number in range(int(sys.argv[3])):
    log.store_event(entry(sys.argv[2]))
if sys.argv[4:]:
    sys.stdin.read()
os._exit(9)
"""


def opened(home: str) -> RunHistory:
    return RunHistory(f"{home}/history/runs")


def entry(run: str) -> EventLogEntry:
    kind = DagsterEventType.ENGINE_EVENT.value
    event = DagsterEvent(kind, "refresh", event_specific_data=EngineEventData(), message="a synthetic event")
    return EventLogEntry(  # type: ignore[no-untyped-call]
        error_info=None,
        level=10,
        user_message="",
        run_id=run,
        timestamp=time.time(),
        job_name="refresh",
        dagster_event=event,
    )


def _written(home: Path, run: str) -> int:
    """Events of a run, read by Dagster's own storage."""
    return len(SqliteEventLogStorage(f"{home}/history/runs").get_logs_for_run(run))


@pytest.fixture
def log(tmp_path: Path) -> Iterator[RunHistory]:
    one = opened(str(tmp_path))
    yield one
    one.dispose()


def test_a_killed_process_loses_no_event(tmp_path: Path) -> None:
    ended = subprocess.run([sys.executable, "-c", WRITER, tmp_path, "killed", "25"], check=False)
    assert ended.returncode == 9
    assert _written(tmp_path, "killed") == 25


def test_processes_write_the_events_of_one_run_at_once(tmp_path: Path, log: RunHistory) -> None:
    log.store_event(entry("shared"))
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, tmp_path, "shared", "30"]) for _ in range(2)]
    for _ in range(30):
        log.store_event(entry("shared"))
    assert [one.wait() for one in writers] == [9, 9]
    assert _written(tmp_path, "shared") == 91
    assert len(log.get_logs_for_run("shared")) == 91


def test_who_looks_at_a_run_sees_the_events_of_another_process_as_they_come(tmp_path: Path, log: RunHistory) -> None:
    log.store_event(entry("watched"))
    seen: SimpleQueue[str] = SimpleQueue()
    log.watch("watched", None, lambda _event, cursor: seen.put(cursor))
    writer = [sys.executable, "-c", WRITER, str(tmp_path), "watched", "3", "waits"]
    with subprocess.Popen(writer, stdin=subprocess.PIPE) as other:
        assert len({seen.get(timeout=60) for _ in range(4)}) == 4, "while the writer holds its files"
        other.kill()


def test_no_more_files_are_open_than_said(tmp_path: Path, log: RunHistory) -> None:
    runs = [f"run-{number}" for number in range(MOST_OPEN + 4)]
    for run in [*runs, *runs]:
        log.store_event(entry(run))
    assert len(log._engines) <= MOST_OPEN
    assert {_written(tmp_path, run) for run in runs} == {2}


def test_events_that_are_removed_leave_a_log_that_takes_new_ones(tmp_path: Path, log: RunHistory) -> None:
    log.store_event(entry("first"))
    log.wipe()
    assert log.get_logs_for_run("first") == []
    log.store_event(entry("second"))
    assert _written(tmp_path, "second") == 1


def test_a_commit_does_not_wait_for_the_disk(log: RunHistory) -> None:
    with log.run_connection("run") as connection:
        assert (
            connection.exec_driver_sql("pragma synchronous").scalar() == 1
        )  # normal: the disk is waited for at checkpoints
        assert connection.exec_driver_sql("pragma journal_mode").scalar() == "wal"


def test_what_is_known_under_former_keys_is_forgotten(home: Path) -> None:
    with dg.DagsterInstance.get() as instance:
        for path in (["marts", "fct_synthetic"], ["models", "fct_synthetic"], ["metrics", "synthetic"]):
            instance.report_runless_asset_event(dg.AssetMaterialization(dg.AssetKey(path)))
        forget_renamed(instance)
        assert {key.path[0] for key in instance.get_asset_keys()} == {"models", "metrics"}
