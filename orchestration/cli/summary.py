"""The summary of a release: whole, in some twenty lines, and as JSON."""

from __future__ import annotations

import shutil
import textwrap
from collections import Counter
from collections.abc import Iterator, Mapping
from io import StringIO
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from orchestration.cli.figure_text import print_verdict
from orchestration.core.files import write_text
from orchestration.core.settings import Settings, program
from orchestration.ingestion.held_vintages import held_from
from orchestration.methods.verdicts import VERDICT_WORDS
from orchestration.releases.claim_audit import claim_audit
from orchestration.releases.release_store import Release

WIDEST = 118
"""Columns of the summary in a wide terminal."""
WHOLE = "refresh-summary.txt"
"""The file of the data folder with the whole summary of the latest refresh."""
REASONS_SHOWN = 3
EXAMPLE = "select year, value, vintage from ip_receipts where area = 'USA' order by year"


def summary(release: Release) -> str:
    """Release id, sources with rows and vintages, metrics with checks, the claim audit, and next commands."""
    return _whole(release, min(WIDEST, shutil.get_terminal_size().columns))


def short_summary(settings: Settings, release: Release) -> str:
    """Some twenty lines: counts, newest vintages, what is held back or lacks data, verdicts, next commands.

    The whole summary is written into a file of the data folder, which the last line names.
    """
    path = settings.data / WHOLE
    write_text(path, f"{_whole(release, WIDEST).lstrip()}\n")
    rest = f"{path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path}"
    facts = [
        line
        for name, words in _facts(release)
        for line in textwrap.wrap(words, 78, initial_indent=f"{name:<10}", subsequent_indent=" " * 10)
    ]
    head = [f"\nRelease {release.id}, published {release.content['published_at'][:19]}Z", *_as_of(release), ""]
    return "\n".join([*head, *facts, "", *_next(release), f"Rest:    {rest}, or bilateral status"])


def _facts(release: Release) -> Iterator[tuple[str, str]]:
    """Names and words of the lines of the short summary."""
    content = release.content
    newest = {name: max(source["vintages"], default="") for name, source in content["sources"].items()}
    held = [f"{name} {vintage}" for name, vintage in newest.items() if vintage]
    yield "Sources", f"{len(held)} of {len(newest)} have data, with newest vintage: {', '.join(held)}"
    for name, source in content["sources"].items():
        for one in (held_from(item) for item in source.get("held", ())):
            if one.is_open:
                why = "; ".join(one.sentences(1))
                yield (
                    "Held back",
                    f"{name}, vintage {one.vintage}: {why}; see bilateral vintages show {name} {one.vintage}",
                )
    metrics = content["metrics"]
    passed, evaluated = (sum(one[count] for one in metrics.values()) for count in ("passed", "evaluated"))
    rows = sum(content["tables"][name] for name in metrics)
    yield "Metrics", f"{len(metrics)} with {rows:,} latest figures; {passed:,} of {evaluated:,} checks passed"
    for name, awaited in content.get("no_data", {}).items():
        yield "No data", f"{name}, expected from {' or '.join(awaited)}"
    if corrections := content.get("corrections"):
        yield "Corrected", f"official errors, see fct_correction: {', '.join(corrections)}"
    claims, _ = claim_audit(release)
    counts = Counter(VERDICT_WORDS[claim["verdict"]] for claim in claims)
    yield "Claims", f"{len(claims)}: " + ", ".join(f"{verdict} {count}" for verdict, count in sorted(counts.items()))


def _whole(release: Release, width: int) -> str:
    stream = StringIO()
    console = Console(file=stream, width=width, highlight=False)
    console.print(f"\nRelease {release.id}, published {release.content['published_at'][:19]}Z")
    for line in _as_of(release):
        console.print(line)
    console.print(_sources(release))
    _print_held(console, release)
    console.print(_metrics(release))
    if corrections := release.content.get("corrections"):
        console.print(f"Corrections of official errors: {', '.join(corrections)}; see fct_correction\n", soft_wrap=True)
    _print_claims(console, release)
    console.print("\n" + "\n".join(_next(release)), soft_wrap=True)
    return stream.getvalue().rstrip()


def _as_of(release: Release) -> list[str]:
    return [f"As known on {release.as_of}; this is not the current release."] if release.as_of else []


def _next(release: Release) -> list[str]:
    """Where the release is, and the next commands."""
    named = f" --release {release.id}" if release.as_of else ""
    return [f"Folder:  {release.folder}", f'Query:   {_program()} query{named} "{EXAMPLE}"', "UI:      make serve"]


def summary_json(release: Release) -> dict[str, Any]:
    """Release, sources with rows and vintages, metrics with rows and checks, metrics without data, and the claim audit."""
    content = release.content
    claims, _ = claim_audit(release)
    return {
        "release": release.id,
        "published_at": content["published_at"],
        "folder": str(release.folder),
        "sources": content["sources"],
        "metrics": {
            name: {"rows": content["tables"][name], "passed": metric["passed"], "evaluated": metric["evaluated"]}
            for name, metric in content["metrics"].items()
        },
        "no_data": content.get("no_data", {}),
        "claims": claims,
    }


def _program() -> str:
    """The path of this command, so that the printed command works without an activated environment."""
    path = program("bilateral")
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


def _sources(release: Release) -> Table:
    table = Table("source", "payloads", "rows", "vintages", title="Sources", box=box.SIMPLE_HEAD, title_justify="left")
    for column in (1, 2):
        table.columns[column].justify = "right"
    for name, source in release.content["sources"].items():
        rows = ", ".join(f"{table_name} {count:,}" for table_name, count in source["rows"].items())
        table.add_row(name, str(source["payloads"]), rows, _vintages(source))
    return table


def _print_held(console: Console, release: Release) -> None:
    """Vintages that await a decision, each with its first reasons."""
    for name, source in release.content["sources"].items():
        for one in (held_from(item) for item in source.get("held", ())):
            if one.is_open:
                words = "; ".join(one.sentences(REASONS_SHOWN))
                console.print(f"Held back: {name}, vintage {one.vintage}: {words}", soft_wrap=True, markup=False)
                console.print(f"           see bilateral vintages show {name} {one.vintage}\n", soft_wrap=True)


def _vintages(source: Mapping[str, Any]) -> str:
    """The vintages of a source, one line per feed."""
    if "feeds" not in source:  # a release of an earlier version of this program
        return _span(source["vintages"])
    return "\n".join(f"{feed}: {_span(vintages)}" for feed, vintages in source["feeds"].items())


def _span(vintages: list[str]) -> str:
    if len(vintages) <= 3:
        return ", ".join(vintages)
    return f"{vintages[0]} … {vintages[-1]} ({len(vintages)})"


def _metrics(release: Release) -> Table:
    table = Table(
        "metric", "rows", "checks passed / evaluated", title="Metrics", box=box.SIMPLE_HEAD, title_justify="left"
    )
    for column in (1, 2):
        table.columns[column].justify = "right"
    for name, metric in release.content["metrics"].items():
        table.add_row(name, f"{release.content['tables'][name]:,}", f"{metric['passed']} / {metric['evaluated']}")
    for name, awaited in release.content.get("no_data", {}).items():
        table.add_row(name, "no data yet", f"expected from {' or '.join(awaited)}")
    return table


def _print_claims(console: Console, release: Release) -> None:
    """Every claim, as ``bilateral claims check`` prints it."""
    claims, units = claim_audit(release)
    console.print("Claim audit")
    for claim in claims:
        print_verdict(console, claim, units)
