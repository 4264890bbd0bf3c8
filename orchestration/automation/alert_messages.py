"""Alerts: problems that stay open until their subjects recover, and the messages about them."""

import hashlib
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from orchestration.core.text import one_line

FAILURE, STALE, HELD, RECOVERY, TEST = "failure", "stale", "held", "recovery", "test"
UI = "BILATERAL_UI"
"""The environment variable with the address under which people reach the Dagster UI."""

RELEASE = "release"
"""Subject of failures downstream of sources: models, guards, the gate."""

_TITLES = {
    FAILURE: "failed",
    STALE: "is overdue",
    HELD: "has a vintage that is held back",
    RECOVERY: "is well again",
    TEST: "is a test",
}
_VARYING = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{8,}|[0-9][0-9.,:]*")
_PLACE = re.compile(r"https?://\S+|\b[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}\b")


@dataclass(frozen=True)
class Problem:
    """A fault of a subject such as ``source wto`` or ``run refresh``; ``text`` begins with the failure."""

    subject: str
    text: str
    kind: str = FAILURE
    run_id: str | None = None

    @property
    def failure(self) -> str:
        """The first line of the text."""
        return self.text.partition("\n")[0]

    @property
    def cause(self) -> str:
        """A hash of the failure without figures, hashes, times and addresses: equal for the same cause anywhere."""
        words = _VARYING.sub("#", _PLACE.sub("#", f"{self.kind} {self.failure}"))
        return hashlib.sha256(words.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Message:
    """One message to people; ``title`` is one line, as the subject of a mail."""

    kind: str
    title: str
    body: str


def source_subject(source_id: str) -> str:
    """Return the subject of failures to fetch a source."""
    return f"source {source_id}"


def run_subject(job: str) -> str:
    """Return the subject of runs that fail outside their steps."""
    return f"run {job}"


def message_of(problem: Problem, also: Sequence[str] = ()) -> Message:
    """Return the message about a problem; ``also`` are the other subjects with the same cause."""
    affected = f"\nalso affected, for the same reason: {', '.join(also)}" if also else ""
    text = f"{problem.text}{affected}{_run(problem.run_id)}\nwhat each alert means: docs/runbook.md"
    return Message(problem.kind, title(problem.kind, problem.subject, also), text)


def recovery_of(incidents: Mapping[str, Mapping[str, Any]], run_id: str | None) -> Message:
    """Return the message that these problems, by subject, are over."""
    first, *also = incidents
    lines = [
        f"{subject} had failed since {entry['since']}, last: {entry['summary']}" for subject, entry in incidents.items()
    ]
    return Message(RECOVERY, title(RECOVERY, first, also), "\n".join(lines) + _run(run_id))


def title(kind: str, subject: str, also: Sequence[str] = ()) -> str:
    """Return the title of a message about one or several subjects."""
    return one_line(f"[bilateral] {subject}{f' and {len(also)} more' if also else ''} {_TITLES[kind]}")


def _run(run_id: str | None) -> str:
    base = os.environ.get(UI, "").strip().rstrip("/")
    if not run_id:
        return ""
    return f"\n\nrun: {base}/runs/{run_id}" if base else f"\n\nrun: {run_id} (bilateral serve, then Runs)"
