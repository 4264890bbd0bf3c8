"""Removal of Dagster's old runs and their logs."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg

from orchestration.core import run_policy
from orchestration.core.settings import Settings, now

BATCH = 500
"""Runs removed in one turn; the rest the next day."""
_ENDED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]


def remove_old_runs(instance: dg.DagsterInstance, settings: Settings) -> Iterator[str]:
    """Remove ended runs older than ``run_policy.RUNS_KEPT`` and their logs; yield what was done, in words.

    Runs that made the newest version of an asset stay, so that the UI keeps its metadata.
    """
    limit = now() - run_policy.RUNS_KEPT
    old = instance.get_runs(dg.RunsFilter(statuses=_ENDED, created_before=limit), limit=BATCH, ascending=True)
    kept = newest_runs(instance) if old else set()
    removed = [run.run_id for run in old if run.run_id not in kept]
    for run_id in removed:
        instance.delete_run(run_id)
    if removed:
        yield f"removed {len(removed)} runs that ended before {limit:%Y-%m-%d}"
    folders = [path for path in _logs(settings) if datetime.fromtimestamp(path.stat().st_mtime, UTC) < limit]
    for folder in folders:
        shutil.rmtree(folder)
    if folders:
        yield f"removed the logs of {len(folders)} runs"


def newest_runs(instance: dg.DagsterInstance) -> set[str]:
    """The runs that made the newest version of each asset."""
    events = (instance.get_latest_materialization_event(key) for key in instance.get_asset_keys())
    return {event.run_id for event in events if event}


def _logs(settings: Settings) -> list[Path]:
    """The folders with what the steps of each run printed."""
    return [path for path in (settings.dagster_home / "storage").glob("*") if (path / "compute_logs").is_dir()]
