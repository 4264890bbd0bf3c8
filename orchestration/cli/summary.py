"""The summary of a release: in some twenty lines after a refresh, in full for ``bilateral status``, and as JSON."""

from __future__ import annotations

import shutil
import textwrap
from collections import Counter
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from orchestration.cli.figure_text import print_verdict
from orchestration.cli.output import simple_table
from orchestration.cli.release_commands import release_facts
from orchestration.contracts.unit import units_of_release
from orchestration.core.settings import Settings, program
from orchestration.ingestion.held_vintages import HeldVintage, held_from
from orchestration.methods.verdicts import VERDICT_WORDS
from orchestration.releases.history import entries
from orchestration.releases.log_chain import Line
from orchestration.releases.release_store import Release, current_release, open_read_only

WIDEST = 118
"""Columns of the summary in a wide terminal."""
REASONS_SHOWN = 3
CLAIMS = "fct_claim_audit"
CLAIM_COLUMNS = ("claim_id", "verdict", "claimed_value", "value_when_said", "value_latest", "unit", "explanation")
EXAMPLE = "select year, value, vintage from ip_receipts where area = 'USA' order by year"


def print_summary(settings: Settings, release: Release) -> None:
    """Print the full summary of a release, and what the log of releases records about it."""
    click.echo(summary(release))
    click.echo()
    for entry in _log(settings, release):
        click.echo(f"{entry.time[:16].replace('T', ' ')}  {entry.event} {entry.release}: {entry.reason}")


def summary(release: Release) -> str:
    """Return the short summary, then sources with rows and vintages, metrics with checks, and every verdict on a claim."""
    stream = StringIO()
    console = Console(file=stream, width=min(WIDEST, shutil.get_terminal_size().columns), highlight=False)
    sources = simple_table("source", "payloads", "rows", "vintages", numbers=(1, 2))
    for name, source in release.content["sources"].items():
        rows = ", ".join(f"{table} {count:,}" for table, count in source["rows"].items())
        vintages = "\n".join(f"{feed}: {_span(dates)}" for feed, dates in source.get("feeds", {}).items())
        sources.add_row(name, str(source["payloads"]), rows, vintages or _span(source["vintages"]))
    metrics = simple_table("metric", "rows", "checks passed / evaluated", numbers=(1, 2))
    for name, metric in release.content["metrics"].items():
        metrics.add_row(name, f"{release.content['tables'][name]:,}", f"{metric['passed']} / {metric['evaluated']}")
    for name, awaited in release.content.get("no_data", {}).items():
        metrics.add_row(name, "no data yet", f"expected from {' or '.join(awaited)}")
    console.print(sources, metrics)
    for name, vintage in _held(release):
        words = "; ".join(vintage.sentences(REASONS_SHOWN))
        console.print(f"Held back: {name}, vintage {vintage.vintage}: {words}", soft_wrap=True, markup=False)
    console.print("Claim audit")
    claims = _claims(release)
    with open_read_only(release.database) as connection:
        units = units_of_release(connection) if claims else {}
    for claim in claims:
        print_verdict(console, claim, units)
    return f"{_overview(release)}\n\n{stream.getvalue().rstrip()}"


def short_summary(release: Release) -> str:
    """Return counts, newest vintages, what is held back or lacks data, verdicts, and the next commands."""
    return f"{_overview(release)}\nMore:    {_command()} status{f' {release.id}' if release.as_of else ''}"


def _overview(release: Release) -> str:
    facts = [
        line
        for name, words in _facts(release)
        for line in textwrap.wrap(words, 78, initial_indent=f"{name:<10}", subsequent_indent=" " * 10)
    ]
    as_of = [f"As known on {release.as_of}; this is not the current release."] if release.as_of else []
    named = f" --release {release.id}" if release.as_of else ""
    following = [
        f"Folder:  {release.folder}",
        f'Query:   {_command()} query{named} "{EXAMPLE}"',
        "UI:      make serve",
    ]
    head = f"\nRelease {release.id}, published {release.content['published_at'][:19]}Z"
    return "\n".join([head, *as_of, "", *facts, "", *following])


