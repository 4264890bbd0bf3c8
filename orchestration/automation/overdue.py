"""Overdue vintages, and the metrics that wait for them, as problems to report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from orchestration.automation import calendars
from orchestration.automation.alert_messages import STALE, Problem
from orchestration.catalog.source_status import State, states
from orchestration.contracts.source import Source
from orchestration.core.settings import Settings
from orchestration.guards.suites import Metric


def overdue(
    sources: Mapping[str, Source], metrics: Mapping[str, Metric], settings: Settings, today: date
) -> tuple[list[Problem], list[str]]:
    """A problem for every source whose next vintage is overdue, and the subjects of the sources whose is not.

    A source on the bundle, which does not change by itself, is never overdue.
    """
    asked = {name: source for name, source in sources.items() if settings.asks(name)}
    found = states(asked, settings)
    late = {state.card.id for state in found if _is_late(state, today)}
    problems = [_problem(state, sources, metrics.values()) for state in found if state.card.id in late]
    return problems, [subject(state.card.id) for state in found if state.card.id not in late]


def subject(source_id: str) -> str:
    """What an overdue vintage is about."""
    return f"vintage of {source_id}"


def _is_late(state: State, today: date) -> bool:
    limit = calendars.overdue_since(state.card, state.last_vintage)
    return limit is not None and today > limit


def _problem(state: State, sources: Mapping[str, Source], metrics: Iterable[Metric]) -> Problem:
    card = state.card
    waiting = sorted(
        one.name for one in metrics if card.id in calendars.sources_named(calendars.source_texts(one.meta), sources)
    )
    due = f"{state.next_due:%B %Y}" if state.next_due else "an unknown month"
    asked = f"{state.asked_at:%Y-%m-%d %H:%M} UTC" if state.asked_at else "never"
    by_hand = calendars.reads_dropped_files_only(sources[card.id])
    remedy = (
        f"download the new file from {card.homepage} into data/drop/{card.id}/"
        if by_hand
        else f"see whether {card.homepage} has it; bilateral sources {card.id} requests it"
    )
    failure = f"a vintage of {card.id} after {state.last_vintage} was due in {due}"
    text = "\n".join(
        [
            f"publisher: {card.publisher}",
            f"{failure}; the publisher answered last: {asked}",
            f"metrics that wait for it: {', '.join(waiting)}",
            f"what to do: {remedy}",
        ]
    )
    return Problem(subject(card.id), text, STALE, card.publisher, failure=failure, remedy=remedy)
