"""The append-only log of releases, which is the root of trust: begun, published, rolled back, pruned."""

from collections.abc import Iterable
from typing import Any

from orchestration.core.settings import Settings, now
from orchestration.releases import log_chain
from orchestration.releases.log_chain import LOG as LOG
from orchestration.releases.log_chain import Line

BEGUN, PUBLISHED, ROLLED_BACK, PRUNED = "begun", "published", "rolled back", "pruned"
AS_OF = "as-of-"
"""How ids of releases as of an earlier day begin; these are never the current one."""


def record(settings: Settings, event: str, release: str, reason: str, **details: Any) -> None:
    """Append one line, chained to the one before, synced to disk. ``reason`` is a sentence for readers. Call it under the lock.

    Raises:
        ReleaseError: the log is not as it was written, or its key is missing; see ``log_chain``.
    """
    line = {"time": now().isoformat(), "event": event, "release": release, "reason": reason, **details}
    log_chain.append_chained(settings, line)


def entries(settings: Settings) -> list[Line]:
    """Return all events, oldest first; a last line without its end was never finished and does not count.

    Raises:
        ReleaseError: a line cannot be read.
    """
    return [line for line in log_chain.read_chain(settings).lines if line.event]


def published_in(log: Iterable[Line]) -> dict[str, Line]:
    """Return by release its last entry "published": one as of an earlier day is published again if it was damaged."""
    return {entry.release: entry for entry in log if entry.event == PUBLISHED}


def pruned_in(log: Iterable[Line]) -> list[str]:
    """Return the releases whose last event is that they were pruned."""
    last = {entry.release: entry.event for entry in log}
    return [release for release, event in last.items() if event == PRUNED]


def named_in(log: Iterable[Line]) -> list[str]:
    """Return the releases that the log named as the current one, newest last: published or rolled back to."""
    return [
        entry.release
        for entry in log
        if entry.event in (PUBLISHED, ROLLED_BACK) and not entry.release.startswith(AS_OF)
    ]


def current_in(log: Iterable[Line]) -> str | None:
    """Return the release that the log names as the current one."""
    named = named_in(log)
    return named[-1] if named else None


def rolled_back_from(settings: Settings) -> dict[str, Line]:
    """Return by fingerprint the rollbacks from a release that was neither published nor made current again since."""
    rolled_back: dict[str, Line] = {}
    for entry in entries(settings):
        if entry.event in (PUBLISHED, ROLLED_BACK):
            rolled_back.pop(str(entry.content.get("fingerprint")), None)
        if entry.event == ROLLED_BACK:
            rolled_back[str(entry.content["from_fingerprint"])] = entry
    return rolled_back
