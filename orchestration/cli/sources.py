"""The ``bilateral sources`` command: the state of every source."""

import click

from orchestration.catalog.source_status import SourceState, states
from orchestration.cli.output import as_json, print_json, print_table
from orchestration.core.settings import Settings, now
from orchestration.sources import load_sources


@click.command()
@as_json
def sources(as_json: bool) -> None:
    """List sources: newest vintage, next due, last fetch, key, and which are selections of the publisher's figures.

    A vintage is due when its month has begun and the newest vintage is older.
    """
    listed = states(load_sources(), Settings.from_environment())
    if as_json:
        print_json([state.as_json() for state in listed])
        return
    print_table(("source", "vintage", "next due", "fetched", "key"), map(_row, listed))
    for state in listed:
        name = state.card.id
        if state.failure:
            click.echo(f"{name}: the fetch of {state.failure['at'][:16]} UTC failed: {state.failure['failure']}")
        for held in state.held:
            click.echo(f"{name}: vintage {held.vintage} is held back: {'; '.join(held.sentences(2))}")
            click.echo(f"  see it: bilateral vintages list {name} {held.vintage}")
        for selection in state.selections:
            click.echo(f"{name} is a selection: {selection}")
    click.echo("Cadences, licences and names of keys: bilateral sources --json")


def _row(state: SourceState) -> tuple[object, ...]:
    due, answered = state.next_due, state.answered_at
    return (
        state.card.id,
        state.last_vintage or "none yet",
        f"{due:%Y-%m}{' due' if due <= now().date() else ''}" if due else "not fixed",
        f"{answered:%Y-%m-%d}" if answered else "never",
        ("set" if state.key_is_set else "not set") if state.card.key_env else "none",
    )
