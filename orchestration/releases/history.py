"""The append-only log of releases: published, rolled back, pruned."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from orchestration.core.append_log import append, finished_lines
from orchestration.core.errors import ReleaseError
from orchestration.core.settings import Settings, now

LOG = "log.jsonl"
PUBLISHED, ROLLED_BACK, PRUNED = "published", "rolled back", "pruned"


@dataclass(frozen=True)
class Entry:
    """One line of the log: when, what, to which release, why, and further details."""

    time: str
    event: str
    release: str
    reason: str
    details: dict[str, Any]


def record(settings: Settings, event: str, release: str, reason: str, **details: Any) -> None:
    """Append one line, synced to disk. ``reason`` is a sentence for a person."""
    line = {"time": now().isoformat(), "event": event, "release": release, "reason": reason, **details}
    append(settings.releases / LOG, line)


def entries(settings: Settings) -> list[Entry]:
    """What happened so far, oldest first; a last line without its end was never finished and does not count.

    Raises:
        ReleaseError: a line cannot be read.
    """
    return [_entry(number, line) for number, line in finished_lines(settings.releases / LOG)]


def rolled_back_from(settings: Settings) -> dict[str, Entry]:
    """By fingerprint, rollbacks from a release that was neither published nor made current again since."""
    rolled_back: dict[str, Entry] = {}
    for entry in entries(settings):
        rolled_back.pop(str(entry.details.get("fingerprint")), None)
        if entry.event == ROLLED_BACK:
            rolled_back[str(entry.details["from_fingerprint"])] = entry
    return rolled_back


def _entry(number: int, line: str) -> Entry:
    try:
        content = json.loads(line)
        time, event, release, reason = (str(content.pop(key)) for key in ("time", "event", "release", "reason"))
        return Entry(time, event, release, reason, content)
    except (ValueError, KeyError, AttributeError) as error:
        raise ReleaseError(
            f"a line of the log of releases cannot be read: {error}; it is a JSON object with time, event, release and reason",
            payload=LOG,
            row=f"line {number}",
            remedy="restore the line, or take it out",
        ) from error
