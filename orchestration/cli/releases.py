"""The ``bilateral releases`` commands: list, compare, verify, roll back and prune."""

from operator import itemgetter
from pathlib import Path
from typing import Any

import click

from orchestration.cli.output import as_json, print_json, print_table, require_reason
from orchestration.core.data_lock import publishing
from orchestration.core.errors import ReleaseError
from orchestration.core.settings import Settings
from orchestration.core.text import with_noun
from orchestration.guards.inventory import guards_changed
from orchestration.reading.release import Release
from orchestration.reading.release_log import read_chain
from orchestration.reading.release_store import (
    all_releases,
    current_release,
    find_release,
    pointer_fault,
    published_releases,
)
from orchestration.releases import upkeep
from orchestration.releases.log_writer import public_key
from orchestration.releases.permitted_changes import Limits
from orchestration.releases.release_diff import ReleaseDiff, compare_releases


@click.group()
def releases() -> None:
    """List, compare, verify, roll back and prune releases; `bilateral status ID` describes one.

    A release is named by its id, by the beginning of its id, or by `current`.
    """


def release_facts(release: Release, current: Release | None) -> dict[str, Any]:
    """Return the facts of a release as JSON; figures are rows of metrics at their latest vintage."""
    tables = release.content["tables"]
    return {
        "id": release.id,
        "published_at": release.published_at,
        "current": current is not None and release.id == current.id,
        "as_of": release.content.get("as_of"),
        "previous": release.previous,
        "figures": sum(tables[release.complete(name)] for name in release.content["metrics"]),
        "bytes": release.size,
        "diff": release.content.get("diff"),
        "accepted": release.content.get("accepted"),
    }


@releases.command("list")
@as_json
def list_(as_json: bool) -> None:
    """List every release, oldest first."""
    settings = Settings.from_environment()
    current = current_release(settings)
    published = {release.id for release in published_releases(settings)}
    listed = [release_facts(release, current) for release in all_releases(settings)]
    if as_json:
        return print_json(listed)
    rows = []
    for facts in listed:
        counts = [facts["diff"][count] if facts["diff"] else None for count in ("added", "gone", "changed")]
        mark = "← current" if facts["current"] else f"as of {facts['as_of']}" if facts["as_of"] else ""
        mark = mark if facts["id"] in published else "not in the log"
        rows.append((facts["id"], facts["figures"], *counts, round(facts["bytes"] / 1e6), mark))
    return print_table(("release", "figures", "added", "gone", "changed", "MB", ""), rows)


@releases.command()
@click.argument("before")
@click.argument("after", default="current")
@as_json
def diff(before: str, after: str, as_json: bool) -> None:
    """Compare release BEFORE with AFTER: figures and rows added, gone and changed, by metric and mart.

    The ten largest movements are listed, one for each pair of areas. Limits are those declared in AFTER.
    """
    settings = Settings.from_environment()
    earlier, later = (find_release(settings, name) for name in (before, after))
    limits = {name: Limits(**declared) for name, declared in later.content.get("limits", {}).items()}
    compared = compare_releases(earlier, later, limits)
    guards = guards_changed(*(release.json("receipt.json")["guards"] for release in (earlier, later)))
    if as_json:
        return print_json({**compared.content, "guards": guards})
    _print_diff(compared)
    for change, names in guards.items():
        for name in names:
            click.echo(f"Guard {change}: {name}")
    return None


@releases.command()
@click.argument("release")
@click.option("--reason", required=True, callback=require_reason, help="Reason, recorded in the log of releases.")
def rollback(release: str, reason: str) -> None:
    """Make an earlier RELEASE the current one.

    Nothing is deleted, and a rollback can be rolled back. A refresh does not publish the replaced release again until
    inputs or code change, or you accept it.
    """
    settings = Settings.from_environment()
    with publishing(settings, "bilateral releases rollback"):
        target = find_release(settings, release)
        before = upkeep.roll_back(settings, target, reason)
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
    settings = Settings.from_environment()
    with publishing(settings, "bilateral releases prune"):
        removed = upkeep.prunable(settings, keep) if dry_run else upkeep.prune(settings, keep)
    for release in removed:
        click.echo(f"{release.id} {'would be removed' if dry_run else 'removed'}")
    click.echo(f"{with_noun(len(removed), 'release')} {'would be ' if dry_run else ''}removed.")


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
    settings = Settings.from_environment()
    verified = find_release(settings, release, unpublished=True)
    pointer = pointer_fault(settings)
    damage = [*upkeep.damage_of(settings, verified, public_key(key) if key else None), *([pointer] if pointer else [])]
    log, files = read_chain(settings), len(verified.content["files"]) + 1
    if as_json:
        chain = {"lines": len(log.lines), "chain": log.end, "signed": bool(key) and not damage}
        print_json({"id": verified.id, "files": files, "whole": not damage, "damage": damage, "log": chain})
    elif not damage:
        # a reader who keeps the last chain elsewhere notices any cut
        end = f"and ends in {log.end}" if log.end else "of an earlier edition; the next entry chains them"
        click.echo(f"{verified.id} is whole: all {files} files are as they were published.")
        click.echo(f"The log has {len(log.lines)} lines{', signed by this key' if key else ''}, {end}")
    if damage:
        raise ReleaseError(
            "\n  ".join([f"{verified.id} is damaged:", *damage]),
            remedy="roll back to a whole one: bilateral releases rollback ID --reason …",
        )


def _print_diff(diff: ReleaseDiff) -> None:
    content = diff.content
    click.echo(f"From {content['before']} to {content['after']}: latest figures of every metric, rows of every mart")
    tables = {**content["metrics"], **content["marts"]}
    counts = itemgetter("rows_after", "added", "gone", "changed")
    rows = ((name, *counts(table), "exceeded" if name in diff.exceeded else "within") for name, table in tables.items())
    print_table(("table", "rows", "added", "gone", "changed", "limits"), rows)
    for name, table in tables.items():
        lines = [f"beyond its limits: {sentence}" for sentence in diff.exceeded.get(name, ())]
        lines += [movement["words"] for movement in table["largest_movements"]]
        if lines:
            click.echo("\n".join(["", name, *(f"  {line}" for line in lines)]))
    for name, changes in content["answers"].items():
        click.echo(f"\nWhat {name} returns has changed: {'; '.join(changes)}.")
    for name, count in content["tables"].items():
        if None in count.values():
            click.echo(f"\nTable {name} {'is new' if count['rows_before'] is None else 'is gone'}.")
