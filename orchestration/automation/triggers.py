"""Schedules and sensors that start jobs on the live feed: calendars, change signals, dropped files, changed inputs."""

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
from orchestration.catalog.source_status import Sight, live_look, states
from orchestration.contracts.source import Card, Source
from orchestration.core import run_policy
from orchestration.core.data_lock import who_works
from orchestration.core.settings import Settings, now
from orchestration.ingestion.drop_folder import dropped_paths
from orchestration.ingestion.payload_store import PayloadStore
from orchestration.ingestion.selection import selection_path
from orchestration.releases.fingerprint import fingerprint
from orchestration.releases.history import rolled_back_from
from orchestration.releases.release_store import current_release

BUNDLE_SAYS = "figures come from the bundle, which does not change by itself; BILATERAL_FEED=live asks the publishers"
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
    """One schedule for each source that a publisher answers, on its card's calendar and in its time zone."""
    asked = [source for source in sources.values() if not calendars.reads_dropped_files_only(source)]
    return [_calendar(source, settings, jobs[fetch_job_name(source.CARD.id)]) for source in asked]


def _calendar(source: Source, settings: Settings, job: Any) -> dg.ScheduleDefinition:
    card = source.CARD
    live = settings.asks(card.id)

    def evaluate(context: dg.ScheduleEvaluationContext) -> dg.SkipReason | dg.RunRequest:
        reason = _not_now(source, settings, context.instance) or _not_due(
            source, settings, context.scheduled_execution_time
        )
        return dg.SkipReason(reason) if reason else dg.RunRequest(tags={"bilateral/because": "calendar"})

    return dg.ScheduleDefinition(
        name=f"calendar_{card.id}",
        job=job,
        cron_schedule=calendars.crons(card),
        execution_timezone=card.timezone,
        execution_fn=evaluate,
        default_status=dg.DefaultScheduleStatus.RUNNING if live else dg.DefaultScheduleStatus.STOPPED,
        description=f"{card.publisher}: {card.cadence}.",
    )


def _not_due(source: Source, settings: Settings, moment: datetime) -> str | None:
    """Why a daily request is not needed: the vintage of these months is here. On Mondays the publisher is asked anyway."""
    card = source.CARD
    if card.release_hours or not card.release_months or moment.weekday() == 0:
        return None
    (state,) = states({card.id: source}, settings)
    if calendars.awaits_a_release(card, state.last_vintage, moment.date()):
        return None
    return f"the vintage of {state.last_vintage} is here; the next is due in {state.next_due:%B %Y}"


def change_sensors(
    sources: Mapping[str, Source], settings: Settings, jobs: Mapping[str, Any]
) -> list[dg.SensorDefinition]:
    """One sensor for each source that a publisher answers: one small request, and a fetch when its answer is another one."""
    asked = [source for source in sources.values() if not calendars.reads_dropped_files_only(source)]
    return [_change(source, settings, jobs[fetch_job_name(source.CARD.id)]) for source in asked]


