"""The ``bilateral releases`` commands: list, show, compare, verify, roll back and prune."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.table import Table

    from orchestration.releases.log_chain import Chain
    from orchestration.releases.release_diff import ReleaseDiff
    from orchestration.releases.release_store import Release

WIDTH = 118
"""Columns of a table that goes into a file or a pipe."""

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def reason(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    """A reason in words; an empty one is refused."""
    if value is not None and not value.strip():
        raise click.BadParameter("the reason is empty", ctx=context, param=parameter)
    return value.strip() if value else None


@click.group()
def releases() -> None:
    """List, show, compare, verify, roll back and prune releases.

    A release is named by its id, by the beginning of its id, or by `current`.
    """


@releases.command("list")
@as_json
def list_(as_json: bool) -> None:
    """List every release, oldest first."""
    from rich.table import Table

    from orchestration.core.settings import Settings
    from orchestration.releases.release_store import all_releases, current_release, published_releases

    settings = Settings.from_environment()
    found, current = all_releases(settings), current_release(settings)
    published = {release.id for release in published_releases(settings)}
    if as_json:
        return _print_json([_facts(release, current) for release in found])
    if not found:
        return click.echo("There is no release yet; run: bilateral refresh")
    table = Table("release", "figures", "added", "gone", "changed", "MB", "", box=None, pad_edge=False)
    for column in table.columns[1:6]:
        column.justify = "right"
    for release in found:
        facts = _facts(release, current)
        counts = [f"{facts['diff'][name]:,}" if facts["diff"] else "" for name in ("added", "gone", "changed")]
        mark = "← current" if facts["current"] else f"as of {release.as_of}" if release.as_of else ""
        mark = mark if release.id in published else "not in the log"
        table.add_row(release.id, f"{facts['figures']:,}", *counts, f"{facts['bytes'] / 1e6:.0f}", mark)
    _print(table)
    return None


@releases.command()
@click.argument("release", default="current")
@as_json
def show(release: str, as_json: bool) -> None:
    """Show the contents and the history of a RELEASE."""
    from orchestration.core.settings import Settings
    from orchestration.releases.history import entries
    from orchestration.releases.release_store import current_release, find_release

    settings = Settings.from_environment()
    found = find_release(settings, release)
    facts = _facts(found, current_release(settings))
    log = [entry for entry in entries(settings) if found.id in (entry.release, entry.details.get("from_release"))]
    if as_json:
        events = [{"time": one.time, "event": one.event, "release": one.release, "reason": one.reason} for one in log]
        return _print_json({**facts, "folder": str(found.folder), "content": found.content, "log": events})
    metrics, tables = found.content["metrics"], found.content["tables"]
    passed, evaluated = (sum(metric[name] for metric in metrics.values()) for name in ("passed", "evaluated"))
    click.echo(f"Release {found.id}{', the current one' if facts['current'] else ''}")
    for name, value in (
        ("published", facts["published_at"]),
        ("as of", found.as_of) if found.as_of else ("after", found.previous or "none, it is the first"),
        ("folder", found.folder),
        ("files", f"{len(found.content['files']) + 1}, {facts['bytes'] / 1e6:.1f} MB"),
        ("tables", f"{len(tables)}, of these {len(metrics)} metrics with {facts['figures']:,} latest figures"),
        ("checks", f"{passed:,} of {evaluated:,} expectations passed; dbt: {_counts(found.content['dbt'])}"),
        ("sources", ", ".join(found.content["sources"])),
        ("differs by", _difference(facts["diff"])),
    ):
        click.echo(f"  {name:<12}{value}")
    if facts["accepted"]:
        click.echo(f"  {'accepted':<12}{facts['accepted']['reason']}")
        for words in facts["accepted"]["instead_of"]:
            click.echo("\n".join(f"  {'':<12}{line}" for line in words.splitlines()))
    for entry in log:
        click.echo(f"  {entry.time[:16].replace('T', ' ')}  {entry.event} {entry.release}: {entry.reason}")
    click.echo(f"\nRead {found.folder / 'dictionary.md'} and open {found.folder / 'guards.html'} in a browser.")
    return None


@releases.command()
@click.argument("before")
@click.argument("after", default="current")
@as_json
def diff(before: str, after: str, as_json: bool) -> None:
    """Compare release BEFORE with AFTER: figures and rows added, gone and changed, by metric and mart.

    Largest movements are listed by pair of areas, with the limits declared in AFTER.
    """
    from orchestration.core.settings import Settings
    from orchestration.releases.limits import limits_from
    from orchestration.releases.release_diff import compare_releases, side_of
    from orchestration.releases.release_store import find_release

    settings = Settings.from_environment()
    one, other = (find_release(settings, name) for name in (before, after))
    limits = {name: limits_from(declared) for name, declared in other.content.get("limits", {}).items()}
    found = compare_releases(side_of(one), side_of(other), limits)
    guards = _guards_changed(one, other)
    if as_json:
        return _print_json({**found.as_json(), "guards": guards})
    _print_diff(found)
    for change, names in (guards or {}).items():
        for name in names:
            click.echo(f"Guard {change}: {name}")
    return None


@releases.command()
@click.argument("release")
@click.option("--reason", required=True, callback=reason, help="Reason, recorded in the log of releases.")
def rollback(release: str, reason: str) -> None:
    """Make an earlier RELEASE the current one.

    Nothing is deleted, and a rollback can be rolled back.

    A refresh does not publish the replaced release again until inputs or code change, or you accept it.
    """
    from orchestration.core.data_lock import publishing
    from orchestration.core.settings import Settings
    from orchestration.releases.release_store import find_release
    from orchestration.releases.upkeep import roll_back

    settings = Settings.from_environment()
    with publishing(settings, "bilateral releases rollback"):
        target = find_release(settings, release, unpublished=True)
        before = roll_back(settings, target, reason)
    click.echo(f"{target.id} is the current release; it was {before.id}.")


@releases.command()
@click.option(
    "--keep", type=click.IntRange(min=1), default=5, show_default=True, help="Number of newest releases to keep."
)
@click.option("--dry-run", is_flag=True, help="List what would be removed without removing it.")
def prune(keep: int, dry_run: bool) -> None:
    """Remove old releases.

    The newest, the current release, the one before it, and targets of rollbacks are kept.
    """
    from orchestration.core.data_lock import publishing
    from orchestration.core.settings import Settings
    from orchestration.releases import upkeep

    settings = Settings.from_environment()
    with publishing(settings, "bilateral releases prune"):
        removed = upkeep.prunable(settings, keep) if dry_run else upkeep.prune(settings, keep)
    for release in removed:
        click.echo(f"{release.id} {'would be removed' if dry_run else 'removed'}")
    click.echo(f"{len(removed)} releases {'would be ' if dry_run else ''}removed.")


@releases.command()
@click.argument("release", default="current")
@click.option(
    "--key",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="File with the public Ed25519 key (PEM) that must have signed the log.",
)
@as_json
def verify(release: str, key: Path | None, as_json: bool) -> None:
    """Recompute every hash of a RELEASE, and check the log of releases from its first line to its head.

    Exit code 1 if a file is missing, added or changed; if the log was cut or altered, or does not list the release as
    published; or if `current` is not the release that the log names.
    """
    from orchestration.core.settings import Settings
    from orchestration.releases.log_chain import read_chain
    from orchestration.releases.log_signature import public_key
    from orchestration.releases.release_store import find_release, pointer_fault
    from orchestration.releases.upkeep import damage_of

    settings = Settings.from_environment()
    found = find_release(settings, release, unpublished=True)
    pointer = pointer_fault(settings)
    damage = [*damage_of(settings, found, public_key(key) if key else None), *([pointer] if pointer else [])]
    log = read_chain(settings)
    if as_json:
        place = {"lines": len(log.lines), "chain": log.end, "signed": bool(key) and not damage}
        files = len(found.content["files"]) + 1
        _print_json({"id": found.id, "files": files, "whole": not damage, "damage": damage, "log": place})
    elif damage:
        click.echo("\n".join([f"{found.id} is damaged:", *(f"  {words}" for words in damage)]), err=True)
        click.echo("Roll back to a whole one: bilateral releases rollback ID --reason …", err=True)
    else:
        click.echo(f"{found.id} is whole: all {len(found.content['files']) + 1} files are as they were published.")
        click.echo(f"The log has {len(log.lines)} lines{', signed by this key' if key else ''}, {_end_of(log)}")
    if damage:
        sys.exit(1)


def _end_of(log: Chain) -> str:
    """The chain of the last line, which a person may keep elsewhere and compare: who holds it notices any cut."""
    return f"and ends in {log.end}" if log.end else "of an earlier edition; the next entry seals them with a chain"


def _guards_changed(before: Release, after: Release) -> dict[str, list[str]] | None:
    """The guards added, removed and changed, by name; None where a release was published before receipts named them."""
    from orchestration.guards.inventory import guards_changed
    from orchestration.releases.release_store import read_paper

    known = [read_paper(release.folder, "receipt.json").get("guards") for release in (before, after)]
    if not all(known):
        return None
    found = guards_changed(*known)
    return {"added": list(found.added), "removed": list(found.removed), "changed": list(found.changed)}


def _facts(release: Release, current: Release | None) -> dict[str, Any]:
    """What is said of every release; figures are rows of metrics at their latest vintage."""
    tables = release.content["tables"]
    return {
        "id": release.id,
        "published_at": release.published_at,
        "current": current is not None and release.id == current.id,
        "as_of": release.content.get("as_of"),
        "previous": release.previous,
        "figures": sum(tables[name] for name in release.content["metrics"]),
        "bytes": release.size,
        "diff": release.content.get("diff"),
        "accepted": release.content.get("accepted"),
    }


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in counts.items())


def _difference(counts: dict[str, Any] | None) -> str:
    if not counts:
        return "nothing to compare with"
    return f"{counts['added']:,} added, {counts['gone']:,} gone, {counts['changed']:,} changed, from {counts['before']}"


def _print_diff(found: ReleaseDiff) -> None:
    from rich.table import Table

    click.echo(f"From {found.before} to {found.after}: latest figures of every metric, rows of every mart")
    for of, title in ((found.metrics, "metric"), (found.marts, "mart")):
        click.echo()
        table = Table(title, "rows", "added", "gone", "changed", "largest", "limits", box=None, pad_edge=False)
        for column in table.columns[1:6]:
            column.justify = "right"
        for name, one in of.items():
            counts = (one.rows_after, one.added, one.gone, one.changed)
            largest = f"× {one.largest_factor:,.3g}" if one.largest_factor else ""
            judged = "exceeded" if found.beyond_of(name) else "within"
            table.add_row(name, *(f"{count:,}" for count in counts), largest, judged)
        _print(table)
    for name in found.both:
        _print_details(found, name)
    for name, (before, after) in found.tables.items():
        if before is None or after is None:
            click.echo(f"\nTable {name} {'is new' if before is None else 'is gone'}.")


def _print_details(found: ReleaseDiff, name: str) -> None:
    """Where a table differs: its columns, the groups with most differing rows, the largest movements."""
    table = found.both[name]
    lines = [f"beyond its limits: {sentence}" for sentence in found.beyond_of(name)]
    for columns, what in ((table.columns_added, "added"), (table.columns_gone, "gone")):
        lines += [f"columns {what}: {', '.join(columns)}"] if columns else []
    if table.columns:
        lines.append(
            "changed by column: " + ", ".join(f"{column} {count:,}" for column, count in table.columns.items())
        )
    for group in table.groups:
        counts = ", ".join(f"{group[count]:,} {count}" for count in ("added", "gone", "changed") if group[count])
        lines.append(f"{' '.join(str(group[one]) for one in ('source', 'measure') if one in group)}: {counts}")
    lines += [movement.message() for movement in table.movements]
    if lines:
        click.echo("\n".join(["", name, *(f"  {line}" for line in lines)]))


def _print(table: Table) -> None:
    from rich.console import Console

    console = Console()
    (console if console.is_terminal else Console(width=WIDTH)).print(table)


def _print_json(content: Any) -> None:
    click.echo(json.dumps(content, indent=1, ensure_ascii=False, default=str))
