"""The ``bilateral vintages`` commands: verdicts about what publishers sent, and decisions about it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import click

from orchestration.admission.ledger import ADMITTED, REJECTED
from orchestration.admission.parameters import RULES
from orchestration.admission.reason import amount
from orchestration.admission.vintages import VintageState, decide, vintage_states
from orchestration.cli.output import as_json, print_json, print_table, require_reason
from orchestration.contracts.payload import short_hash
from orchestration.contracts.source import Source
from orchestration.core.settings import Settings
from orchestration.ingestion.payload_store import PayloadStore
from orchestration.ingestion.selection import read_selection, selection_path
from orchestration.sources import load_sources

of_source = click.argument("source")
of_vintage = click.argument("vintage", type=click.DateTime(["%Y-%m-%d"]), metavar="VINTAGE")
of_resources = click.option(
    "--resource", "resources", multiple=True, help="Only this resource of the vintage; may be repeated."
)
why = click.option("--reason", required=True, callback=require_reason, help="Reason, recorded with the decision.")


@click.group()
def vintages() -> None:
    """List vintages of sources and decide about those that were held back.

    A vintage that the bundle lacks is judged on arrival: admitted, admitted with remarks, or held back. Releases leave
    out a vintage that is held back until you admit it or the publisher sends a better one.
    """


@vintages.command("list")
@click.argument("source", required=False)
@click.argument("vintage", type=click.DateTime(["%Y-%m-%d"]), required=False, metavar="[VINTAGE]")
@click.option("--held", "only_held", is_flag=True, help="Only vintages that await a decision.")
@as_json
def list_vintages(source: str | None, vintage: datetime | None, only_held: bool, as_json: bool) -> None:
    """List vintages with their verdicts, of one SOURCE or of all.

    With a VINTAGE (YYYY-MM-DD), show its reasons, the worst first, and its payloads.
    """
    settings = Settings.from_environment()
    names = [_source(source).CARD.id] if source else list(load_sources())
    selections = (read_selection(settings, name) for name in names if selection_path(settings, name).exists())
    listed = [state for selection in selections for state in vintage_states(selection)]
    if vintage:
        state = next((state for state in listed if state.vintage == vintage.date()), None)
        if state is None:
            known = ", ".join(str(state.vintage) for state in listed) or "none; run bilateral refresh"
            raise click.BadParameter(f"no vintage of {vintage:%Y-%m-%d}; there are: {known}", param_hint="VINTAGE")
        return print_json(state.as_json()) if as_json else _print_verdict(settings, state)
    listed = [state for state in listed if state.is_open or not only_held]
    if as_json:
        return print_json([state.as_json() for state in listed])
    if not listed:
        return click.echo("No vintage awaits a decision." if only_held else "No vintages yet; run bilateral refresh.")
    return print_table(("source", "vintage", "verdict", "rows", "why"), map(_row, listed))


def _row(state: VintageState) -> tuple[object, ...]:
    why = "" if state.outcome == "reviewed" else state.why
    return state.source, state.vintage, _outcome(state), state.rows, why


@vintages.command()
@of_source
@of_vintage
@of_resources
@why
def admit(source: str, vintage: datetime, resources: tuple[str, ...], reason: str) -> None:
    """Admit a VINTAGE (YYYY-MM-DD) of a SOURCE that was held back or rejected. The next refresh builds with it."""
    _decide(source, vintage, ADMITTED, reason, resources)


@vintages.command()
@of_source
@of_vintage
@of_resources
@why
def reject(source: str, vintage: datetime, resources: tuple[str, ...], reason: str) -> None:
    """Reject a VINTAGE (YYYY-MM-DD) of a SOURCE, held back or admitted. Builds use the one admitted before."""
    _decide(source, vintage, REJECTED, reason, resources)


def _decide(source: str, vintage: datetime, outcome: str, reason: str, resources: tuple[str, ...]) -> None:
    decision = decide(_source(source), Settings.from_environment(), vintage.date(), outcome, reason, resources)
    click.echo(f"{outcome}: {source}, vintage {decision.vintage}, {len(decision.files)} payloads")
    for resource, sha256 in decision.files:
        click.echo(f"  {resource} sha256:{short_hash(sha256)}")
    click.echo("The current release is as it was; run bilateral refresh to publish one by this decision.")


def _source(name: str) -> Source:
    known = load_sources()
    if name not in known:
        raise click.BadParameter(f"no such source: {name}; known: {', '.join(known)}", param_hint="SOURCE")
    return known[name]


def _outcome(state: VintageState) -> str:
    return state.outcome.replace("_", " ") + (", awaits a decision" if state.is_open else "")


def _print_verdict(settings: Settings, state: VintageState) -> None:
    """Print a verdict: reasons, of each edit the worst first, remarks, payloads, and the commands to decide."""
    click.echo(f"{state.source}, vintage {state.vintage}: {_outcome(state)}")
    click.echo(f"  decided:  by {state.by}{f' at {state.decided_at[:16]} UTC' if state.decided_at else ''}")
    worst = {(reason.get("edit"), reason.get("holds")): reason for reason in reversed(state.reasons)}.values()
    reasons = state.reasons or ({"sentence": state.why},)
    for reason in sorted(reasons, key=lambda reason: (not reason.get("holds", True), reason not in worst)):
        words = _explained(reason, with_rule=reason in worst)
        click.echo(f"  {'holds' if reason.get('holds', state.is_open) else 'remark'}:{words}")
    store = PayloadStore(settings.landing)
    for resource, sha256 in state.files:
        click.echo(f"  payload:  {resource} sha256:{short_hash(sha256)}, {store.payload_path(state.source, sha256)}")
    for payload in state.payloads.split(", ") if not state.files else ():
        click.echo(f"  payload:  {payload}")
    if state.is_open:
        resources = "".join(f" --resource {name}" for name in sorted({resource for resource, _ in state.files}))
        what, card = f"{state.source} {state.vintage}{resources}", load_sources()[state.source].CARD
        click.echo("\nThe figures admitted before stay in use until you decide.")
        click.echo(f'When it is right: bilateral vintages admit {what} --reason "..."')
        whom = f"{card.publisher} ({card.homepage})"
        click.echo(f'When it is wrong: bilateral vintages reject {what} --reason "..."; then tell {whom},')
        click.echo("and fetch again when it has corrected it: bilateral refresh. A newer answer closes this by itself.")


def _explained(reason: Mapping[str, Any], *, with_rule: bool) -> str:
    """Return a reason with its figures and, of one that holds, its rule, limit, and where to check it."""
    rule = RULES.get(reason.get("edit", ""))
    words = f"   {reason['sentence']}" + (f" [{reason['edit']}]" if "edit" in reason else "")
    if reason.get("year") and (reason["before"], reason["now"]) != (None, None):
        words += f"\n            {reason['year']}: before {amount(reason['before'])}, now {amount(reason['now'])}"
    if rule is not None and reason.get("holds") and with_rule:
        level = f"level {rule.level}: " if rule.level else ""
        words += f"\n            rule: {level}{rule.compares}; {rule.consequence}. Evidence: {rule.evidence}"
        words += f"\n            look at: {rule.look}" if rule.look else ""
    return words
