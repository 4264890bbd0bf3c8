"""Sensors that report the outcome of runs, and build again without a vintage that was held back."""

from collections.abc import Iterable, Mapping
from typing import Any

import dagster as dg

from orchestration.assets.run_tags import COMMAND, HELD, INPUTS
from orchestration.automation.alert_messages import source_subject
from orchestration.automation.attempts import next_attempt
from orchestration.automation.incidents import alert
from orchestration.automation.jobs import config_of_a_build
from orchestration.automation.run_outcomes import events_of, outcome_of
from orchestration.automation.run_policy import BUILD_JOB
from orchestration.automation.triggers import BECAUSE
from orchestration.core.settings import Settings
from orchestration.releases.fingerprint import fingerprint


def run_sensors(sources: Iterable[str], settings: Settings, jobs: Mapping[str, Any]) -> list[dg.SensorDefinition]:
    """Return two sensors that report failures and recoveries once each, even if a channel fails."""
    named = {"alert_on_failure": dg.DagsterRunStatus.FAILURE, "alert_on_recovery": dg.DagsterRunStatus.SUCCESS}
    return [_sensor(name, status, list(sources), settings, jobs) for name, status in named.items()]


def _sensor(
    name: str, status: dg.DagsterRunStatus, sources: list[str], settings: Settings, jobs: Mapping[str, Any]
) -> dg.SensorDefinition:
    @dg.run_status_sensor(
        run_status=status,
        name=name,
        request_jobs=[jobs[BUILD_JOB]],
        default_status=dg.DefaultSensorStatus.RUNNING,
        minimum_interval_seconds=30,
        description="Reports every new problem, and its end, once over the channels of BILATERAL_ALERTS. "
        "After a failed build that held a vintage back comes one without it.",
    )
    def report(context: dg.RunStatusSensorContext) -> dg.SkipReason | dg.RunRequest | None:
        run = context.dagster_run
        if COMMAND in run.tags:
            return dg.SkipReason("the command that ran it reported its outcome")
        succeeded = status == dg.DagsterRunStatus.SUCCESS
        next_step = "" if succeeded else _next_step(context.instance, run, settings)
        events = events_of(context.instance, run.run_id)
        outcome = outcome_of(events, sources, run.job_name, run.run_id, succeeded, next_step)
        problems = outcome.problems
        if held := run.tags.get(HELD):  # the next build reports whether it succeeds without that vintage
            of_sources = set(map(source_subject, sources))
            problems = tuple(problem for problem in problems if problem.subject in of_sources)
        undelivered = alert(settings, problems, outcome.recovered, run.run_id)
        if held:
            inputs = fingerprint(settings)
            if reason := next_attempt(context.instance, inputs).reason:  # the sensor of changed inputs was faster
                return dg.SkipReason(reason)
            tags = {BECAUSE: f"without {held}, which run {run.run_id[:8]} held back", INPUTS: inputs}
            config = config_of_a_build(run.run_config)
            return dg.RunRequest(job_name=BUILD_JOB, run_key=f"after {run.run_id}", run_config=config, tags=tags)
        return dg.SkipReason("; ".join(undelivered)) if undelivered else None

    return report


def _next_step(instance: dg.DagsterInstance, run: dg.DagsterRun, settings: Settings) -> str:
    """Return when the service builds the inputs of a failed run again, where it does."""
    due = next_attempt(instance, run.tags[INPUTS]).due if INPUTS in run.tags and settings.feed == "live" else None
    return f"the same inputs are built again at {due:%Y-%m-%d %H:%M} UTC" if due else ""