def _change(source: Source, settings: Settings, job: Any) -> dg.SensorDefinition:
    card = source.CARD

    @dg.sensor(
        name=f"changes_{card.id}",
        job=job,
        minimum_interval_seconds=int(run_policy.GLANCE_EVERY.total_seconds()),
        default_status=_status(settings.asks(card.id)),
        description=f"Looks at the change signal of {card.publisher}: {card.change_signal}.",
    )
    def changes(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        reason = _not_now(source, settings, context.instance)
        if reason:
            return dg.SkipReason(reason)
        sight = live_look(source, settings)
        if sight is None:
            return dg.SkipReason("the drop folder holds no file")
        return on_sight(card, sight, PayloadStore(settings.landing).asked_at(card.id), context.cursor)

    return changes


def on_sight(card: Card, sight: Sight, asked_at: datetime | None, cursor: str | None) -> dg.SensorResult:
    """Request a fetch if the signal changed since the last success; at most once a day for the same signal.

    ``cursor`` holds the last signal and since when it was seen.
    """
    seen = json.loads(cursor) if cursor else {}
    moment = now()
    if seen.get("signal") != sight.signal:
        is_first = not seen
        seen = {"signal": sight.signal, "since": moment.isoformat()}
        if is_first and sight.is_stored and asked_at:
            seen["since"] = asked_at.isoformat()
    if asked_at and asked_at >= datetime.fromisoformat(seen["since"]):
        return dg.SensorResult(skip_reason=f"unchanged at the publisher: {sight.signal}", cursor=json.dumps(seen))
    key = hashlib.sha256(f"{card.id} {sight.signal} {moment:%Y-%m-%d}".encode()).hexdigest()[:16]
    request = dg.RunRequest(
        run_key=key, tags={"bilateral/because": "change signal", "bilateral/signal": sight.signal[:80]}
    )
    return dg.SensorResult(run_requests=[request], cursor=json.dumps(seen))


def drop_sensor(sources: Mapping[str, Source], settings: Settings, jobs: Mapping[str, Any]) -> dg.SensorDefinition:
    """A fetch of every source whose drop folder holds other files than before."""

    @dg.sensor(
        name="dropped_files",
        jobs=[jobs[fetch_job_name(name)] for name in sources],
        minimum_interval_seconds=int(run_policy.DROPS_EVERY.total_seconds()),
        default_status=_status(settings.feed == "live"),
        description="Looks for files that a person put into data/drop/<source>/, and fetches that source.",
    )
    def dropped_files(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        if settings.feed != "live":
            return dg.SkipReason(BUNDLE_SAYS)
        before: dict[str, str] = json.loads(context.cursor or "{}")
        held = {name: _listing(settings, name) for name in sources}
        changed = [name for name, listing in held.items() if listing and before.get(name) != listing]
        if not changed:
            return dg.SensorResult(skip_reason="no new file was dropped", cursor=json.dumps(held))
        requests = [
            dg.RunRequest(
                job_name=fetch_job_name(name),
                run_key=f"{name} {held[name]}",
                tags={"bilateral/because": "dropped file"},
            )
            for name in changed
        ]
        return dg.SensorResult(run_requests=requests, cursor=json.dumps(held))

    return dropped_files


def _listing(settings: Settings, source_id: str) -> str:
    """One hash over names, kinds, sizes and times of what was dropped for a source; empty where there is nothing."""
    try:
        listed = [(path.name, path.lstat()) for path in dropped_paths(settings.drop, source_id)]
    except OSError as error:
        return f"cannot be listed: {error.strerror}"
    lines = [f"{name} {status.st_mode} {status.st_size} {status.st_mtime_ns}" for name, status in listed]
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogateescape")).hexdigest()[:16] if lines else ""


def input_sensor(sources: Mapping[str, Source], settings: Settings, jobs: Mapping[str, Any]) -> dg.SensorDefinition:
    """A build when inputs or code are not those of the current release; once for the same inputs and code.

    A source that was never fetched here is fetched first: a build needs them all.
    """

    @dg.sensor(
        name="changed_inputs",
        jobs=[jobs[BUILD_JOB], *(jobs[fetch_job_name(name)] for name in sources)],
        minimum_interval_seconds=int(run_policy.CHANGES_EVERY.total_seconds()),
        default_status=_status(settings.feed == "live"),
        description="Builds, guards and publishes when a fetch, a model, a suite, a claim or the code has changed.",
    )
    def changed_inputs(context: dg.SensorEvaluationContext) -> list[dg.RunRequest] | dg.SkipReason:
        if settings.feed != "live":
            return dg.SkipReason(BUNDLE_SAYS)
        missing = [source for name, source in sources.items() if not selection_path(settings, name).exists()]
        if missing:
            return _first_fetches(missing, settings, context.instance)
        if reason := _nothing_to_build(settings, context.instance):
            return dg.SkipReason(reason)
        tags = {"bilateral/because": "changed inputs or code"}
        return [dg.RunRequest(job_name=BUILD_JOB, run_key=fingerprint(settings), tags=tags)]

    return changed_inputs


def _first_fetches(
    missing: list[Source], settings: Settings, instance: dg.DagsterInstance
) -> list[dg.RunRequest] | dg.SkipReason:
    """Fetches of sources that were never fetched here; at most one a day for each."""
    reasons = {source.CARD.id: _without_key(source, settings) or _at_work(source, instance) for source in missing}
    if all(reasons.values()):
        words = "; ".join(f"{name}: {reason}" for name, reason in reasons.items())
        return dg.SkipReason(f"a build needs every source, and not all were fetched yet. {words}")
    return [
        dg.RunRequest(
            job_name=fetch_job_name(name),
            run_key=f"first {name} {now():%Y-%m-%d}",
            tags={"bilateral/because": "first fetch"},
        )
        for name, reason in reasons.items()
        if not reason
    ]


def _nothing_to_build(settings: Settings, instance: dg.DagsterInstance) -> str | None:
    if is_building(instance):
        return "a build is running"
    if holder := who_works(settings):
        return f"the data folder is in use: {holder}"
    mark, current = fingerprint(settings), current_release(settings)
    if current and current.fingerprint == mark:
        return f"inputs and code are those of release {current.id}"
    if entry := rolled_back_from(settings).get(mark):
        return f"inputs and code are those that were rolled back from on {entry.time[:10]}: {entry.reason}"
    return None


def is_running(instance: dg.DagsterInstance, job: str) -> bool:
    """Whether a run of this job is queued or running."""
    return bool(instance.get_runs(dg.RunsFilter(job_name=job, statuses=_ACTIVE), limit=1))


def is_building(instance: dg.DagsterInstance) -> bool:
    """Whether a run that ends in a release is queued or running, whatever its job."""
    kinds = {run_policy.KIND: [run_policy.BUILD, run_policy.REFRESH]}
    return bool(instance.get_runs(dg.RunsFilter(tags=kinds, statuses=_ACTIVE), limit=1))


def _not_now(source: Source, settings: Settings, instance: dg.DagsterInstance) -> str | None:
    """Why a publisher is not asked now; None when it is."""
    card = source.CARD
    if settings.feed != "live":
        return BUNDLE_SAYS
    if not settings.asks(card.id):
        return f"BILATERAL_LIVE_SOURCES does not name {card.id}, which stays on the bundle"
    return _without_key(source, settings) or _at_work(source, instance)


def _without_key(source: Source, settings: Settings) -> str | None:
    needed = calendars.keys_needed(source) if settings.asks(source.CARD.id) else []
    unset = [name for name in needed if not os.environ.get(name, "").strip()]
    if unset:
        return f"{source.CARD.publisher} requires identification; set {' and '.join(unset)} and start the service again"
    return None


def _at_work(source: Source, instance: dg.DagsterInstance) -> str | None:
    return "a fetch of this source is running" if is_running(instance, fetch_job_name(source.CARD.id)) else None


def _status(runs: bool) -> dg.DefaultSensorStatus:
    return dg.DefaultSensorStatus.RUNNING if runs else dg.DefaultSensorStatus.STOPPED
