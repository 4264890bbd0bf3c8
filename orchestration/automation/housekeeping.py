"""Removal of old runs and of their logs, through Dagster's own calls."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import dagster as dg

from orchestration.core import run_policy
from orchestration.core.settings import Settings, now

BATCH = 500
"""Runs removed in one turn; the rest the next day."""

_ENDED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]


def remove_old_runs(instance: dg.DagsterInstance, settings: Settings) -> Iterator[str]:
    """Remove ended runs and their logs; yield what was removed, in words.

    Removed are runs older than ``run_policy.RUNS_KEPT``, and runs that built beyond the newest ``run_policy.BUILD_RUNS_KEPT``.
    Runs that made the newest version of an asset stay, so that the UI keeps its metadata.
    """
    limit = now() - run_policy.RUNS_KEPT
    old = instance.get_runs(dg.RunsFilter(statuses=_ENDED, created_before=limit), limit=BATCH, ascending=True)
    kinds = {run_policy.KIND: [run_policy.BUILD, run_policy.REFRESH]}
    built = instance.get_runs(dg.RunsFilter(statuses=_ENDED, tags=kinds), limit=run_policy.BUILD_RUNS_KEPT + BATCH)
    candidates = {run.run_id for run in [*old, *built[run_policy.BUILD_RUNS_KEPT :]]}
    removed = candidates - newest_runs(instance) if candidates else set()
    for run_id in removed:
        instance.delete_run(run_id)
        for path in (settings.dagster_home / "history" / "runs").glob(f"{run_id}.db*"):
            path.unlink()  # its events are deleted, and the file is as large as before
        shutil.rmtree(settings.dagster_home / "storage" / run_id, ignore_errors=True)
    if removed:
        yield (
            f"removed {len(removed)} runs that ended before {limit:%Y-%m-%d}, "
            f"or built before the newest {run_policy.BUILD_RUNS_KEPT} that did"
        )


def newest_runs(instance: dg.DagsterInstance) -> set[str]:
    """Return the runs that made the newest version of each asset."""
    events = (instance.get_latest_materialization_event(key) for key in instance.get_asset_keys())
    return {event.run_id for event in events if event}
