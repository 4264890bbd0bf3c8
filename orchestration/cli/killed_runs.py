"""Runs whose process died, reported to Dagster, which would show them as running."""

from __future__ import annotations

from typing import Any

from orchestration.core.data_lock import crashed_runs, forget
from orchestration.core.settings import Settings

KILLED = "the process was killed; a later one took over"


def fail_killed_runs(instance: Any, settings: Settings) -> None:
    """Mark every run as failed that has not ended and whose lock no process holds."""
    for run_id in crashed_runs(settings):
        run = instance.get_run_by_id(run_id)
        if run and not run.is_finished:
            instance.report_run_failed(run, KILLED)
        forget(settings, run_id)
