"""Calendars of publishers, from their cards: when each is requested."""

from datetime import timedelta

import dagster as dg

from orchestration.automation import run_policy
from orchestration.contracts.source import Card, Source
from orchestration.core.settings import Settings

WEEKDAYS, MONDAYS = "1-5", "1"


def crons(card: Card) -> list[str]:
    """Return when a publisher is requested, as cron lines in its time zone.

    At each of its release hours, where it has some. Else every working day of its release months, and every Monday of
    the others, in which it may correct what is out.
    """
    if card.release_hours:
        hours = ",".join(str(hour) for hour in sorted(card.release_hours))
        return [f"{run_policy.AFTER_A_RELEASE_HOUR} {hours} * * *"]
    hour, minute = (int(part) for part in run_policy.POLLED_AT.split(":"))
    release = sorted(card.release_months)
    quiet = [month for month in range(1, 13) if month not in release]
    months = [(release, WEEKDAYS), (quiet, MONDAYS)]
    return [f"{minute} {hour} * {','.join(map(str, group))} {days}" for group, days in months if group]


def freshness(source: Source, settings: Settings) -> dg.FreshnessPolicy | None:
    """Return the freshness policy of a source's raw tables; None for one requested less than weekly."""
    if not settings.fetches_live(source.CARD.id) or source.CARD.by_hand:
        return None
    return dg.FreshnessPolicy.time_window(fail_window=run_policy.SILENCE, warn_window=timedelta(days=8))
