"""The ledger of a source: every decision about its new vintages, by rule or by a person, in the order it was made."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from orchestration.core.append_log import append, finished_lines
from orchestration.core.errors import FeedError
from orchestration.core.files import locked
from orchestration.core.settings import Settings, now

LEDGER = "vintages.jsonl"
"""In the landing folder of a source, so that decisions come back together with the payloads they are about."""

Outcome = Literal["admitted", "admitted_with_remarks", "held_back"]
ADMITTED: Outcome = "admitted"
WITH_REMARKS: Outcome = "admitted_with_remarks"
HELD_BACK: Outcome = "held_back"
REJECTED = "rejected"
"""The outcome of a manual override beside those of a verdict."""

BY_RULE, BY_PERSON = "rule", "person"
LONGEST = 50
"""Reasons that an entry keeps, the worst first."""

FileKey = tuple[str, str]
"""What distinguishes a raw file among those of one vintage: its resource and the SHA-256 of its payload."""


@dataclass(frozen=True)
class Decision:
    """One entry: what was decided about some raw files of one vintage, when, by whom and why."""

    time: str
    vintage: str
    outcome: str
    by: str
    reason: str
    files: tuple[FileKey, ...]
    reasons: tuple[Mapping[str, Any], ...] = ()

    @property
    def admits(self) -> bool:
        """Whether these files may enter a build."""
        return self.outcome in (ADMITTED, WITH_REMARKS)

    def as_json(self) -> dict[str, Any]:
        """The JSON object of a line of the ledger."""
        return asdict(self)


def ledger_path(settings: Settings, source_id: str) -> Path:
    """Where the decisions about a source are."""
    return settings.landing / source_id / LEDGER


def record(
    settings: Settings,
    source_id: str,
    vintage: date,
    outcome: str,
    by: str,
    reason: str,
    files: Iterable[FileKey],
    reasons: Iterable[Mapping[str, Any]] = (),
) -> Decision:
    """Write down a decision. ``reason`` is a sentence for a person."""
    kept = tuple(dict(item) for item in reasons)[:LONGEST]
    decision = Decision(now().isoformat(), vintage.isoformat(), outcome, by, reason, tuple(sorted(files)), kept)
    path = ledger_path(settings, source_id)
    with locked(path.parent):
        append(path, decision.as_json())
    return decision


def decisions(settings: Settings, source_id: str) -> list[Decision]:
    """Every decision about a source, oldest first.

    Raises:
        FeedError: a line cannot be read.
    """
    return [_decision(source_id, *line) for line in finished_lines(ledger_path(settings, source_id))]


def in_force(entries: Iterable[Decision]) -> dict[tuple[date, FileKey], Decision]:
    """By vintage and raw file, the decision that holds: the last one."""
    return {(date.fromisoformat(entry.vintage), key): entry for entry in entries for key in entry.files}


def _decision(source_id: str, number: int, line: str) -> Decision:
    try:
        content = json.loads(line)
        files = tuple((str(resource), str(sha256)) for resource, sha256 in content.pop("files"))
        decision = Decision(**{**content, "files": files, "reasons": tuple(content["reasons"])})
        date.fromisoformat(decision.vintage)
        return decision
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise FeedError(
            f"a line of the ledger of vintages cannot be read: {error}; it is a JSON object as `bilateral vintages` writes it",
            publisher=source_id,
            payload=LEDGER,
            row=f"line {number}",
            remedy="restore the line, or remove it: its vintage is then judged again",
        ) from error
