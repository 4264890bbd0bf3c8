"""The commands ``bilateral sources`` and ``bilateral vintages``: what publishers sent, its verdicts, and decisions about it."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import click

from orchestration.cli.output import as_json, print_console, print_json, simple_table
from orchestration.cli.release_commands import reason
from orchestration.core.settings import Settings, now

if TYPE_CHECKING:
    from orchestration.admission.overview import VintageState
    from orchestration.catalog.source_status import Sight, State
    from orchestration.contracts.source import Card, Source

REASONS_SHOWN = 15
"""Reasons of a verdict that are printed; ``--json`` has all that were kept."""

of_source = click.argument("source")
of_vintage = click.argument("vintage", type=click.DateTime(["%Y-%m-%d"]))
why = click.option("--reason", required=True, callback=reason, help="Reason, recorded with the decision.")


@click.command()
@click.argument("name", required=False)
@as_json
def sources(name: str | None, as_json: bool) -> None:
    """List sources: newest vintage, next due, last fetch, key, cadence.

    A vintage is due when its month has begun and the newest vintage is older. With a NAME, send one request to its
    publisher and describe the answer, without storing it.
    """
    from orchestration.catalog.source_status import live_look, states
    from orchestration.sources import load_sources

    settings = Settings.from_environment()
    if name:
        source = _source(name)
        answer = _answer_json(source.CARD, live_look(source, settings))
        return print_json(answer) if as_json else _print_answer(answer)
    found = states(load_sources(), settings)
    return print_json([state.as_json() for state in found]) if as_json else _print_sources(found)


@click.group()
def vintages() -> None:
    """List vintages of sources and decide about those that were held back.

    A vintage that the bundle lacks is judged on arrival: admitted, admitted with remarks, or held back. Releases leave
    out a held vintage until you admit it or the publisher sends a better one.
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
    found = [state for state in _states(source) if state.is_open or not only_held]
    if vintage:
        state = _state(str(source), vintage.date())
        return print_json(state.as_json()) if as_json else _print_verdict(state)
    if as_json:
        return print_json([state.as_json() for state in found])
    if not found:
        return click.echo(
            "No vintage awaits a decision." if only_held else "No vintages here yet; run bilateral refresh."
        )
    table = simple_table("source", "vintage", "verdict", "rows", "why", numbers=(3,))
    for state in found:
        because = state.why if state.outcome != "reviewed" else ""
        table.add_row(
            state.source, str(state.vintage), _outcome(state), f"{state.rows:,}" if state.rows else "", because
        )
    return print_console(table)


@vintages.command()
@of_source
@of_vintage
@why
def admit(source: str, vintage: datetime, reason: str) -> None:
    """Admit a VINTAGE (YYYY-MM-DD) of a SOURCE that was held back or rejected. The next refresh builds with it."""
    from orchestration.admission.decide import admit_vintage

    decision = admit_vintage(_source(source), Settings.from_environment(), vintage.date(), reason)
    click.echo(f"admitted: {source}, vintage {decision.vintage}, {len(decision.files)} payloads")
    click.echo("Run bilateral refresh to publish a release with it.")


@vintages.command()
@of_source
@of_vintage
@why
def reject(source: str, vintage: datetime, reason: str) -> None:
    """Reject a VINTAGE (YYYY-MM-DD) of a SOURCE, held back or admitted. Builds use the one admitted before."""
    from orchestration.admission.decide import reject_vintage

    decision = reject_vintage(_source(source), Settings.from_environment(), vintage.date(), reason)
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
    from orchestration.admission.overview import vintage_states
    from orchestration.ingestion.selection import read_selection, selection_path
    from orchestration.sources import load_sources

    settings = Settings.from_environment()
    names = [_source(source).CARD.id] if source else list(load_sources())
    selections = (read_selection(settings, name) for name in names if selection_path(settings, name).exists())
    return [state for selection in selections for state in vintage_states(selection)]


