"""The ``bilateral health`` command: disk, release, publishers, problems, alerts, code location, daemon."""

import shutil
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import click

from orchestration.automation import run_policy
from orchestration.automation.alert_channels import UndeliveredError, channels_from_environment
from orchestration.automation.alert_messages import TEST, Message, title
from orchestration.automation.incidents import open_incidents, waiting
from orchestration.cli.dagster_instance import prepare_instance
from orchestration.cli.output import as_json, print_json
from orchestration.core.data_lock import SERVICE as SERVICE_LOCK
from orchestration.core.data_lock import is_held
from orchestration.core.errors import BilateralError
from orchestration.core.settings import Settings, now
from orchestration.core.text import with_noun
from orchestration.ingestion.fetch_failures import last_failure
from orchestration.ingestion.payload_store import PayloadStore
from orchestration.reading.release_store import current_release
from orchestration.sources import load_sources


@click.command()
@click.option("--test-alerts", is_flag=True, help="Send a test message over every channel first.")
@as_json
def health(test_alerts: bool, as_json: bool) -> None:
    """Check disk, release, publishers, problems, alert channels, code location and daemon; exit with 1 if one fails."""
    checks = run_checks(Settings.from_environment(), test_alerts)
    if as_json:
        print_json(checks)
    for check in () if as_json else checks:
        for line in check["words"].splitlines():
            click.echo(f"{'ok' if check['is_well'] else 'FAILED':<6}  {check['name']:14} {line}")
    sys.exit(0 if all(check["is_well"] for check in checks) else 1)


def run_checks(settings: Settings, test_alerts: bool = False) -> list[dict[str, Any]]:
    """Return name, outcome and reason of every check; one that raises fails. ``test_alerts`` sends test messages."""
    checks: dict[str, Callable[[Settings], tuple[bool, str]]] = {
        "disk": _disk,
        "release": _release,
        "publishers": _publishers,
        "problems": _problems,
        "alerts": partial(_alerts, test=test_alerts),
        "code location": _location,
        "daemon": _daemon,
    }
    outcomes = []
    for name, check in checks.items():
        try:
            is_well, words = check(settings)
        except Exception as error:  # an error of a library is a failed check, too
            kind = "" if isinstance(error, BilateralError) else f"{type(error).__name__}: "
            is_well, words = False, f"{kind}{error}"
        outcomes.append({"name": name, "is_well": is_well, "words": words})
    return outcomes


def _disk(settings: Settings) -> tuple[bool, str]:
    settings.data.mkdir(parents=True, exist_ok=True)
    free, least = shutil.disk_usage(settings.data).free, run_policy.LEAST_FREE_BYTES
    return free >= least, f"{free / 1e9:,.1f} GB free in {settings.data}; {least / 1e9:,.0f} GB required"


def _release(settings: Settings) -> tuple[bool, str]:
    release = current_release(settings)
    if release is None and settings.feed == "live" and _serves(settings) and not open_incidents(settings):
        return True, "waiting: the service is about to make the first release"
    if release is None:
        return False, "no release yet; run bilateral refresh"
    age = now() - datetime.fromisoformat(release.published_at)
    if age < -timedelta(days=1):
        return False, f"{release.id} is dated {-age.days:,} days ahead of the clock: set the clock right, then refresh"
    return True, f"{release.id}, published {max(age.days, 0)} days ago"


def _publishers(settings: Settings) -> tuple[bool, str]:
    """Fail if no publisher answered for ``SILENCE`` on the live feed; on the bundle no publisher is requested.

    Before the first scheduled request a service waits.
    """
    if settings.feed != "live":
        return True, "figures come from the bundle; no publisher is requested"
    landing = PayloadStore(settings.landing)
    sources = load_sources()
    answered = [moment for name in sources if (moment := landing.answered_at(name))]
    failed = [name for name in sources if settings.fetches_live(name) and last_failure(settings, name)]
    if not answered and not failed:
        return True, "waiting: no publisher has been requested yet; each is on the calendar of its card"
    if not answered:
        return False, f"no publisher has answered yet; requests failed of {', '.join(failed)}"
    last = max(answered)
    return now() - last <= run_policy.SILENCE, f"the last answer came on {last:%Y-%m-%d %H:%M} UTC"


def _problems(settings: Settings) -> tuple[bool, str]:
    """Return one line for each open problem."""
    incidents = open_incidents(settings).items()
    lines = [f"{subject} since {incident['since']}: {incident['summary']}" for subject, incident in incidents]
    return not lines, "\n".join(lines) or "none open"


def _alerts(settings: Settings, test: bool) -> tuple[bool, str]:
    """Pass if channels are configured and nothing waits; with ``--test-alerts``, if a test message was delivered."""
    channels, faults = channels_from_environment()
    lines = [f"misconfigured: {fault}" for fault in faults]
    if undelivered := waiting(settings):
        lines.append(f"{with_noun(len(undelivered), 'undelivered message')} for {', '.join(sorted(set(undelivered)))}")
    for channel in channels if test else ():
        try:
            channel.send(Message(TEST, title(TEST, "this message"), "Alerts arrive here."))
        except UndeliveredError as error:
            lines.append(f"{channel.name}: test message not delivered ({error})")
    names = ", ".join(channel.name for channel in channels) or "none (see docs/runbook.md, Alerts)"
    is_well = not lines and bool(channels or not test)
    return is_well, "\n".join([*lines, f"channels{', test message sent' if test and is_well else ''}: {names}"])


def _location(settings: Settings) -> tuple[bool, str]:
    from orchestration.definitions import build_definitions

    repository = build_definitions(settings).get_repository_def()
    return True, f"loads with {len(repository.schedule_defs)} schedules and {len(repository.sensor_defs)} sensors"


def _daemon(settings: Settings) -> tuple[bool, str]:
    prepare_instance(settings)
    import dagster as dg

    with dg.DagsterInstance.get() as instance:
        statuses = instance.get_daemon_statuses()
    beats = {name: status.last_heartbeat for name, status in statuses.items() if status.required}
    times = {name: beat.timestamp if beat else 0.0 for name, beat in beats.items()}
    last = f"{datetime.fromtimestamp(max(times.values(), default=0.0), UTC):%Y-%m-%d %H:%M:%S} UTC"
    if (settings.data / SERVICE_LOCK).exists() and not _serves(settings):
        return False, f"the service has ended; its last heartbeat came at {last}. Run bilateral serve"
    oldest = (now() - run_policy.HEARTBEAT).timestamp()
    if silent := sorted(name for name, moment in times.items() if moment < oldest):
        return False, f"no heartbeat from {', '.join(silent)} since {last}; run bilateral serve"
    return True, f"{with_noun(len(times), 'daemon')} running, the last heartbeat at {last}"


def _serves(settings: Settings) -> bool:
    """Return whether a service runs on this data folder; it ends when its daemon does."""
    return is_held(settings.data / SERVICE_LOCK)
