"""Open problems and the alerts about them, so that each problem and its end are reported once."""

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
    """Report what is new: a problem that is not open yet, another cause of an open one, the end of one.

    Return, in words, what could not be delivered; it is retried the next time. A failing channel never raises.

    Args:
        recovered: subjects that are well; those without an open problem are ignored.
        run_id: the run that showed it.
    """
    channels, faults = channels_from_environment()
    with locked(settings.alerts):
        state = _read(settings.alerts)
        for problem in problems:
            _open(state, problem, channels)
        for subject in recovered:
            if incident := state["open"].pop(subject, None):
                _post(state, recovery_of(subject, incident, run_id, now()), channels)
        undelivered = _deliver(state, channels)
        if state != _read(settings.alerts):
            write_json(_path(settings.alerts), state)
    return [*(f"an alert channel is not set up: {fault}" for fault in faults), *undelivered]


def open_incidents(settings: Settings) -> dict[str, dict[str, Any]]:
    """The open problems by subject: since when, how often seen, the first words."""
    found: dict[str, dict[str, Any]] = _read(settings.alerts)["open"]
    return found


def waiting(settings: Settings) -> list[str]:
    """The channels for which messages wait, one entry for each message."""
    return [name for entry in _read(settings.alerts)["outbox"] for name in entry["to"]]


def _open(state: dict[str, Any], problem: Problem, channels: list[Channel]) -> None:
    moment = now()
    fresh = {"since": moment.isoformat(timespec="seconds"), "count": 0, "signatures": [], "summary": _summary(problem)}
    incident = state["open"].setdefault(problem.subject, fresh)
    incident["count"] += 1
    if problem.signature not in incident["signatures"]:
        incident["signatures"].append(problem.signature)
        _post(state, message_of(problem, moment), channels)


def _post(state: dict[str, Any], message: Message, channels: list[Channel]) -> None:
    if channels:
        state["outbox"].append({"message": asdict(message), "to": [channel.name for channel in channels]})
        del state["outbox"][:-LONGEST_OUTBOX]


def _deliver(state: dict[str, Any], channels: list[Channel]) -> list[str]:
    """Send what waits, in order; a channel that fails once is not tried again in this turn."""
    said: list[str] = []
    for channel in channels:
        for entry in state["outbox"]:
            if channel.name in entry["to"]:
                try:
                    channel.send(Message(**entry["message"]))
                except UndeliveredError as error:
                    said.append(
                        f"the alert channel {channel.name} accepted no message ({error}); it is retried next time"
                    )
                    break
                entry["to"].remove(channel.name)
    known = {channel.name for channel in channels}
    state["outbox"] = [entry for entry in state["outbox"] if known.intersection(entry["to"])]
    return said


def _summary(problem: Problem) -> str:
    """The failure and the payload, on one line."""
    words = one_line(problem.failure or problem.text)[:300]
    return f"{words} ({one_line(problem.payload)[:200]})" if problem.payload else words


def _path(folder: Path) -> Path:
    return folder / "incidents.json"


def _read(folder: Path) -> dict[str, Any]:
    path = _path(folder)
    state: dict[str, Any] = read_json(path) if path.exists() else {"open": {}, "outbox": []}
    return state