def _command() -> Path:
    path = program("bilateral")
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def summary_json(settings: Settings, release: Release) -> dict[str, Any]:
    """Return the facts of a release, its sources, metrics, claims and log as a JSON object."""
    content = release.content
    claims = _claims(release)
    return {
        "release": release.id,
        **release_facts(release, current_release(settings)),
        "folder": str(release.folder),
        "fingerprint": release.fingerprint,
        "sources": content["sources"],
        "metrics": {
            name: {"rows": content["tables"][name], "passed": metric["passed"], "evaluated": metric["evaluated"]}
            for name, metric in content["metrics"].items()
        },
        "no_data": content.get("no_data", {}),
        "claims": claims,
        "log": [
            {"time": entry.time, "event": entry.event, "release": entry.release, "reason": entry.reason}
            for entry in _log(settings, release)
        ],
    }


def _log(settings: Settings, release: Release) -> list[Line]:
    return [entry for entry in entries(settings) if release.id in (entry.release, entry.content.get("from_release"))]


def _facts(release: Release) -> Iterator[tuple[str, str]]:
    """Yield name and text of each line of the short summary."""
    content = release.content
    newest = {name: max(source["vintages"], default="") for name, source in content["sources"].items()}
    present = [f"{name} {vintage}" for name, vintage in newest.items() if vintage]
    yield "Sources", f"{len(present)} of {len(newest)} have data, with newest vintage: {', '.join(present)}"
    for name, vintage in _held(release):
        why, command = "; ".join(vintage.sentences(1)), f"bilateral vintages list {name} {vintage.vintage}"
        yield "Held back", f"{name}, vintage {vintage.vintage}: {why}; see {command}"
    metrics = content["metrics"]
    passed, evaluated = (sum(metric[count] for metric in metrics.values()) for count in ("passed", "evaluated"))
    rows = sum(content["tables"][name] for name in metrics)
    yield "Metrics", f"{len(metrics)} with {rows:,} latest figures; {passed:,} of {evaluated:,} expectations passed"
    for name, awaited in content.get("no_data", {}).items():
        yield "No data", f"{name}, expected from {' or '.join(awaited)}"
    if corrections := content.get("corrections"):
        yield "Corrected", f"official errors, see fct_correction: {', '.join(corrections)}"
    if diff := content.get("diff"):
        counts = ", ".join(f"{diff[name]:,} {name}" for name in ("added", "gone", "changed"))
        yield "Differs", f"{counts}, from {diff['before']}"
    if accepted := content.get("accepted"):
        yield "Accepted", f"{accepted['reason']}; instead of: {'; '.join(accepted['instead_of'])}"
    claims = _claims(release)
    verdicts = Counter(VERDICT_WORDS[claim["verdict"]] for claim in claims)
    yield "Claims", f"{len(claims)}: " + ", ".join(f"{verdict} {count}" for verdict, count in sorted(verdicts.items()))


def _claims(release: Release) -> list[dict[str, Any]]:
    """Return the audited claims of a release with ``CLAIM_COLUMNS``, ordered by claim."""
    if CLAIMS not in release.content["tables"]:
        return []
    with open_read_only(release.database) as connection:
        rows = connection.execute(f"select {', '.join(CLAIM_COLUMNS)} from {CLAIMS} order by claim_id").fetchall()
    return [dict(zip(CLAIM_COLUMNS, row, strict=True)) for row in rows]


def _held(release: Release) -> Iterator[tuple[str, HeldVintage]]:
    """Yield the vintages that await a decision, with their sources."""
    for name, source in release.content["sources"].items():
        yield from ((name, held) for held in map(held_from, source.get("held", ())) if held.is_open)


def _span(vintages: list[str]) -> str:
    return ", ".join(vintages) if len(vintages) <= 3 else f"{vintages[0]} … {vintages[-1]} ({len(vintages)})"
