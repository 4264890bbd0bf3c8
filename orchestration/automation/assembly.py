"""Jobs, schedules and sensors of the code location."""

from __future__ import annotations

from collections.abc import Mapping

import dagster as dg

from orchestration.automation import run_sensors, triggers
from orchestration.automation.jobs import automatic_jobs
from orchestration.contracts.source import Source
from orchestration.core.settings import Settings
from orchestration.guards.suites import Metric


def automatic(sources: Mapping[str, Source], metrics: Mapping[str, Metric], settings: Settings) -> dg.Definitions:
    """Jobs, schedules and sensors for these sources and metrics."""
    made = automatic_jobs(sources)
    jobs = {job.name: job for job in made}
    housekeeping = run_sensors.housekeeping_job(sources, metrics, settings)
    return dg.Definitions(
        jobs=[*made, housekeeping],
        schedules=[
            *triggers.calendar_schedules(sources, settings, jobs),
            run_sensors.housekeeping_schedule(housekeeping),
        ],
        sensors=[
            *triggers.change_sensors(sources, settings, jobs),
            triggers.drop_sensor(sources, settings, jobs),
            triggers.input_sensor(sources, settings, jobs),
            *run_sensors.run_sensors(sources, settings),
        ],
    )
