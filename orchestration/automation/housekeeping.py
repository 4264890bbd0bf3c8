"""Removal of Dagster's old runs, their events and their logs."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import sqlalchemy
from dagster._core.storage.event_log import SqlEventLogStorage
from dagster._core.storage.event_log.schema import AssetCheckExecutionsTable

from orchestration.core import run_policy
from orchestration.core.settings import Settings, now

BATCH = 500
"""Runs removed in one turn; the rest the next day."""
_ENDED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]


def remove_old_runs(instance: dg.DagsterInstance, settings: Settings) -> Iterator[str]:
    """Remove ended runs and their logs; yield what was done, in words.

    Removed are those older than ``run_policy.RUNS_KEPT``, and those that built beyond the newest
    ``run_policy.BUILD_RUNS_KEPT``. Runs that made the newest version of an asset stay, so that the UI keeps its metadata.
    """
    limit = now() - run_policy.RUNS_KEPT
    old = instance.get_runs(dg.RunsFilter(statuses=_ENDED, created_before=limit), limit=BATCH, ascending=True)
    beyond = _beyond(instance)
    kept = newest_runs(instance) if old or beyond else set()
    removed = dict.fromkeys(run.run_id for run in [*old, *beyond] if run.run_id not in kept)
    for run_id in removed:
        instance.delete_run(run_id)
        _remove_files(settings, run_id)
    if removed:
        _remove_check_results(instance, removed)
        yield (
            f"removed {len(removed)} runs that ended before {limit:%Y-%m-%d}, "
            f"or built before the newest {run_policy.BUILD_RUNS_KEPT} that did"
        )
    folders = [path for path in _logs(settings) if datetime.fromtimestamp(path.stat().st_mtime, UTC) < limit]
    for folder in folders:
        shutil.rmtree(folder)
    if folders:
        yield f"removed the logs of {len(folders)} runs"
    if strays := _strays(instance, settings):
        _remove_check_results(instance, strays)
        for run_id in strays:
            _remove_files(settings, run_id)
        yield f"removed the files of {len(strays)} runs that Dagster knows no more"


def _beyond(instance: dg.DagsterInstance) -> Sequence[dg.DagsterRun]:
    """The ended runs that built, but for the newest that are kept, newest first."""
    built = dg.RunsFilter(statuses=_ENDED, tags={run_policy.KIND: [run_policy.BUILD, run_policy.REFRESH]})
    return instance.get_runs(built, limit=run_policy.BUILD_RUNS_KEPT + BATCH)[run_policy.BUILD_RUNS_KEPT :]


def _remove_check_results(instance: dg.DagsterInstance, run_ids: Iterable[str]) -> None:
    """Remove the results of checks of runs that were deleted, but for the newest of each check, which the UI shows.

    Dagster leaves them behind, a megabyte a refresh, and has no call for it: this is its own table.
    """
    storage = instance.event_log_storage
    if not isinstance(storage, SqlEventLogStorage):
        return
    table = AssetCheckExecutionsTable
    newest = sqlalchemy.select(sqlalchemy.func.max(table.c.id)).group_by(table.c.asset_key, table.c.check_name)
    of_these = table.c.run_id.in_(list(run_ids))
    with storage.index_connection() as connection:
        connection.execute(table.delete().where(of_these & table.c.id.not_in(newest)))


def _remove_files(settings: Settings, run_id: str) -> None:
    """What Dagster leaves of a run that it deleted: the database of its events, emptied and as large as it was, and its logs."""
    for path in _events(settings).glob(f"{run_id}.db*"):
        path.unlink(missing_ok=True)
    shutil.rmtree(settings.dagster_home / "storage" / run_id, ignore_errors=True)


def _strays(instance: dg.DagsterInstance, settings: Settings) -> list[str]:
    """Runs whose events have a database and that Dagster does not know: earlier editions left it behind."""
    found = {path.stem for path in _events(settings).glob("*.db")} - {"index"}
    return sorted(run_id for run_id in found if not instance.has_run(run_id))


def _events(settings: Settings) -> Path:
    """The folder in which Dagster keeps a database of events for each run; there is none with PostgreSQL."""
    return settings.dagster_home / "history" / "runs"


def newest_runs(instance: dg.DagsterInstance) -> set[str]:
    """The runs that made the newest version of each asset."""
    events = (instance.get_latest_materialization_event(key) for key in instance.get_asset_keys())
    return {event.run_id for event in events if event}


def _logs(settings: Settings) -> list[Path]:
    """The folders with what the steps of each run printed."""
    return [path for path in (settings.dagster_home / "storage").glob("*") if (path / "compute_logs").is_dir()]


RENAMED = ("staging", "intermediate", "marts")
"""How the keys of models began in an earlier edition."""


def forget_renamed(instance: dg.DagsterInstance) -> None:
    """Remove what Dagster knows of assets under their former keys, which the UI would list as assets of no code location."""
    if former := [key for prefix in RENAMED for key in instance.get_asset_keys(prefix=[prefix])]:
        instance.wipe_assets(former)
