"""Alerts: a problem, its message, and what makes it the same problem as before."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from orchestration.core.text import one_line

FAILURE, STALE, HELD, RECOVERY, TEST = "failure", "stale", "held", "recovery", "test"
UI = "BILATERAL_UI"
"""The environment variable with the address under which people reach the Dagster UI."""

RELEASE = "release"
"""What a failure behind the sources is about: models, guards, the gate."""

_VARYING = re.compile(r"[0-9a-f]{8,}|[0-9][0-9.,:]*")
_PLACE = re.compile(r"https?://\S+|\b[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}\b")


@dataclass(frozen=True)
class Problem:
    """A fault of one ``subject`` (``source wto``, ``release``, ``run refresh``) that stays open until the subject recovers.

    ``text`` is the whole report; the other fields are the parts of the error, where it has them.
    """

    subject: str
    text: str
    kind: str = FAILURE
    publisher: str | None = None
    payload: str | None = None
    row: str | None = None
    failure: str | None = None
    remedy: str | None = None
    run_id: str | None = None

    @property
    def cause(self) -> str:
        """A hash of the failure without figures, hashes, times, addresses and publisher: equal for the same cause anywhere."""
        words = _VARYING.sub("#", _PLACE.sub("#", f"{self.kind} {self.failure or self.text}"))
        return hashlib.sha256(words.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Message:
    """One message to people: what it is about and where to look."""

    kind: str
    subject: str
    at: str
    text: str
    publisher: str | None = None
    payload: str | None = None
    row: str | None = None
    failure: str | None = None
    what_to_do: str | None = None
    run_id: str | None = None
    run_url: str | None = None

    @property
    def title(self) -> str:
        """One line, as the subject of a mail."""
        words = {
            FAILURE: "failed",
            STALE: "is overdue",
            HELD: "has a vintage that is held back",
            RECOVERY: "is well again",
            TEST: "is a test",
        }[self.kind]
        return one_line(f"[bilateral] {self.subject} {words}")

    @property
    def body(self) -> str:
        """The message as plain text."""
        where = self.run_url or (f"{self.run_id} (bilateral serve, then Runs)" if self.run_id else None)
        lines = [self.title, "", self.text]
        lines += ["", f"run: {where}"] if where else []
        lines += ["what each alert means: docs/runbook.md"] if self.kind in (FAILURE, STALE, HELD) else []
        return "\n".join(lines)

    def as_json(self) -> dict[str, str | None]:
        """For programs; a fact that does not exist is null."""
        return {"title": self.title, **asdict(self)}


def source_subject(source_id: str) -> str:
    """What a failure to fetch a source is about."""
    return f"source {source_id}"


def run_subject(job: str) -> str:
    """What a run that fails outside its steps is about."""
    return f"run {job}"


def message_of(problem: Problem, at: datetime, also: Sequence[str] = ()) -> Message:
    """Return the message about a problem; ``also`` are the other subjects with the same cause."""
    return Message(
        problem.kind,
        joined(problem.subject, also),
        at.isoformat(timespec="seconds"),
        problem.text + (f"\nalso affected, for the same reason: {', '.join(also)}" if also else ""),
        problem.publisher,
        problem.payload,
        problem.row,
        problem.failure,
        problem.remedy,
        problem.run_id,
        run_url(problem.run_id),
    )


def recovery_of(incidents: Mapping[str, Mapping[str, Any]], run_id: str | None, at: datetime) -> Message:
    """Return the message that these problems, by subject, are over."""
    first, *also = incidents
    lines = [
        f"{subject} had failed since {incident['since']}, {incident['count']} time(s). First report: {incident['summary']}"
        for subject, incident in incidents.items()
    ]
    moment = at.isoformat(timespec="seconds")
    return Message(RECOVERY, joined(first, also), moment, "\n".join(lines), run_id=run_id, run_url=run_url(run_id))


def joined(first: str, also: Sequence[str]) -> str:
    """Return several subjects in a few words."""
    return f"{first} and {len(also)} more" if also else first


def run_url(run_id: str | None) -> str | None:
    """Where people see a run, if it is known where the Dagster UI is."""
    base = os.environ.get(UI, "").strip().rstrip("/")
    return f"{base}/runs/{run_id}" if base and run_id else None
