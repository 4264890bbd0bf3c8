"""Overdue vintages as problems to report."""

from collections.abc import Mapping
from datetime import date

from orchestration.assets import run_policy
from orchestration.automation.alert_messages import STALE, Problem
from orchestration.catalog.source_status import State, states
from orchestration.contracts.source import Source
from orchestration.core.settings import Settings


def overdue(sources: Mapping[str, Source], settings: Settings, today: date) -> tuple[list[Problem], list[str]]:
    """Return a problem for every source whose next vintage is overdue, and the subjects of the sources whose is not.

    A source on the bundle, which does not change by itself, is never overdue.
    """
    requested = states({name: source for name, source in sources.items() if settings.fetches_live(name)}, settings)
    late = [state for state in requested if state.next_due and state.next_due + run_policy.LATE < today]
    in_time = [_subject(state) for state in requested if state not in late]
    return [_problem(state) for state in late], in_time


def _subject(state: State) -> str:
    return f"vintage of {state.card.id}"


def _problem(state: State) -> Problem:
    card = state.card
    answered = f"{state.answered_at:%Y-%m-%d %H:%M} UTC" if state.answered_at else "never"
    remedy = f"see whether {card.homepage} has it, and materialise {card.id} in the UI"
    if card.by_hand:
        remedy = f"download the new file from {card.homepage} into data/drop/{card.id}/"
    text = (
        f"a vintage of {card.id} after {state.last_vintage} was due in {state.next_due:%B %Y}\n"
        f"publisher: {card.publisher}, which answered last: {answered}\nwhat to do: {remedy}"
    )
    return Problem(_subject(state), text, STALE)
