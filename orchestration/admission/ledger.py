"""The ledger of a source: every decision about its new vintages, by rule or by a person, in the order it was made."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from filelock import FileLock
from pydantic import ConfigDict, TypeAdapter, ValidationError, with_config

from orchestration.core.append_log import append, finished_lines
from orchestration.core.errors import FeedError
from orchestration.core.settings import Settings, now

LEDGER = "vintages.jsonl"  # in landing, so that decisions come back together with the payloads they are about

ADMITTED, WITH_REMARKS, HELD_BACK = "admitted", "admitted_with_remarks", "held_back"
REJECTED = "rejected"  # by a person only
BY_RULE, BY_PERSON = "rule", "person"
LONGEST = 50  # reasons that an entry keeps, the worst first

FileKey = tuple[str, str]
"""What distinguishes a raw file among those of one vintage: its resource and the SHA-256 of its payload."""


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True)
class Decision:
    """What was decided about some raw files of a vintage, when, by whom and why, as a sentence for a person."""

    time: str
    vintage: date
    outcome: str
    by: str
    reason: str
    files: tuple[FileKey, ...]
    reasons: tuple[Mapping[str, Any], ...]

    @property
    def admits(self) -> bool:
        """Whether these files may enter a build."""
        return self.outcome in (ADMITTED, WITH_REMARKS)

    def as_json(self) -> dict[str, Any]:
        """Return the JSON object of a line of the ledger."""
        content: dict[str, Any] = _ADAPTER.dump_python(self, mode="json")
        return content


_ADAPTER = TypeAdapter(Decision)


def decided(
    vintage: date, outcome: str, by: str, why: str, files: Iterable[FileKey], reasons: Iterable[Mapping[str, Any]] = ()
) -> Decision:
    """Return a decision of this moment."""
    return Decision(now().isoformat(), vintage, outcome, by, why, tuple(sorted(files)), tuple(reasons)[:LONGEST])


def ledger_path(settings: Settings, source_id: str) -> Path:
    """Return where the decisions about a source are."""
    return settings.landing / source_id / LEDGER


def record(settings: Settings, source_id: str, decision: Decision) -> None:
    """Append a decision."""
    path = ledger_path(settings, source_id)
    with FileLock(path.with_name(".vintages.lock")):
        append(path, decision.as_json())


def decisions(settings: Settings, source_id: str) -> list[Decision]:
    """Return every decision about a source, oldest first; raise FeedError where a line cannot be read."""
    found = []
    for number, line in finished_lines(ledger_path(settings, source_id)):
        try:
            found.append(_ADAPTER.validate_json(line))
        except ValidationError as error:
            first = error.errors()[0]
            what = ": ".join(map(str, (*first["loc"], first["msg"])))
            failure = f"a line of the ledger is not as `bilateral vintages` writes it: {what}"
            remedy = "restore the line, or remove it: its vintage is then judged again"
            where = {"publisher": source_id, "payload": LEDGER, "row": f"line {number}"}
            raise FeedError(failure, remedy=remedy, **where) from error
    return found


def in_force(entries: Iterable[Decision]) -> dict[tuple[date, FileKey], Decision]:
    """Return the last decision about each vintage and raw file."""
    return {(entry.vintage, key): entry for entry in entries for key in entry.files}
