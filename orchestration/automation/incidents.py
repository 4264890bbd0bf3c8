"""Open problems and the alerts about them: each cause and its end are reported once."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from filelock import FileLock

from orchestration.automation.alert_channels import Channel, UndeliveredError, channels_from_environment
from orchestration.automation.alert_messages import Message, Problem, message_of, recovery_of
from orchestration.core.files import read_json, write_json
from orchestration.core.settings import Settings, now
from orchestration.core.text import one_line

LONGEST_OUTBOX = 200
"""Messages that wait for a channel that does not answer; beyond them the oldest are discarded."""


def alert(
    settings: Settings, problems: Iterable[Problem], recovered: Iterable[str] = (), run_id: str | None = None
) -> list[str]:
    """Report each new cause and its end once, whatever the number of subjects; return failed deliveries in words.

    Undelivered messages are sent again the next time. A failing channel never raises.

    Args:
        recovered: subjects that are well; those without an open problem are ignored.
        run_id: the run that recovered.
    """
    channels, faults = channels_from_environment()
    with FileLock(settings.alerts / ".lock"):
        state = _read(settings)
        messages = [*_opened(state, problems), *_closed(state, recovered, run_id)]
        if channels:
            names = [channel.name for channel in channels]
            state["outbox"] += [{"message": asdict(message), "to": list(names)} for message in messages]
        undelivered = _deliver(state, channels)
        write_json(settings.alerts / "incidents.json", state)
    return [*(f"an alert channel is not set up: {fault}" for fault in faults), *undelivered]


def open_incidents(settings: Settings) -> dict[str, dict[str, Any]]:
    """Return the open problems by subject: since when, with which causes, and the present failure."""
    incidents: dict[str, dict[str, Any]] = _read(settings)["open"]
    return incidents


def waiting(settings: Settings) -> list[str]:
    """Return the channels for which messages wait, one entry for each message."""
    return [name for entry in _read(settings)["outbox"] for name in entry["to"]]


def _opened(state: dict[str, Any], problems: Iterable[Problem]) -> list[Message]:
    """Record problems; return one message for each cause that is not reported already."""
    messages = []
    by_cause: dict[str, list[Problem]] = {}
    for problem in problems:
        by_cause.setdefault(problem.cause, []).append(problem)
    for cause, same in by_cause.items():
        if all(cause not in incident["causes"] for incident in state["open"].values()):
            messages.append(message_of(same[0], [problem.subject for problem in same[1:]]))
        for problem in same:
            fresh = {"since": now().isoformat(timespec="seconds"), "causes": []}
            incident = state["open"].setdefault(problem.subject, fresh)
            incident["summary"] = one_line(problem.failure)[:300]
            incident["causes"] += [] if cause in incident["causes"] else [cause]
    return messages


def _closed(state: dict[str, Any], recovered: Iterable[str], run_id: str | None) -> list[Message]:
    """Close the problems of recovered subjects; return a message about those whose cause is open nowhere else."""
    closed = {subject: state["open"].pop(subject) for subject in dict.fromkeys(recovered) if subject in state["open"]}
    causes = {cause for incident in state["open"].values() for cause in incident["causes"]}
    over = {subject: incident for subject, incident in closed.items() if not causes.intersection(incident["causes"])}
    return [recovery_of(over, run_id)] if over else []


def _deliver(state: dict[str, Any], channels: list[Channel]) -> list[str]:
    """Send waiting messages in order; skip a channel after its first failure."""
    failures: list[str] = []
    for channel in channels:
        for entry in state["outbox"]:
            if channel.name in entry["to"]:
                try:
                    channel.send(Message(**entry["message"]))
                except UndeliveredError as error:
                    words = f"the alert channel {channel.name} accepted no message ({error}); it is retried next time"
                    failures.append(words)
                    break
                entry["to"].remove(channel.name)
    known = {channel.name for channel in channels}
    state["outbox"] = [entry for entry in state["outbox"] if known.intersection(entry["to"])][-LONGEST_OUTBOX:]
    return failures


def _read(settings: Settings) -> dict[str, Any]:
    path = settings.alerts / "incidents.json"
    state: dict[str, Any] = read_json(path) if path.exists() else {"open": {}, "outbox": []}
    state["outbox"] = [
        entry for entry in state["outbox"] if "body" in entry["message"]
    ]  # earlier versions wrote other fields
    for incident in state["open"].values():
        incident.setdefault("causes", [])
    return state
