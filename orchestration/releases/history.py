"""The append-only log of releases, which is the root of trust: begun, published, rolled back, pruned."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from orchestration.core.errors import ReleaseError
from orchestration.core.settings import Settings, now
from orchestration.releases import log_chain
from orchestration.releases.log_chain import LOG as LOG

BEGUN, PUBLISHED, ROLLED_BACK, PRUNED = "begun", "published", "rolled back", "pruned"
AS_OF = "as-of-"
"""How ids of releases as of an earlier day begin; these are never the current one."""


@dataclass(frozen=True)
class Entry:
    """One line of the log: when, what, to which release, why, and further details."""

    time: str
    event: str
    release: str
    reason: str
    details: dict[str, Any]


def record(settings: Settings, event: str, release: str, reason: str, **details: Any) -> None:
    """Append one line, chained to the one before, synced to disk. ``reason`` is a sentence for a person. Call it under the lock.

    Raises:
        ReleaseError: the log is not as it was written, or its key is missing; see ``log_chain``.
    """
    line = {"time": now().isoformat(), "event": event, "release": release, "reason": reason, **details}
    log_chain.append_chained(settings, line)


def entries(settings: Settings) -> list[Entry]:
    """Return all entries, oldest first; a last line without its end was never finished and does not count.

    Raises:
        ReleaseError: a line cannot be read.
    """
    return [_entry(line) for line in log_chain.read_chain(settings).lines if not line.is_seal]


def published_in(log: Iterable[Entry]) -> dict[str, Entry]:
    """By release, its last entry "published": one as of an earlier day is published again where it was damaged."""
    return {entry.release: entry for entry in log if entry.event == PUBLISHED}


def pruned_in(log: Iterable[Entry]) -> list[str]:
    """The releases whose last event is that they were pruned."""
    last = {entry.release: entry.event for entry in log}
    return [release for release, event in last.items() if event == PRUNED]


def current_in(log: Iterable[Entry]) -> str | None:
    """The release that the log names as the current one: the last that was published or rolled back to."""
    named = [one.release for one in log if one.event in (PUBLISHED, ROLLED_BACK) and not one.release.startswith(AS_OF)]
    return named[-1] if named else None


def rolled_back_from(settings: Settings) -> dict[str, Entry]:
    """By fingerprint, rollbacks from a release that was neither published nor made current again since."""
    rolled_back: dict[str, Entry] = {}
    for entry in entries(settings):
        if entry.event in (PUBLISHED, ROLLED_BACK):
            rolled_back.pop(str(entry.details.get("fingerprint")), None)
        if entry.event == ROLLED_BACK:
            rolled_back[str(entry.details["from_fingerprint"])] = entry
    return rolled_back


def _entry(line: log_chain.Line) -> Entry:
    content = line.entry
    try:
        time, event, release, reason = (str(content.pop(key)) for key in ("time", "event", "release", "reason"))
    except KeyError as error:
        raise ReleaseError(
            f"a line of the log of releases cannot be read: it has no {error}; it is a JSON object with time, event, release and reason",
            payload=LOG,
            row=f"line {line.number}",
            remedy="restore the line from a backup of the log",
        ) from error
    return Entry(time, event, release, reason, content)
