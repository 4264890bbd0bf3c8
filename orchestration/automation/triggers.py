"""Schedules and sensors that start jobs on the live feed: calendars, dropped files, changed inputs."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import dagster as dg

from orchestration.automation import calendars
from orchestration.automation.jobs import BUILD_JOB, fetch_job_name
from orchestration.catalog.source_status import states
from orchestration.contracts.source import Source
from orchestration.core import run_policy
from orchestration.core.data_lock import who_works
from orchestration.core.settings import Settings, now
from orchestration.ingestion.drop_folder import dropped_paths
from orchestration.ingestion.selection import selection_path
from orchestration.releases.fingerprint import fingerprint
from orchestration.releases.history import rolled_back_from
from orchestration.releases.release_store import current_release

ON_THE_BUNDLE = (
    "figures come from the bundle, which does not change by itself; BILATERAL_FEED=live requests the publishers"
)
BECAUSE = "bilateral/because"
"""The tag of a run that names its trigger."""

_ACTIVE = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]


def calendar_schedules(
    sources: Mapping[str, Source], settings: Settings, jobs: Mapping[str, Any]
) -> list[dg.ScheduleDefinition]:
    """Return one schedule for each source that a publisher answers, on its card's calendar and in its time zone."""
    requested = [source for source in sources.values() if not calendars.reads_dropped_files_only(source)]
    return [_calendar(source, settings, jobs[fetch_job_name(source.CARD.id)]) for source in requested]


def _calendar(source: Source, settings: Settings, job: Any) -> dg.ScheduleDefinition:
    card = source.CARD

    def evaluate(context: dg.ScheduleEvaluationContext) -> dg.SkipReason | dg.RunRequest:
        reason = _not_now(source, settings, context.instance) or _not_due(
            source, settings, context.scheduled_execution_time
        )
        return dg.SkipReason(reason) if reason else dg.RunRequest(tags={BECAUSE: "calendar"})

    return dg.ScheduleDefinition(
        name=f"calendar_{card.id}",
        job=job,
        cron_schedule=calendars.crons(card),
        execution_timezone=card.timezone,
        execution_fn=evaluate,
        default_status=dg.DefaultScheduleStatus.RUNNING if settings.asks(card.id) else dg.DefaultScheduleStatus.STOPPED,
        description=f"{card.publisher}: {card.cadence}.",
    )


def _not_due(source: Source, settings: Settings, moment: datetime) -> str | None:
    """Return the reason to skip today's poll (the vintage of these months is stored), or None. Mondays always poll."""
    card = source.CARD
    if card.release_hours or not card.release_months or moment.weekday() == 0:
        return None
    (state,) = states({card.id: source}, settings)
    if calendars.awaits_a_release(card, state.last_vintage, moment.date()):
        return None
    return f"the vintage of {state.last_vintage} is here; the next is due in {state.next_due:%B %Y}"


def _not_now(source: Source, settings: Settings, instance: dg.DagsterInstance) -> str | None:
    """Return why a publisher is not requested now; None when it is."""
    name = source.CARD.id
    if settings.feed != "live":
        return ON_THE_BUNDLE
    if not settings.asks(name):
        return f"BILATERAL_LIVE_SOURCES does not name {name}, which stays on the bundle"
    return _not_ready(source, settings, instance)


def _not_ready(source: Source, settings: Settings, instance: dg.DagsterInstance) -> str | None:
    """Return why a source cannot be fetched: it lacks a key, or a fetch of it is running."""
    card = source.CARD
    if settings.asks(card.id) and card.key_env and not os.environ.get(card.key_env, "").strip():
        return f"{card.publisher} requires identification; set {card.key_env} and start the service again"
    is_fetched = _is_active(instance, dg.RunsFilter(job_name=fetch_job_name(card.id), statuses=_ACTIVE))
    return "a fetch of this source is running" if is_fetched else None


def _is_active(instance: dg.DagsterInstance, runs: dg.RunsFilter) -> bool:
    return bool(instance.get_runs(runs, limit=1))


