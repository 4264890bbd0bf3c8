"""The ``bilateral alerts`` commands: open problems, and a test message over every channel."""

from __future__ import annotations

import json
import sys

import click


@click.group(invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def alerts(context: click.Context, as_json: bool) -> None:
    """Show open problems, configured channels and undelivered messages."""
    if context.invoked_subcommand is not None:
        return
    from orchestration.automation.alert_channels import channels_from_environment
    from orchestration.automation.incidents import open_incidents, waiting
    from orchestration.core.settings import Settings

    settings = Settings.from_environment()
    channels, faults = channels_from_environment()
    if as_json:
        content = {
            "channels": [one.name for one in channels],
            "misconfigured": [str(fault) for fault in faults],
            "undelivered": len(waiting(settings)),
            "open": [{"subject": subject, **incident} for subject, incident in open_incidents(settings).items()],
        }
        click.echo(json.dumps(content, ensure_ascii=False, indent=1, default=str))
        return
    click.echo(f"channels: {', '.join(one.name for one in channels) or 'none (see docs/runbook.md, Alerts)'}")
    for fault in faults:
        click.echo(f"misconfigured: {fault}")
    if held := waiting(settings):
        click.echo(f"undelivered messages: {len(held)} ({', '.join(sorted(set(held)))})")
    found = open_incidents(settings)
    click.echo(f"open problems: {len(found) or 'none'}")
    for subject, incident in found.items():
        click.echo(f"  {subject}: since {incident['since']}, {incident['count']} occurrences: {incident['summary']}")


@alerts.command()
def test() -> None:
    """Send a test message over every configured channel."""
    from orchestration.automation.alert_channels import UndeliveredError, channels_from_environment
    from orchestration.automation.alert_messages import TEST, Message
    from orchestration.core.settings import now

    channels, faults = channels_from_environment()
    for fault in faults:
        click.echo(f"misconfigured: {fault}")
    failed = bool(faults) or not channels
    for channel in channels:
        try:
            channel.send(Message(TEST, "this message", now().isoformat(timespec="seconds"), "Alerts arrive here."))
            click.echo(f"{channel.name}: sent")
        except UndeliveredError as error:
            click.echo(f"{channel.name}: not delivered ({error})")
            failed = True
    if not channels:
        click.echo("no channel is configured; see docs/runbook.md, Alerts")
    sys.exit(1 if failed else 0)
