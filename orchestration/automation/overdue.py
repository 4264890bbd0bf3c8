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
    """Return a problem for every source whose next vintage is overdue, and the subjects of the sources whose is not.

    A source on the bundle, which does not change by itself, is never overdue.
    """
    problems, well = [], []
    for state in states({name: source for name, source in sources.items() if settings.asks(name)}, settings):
        limit = calendars.overdue_since(state.card, state.last_vintage)
        if limit is not None and today > limit:
            problems.append(_problem(state, sources, metrics.values()))
        else:
            well.append(_subject(state.card.id))
    return problems, well


def _subject(source_id: str) -> str:
    return f"vintage of {source_id}"


def _problem(state: State, sources: Mapping[str, Source], metrics: Iterable[Metric]) -> Problem:
    card = state.card
    waiting = sorted(metric.name for metric in metrics if card.id in calendars.sources_of(metric.meta, sources))
    due = f"{state.next_due:%B %Y}" if state.next_due else "an unknown month"
    answered = f"{state.asked_at:%Y-%m-%d %H:%M} UTC" if state.asked_at else "never"
    remedy = f"see whether {card.homepage} has it; bilateral sources {card.id} requests it"
    if calendars.reads_dropped_files_only(sources[card.id]):
        remedy = f"download the new file from {card.homepage} into data/drop/{card.id}/"
    failure = f"a vintage of {card.id} after {state.last_vintage} was due in {due}"
    text = (
        f"publisher: {card.publisher}\n{failure}; the publisher answered last: {answered}\n"
        f"metrics that wait for it: {', '.join(waiting)}\nwhat to do: {remedy}"
    )
    return Problem(_subject(card.id), text, STALE, card.publisher, failure=failure, remedy=remedy)