def _state(source: str, vintage: date) -> VintageState:
    found = {state.vintage: state for state in _states(source)}
    if vintage not in found:
        known = ", ".join(map(str, found)) or "none; run bilateral refresh"
        raise click.BadParameter(f"{source} has no vintage of {vintage}; there are: {known}", param_hint="VINTAGE")
    return found[vintage]


def _outcome(state: VintageState) -> str:
    return state.outcome.replace("_", " ") + (", awaits a decision" if state.is_open else "")


def _print_verdict(state: VintageState) -> None:
    click.echo(f"{state.source}, vintage {state.vintage}: {_outcome(state)}")
    click.echo(f"  decided:  by {state.by}{f' at {state.decided_at[:16]} UTC' if state.decided_at else ''}")
    if not state.reasons:
        click.echo(f"  why:      {state.why}")
    for number, edit in enumerate(state.reasons[:REASONS_SHOWN], start=1):
        level = f" [level {edit['level']}, {edit['edit']}]" if "level" in edit else ""
        click.echo(f"  {number:>2}. {edit['sentence']}{level}")
    if len(state.reasons) > REASONS_SHOWN:
        click.echo(f"  and {len(state.reasons) - REASONS_SHOWN} more: --json")
    for payload in state.payloads.split(", "):
        click.echo(f"  payload:  {payload}")
    if state.is_open:
        click.echo(f'\nWhen it is right: bilateral vintages admit {state.source} {state.vintage} --reason "..."')


def _answer_json(card: Card, sight: Sight | None) -> dict[str, Any]:
    """Return a publisher's answer; ``answer`` is null for a source of manual downloads without a file in its drop folder."""
    content: dict[str, Any] = {"source": card.id, "publisher": card.publisher, "homepage": card.homepage}
    if sight is None:
        return content | {"answer": None}
    origin = sight.answer.origin
    vintage = sight.vintage or origin.publisher_last_updated
    answer = {
        "url": origin.url,
        "parameters": dict(origin.parameters),
        "status": sight.answer.status,
        "bytes": sight.size,
        "media_type": origin.media_type,
        "vintage": vintage.isoformat() if vintage else None,
        "compared": sight.comparison,
    }
    return content | {"answer": answer}


def _print_answer(content: dict[str, Any]) -> None:
    click.echo(f"{content['source']}: {content['publisher']}")
    if (answer := content["answer"]) is None:
        click.echo(f"  manual download: the drop folder has no file; see {content['homepage']}")
        return
    parameters = " ".join(f"{key}={value}" for key, value in answer["parameters"].items())
    size = "headers only" if answer["bytes"] is None else f"{answer['bytes']:,} bytes"
    click.echo(f"  request:  {answer['url']} {parameters}".rstrip())
    click.echo(f"  answer:   HTTP {answer['status']}, {size}, {answer['media_type']}")
    click.echo(f"  vintage:  {answer['vintage'] or 'not stated in the answer'}")
    click.echo(f"  compared: {answer['compared']}")


def _print_sources(found: list[State]) -> None:
    table = simple_table("source", "vintage", "next due", "fetched", "key", "cadence")
    for column, width in zip(table.columns, (12, 10, 11, 10, 7, None), strict=True):
        column.no_wrap, column.min_width = True, width
    for state in found:
        card, due = state.card, state.next_due
        table.add_row(
            card.id,
            str(state.last_vintage or "none yet"),
            f"{due:%Y-%m}{' due' if due <= now().date() else ''}" if due else "not fixed",
            f"{state.asked_at:%Y-%m-%d}" if state.asked_at else "never",
            ("set" if state.key_is_set else "not set") if card.key_env else "none",
            card.cadence,
        )
    print_console(table)
    for state in found:
        name = state.card.id
        if state.failure:
            click.echo(f"{name}: the fetch of {state.failure['at'][:16]} UTC failed: {state.failure['failure']}")
        for held in state.held:
            click.echo(f"{name}: vintage {held.vintage} is held back: {'; '.join(held.sentences(2))}")
            click.echo(f"  see it: bilateral vintages list {name} {held.vintage}")
    click.echo("Names of keys, limits and full licences: bilateral sources --json")
