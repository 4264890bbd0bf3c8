"""Calendars of publishers, from their cards: when each is requested."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta

import dagster as dg

from orchestration.contracts.payload import Answer
from orchestration.contracts.source import Card, Resource, Source
from orchestration.core import run_policy
from orchestration.core.errors import FeedError
from orchestration.core.settings import Settings
from orchestration.ingestion.feeds import Recorder

WEEKDAYS, MONDAYS = "1-5", "1"


def crons(card: Card) -> list[str]:
    """Return when a publisher is requested, as cron lines in its time zone.

    At each of its release hours, where it has some. Else every working day of its release months, and every Monday of
    the others, in which it may correct what is out.
    """
    if card.release_hours:
        hours = ",".join(str(hour) for hour in sorted(card.release_hours))
        return [f"{run_policy.AFTER_A_RELEASE_HOUR} {hours} * * *"]
    hour, minute = (int(part) for part in run_policy.ASKED_AT.split(":"))
    release = sorted(card.release_months)
    quiet = [month for month in range(1, 13) if month not in release]
    months = [(release, WEEKDAYS), (quiet, MONDAYS)]
    return [f"{minute} {hour} * {','.join(map(str, group))} {days}" for group, days in months if group]


def freshness(source: Source, settings: Settings) -> dg.FreshnessPolicy | None:
    """Return the freshness policy of the raw tables of a source that is requested every week at least; None for the others."""
    if not settings.fetches_live(source.CARD.id) or reads_dropped_files_only(source):
        return None
    return dg.FreshnessPolicy.time_window(fail_window=run_policy.SILENCE, warn_window=timedelta(days=8))


def reads_dropped_files_only(source: Source) -> bool:
    """Return whether a source sends no request and only reads files from the drop folder."""
    return all(_first_step(source, resource).is_by_hand for resource in source.RESOURCES if not resource.superseded_by)


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
