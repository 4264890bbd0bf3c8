"""Open problems and the alerts about them: each cause and its end are reported once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from orchestration.automation.alert_channels import Channel, UndeliveredError, channels_from_environment
from orchestration.automation.alert_messages import Message, Problem, message_of, recovery_of
from orchestration.core.files import locked, read_json, write_json
from orchestration.core.settings import Settings, now
from orchestration.core.text import one_line

LONGEST_OUTBOX = 200
"""Messages that wait for a channel that does not answer; beyond them the oldest are discarded."""


def alert(
    settings: Settings,
    problems: Iterable[Problem],
    recovered: Iterable[str] = (),
    run_id: str | None = None,
) -> list[str]:
    """Report each new cause once, whatever the number of subjects, and its end once; return what was not delivered, in words.

    Undelivered messages are sent again the next time. A failing channel never raises.

    Args:
        recovered: subjects that are well; those without an open problem are ignored.
        run_id: the run that recovered.
    """
    channels, faults = channels_from_environment()
    with locked(settings.alerts):
        state = _read(settings.alerts)
        by_cause: dict[str, list[Problem]] = {}
        for problem in problems:
            by_cause.setdefault(problem.cause, []).append(problem)
        for same in by_cause.values():
            _open(state, same, channels)
        _close(state, recovered, run_id, channels)
        undelivered = _deliver(state, channels)
        if state != _read(settings.alerts):
            write_json(_path(settings.alerts), state)
    return [*(f"an alert channel is not set up: {fault}" for fault in faults), *undelivered]


def open_incidents(settings: Settings) -> dict[str, dict[str, Any]]:
    """The open problems by subject: since when, how often seen, the first words."""
    incidents: dict[str, dict[str, Any]] = _read(settings.alerts)["open"]
    return incidents


def waiting(settings: Settings) -> list[str]:
    """The channels for which messages wait, one entry for each message."""
    return [name for entry in _read(settings.alerts)["outbox"] for name in entry["to"]]


def _open(state: dict[str, Any], same: list[Problem], channels: list[Channel]) -> None:
    """Record problems with one cause; send one message unless that cause is reported already."""
    cause, moment = same[0].cause, now()
    is_reported = any(cause in incident["causes"] for incident in state["open"].values())
    for problem in same:
        fresh = {"since": moment.isoformat(timespec="seconds"), "count": 0, "causes": [], "summary": _summary(problem)}
        incident = state["open"].setdefault(problem.subject, fresh)
        incident["count"] += 1
        if cause not in incident["causes"]:
            incident["causes"].append(cause)
    if not is_reported:
        _post(state, message_of(same[0], moment, [problem.subject for problem in same[1:]]), channels)


def _close(state: dict[str, Any], recovered: Iterable[str], run_id: str | None, channels: list[Channel]) -> None:
    """Close the problems of recovered subjects; send one message about those whose cause is open nowhere else."""
    closed = {subject: state["open"].pop(subject) for subject in dict.fromkeys(recovered) if subject in state["open"]}
    open_causes = {cause for incident in state["open"].values() for cause in incident["causes"]}
    over = {
        subject: incident for subject, incident in closed.items() if not open_causes.intersection(incident["causes"])
    }
    if over:
        _post(state, recovery_of(over, run_id, now()), channels)


def _post(state: dict[str, Any], message: Message, channels: list[Channel]) -> None:
    if channels:
        state["outbox"].append({"message": asdict(message), "to": [channel.name for channel in channels]})
        del state["outbox"][:-LONGEST_OUTBOX]


def _deliver(state: dict[str, Any], channels: list[Channel]) -> list[str]:
    """Send what waits, in order; a channel that fails once is not tried again in this turn."""
    failures: list[str] = []
    for channel in channels:
        for entry in state["outbox"]:
            if channel.name in entry["to"]:
                try:
                    channel.send(Message(**entry["message"]))
                except UndeliveredError as error:
                    failures.append(
                        f"the alert channel {channel.name} accepted no message ({error}); it is retried next time"
                    )
                    break
                entry["to"].remove(channel.name)
    known = {channel.name for channel in channels}
    state["outbox"] = [entry for entry in state["outbox"] if known.intersection(entry["to"])]
    return failures


def _summary(problem: Problem) -> str:
    """The failure and the payload, on one line."""
    words = one_line(problem.failure or problem.text)[:300]
    return f"{words} ({one_line(problem.payload)[:200]})" if problem.payload else words


def _path(folder: Path) -> Path:
    return folder / "incidents.json"


def _read(folder: Path) -> dict[str, Any]:
    path = _path(folder)
    state: dict[str, Any] = read_json(path) if path.exists() else {"open": {}, "outbox": []}
    for incident in state["open"].values():  # written before causes were grouped
        incident.setdefault("causes", incident.pop("signatures", []))
    return state
