"""The ``bilateral status`` command, and the summary of a release that a refresh prints."""

import textwrap
from collections import Counter
from collections.abc import Iterator
from operator import attrgetter
from pathlib import Path
from typing import Any

import click

from orchestration.assets.run_tags import REFRESH
from orchestration.automation.alert_messages import RELEASE, run_subject
from orchestration.automation.incidents import open_incidents
from orchestration.automation.run_policy import BUILD_JOB, GUARD_JOB
from orchestration.cli.output import as_json, print_json
from orchestration.cli.releases import release_facts
from orchestration.core.settings import Settings, program
from orchestration.ingestion.held_vintages import held_from
from orchestration.methods.verdicts import VERDICT_WORDS
from orchestration.reading.read_only import dicts, open_read_only
from orchestration.reading.release import Release
from orchestration.reading.release_log import entries
from orchestration.reading.release_store import current_release, find_release

CLAIMS = "fct_claim_audit"
CLAIM_COLUMNS = ("claim_id", "verdict", "claimed_value", "value_when_said", "value_latest", "unit", "explanation")
EXAMPLE = "select year, value, vintage from ip_receipts where area = 'USA' order by year"


@click.command()
@click.argument("release", default="current")
@as_json
def status(release: str, as_json: bool) -> None:
    """Print the summary of a RELEASE, by default the current one, and what the log of releases records about it.

    Of the current release it also prints why builds after it failed.
    """
    settings = Settings.from_environment()
    described = find_release(settings, release)
    failed = _failed(settings) if release == "current" else []
    if as_json:
        return print_json({**summary_json(settings, described), "failed": failed})
    click.echo(summary(described))
    for problem in failed:
        click.echo(f"FAILED  {problem['subject']} since {problem['since']}: {problem['cause']}")
    for entry in _log(settings, described):
        click.echo(f"{entry['time'][:16].replace('T', ' ')}  {entry['event']} {entry['release']}: {entry['reason']}")
    return None


def _failed(settings: Settings) -> list[dict[str, str]]:
    """Return the open problems that block a newer release; those of single sources do not."""
    subjects = (RELEASE, *map(run_subject, (REFRESH, BUILD_JOB, GUARD_JOB)))
    return [
        {"subject": subject, "since": incident["since"], "cause": incident["summary"]}
        for subject, incident in open_incidents(settings).items()
        if subject in subjects
    ]


def command() -> Path:
    """Return the path of the ``bilateral`` command, relative where it lies below the working folder."""
    path = program("bilateral")
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def summary(release: Release) -> str:
    """Return counts, newest vintages, what is held back or lacks data, verdicts, and how to query the release."""
    day = [f"As known on {release.known_on}; this is not the current release."] if release.known_on else []
    lines = [f"\nRelease {release.id}, published {release.content['published_at'][:19]}Z", *day, ""]
    for name, words in _facts(release):
        head = f"{name:<10}"
        lines += textwrap.wrap(words, 78, initial_indent=head, subsequent_indent=" " * len(head))
    named = f" --release {release.id}" if release.known_on else ""
    query = f'Query:   {command()} query{named} "{EXAMPLE}"'
    return "\n".join([*lines, "", f"Folder:  {release.folder}", query, f"UI:      {command()} serve"])


def summary_json(settings: Settings, release: Release) -> dict[str, Any]:
    """Return the facts of a release, its sources, metrics, claims and log as a JSON object."""
    content = release.content
    return {
        "release": release.id,
        **release_facts(release, current_release(settings)),
        "folder": str(release.folder),
        "fingerprint": release.fingerprint,
        "sources": content["sources"],
        "metrics": {
            name: {
                "rows": content["tables"][release.complete(name)],
                "passed": metric["passed"],
                "evaluated": metric["evaluated"],
            }
            for name, metric in content["metrics"].items()
        },
        "no_data": content.get("no_data", {}),
        "claims": _claims(release),
        "log": _log(settings, release),
    }


def _log(settings: Settings, release: Release) -> list[dict[str, str]]:
    return [
        {"time": entry.time, "event": entry.event, "release": entry.release, "reason": entry.reason}
        for entry in entries(settings)
        if release.id in (entry.release, entry.content.get("from_release"))
    ]


def _facts(release: Release) -> Iterator[tuple[str, str]]:
    """Yield name and text of each line of the summary."""
    content = release.content
    newest = {name: max(source["vintages"], default="") for name, source in content["sources"].items()}
    present = [f"{name} {vintage}" for name, vintage in newest.items() if vintage]
    yield "Sources", f"{len(present)} of {len(newest)} have data, with newest vintage: {', '.join(present)}"
    for name, source in content["sources"].items():
        for held in filter(attrgetter("is_open"), map(held_from, source.get("held", ()))):
            why, see = "; ".join(held.sentences()), f"bilateral vintages list {name} {held.vintage}"
            yield "Held back", f"{name}, vintage {held.vintage}: {why}; see {see}"
    metrics = content["metrics"]
    passed, evaluated = (sum(metric[count] for metric in metrics.values()) for count in ("passed", "evaluated"))
    rows = sum(content["tables"][release.complete(name)] for name in metrics)
    yield "Metrics", f"{len(metrics)} with {rows:,} latest figures; {passed:,} of {evaluated:,} expectations passed"
    for name, awaited in content.get("no_data", {}).items():
        yield "No data", f"{name}, expected from {' or '.join(awaited)}"
    if corrected := content["tables"].get("fct_correction"):
        yield "Corrected", f"official errors, rows of fct_correction: {corrected:,}"
    if diff := content.get("diff"):
        counts = ", ".join(f"{diff[name]:,} {name}" for name in ("added", "gone", "changed"))
        yield "Differs", f"{counts}, from {diff['before']}"
    if accepted := content.get("accepted"):
        yield "Accepted", f"{accepted['reason']}; instead of: {'; '.join(accepted['instead_of'])}"
    if verdicts := Counter(VERDICT_WORDS[claim["verdict"]] for claim in _claims(release)):
        counts = ", ".join(f"{verdict} {count}" for verdict, count in sorted(verdicts.items()))
        yield "Claims", f"{verdicts.total()}: {counts}"


def _claims(release: Release) -> list[dict[str, Any]]:
    """Return the audited claims of a release with ``CLAIM_COLUMNS``, ordered by claim."""
    if CLAIMS not in release.content["tables"]:
        return []
    with open_read_only(release.database) as connection:
        return dicts(connection.execute(f"select {', '.join(CLAIM_COLUMNS)} from {CLAIMS} order by claim_id"))
