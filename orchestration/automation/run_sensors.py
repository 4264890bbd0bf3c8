"""Sensors that report the outcome of runs."""

from collections.abc import Iterable

import dagster as dg

from orchestration.assets import run_policy
from orchestration.automation.incidents import alert
from orchestration.automation.run_outcomes import outcome_of
from orchestration.core.settings import Settings


def run_sensors(sources: Iterable[str], settings: Settings) -> list[dg.SensorDefinition]:
    """Return two sensors that report failures and recoveries, once for each problem; a channel that fails stops neither."""
    named = {"alert_on_failure": dg.DagsterRunStatus.FAILURE, "alert_on_recovery": dg.DagsterRunStatus.SUCCESS}
    return [_sensor(name, status, sources, settings) for name, status in named.items()]


def _sensor(name: str, status: dg.DagsterRunStatus, sources: Iterable[str], settings: Settings) -> dg.SensorDefinition:
    @dg.run_status_sensor(
        run_status=status,
        name=name,
        default_status=dg.DefaultSensorStatus.RUNNING,
        minimum_interval_seconds=30,
        description="Reports every new problem, and its end, once over the channels of BILATERAL_ALERTS.",
    )
    def report(context: dg.RunStatusSensorContext) -> dg.SkipReason | None:
        run = context.dagster_run
        if run_policy.COMMAND in run.tags:
            return dg.SkipReason("the command that ran it reported its outcome")
        events = [entry.dagster_event for entry in context.instance.all_logs(run.run_id) if entry.dagster_event]
        outcome = outcome_of(events, sources, run.job_name, run.run_id, status == dg.DagsterRunStatus.SUCCESS)
        undelivered = alert(settings, outcome.problems, outcome.recovered, run.run_id)
        return dg.SkipReason("; ".join(undelivered)) if undelivered else None

    return report
