"""Events of runs are in Dagster's own files, whole, also after a killed process and from several at once."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from dagster._core.events import DagsterEvent, DagsterEventType, EngineEventData
from dagster._core.events.log import EventLogEntry
from dagster._core.storage.event_log import SqliteEventLogStorage

from orchestration.service.event_log import MOST_OPEN, EventLog

WRITER = """
import os, sys
from tests.unit.service.test_event_log import entry, opened
log = opened(sys.argv[1])
for number in range(int(sys.argv[3])):
    log.store_event(entry(sys.argv[2]))
os._exit(9)
"""


def opened(home: str) -> EventLog:
    return EventLog(f"{home}/history/runs")


def entry(run: str) -> EventLogEntry:
    kind = DagsterEventType.ENGINE_EVENT.value
    event = DagsterEvent(kind, "refresh", event_specific_data=EngineEventData(), message="a synthetic event")
    return EventLogEntry(None, 10, "", run, time.time(), job_name="refresh", dagster_event=event)


def _written(home: Path, run: str) -> int:
    """Events of a run, read by Dagster's own storage."""
    return len(SqliteEventLogStorage(f"{home}/history/runs").get_logs_for_run(run))


@pytest.fixture
def log(tmp_path: Path) -> Iterator[EventLog]:
    one = opened(str(tmp_path))
    yield one
    one.dispose()


def test_a_killed_process_loses_no_event(tmp_path: Path) -> None:
    ended = subprocess.run([sys.executable, "-c", WRITER, tmp_path, "killed", "25"], check=False)
    assert ended.returncode == 9
    assert _written(tmp_path, "killed") == 25


def test_processes_write_the_events_of_one_run_at_once(tmp_path: Path, log: EventLog) -> None:
    log.store_event(entry("shared"))
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, tmp_path, "shared", "30"]) for _ in range(2)]
    for _ in range(30):
        log.store_event(entry("shared"))
    assert [one.wait() for one in writers] == [9, 9]
    assert _written(tmp_path, "shared") == 91
    assert len(log.get_logs_for_run("shared")) == 91


def test_no_more_files_are_open_than_said(tmp_path: Path, log: EventLog) -> None:
    runs = [f"run-{number}" for number in range(MOST_OPEN + 4)]
    for run in [*runs, *runs]:
        log.store_event(entry(run))
    assert len(log._engines) <= MOST_OPEN
    assert {_written(tmp_path, run) for run in runs} == {2}


def test_events_that_are_removed_leave_a_log_that_takes_new_ones(tmp_path: Path, log: EventLog) -> None:
    log.store_event(entry("first"))
    log.wipe()
    assert log.get_logs_for_run("first") == []
    log.store_event(entry("second"))
    assert _written(tmp_path, "second") == 1


def test_a_commit_does_not_wait_for_the_disk(log: EventLog) -> None:
    with log.run_connection("run") as connection:
        assert connection.exec_driver_sql("pragma synchronous").scalar() == 1  # normal: the disk is waited for at checkpoints
        assert connection.exec_driver_sql("pragma journal_mode").scalar() == "wal"