def drop_sensor(sources: Mapping[str, Source], settings: Settings, jobs: Mapping[str, Any]) -> dg.SensorDefinition:
    """Return a sensor that fetches every source whose drop folder has other files than before."""

    @dg.sensor(
        name="dropped_files",
        jobs=[jobs[fetch_job_name(name)] for name in sources],
        minimum_interval_seconds=int(run_policy.DROPS_EVERY.total_seconds()),
        default_status=_status(settings),
        description="Fetches a source when somebody put files into data/drop/<source>/.",
    )
    def dropped_files(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        if settings.feed != "live":
            return dg.SkipReason(ON_THE_BUNDLE)
        before: dict[str, str] = json.loads(context.cursor or "{}")
        listings = {name: _listing(settings, name) for name in sources}
        requests = [
            dg.RunRequest(job_name=fetch_job_name(name), run_key=f"{name} {listing}", tags={BECAUSE: "dropped file"})
            for name, listing in listings.items()
            if listing and before.get(name) != listing
        ]
        reason = None if requests else "no new file was dropped"
        return dg.SensorResult(run_requests=requests, skip_reason=reason, cursor=json.dumps(listings))

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
    """Return a sensor that builds when inputs or code are not those of the current release, once for the same ones.

    A source that was never fetched here is fetched first: a build needs them all.
    """

    @dg.sensor(
        name="changed_inputs",
        jobs=[jobs[BUILD_JOB], *(jobs[fetch_job_name(name)] for name in sources)],
        minimum_interval_seconds=int(run_policy.CHANGES_EVERY.total_seconds()),
        default_status=_status(settings),
        description="Builds, guards and publishes when a fetch, a model, a suite, a claim or the code has changed.",
    )
    def changed_inputs(context: dg.SensorEvaluationContext) -> list[dg.RunRequest] | dg.SkipReason:
        if settings.feed != "live":
            return dg.SkipReason(ON_THE_BUNDLE)
        missing = [source for name, source in sources.items() if not selection_path(settings, name).exists()]
        if missing:
            return _first_fetches(missing, settings, context.instance)
        if reason := _nothing_to_build(settings, context.instance):
            return dg.SkipReason(reason)
        tags = {BECAUSE: "changed inputs or code"}
        return [dg.RunRequest(job_name=BUILD_JOB, run_key=fingerprint(settings), tags=tags)]

    return changed_inputs


def _first_fetches(
    missing: list[Source], settings: Settings, instance: dg.DagsterInstance
) -> list[dg.RunRequest] | dg.SkipReason:
    """Return fetches of sources that were never fetched here; at most one a day for each."""
    reasons = {source.CARD.id: _not_ready(source, settings, instance) for source in missing}
    requests = [
        dg.RunRequest(
            job_name=fetch_job_name(name), run_key=f"first {name} {now():%Y-%m-%d}", tags={BECAUSE: "first fetch"}
        )
        for name, reason in reasons.items()
        if not reason
    ]
    words = "; ".join(f"{name}: {reason}" for name, reason in reasons.items())
    return requests or dg.SkipReason(f"a build needs every source, and not all were fetched yet. {words}")


def _nothing_to_build(settings: Settings, instance: dg.DagsterInstance) -> str | None:
    builds = {run_policy.KIND: [run_policy.BUILD, run_policy.REFRESH]}
    if _is_active(instance, dg.RunsFilter(tags=builds, statuses=_ACTIVE)):
        return "a build is running"
    if holder := who_works(settings):
        return f"the data folder is in use: {holder}"
    mark, current = fingerprint(settings), current_release(settings)
    if current and current.fingerprint == mark:
        return f"inputs and code are those of release {current.id}"
    if entry := rolled_back_from(settings).get(mark):
        return f"inputs and code are those that were rolled back from on {entry.time[:10]}: {entry.reason}"
    return None


def _status(settings: Settings) -> dg.DefaultSensorStatus:
    return dg.DefaultSensorStatus.RUNNING if settings.feed == "live" else dg.DefaultSensorStatus.STOPPED
