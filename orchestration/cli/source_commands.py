"""The ``bilateral sources`` commands: list, check one live, withdraw a payload. How it is shown, nothing else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from orchestration.cli.release_commands import reason

if TYPE_CHECKING:
    from orchestration.catalog.source_status import Sight, State
    from orchestration.contracts.source import Card

COLUMNS = ("source", "vintage", "next due", "fetched", "key", "cadence", "licence")
WIDE = 100
"""Characters; a narrower terminal shows no cadence."""


@click.group(invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--markdown", is_flag=True, help="Print the page docs/sources.md.")
@click.pass_context
def sources(context: click.Context, as_json: bool, markdown: bool) -> None:
    """Every source: newest vintage, when the next is due, key, cadence, licence.

    Fetched is the day of the last live fetch. A month that is due has begun or is over, and the newest vintage here is
    older. A key of the publisher is none, set or not set.
    """
    if context.invoked_subcommand is not None:
        return
    from orchestration.catalog.source_status import page, states
    from orchestration.core.settings import Settings
    from orchestration.sources import load_sources

    if markdown:
        click.echo(page(load_sources()), nl=False)
        return
    found = states(load_sources(), Settings.from_environment())
    if as_json:
        click.echo(json.dumps([state.as_json() for state in found], indent=1, ensure_ascii=False))
    else:
        _show(found)


@sources.command()
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def check(name: str, as_json: bool) -> None:
    """Send one request to a publisher and say what came back. Nothing is written into landing."""
    from orchestration.catalog.source_status import live_look
    from orchestration.core.settings import Settings
    from orchestration.sources import load_sources

    known = load_sources()
    if name not in known:
        raise click.BadParameter(f"a source is one of {', '.join(known)}", param_hint="NAME")
    card = known[name].CARD
    sight = live_look(known[name], Settings.from_environment())
    if as_json:
        click.echo(json.dumps(_sight_json(card, sight), indent=1, ensure_ascii=False))
    else:
        _show_sight(card, sight)


@sources.command()
@click.argument("sha256")
@click.option("--reason", "why", required=True, callback=reason, help="Why this payload is bad; recorded with it.")
def withdraw(sha256: str, why: str) -> None:
    """Let no build use a payload any more, named by the beginning of its SHA-256. Its bytes stay in landing.

    The next refresh uses the fetch before it, and what the publisher hands out then.
    """
    from orchestration.core.settings import Settings
    from orchestration.ingestion.payload_store import Landing

    done = Landing(Settings.from_environment().landing).withdraw(sha256, why)
    click.echo(f"withdrawn: {done.source} sha256:{done.sha256}")
    click.echo(f"since {done.withdrawn_at:%Y-%m-%d %H:%M} UTC, because: {done.reason}")
    click.echo("The current release still holds it; refresh to publish one without it.")


def _sight_json(card: Card, sight: Sight | None) -> dict[str, Any]:
    """The answer is null where the source is fed by hand and nothing lies in its drop folder."""
    told: dict[str, Any] = {"source": card.id, "publisher": card.publisher, "homepage": card.homepage, "answer": None}
    if sight is not None:
        origin = sight.answer.origin
        vintage = sight.vintage or origin.publisher_last_updated
        told["answer"] = {
            "url": origin.url,
            "parameters": dict(origin.parameters),
            "status": sight.answer.status,
            "bytes": sight.size,
            "media_type": origin.media_type,
            "vintage": vintage.isoformat() if vintage else None,
            "compared": sight.landed,
        }
    return told


def _show_sight(card: Card, sight: Sight | None) -> None:
    told = _sight_json(card, sight)
    click.echo(f"{card.id}: {card.publisher}")
    if (answer := told["answer"]) is None:
        click.echo(f"  fed by hand: no file lies in the drop folder; see {card.homepage}")
        return
    asked = " ".join(f"{key}={value}" for key, value in answer["parameters"].items())
    click.echo(f"  asked:    {answer['url']} {asked}".rstrip())
    size = "headers only" if answer["bytes"] is None else f"{answer['bytes']:,} bytes"
    click.echo(f"  answer:   HTTP {answer['status']}, {size}, {answer['media_type']}")
    click.echo(f"  vintage:  {answer['vintage'] or 'this answer does not say'}")
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
    click.echo("Names of keys, limits and whole licences: docs/sources.md, or --json")


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
