"""The ``bilateral vintages`` commands: list vintages, show a verdict, admit or reject a vintage."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import TYPE_CHECKING

import click

from orchestration.cli.release_commands import reason

if TYPE_CHECKING:
    from orchestration.admission.overview import VintageState
    from orchestration.contracts.source import Source

REASONS_SHOWN = 15
"""Reasons that ``show`` prints; ``--json`` has all that were kept."""


@click.group()
def vintages() -> None:
    """List vintages of sources and decide about those that were held back.

    A vintage that the bundle lacks is judged on arrival: admitted, admitted with remarks, or held back. Releases leave
    out a held vintage until you admit it or the publisher sends a better one.
    """


@vintages.command("list")
@click.argument("source", required=False)
@click.option("--held", "only_held", is_flag=True, help="Only vintages that await a decision.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_vintages(source: str | None, only_held: bool, as_json: bool) -> None:
    """List vintages with their verdicts, of one SOURCE or of all."""
    found = [one for one in _states(source) if one.is_open or not only_held]
    if as_json:
        click.echo(json.dumps([one.as_json() for one in found], indent=1, ensure_ascii=False))
        return
    if not found:
        click.echo("No vintage awaits a decision." if only_held else "No vintages here yet; run bilateral refresh.")
        return
    from rich import box
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table("source", "vintage", "verdict", "rows", "why", box=box.SIMPLE_HEAD, pad_edge=False)
    table.columns[3].justify = "right"
    for one in found:
        why = escape(one.why) if one.outcome != "reviewed" else ""
        table.add_row(one.source, one.vintage.isoformat(), _words(one), f"{one.rows:,}" if one.rows else "", why)
    Console(highlight=False).print(table)


@vintages.command()
@click.argument("source")
@click.argument("vintage", type=click.DateTime(["%Y-%m-%d"]))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show(source: str, vintage: datetime, as_json: bool) -> None:
    """Show the verdict on a VINTAGE (YYYY-MM-DD) of a SOURCE: reasons, the worst first, and payloads."""
    state = _state(source, vintage.date())
    if as_json:
        click.echo(json.dumps(state.as_json(), indent=1, ensure_ascii=False))
        return
    click.echo(f"{state.source}, vintage {state.vintage}: {_words(state)}")
    click.echo(f"  decided:  by {state.by}{f' at {state.decided_at[:16]} UTC' if state.decided_at else ''}")
    if not state.reasons:
        click.echo(f"  why:      {state.why}")
    for number, one in enumerate(state.reasons[:REASONS_SHOWN], start=1):
        level = f" [level {one['level']}, {one['edit']}]" if "level" in one else ""
        click.echo(f"  {number:>2}. {one['sentence']}{level}")
    if len(state.reasons) > REASONS_SHOWN:
        click.echo(f"  and {len(state.reasons) - REASONS_SHOWN} more: --json")
    for payload in state.payloads.split(", "):
        click.echo(f"  payload:  {payload}")
    if state.is_open:
        click.echo(f'\nWhen it is right: bilateral vintages admit {source} {state.vintage} --reason "..."')


@vintages.command()
@click.argument("source")
@click.argument("vintage", type=click.DateTime(["%Y-%m-%d"]))
@click.option("--reason", "why", required=True, callback=reason, help="Reason, recorded with the decision.")
def admit(source: str, vintage: datetime, why: str) -> None:
    """Admit a VINTAGE (YYYY-MM-DD) of a SOURCE that was held back or rejected. The next refresh builds with it."""
    from orchestration.admission.decide import admit_vintage
    from orchestration.core.settings import Settings

    done = admit_vintage(_source(source), Settings.from_environment(), vintage.date(), why)
    click.echo(f"admitted: {source}, vintage {done.vintage}, {len(done.files)} payloads")
    click.echo("Run bilateral refresh to publish a release with it.")


@vintages.command()
@click.argument("source")
@click.argument("vintage", type=click.DateTime(["%Y-%m-%d"]))
@click.option("--reason", "why", required=True, callback=reason, help="Reason, recorded with the decision.")
def reject(source: str, vintage: datetime, why: str) -> None:
    """Reject a VINTAGE (YYYY-MM-DD) of a SOURCE, held back or admitted. Builds use the one admitted before."""
    from orchestration.admission.decide import reject_vintage
    from orchestration.core.settings import Settings

    done = reject_vintage(_source(source), Settings.from_environment(), vintage.date(), why)
    click.echo(f"rejected: {source}, vintage {done.vintage}, {len(done.files)} payloads")
    for resource, sha256 in done.files:
        click.echo(f"  {resource} sha256:{sha256[:12]}")
    click.echo("The current release may still contain it; run bilateral refresh to publish one without it.")


def _states(source: str | None) -> list[VintageState]:
    from orchestration.admission.overview import vintage_states
    from orchestration.core.settings import Settings
    from orchestration.ingestion.selection import read_selection, selection_path
    from orchestration.sources import load_sources

    settings = Settings.from_environment()
    names = [_source(source).CARD.id] if source else list(load_sources())
    held = (read_selection(settings, name) for name in names if selection_path(settings, name).exists())
    return [one for selection in held for one in vintage_states(selection)]


def _state(source: str, vintage: date) -> VintageState:
    found = {one.vintage: one for one in _states(source)}
    if vintage not in found:
        known = ", ".join(map(str, found)) or "none; run bilateral refresh"
        raise click.BadParameter(f"no vintage of {vintage} is held of {source}; held: {known}", param_hint="VINTAGE")
    return found[vintage]


def _source(name: str) -> Source:
    from orchestration.sources import load_sources

    known = load_sources()
    if name not in known:
        raise click.BadParameter(f"no such source: {name}; known: {', '.join(known)}", param_hint="SOURCE")
    return known[name]


def _words(state: VintageState) -> str:
    words = state.outcome.replace("_", " ")
    return f"{words}, awaits a decision" if state.is_open else words
