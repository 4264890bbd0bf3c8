"""Sensors that look at runs and at the calendar and tell what they see, and the job that keeps house. The telling is in alerts/."""

from collections.abc import Iterable, Mapping

import dagster as dg

from orchestration.automation.housekeeping import keep_house
from orchestration.automation.incidents import alert
from orchestration.automation.overdue import overdue
from orchestration.automation.run_outcomes import outcome_of
from orchestration.contracts.source import Source
from orchestration.core import run_policy
from orchestration.core.settings import Settings, now
from orchestration.guards.suites import Metric


def run_sensors(sources: Mapping[str, Source], settings: Settings) -> list[dg.SensorDefinition]:
    """Two sensors that tell what failed and what is well again, once for each problem; a dead channel stops neither."""

    @dg.run_failure_sensor(
        name="alert_on_failure",
        default_status=dg.DefaultSensorStatus.RUNNING,
        minimum_interval_seconds=30,
        description="Tells every new problem once, over the channels of BILATERAL_ALERT_*.",
    )
    def on_failure(context: dg.RunFailureSensorContext) -> dg.SkipReason | None:
        return _tell(context, sources, settings, succeeded=False)

    @dg.run_status_sensor(
        run_status=dg.DagsterRunStatus.SUCCESS,
        name="alert_on_recovery",
        default_status=dg.DefaultSensorStatus.RUNNING,
        minimum_interval_seconds=30,
        description="Tells once that a problem is over.",
    )
    def on_success(context: dg.RunStatusSensorContext) -> dg.SkipReason | None:
        return _tell(context, sources, settings, succeeded=True)

    return [on_failure, on_success]


def _tell(
    context: dg.RunStatusSensorContext, sources: Iterable[str], settings: Settings, *, succeeded: bool
) -> dg.SkipReason | None:
    run = context.dagster_run
    events = [entry.dagster_event for entry in context.instance.all_logs(run.run_id) if entry.dagster_event]
    outcome = outcome_of(events, sources, run.job_name, run.run_id, succeeded)
    untold = alert(settings, outcome.problems, outcome.recovered, run.run_id)
    return dg.SkipReason("; ".join(untold)) if untold else None


def housekeeping_job(
    sources: Mapping[str, Source], metrics: Mapping[str, Metric], settings: Settings
) -> dg.JobDefinition:
    """A job that tells which vintages are overdue, tries again what could not be told, and removes old runs."""

    @dg.op(name="keep_house", description="Removes old runs and logs; tells overdue vintages.")
    def keep(context: dg.OpExecutionContext) -> None:
        for words in keep_house(context.instance, settings):
            context.log.info(words)
        for words in alert(settings, *overdue(sources, metrics, settings, now().date())):
            context.log.warning(words)

    @dg.job(
        name=run_policy.HOUSEKEEPING,
        executor_def=dg.in_process_executor,
        tags=run_policy.run_tags(run_policy.HOUSEKEEPING),
        description="Every day: tell overdue vintages, try again what could not be told, remove old runs and logs.",
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
