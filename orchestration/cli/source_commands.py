"""The ``bilateral sources`` commands: list sources, check one live, withdraw a payload."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from orchestration.cli.release_commands import reason

if TYPE_CHECKING:
    from orchestration.catalog.source_status import Sight, State
    from orchestration.contracts.source import Card

COLUMNS = ("source", "vintage", "next due", "fetched", "key", "cadence", "licence")
REASONS_SHOWN = 2
WIDE = 100
"""Width in characters; a narrower terminal shows no cadence."""


@click.group(invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def sources(context: click.Context, as_json: bool) -> None:
    """List sources: newest vintage, next due, last fetch, key, cadence, licence.

    A vintage is due when its month has begun and the newest vintage is older.
    """
    if context.invoked_subcommand is not None:
        return
    from orchestration.catalog.source_status import states
    from orchestration.core.settings import Settings
    from orchestration.sources import load_sources

    found = states(load_sources(), Settings.from_environment())
    if as_json:
        click.echo(json.dumps([state.as_json() for state in found], indent=1, ensure_ascii=False))
    else:
        _show(found)


@sources.command()
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def check(name: str, as_json: bool) -> None:
    """Send one request to a publisher and describe the answer, without storing it."""
    from orchestration.catalog.source_status import live_look
    from orchestration.core.settings import Settings
    from orchestration.sources import load_sources

    known = load_sources()
    if name not in known:
        raise click.BadParameter(f"no such source: {name}; known: {', '.join(known)}", param_hint="NAME")
    card = known[name].CARD
    sight = live_look(known[name], Settings.from_environment())
    if as_json:
        click.echo(json.dumps(_sight_json(card, sight), indent=1, ensure_ascii=False))
    else:
        _show_sight(card, sight)


@sources.command()
@click.argument("what", metavar="SHA256 | SOURCE VINTAGE", nargs=-1, required=True)
@click.option("--reason", "why", required=True, callback=reason, help="Reason, recorded with the decision.")
def withdraw(what: tuple[str, ...], why: str) -> None:
    """Withdraw payloads from all later builds. The payload store keeps their bytes.

    Give the beginning of a payload's SHA-256, or a source and a vintage (YYYY-MM-DD). All payloads of a vintage go
    together, because a figure never mixes two vintages of a source.

    The next refresh uses the previous fetch, or a new answer of the publisher.
    """
    from orchestration.admission.decide import withdraw_payload, withdraw_vintage
    from orchestration.core.settings import Settings

    settings = Settings.from_environment()
    if len(what) == 1:
        done = withdraw_payload(settings, what[0], why)
    elif len(what) == 2:
        done = withdraw_vintage(settings, what[0], _day(what[1]), why)
    else:
        raise click.UsageError("give the beginning of a SHA-256, or a source and a vintage")
    for number, one in enumerate(done):
        with_it = " (of the same vintage)" if number and len(what) == 1 else ""
        click.echo(f"withdrawn: {one.source} sha256:{one.sha256}{with_it}")
    click.echo(f"at {done[0].withdrawn_at:%Y-%m-%d %H:%M} UTC, reason: {done[0].reason}")
    click.echo("The current release may still contain it; run bilateral refresh to publish one without it.")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} is no date like 2026-07-01", param_hint="VINTAGE") from None


def _sight_json(card: Card, sight: Sight | None) -> dict[str, Any]:
    """``answer`` is null for a source of manual downloads without a file in its drop folder."""
    content: dict[str, Any] = {
        "source": card.id,
        "publisher": card.publisher,
        "homepage": card.homepage,
        "answer": None,
    }
    if sight is not None:
        origin = sight.answer.origin
        vintage = sight.vintage or origin.publisher_last_updated
        content["answer"] = {
            "url": origin.url,
            "parameters": dict(origin.parameters),
            "status": sight.answer.status,
            "bytes": sight.size,
            "media_type": origin.media_type,
            "vintage": vintage.isoformat() if vintage else None,
            "compared": sight.comparison,
        }
    return content


def _show_sight(card: Card, sight: Sight | None) -> None:
    content = _sight_json(card, sight)
    click.echo(f"{card.id}: {card.publisher}")
    if (answer := content["answer"]) is None:
        click.echo(f"  manual download: the drop folder has no file; see {card.homepage}")
        return
    asked = " ".join(f"{key}={value}" for key, value in answer["parameters"].items())
    click.echo(f"  request:  {answer['url']} {asked}".rstrip())
    size = "headers only" if answer["bytes"] is None else f"{answer['bytes']:,} bytes"
    click.echo(f"  answer:   HTTP {answer['status']}, {size}, {answer['media_type']}")
    click.echo(f"  vintage:  {answer['vintage'] or 'not stated in the answer'}")
    click.echo(f"  compared: {answer['compared']}")


def _show(found: list[State]) -> None:
    from rich import box
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = Console(highlight=False)
    rows = [_row(state) for state in found]
    shown = [name for name in COLUMNS if name != "cadence" or console.width >= WIDE]
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, expand=True)
    for name in shown:
        if name in ("cadence", "licence"):
            table.add_column(name, no_wrap=True, overflow="ellipsis", ratio=1)
        else:
            table.add_column(name, no_wrap=True, min_width=max(len(name), *(len(row[name]) for row in rows)))
    for row in rows:
        table.add_row(*(escape(row[name]) for name in shown))
    console.print(table)
    for state in found:
        if state.failure:
            click.echo(
                f"{state.card.id}: the fetch of {state.failure['at'][:16]} UTC failed: {state.failure['failure']}"
            )
        for one in state.held:
            click.echo(
                f"{state.card.id}: vintage {one.vintage} is held back: {'; '.join(one.sentences(REASONS_SHOWN))}"
            )
            click.echo(f"  see it: bilateral vintages show {state.card.id} {one.vintage}")
    click.echo("Names of keys, limits and full licences: bilateral sources --json")


def _row(state: State) -> dict[str, str]:
    card = state.card
    return {
        "source": card.id,
        "vintage": str(state.last_vintage or "none yet"),
        "next due": _due(state),
        "fetched": f"{state.asked_at:%Y-%m-%d}" if state.asked_at else "never",
        "key": ("set" if state.key_is_set else "not set") if card.key_env else "none",
        "cadence": card.cadence,
        "licence": card.licence,
    }


def _due(state: State) -> str:
    from orchestration.core.settings import now

    if state.next_due is None:
        return "not fixed"
    return f"{state.next_due:%Y-%m}{' due' if state.next_due <= now().date() else ''}"
