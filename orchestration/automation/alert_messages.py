"""Alerts: a problem, its message, and what makes it the same problem as before."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from orchestration.core.text import one_line

FAILURE, STALE, HELD, RECOVERY, TEST = "failure", "stale", "held", "recovery", "test"
UI = "BILATERAL_UI"
"""The environment variable with the address under which people reach the Dagster UI."""

RELEASE = "release"
"""What a failure behind the sources is about: models, guards, the gate."""

_VARYING = re.compile(r"[0-9a-f]{8,}|[0-9][0-9.,:]*")


@dataclass(frozen=True)
class Problem:
    """Something that is wrong with one ``subject`` (``source wto``, ``release``, ``run refresh``) until it is right again.

    ``text`` says all of it as a person reads it; the other facts are those of a refusal, where it has them.
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
    def signature(self) -> str:
        """The same for the same failure, whatever figures, hashes and moments its words hold."""
        words = _VARYING.sub("#", f"{self.kind} {self.publisher} {self.failure or self.text}")
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


def message_of(problem: Problem, at: datetime) -> Message:
    """The message about a problem."""
    return Message(
        problem.kind,
        problem.subject,
        at.isoformat(timespec="seconds"),
        problem.text,
        problem.publisher,
        problem.payload,
        problem.row,
        problem.failure,
        problem.remedy,
        problem.run_id,
        run_url(problem.run_id),
    )


def recovery_of(
    subject: str, incident: Mapping[str, str | int | list[str]], run_id: str | None, at: datetime
) -> Message:
    """The message that a problem is over."""
    text = f"It had failed since {incident['since']}, {incident['count']} time(s). First report: {incident['summary']}"
    return Message(RECOVERY, subject, at.isoformat(timespec="seconds"), text, run_id=run_id, run_url=run_url(run_id))


def run_url(run_id: str | None) -> str | None:
    """Where people see a run, if it is known where the Dagster UI is."""
    base = os.environ.get(UI, "").strip().rstrip("/")
    return f"{base}/runs/{run_id}" if base and run_id else None
