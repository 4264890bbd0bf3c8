"""Schedules and sensors that start jobs on the live feed: calendars, dropped files, changed inputs."""

import hashlib
import os
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import dagster as dg

from orchestration.assets import run_tags
from orchestration.automation import calendars, run_policy
from orchestration.automation.attempts import next_attempt
from orchestration.automation.jobs import fetch_job_name
from orchestration.automation.run_policy import BUILD_JOB
from orchestration.contracts.source import Source
from orchestration.core.data_lock import who_works
from orchestration.core.settings import Settings, now
from orchestration.ingestion.drop_folder import dropped_paths
from orchestration.ingestion.selection import selection_path
from orchestration.reading.release_log import rolled_back_from
from orchestration.reading.release_store import current_release
from orchestration.releases.fingerprint import fingerprint

ON_THE_BUNDLE = "figures come from the bundle, which does not change; BILATERAL_FEED=live requests the publishers"
BECAUSE = "bilateral/because"
"""The tag of a run that names its trigger."""


def calendar_schedules(
    sources: Mapping[str, Source], settings: Settings, jobs: Mapping[str, Any]
) -> list[dg.ScheduleDefinition]:
    """Return one schedule for each source that a publisher answers, on its card's calendar and in its time zone."""
    requested = [source for source in sources.values() if not source.CARD.by_hand]
    return [_calendar(source, settings, jobs[fetch_job_name(source.CARD.id)]) for source in requested]


def _calendar(source: Source, settings: Settings, job: Any) -> dg.ScheduleDefinition:
    card = source.CARD

    def evaluate(_: dg.ScheduleEvaluationContext) -> dg.SkipReason | dg.RunRequest:
        if not settings.fetches_live(card.id):
            return dg.SkipReason(f"{ON_THE_BUNDLE} that BILATERAL_LIVE_SOURCES names, by default all")
        if card.key_env and not os.environ.get(card.key_env, "").strip():
            reason = f"{card.publisher} requires identification; set {card.key_env} and start the service again"
            return dg.SkipReason(reason)
        return dg.RunRequest(tags={BECAUSE: "calendar"})

    return dg.ScheduleDefinition(
        name=f"calendar_{card.id}",
        job=job,
        cron_schedule=calendars.crons(card),
        execution_timezone=card.timezone,
        execution_fn=evaluate,
        default_status=dg.DefaultScheduleStatus.RUNNING
        if settings.fetches_live(card.id)
        else dg.DefaultScheduleStatus.STOPPED,
        description=f"{card.publisher}: {card.cadence}.",
    )


def drop_sensor(sources: Mapping[str, Source], settings: Settings, jobs: Mapping[str, Any]) -> dg.SensorDefinition:
    """Return a sensor that fetches every source whose drop folder has other files than before."""

    @dg.sensor(
        name="dropped_files",
        jobs=[jobs[fetch_job_name(name)] for name in sources],
        minimum_interval_seconds=int(run_policy.DROPS_EVERY.total_seconds()),
        default_status=_status(settings),
        description="Fetches a source when somebody put files into data/drop/<source>/.",
    )
    def dropped_files() -> Iterator[dg.RunRequest | dg.SkipReason]:
        if settings.feed != "live":
            yield dg.SkipReason(ON_THE_BUNDLE)
            return
        for name in sources:
            if listing := _listing(settings, name):
                run_key = f"{name} {listing}"  # a listing is fetched once
                yield dg.RunRequest(job_name=fetch_job_name(name), run_key=run_key, tags={BECAUSE: "dropped file"})

    return dropped_files


def _listing(settings: Settings, source_id: str) -> str:
    """Return a hash over names, kinds, sizes and times of the dropped files of a source; empty where there is none."""
    try:
        listed = [(path.name, path.lstat()) for path in dropped_paths(settings.drop, source_id)]
    except OSError as error:
        return f"cannot be listed: {error.strerror}"
    lines = [f"{name} {status.st_mode} {status.st_size} {status.st_mtime_ns}" for name, status in listed]
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogateescape")).hexdigest()[:16] if lines else ""


def input_sensor(sources: Mapping[str, Source], settings: Settings, jobs: Mapping[str, Any]) -> dg.SensorDefinition:
    """Return a sensor that builds when inputs or code are not those of the current release.

    The same ones are built once, and again only after a failure that can pass (attempts.py). Where a source was never
    fetched, it requests a whole refresh, at most one a day, as a build needs every source.
    """

    @dg.sensor(
        name="changed_inputs",
        jobs=[jobs[BUILD_JOB], jobs[run_tags.REFRESH]],
        minimum_interval_seconds=int(run_policy.CHANGES_EVERY.total_seconds()),
        default_status=_status(settings),
        description="Builds, guards and publishes when a fetch, a model, a suite, a claim or the code has changed.",
    )
    def changed_inputs(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        if settings.feed != "live":
            return dg.SkipReason(ON_THE_BUNDLE)
        if holder := who_works(settings):
            return dg.SkipReason(f"the data folder is in use: {holder}")
        if not all(selection_path(settings, name).exists() for name in sources):
            because = "a source that was never fetched"
            return _attempt(context, run_tags.REFRESH, f"first {now():%Y-%m-%d}", because)
        mark, current = fingerprint(settings), current_release(settings)
        if current and current.fingerprint == mark:
            return dg.SkipReason(f"inputs and code are those of release {current.id}")
        if entry := rolled_back_from(settings).get(mark):
            left = f"inputs and code are those that were rolled back from on {entry.time[:10]}: {entry.reason}"
            return dg.SkipReason(left)
        published = datetime.fromisoformat(current.published_at) if current else None
        return _attempt(context, BUILD_JOB, mark, "changed inputs or code", published)

    return changed_inputs


def _attempt(
    context: dg.SensorEvaluationContext, job: str, inputs: str, because: str, published: datetime | None = None
) -> dg.RunRequest | dg.SkipReason:
    """Return the request of a run that builds these inputs, or why they are not built now."""
    attempt = next_attempt(context.instance, inputs, published)
    if attempt.reason:
        return dg.SkipReason(attempt.reason)
    run_key = f"{inputs} {attempt.number}"  # no two ticks start the same attempt
    return dg.RunRequest(job_name=job, run_key=run_key, tags={BECAUSE: because, run_tags.INPUTS: inputs})


def _status(settings: Settings) -> dg.DefaultSensorStatus:
    return dg.DefaultSensorStatus.RUNNING if settings.feed == "live" else dg.DefaultSensorStatus.STOPPED
