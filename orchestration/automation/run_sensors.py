"""Sensors that report the outcome of runs, and the daily housekeeping job."""

from collections.abc import Iterable, Mapping

import dagster as dg

from orchestration.automation.housekeeping import remove_old_runs
from orchestration.automation.incidents import alert
from orchestration.automation.overdue import overdue
from orchestration.automation.run_outcomes import outcome_of
from orchestration.contracts.source import Source
from orchestration.core import run_policy
from orchestration.core.settings import Settings, now
from orchestration.guards.suites import Metric


def run_sensors(sources: Mapping[str, Source], settings: Settings) -> list[dg.SensorDefinition]:
    """Two sensors that report failures and recoveries, once for each problem; a channel that fails stops neither."""

    @dg.run_failure_sensor(
        name="alert_on_failure",
        default_status=dg.DefaultSensorStatus.RUNNING,
        minimum_interval_seconds=30,
        description="Reports every new problem once, over the channels of BILATERAL_ALERTS and BILATERAL_ALERT_WEBHOOK.",
    )
    def on_failure(context: dg.RunFailureSensorContext) -> dg.SkipReason | None:
        return _report(context, sources, settings, succeeded=False)

    @dg.run_status_sensor(
        run_status=dg.DagsterRunStatus.SUCCESS,
        name="alert_on_recovery",
        default_status=dg.DefaultSensorStatus.RUNNING,
        minimum_interval_seconds=30,
        description="Reports once that a problem is over.",
    )
    def on_success(context: dg.RunStatusSensorContext) -> dg.SkipReason | None:
        return _report(context, sources, settings, succeeded=True)

    return [on_failure, on_success]


def _report(
    context: dg.RunStatusSensorContext, sources: Iterable[str], settings: Settings, *, succeeded: bool
) -> dg.SkipReason | None:
    run = context.dagster_run
    if run_policy.COMMAND in run.tags:
        return dg.SkipReason("the command that ran it reported its outcome")
    events = [entry.dagster_event for entry in context.instance.all_logs(run.run_id) if entry.dagster_event]
    outcome = outcome_of(events, sources, run.job_name, run.run_id, succeeded)
    undelivered = alert(settings, outcome.problems, outcome.recovered, run.run_id)
    return dg.SkipReason("; ".join(undelivered)) if undelivered else None


def housekeeping_job(
    sources: Mapping[str, Source], metrics: Mapping[str, Metric], settings: Settings
) -> dg.JobDefinition:
    """A job that reports overdue vintages, retries undelivered alerts, and removes old runs."""

    @dg.op(name="remove_old_runs", description="Removes old runs and logs; reports overdue vintages.")
    def keep(context: dg.OpExecutionContext) -> None:
        for words in remove_old_runs(context.instance, settings):
            context.log.info(words)
        for words in alert(settings, *overdue(sources, metrics, settings, now().date())):
            context.log.warning(words)

    @dg.job(
        name=run_policy.HOUSEKEEPING,
        executor_def=dg.in_process_executor,
        tags=run_policy.run_tags(run_policy.HOUSEKEEPING),
        description="Every day: report overdue vintages, retry undelivered alerts, remove old runs and logs.",
    )
    def housekeeping() -> None:
        keep()

    return housekeeping


def housekeeping_schedule(job: dg.JobDefinition) -> dg.ScheduleDefinition:
    """Every day, on the bundle too: runs grow old on both."""
    return dg.ScheduleDefinition(
        name="daily_housekeeping",
        job=job,
        cron_schedule=run_policy.HOUSEKEEPING_AT,
        execution_timezone="UTC",
        default_status=dg.DefaultScheduleStatus.RUNNING,
    )
