"""The commands ``bilateral sources`` and ``bilateral vintages``: what publishers sent, its verdicts, and decisions about it."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import click

from orchestration.cli.output import as_json, print_json, print_table
from orchestration.cli.release_commands import reason
from orchestration.core.settings import Settings, now

if TYPE_CHECKING:
    from orchestration.admission.vintages import VintageState
    from orchestration.catalog.source_status import State
    from orchestration.contracts.source import Source

of_source = click.argument("source")
of_vintage = click.argument("vintage", type=click.DateTime(["%Y-%m-%d"]))
why = click.option("--reason", required=True, callback=reason, help="Reason, recorded with the decision.")


@click.command()
@as_json
def sources(as_json: bool) -> None:
    """List sources: newest vintage, next due, last fetch, key.

    A vintage is due when its month has begun and the newest vintage is older.
    """
    from orchestration.catalog.source_status import states
    from orchestration.sources import load_sources

    listed = states(load_sources(), Settings.from_environment())
    return print_json([state.as_json() for state in listed]) if as_json else _print_sources(listed)


@click.group()
def vintages() -> None:
    """List vintages of sources and decide about those that were held back.

    A vintage that the bundle lacks is judged on arrival: admitted, admitted with remarks, or held back. Releases leave
    out a vintage that is held back until you admit it or the publisher sends a better one.
    """


@vintages.command("list")
@click.argument("source", required=False)
@click.argument("vintage", type=click.DateTime(["%Y-%m-%d"]), required=False)
@click.option("--held", "only_held", is_flag=True, help="Only vintages that await a decision.")
@as_json
def list_vintages(source: str | None, vintage: datetime | None, only_held: bool, as_json: bool) -> None:
    """List vintages with their verdicts, of one SOURCE or of all.

    With a VINTAGE (YYYY-MM-DD), show its reasons, the worst first, and its payloads.
    """
    if vintage:
        state = _state(str(source), vintage.date())
        return print_json(state.as_json()) if as_json else _print_verdict(state)
    listed = [state for state in _states(source) if state.is_open or not only_held]
    if as_json:
        return print_json([state.as_json() for state in listed])
    if not listed:
        nothing = "No vintage awaits a decision." if only_held else "No vintages here yet; run bilateral refresh."
        return click.echo(nothing)
    rows = (
        (
            state.source,
            state.vintage,
            _outcome(state),
            state.rows or None,
            "" if state.outcome == "reviewed" else state.why,
        )
        for state in listed
    )
    return print_table(("source", "vintage", "verdict", "rows", "why"), rows)


@vintages.command()
@of_source
@of_vintage
@why
def admit(source: str, vintage: datetime, reason: str) -> None:
    """Admit a VINTAGE (YYYY-MM-DD) of a SOURCE that was held back or rejected. The next refresh builds with it."""
    from orchestration.admission.ledger import ADMITTED
    from orchestration.admission.vintages import decide

    decision = decide(_source(source), Settings.from_environment(), vintage.date(), ADMITTED, reason)
    click.echo(f"admitted: {source}, vintage {decision.vintage}, {len(decision.files)} payloads")
    click.echo("Run bilateral refresh to publish a release with it.")


@vintages.command()
@of_source
@of_vintage
@why
def reject(source: str, vintage: datetime, reason: str) -> None:
    """Reject a VINTAGE (YYYY-MM-DD) of a SOURCE, held back or admitted. Builds use the one admitted before."""
    from orchestration.admission.ledger import REJECTED
    from orchestration.admission.vintages import decide

    decision = decide(_source(source), Settings.from_environment(), vintage.date(), REJECTED, reason)
    click.echo(f"rejected: {source}, vintage {decision.vintage}, {len(decision.files)} payloads")
    for resource, sha256 in decision.files:
        click.echo(f"  {resource} sha256:{sha256[:12]}")
    click.echo("The current release may still contain it; run bilateral refresh to publish one without it.")


def _source(name: str) -> Source:
    from orchestration.sources import load_sources

    known = load_sources()
    if name not in known:
        raise click.BadParameter(f"no such source: {name}; known: {', '.join(known)}", param_hint="SOURCE")
    return known[name]


def _states(source: str | None) -> list[VintageState]:
    from orchestration.admission.vintages import vintage_states
    from orchestration.ingestion.selection import read_selection, selection_path
    from orchestration.sources import load_sources

    settings = Settings.from_environment()
    names = [_source(source).CARD.id] if source else list(load_sources())
    selections = (read_selection(settings, name) for name in names if selection_path(settings, name).exists())
    return [state for selection in selections for state in vintage_states(selection)]


def _state(source: str, vintage: date) -> VintageState:
    by_vintage = {state.vintage: state for state in _states(source)}
    if vintage not in by_vintage:
        known = ", ".join(map(str, by_vintage)) or "none; run bilateral refresh"
        raise click.BadParameter(f"{source} has no vintage of {vintage}; there are: {known}", param_hint="VINTAGE")
    return by_vintage[vintage]


def _outcome(state: VintageState) -> str:
    return state.outcome.replace("_", " ") + (", awaits a decision" if state.is_open else "")


def _print_verdict(state: VintageState) -> None:
    click.echo(f"{state.source}, vintage {state.vintage}: {_outcome(state)}")
    click.echo(f"  decided:  by {state.by}{f' at {state.decided_at[:16]} UTC' if state.decided_at else ''}")
    for edit in state.reasons or ({"sentence": state.why},):
        click.echo(f"  why:      {edit['sentence']}" + (f" [{edit['edit']}]" if "edit" in edit else ""))
    for payload in state.payloads.split(", "):
        click.echo(f"  payload:  {payload}")
    if state.is_open:
        click.echo(f'\nWhen it is right: bilateral vintages admit {state.source} {state.vintage} --reason "..."')


def _print_sources(listed: list[State]) -> None:
    rows = (
        (
            state.card.id,
            state.last_vintage or "none yet",
            f"{due:%Y-%m}{' due' if due <= now().date() else ''}" if (due := state.next_due) else "not fixed",
            f"{state.answered_at:%Y-%m-%d}" if state.answered_at else "never",
            ("set" if state.key_is_set else "not set") if state.card.key_env else "none",
        )
        for state in listed
    )
    print_table(("source", "vintage", "next due", "fetched", "key"), rows)
    for state in listed:
        name = state.card.id
        if state.failure:
            click.echo(f"{name}: the fetch of {state.failure['at'][:16]} UTC failed: {state.failure['failure']}")
        for held in state.held:
            click.echo(f"{name}: vintage {held.vintage} is held back: {'; '.join(held.sentences(2))}")
            click.echo(f"  see it: bilateral vintages list {name} {held.vintage}")
    click.echo("Cadences, licences and names of keys: bilateral sources --json")
