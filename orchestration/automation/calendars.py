"""Calendars of publishers, from their cards: when each is asked, and how often its figures change."""

from __future__ import annotations

import calendar
import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

from orchestration.contracts.payload import Answer
from orchestration.contracts.source import Card, Resource, Source
from orchestration.core import run_policy
from orchestration.core.errors import FeedError
from orchestration.ingestion.feeds import Recorder

WEEKDAYS, MONDAYS = "1-5", "1"


def crons(card: Card) -> list[str]:
    """When a publisher is asked, as cron lines in its time zone.

    At each of its release hours, where it has some. Else every working day of its release months, and every Monday of
    the others, in which it may correct what is out.
    """
    if card.release_hours:
        hours = ",".join(str(hour) for hour in sorted(card.release_hours))
        return [f"{run_policy.AFTER_A_RELEASE_HOUR} {hours} * * *"]
    hour, minute = (int(part) for part in run_policy.ASKED_AT.split(":"))
    release = sorted(card.release_months)
    quiet = [month for month in range(1, 13) if month not in release]
    if not quiet or not release:
        return [f"{minute} {hour} * * {WEEKDAYS if release else MONDAYS}"]
    months = [(release, WEEKDAYS), (quiet, MONDAYS)]
    return [f"{minute} {hour} * {','.join(map(str, group))} {days}" for group, days in months]


def awaits_a_release(card: Card, newest: date | None, today: date) -> bool:
    """Whether a vintage is due and not here, so that it is worth asking every day."""
    due = card.next_release(newest) if newest else None
    return due is None or due <= today


def overdue_since(card: Card, newest: date | None) -> date | None:
    """The day from which the vintage after the newest one counts as overdue; None where no month can be said."""
    due = card.next_release(newest) if newest else None
    if due is None:
        return None
    last = date(due.year, due.month, calendar.monthrange(due.year, due.month)[1])
    return last + run_policy.LATE


def cadence(card: Card) -> timedelta:
    """The longest time between two vintages of a source that comes as its card says."""
    months = sorted(set(card.release_months))
    if not months:
        return run_policy.UNKNOWN_CADENCE
    gaps = [(after - before) % 12 or 12 for before, after in zip(months, [*months[1:], months[0]], strict=True)]
    return timedelta(days=round(max(gaps) * 366 / 12))


def reads_dropped_files_only(source: Source) -> bool:
    """Return whether a source sends no request and only reads files from the drop folder."""
    return all(_first_step(source, resource).is_by_hand for resource in source.RESOURCES if not resource.superseded_by)


def sources_of(meta: Mapping[str, Any], sources: Collection[str]) -> list[str]:
    """Return the sources that a metric's ``sources`` and ``awaits`` name; all of them where they name none."""
    texts = [str(text) for name in ("sources", "awaits") for text in (meta.get(name) or [])]
    words = {word for text in texts for word in re.findall(r"[a-z0-9_]+", text)}
    return sorted(words & set(sources)) or sorted(sources)


def _first_step(source: Source, resource: Resource) -> Recorder:
    """Return what a source does first for a resource on a feed without answers."""
    recorder = Recorder(_NoAnswers())
    with suppress(FeedError):
        for _ in source.fetch(resource, recorder):
            pass
    return recorder


class _NoAnswers:
    """A feed that has no files and answers no request."""

    def get(self, *_: object, **__: object) -> Answer:
        raise FeedError("this feed answers no request")

    def files(self, *_: object) -> Iterator[Answer]:
        return iter(())
