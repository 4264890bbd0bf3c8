"""Source status: what this data folder holds of each source, one live look at one, and the page about all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Unpack

from orchestration.contracts.payload import Answer, Origin, Payload
from orchestration.contracts.source import Card, Feed, RequestOptions, Resource, Source
from orchestration.core.errors import NothingDroppedError
from orchestration.core.files import sha256_of
from orchestration.core.settings import Settings
from orchestration.ingestion.feeds import Recorder
from orchestration.ingestion.fetch_failures import last_failure
from orchestration.ingestion.held_vintages import HeldVintage
from orchestration.ingestion.live_feed import LiveFeed, not_read
from orchestration.ingestion.payload_store import PayloadStore, StoredAnswer
from orchestration.ingestion.selection import read_selection, selection_path

LARGEST_PROBE = 64 * 1024 * 1024
"""Bytes; a look at a publisher fetches no more than this."""
GLANCE = 8 * 1024 * 1024
"""Bytes; of a longer answer whose headers show whether it changed, a look reads only the headers."""


@dataclass(frozen=True)
class State:
    """The state of a source in this data folder."""

    card: Card
    key_is_set: bool
    last_vintage: date | None
    asked_at: datetime | None
    next_due: date | None
    held: tuple[HeldVintage, ...] = ()
    failure: Mapping[str, Any] | None = None

    def as_json(self) -> dict[str, object]:
        """For people's programs: dates as ISO text, the month that is due as YYYY-MM."""
        return {
            "source": self.card.id,
            "publisher": self.card.publisher,
            "cadence": self.card.cadence,
            "key": self.card.key_env,
            "key_is_set": self.key_is_set,
            "last_vintage": self.last_vintage.isoformat() if self.last_vintage else None,
            "last_live_fetch": self.asked_at.isoformat() if self.asked_at else None,
            "next_due": f"{self.next_due:%Y-%m}" if self.next_due else None,
            "licence": self.card.licence,
            "last_fetch_failed": dict(self.failure) if self.failure else None,
            "held_back": [one.as_json() for one in self.held],
        }


@dataclass(frozen=True)
class Sight:
    """What one request to a publisher showed. ``size`` and ``vintage`` are None where the headers were enough; ``comparison``
    states how the answer compares with the stored one."""

    answer: Answer
    size: int | None
    vintage: date | None
    comparison: str


def states(sources: Mapping[str, Source], settings: Settings) -> list[State]:
    """Every source: its newest vintage in the last refresh, when it last answered, and when its next vintage is due."""
    landing = PayloadStore(settings.landing)
    found = []
    for name, source in sources.items():
        card = source.CARD
        selection = read_selection(settings, name) if selection_path(settings, name).exists() else None
        newest = selection.vintages[-1] if selection and selection.vintages else None
        key_is_set = bool(card.key_env and os.environ.get(card.key_env))
        due = card.next_release(newest) if newest else None
        held = tuple(selection.open_held) if selection else ()
        found.append(State(card, key_is_set, newest, landing.asked_at(name), due, held, last_failure(settings, name)))
    return found


def look(source: Source, feed: Feed, landing: PayloadStore) -> Sight | None:
    """Return what the first request for the first resource shows; None where a person feeds the source and nothing was dropped.

    Raises:
        FeedError: the publisher does not answer.
        PayloadError: it answers with something that the source cannot read.
    """
    recorder = _Once(feed)
    answer = _first_answer(source, recorder)
    if answer is None:
        return None
    before = landing.stored_answer(
        answer.origin.source, answer.origin.resource, answer.origin.url, answer.origin.parameters
    )
    if answer.opener is not_read:
        same = before is not None and _mark(before.origin) == _mark(answer.origin)
        return Sight(answer, None, None, _compared(before, "marks", same))
    with tempfile.TemporaryDirectory(prefix="bilateral-") as folder:
        payload = _payload(answer, Path(folder))
        parsed = next(iter(source.parse(payload)), None)
        same = before is not None and before.origin.sha256 == payload.origin.sha256
        vintage = parsed.vintage if parsed else None
        return Sight(answer, payload.origin.size, vintage, _compared(before, "bytes", same))


def live_look(source: Source, settings: Settings) -> Sight | None:
    """``look`` over the network, at the publisher's pace. Nothing is written into landing."""
    with LiveFeed(settings.drop, pace=settings.pace, largest=LARGEST_PROBE, glance=GLANCE) as feed:
        return look(source, feed, PayloadStore(settings.landing))


class _EnoughError(Exception):
    """A second request was about to be sent."""


class _Once(Recorder):
    """A feed that answers one request, and goes no further where only its headers were read."""

    def get(
        self,
        card: Card,
        resource: Resource,
        url: str,
        **options: Unpack[RequestOptions],
    ) -> Answer:
        if self.sent_requests:
            raise _EnoughError
        answer = super().get(
            card,
            resource,
            url,
            **options,
        )
        if answer.opener is not_read:
            raise _EnoughError
        return answer


def _first_answer(source: Source, feed: _Once) -> Answer | None:
    """Return the first answer of a source; None where no file was dropped."""
    try:
        return _first_fetched(source, feed)
    except _EnoughError:
        return feed.answers[0]
    except NothingDroppedError:
        return None
    except StopIteration:
        if feed.lacks_files:
            return None
        raise


def _first_fetched(source: Source, feed: _Once) -> Answer:
    """The first answer of the first resource; of a source that a person feeds, of the first one with a file."""
    asked = [one for one in source.RESOURCES if not one.superseded_by]
    for resource in asked[:-1]:
        try:
            return next(iter(source.fetch(resource, feed)))
        except NothingDroppedError:
            continue
    return next(iter(source.fetch(asked[-1], feed)))


def _payload(answer: Answer, folder: Path) -> Payload:
    path = folder / "payload"
    with answer.opener() as body, path.open("wb") as target:
        while chunk := body.read(1 << 20):
            target.write(chunk)
    return Payload(replace(answer.origin, sha256=sha256_of(path), size=path.stat().st_size), path)


def _compared(before: StoredAnswer | None, what: str, same: bool) -> str:
    if before is None:
        return "no answer to this request is stored here"
    words = f"the same {what} as those that" if same else f"other {what} than those that"
    return f"{words} stored from the fetch of {before.origin.fetched_at:%Y-%m-%d %H:%M} UTC"


def _mark(origin: Origin) -> str:
    """The publisher's own mark of a file in the headers of its answer."""
    return origin.etag or origin.last_modified or ""
