"""The ``bilateral guards`` commands: the metrics' suites, the lock of all guards, and the audit that puts faults into metrics."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from orchestration.guards.suite_audit import Audit, Outcome

EXPECTATIONS_SHOWN = 3
WIDTH = 160


@click.group()
def guards() -> None:
    """List, show, run and audit the suites of the published metrics."""


@guards.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_guards(as_json: bool) -> None:
    """List every metric's suite, and the fault catalogue."""
    from orchestration.core.settings import Settings
    from orchestration.guards.faults import CATALOGUE
    from orchestration.guards.suites import load_suite, metrics_of
    from orchestration.transform.build import latest_build

    settings = Settings.from_environment()
    held = [load_suite(settings.expectations, name) for name in metrics_of(latest_build(settings).manifest())]
    if as_json:
        named = [
            {"metric": one.metric, "expectations": len(one.expectations), "exceptions": list(one.exceptions)}
            for one in held
        ]
        faults_known = [{"fault": fault.id, "what_happened": fault.words} for fault in CATALOGUE.values()]
        click.echo(json.dumps({"suites": named, "faults": faults_known}, ensure_ascii=False, indent=1))
        return
    suites = _table("Suites", "metric", "expectations", "exceptions")
    for suite in held:
        suites.add_row(suite.metric, str(len(suite.expectations)), ", ".join(suite.exceptions))
    catalogue = _table("Faults", "fault", "what happened")
    for fault in CATALOGUE.values():
        catalogue.add_row(fault.id, fault.words)
    _console().print(suites, catalogue)


@guards.command()
@click.argument("metric")
def show(metric: str) -> None:
    """Print the suite of a metric as JSON, with the expectations that all metrics share."""
    from orchestration.core.settings import Settings
    from orchestration.guards.suites import load_suite

    suite = load_suite(Settings.from_environment().expectations, metric)
    content = {"name": metric, "meta": {"sha256": suite.sha256}, "expectations": suite.configs}
    click.echo(json.dumps(content, indent=1, ensure_ascii=False))


@guards.command()
@click.argument("metric")
def run(metric: str) -> None:
    """Validate one metric of the latest build.

    Exit code 1 if the suite fails. Nothing is written: a release needs the guards of a whole refresh.
    """
    from orchestration.core.errors import GuardError
    from orchestration.core.settings import Settings
    from orchestration.guards.receipt import guard_metrics
    from orchestration.transform.build import latest_build

    settings = Settings.from_environment()
    (result,) = guard_metrics(settings, latest_build(settings), [metric])
    if result.passed or result.awaits:
        passed = f"{metric}: {result.evaluated} expectations passed over {result.rows:,} rows"
        click.echo(result.message() if result.awaits else passed)
        return
    failure, _, remedy = result.message().partition("\nwhat to do: ")
    raise GuardError(failure, remedy=remedy)


@guards.command()
@click.option("--metric", "only", metavar="NAME", help="Audit this metric only, and show what caught each fault.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def audit(only: str | None, as_json: bool) -> None:
    """Put every fault into every metric of the latest build and show which expectation catches it.

    The suites also run over the unchanged metrics at every vintage, where no expectation may fail. Exit code 1 if a
    fault is missed, an exception is no longer needed, or an alarm is false.
    """
    from orchestration.core.errors import GuardError
    from orchestration.core.settings import Settings
    from orchestration.guards.suite_audit import MISSED, STALE_EXCEPTION, audit_build
    from orchestration.transform.build import latest_build

    settings = Settings.from_environment()
    build = latest_build(settings)
    audited = audit_build(settings, build, only, progress=lambda name: click.echo(name, err=True))
    if as_json:
        click.echo(json.dumps(asdict(audited) | {"holds": audited.holds}, indent=1))
    else:
        _show(audited, in_full=only is not None)
    if not audited.holds:
        counts = Counter(item.verdict for item in audited.outcomes)
        raise GuardError(
            f"{counts[MISSED]} faults missed, {counts[STALE_EXCEPTION]} stale exceptions, {len(audited.complaints)} complaints; "
            "every fault must be caught or excepted with a reason, and no alarm be false",
            remedy="give the suite an expectation that catches the fault, or correct its meta; see docs/guards.md",
        )


def _show(found: Audit, in_full: bool) -> None:
    from orchestration.guards.suite_audit import CAUGHT, NOT_APPLICABLE

    console = _console()
    if in_full:
        console.print(_every_outcome(found.outcomes))
    else:
        console.print(_by_fault(found.outcomes))
        console.print(_by_metric(found.outcomes))
    noted = [item for item in found.outcomes if item.verdict not in (CAUGHT, NOT_APPLICABLE)]
    for item in noted:
        console.print(f"{item.verdict}: {item.metric}, {item.fault}, {item.part}. {item.reason}", soft_wrap=True)
    for complaint in found.complaints:
        console.print(f"{complaint.metric}: {complaint.expectation} {complaint.what}", soft_wrap=True, markup=False)
    counts = Counter(item.verdict for item in found.outcomes)
    verdicts = ", ".join(f"{counts[verdict]} {verdict}" for verdict in _verdicts())
    console.print(f"\n{verdicts}; {len(found.complaints)} complaints about suites", soft_wrap=True)


def _by_fault(outcomes: Sequence[Outcome]) -> Table:
    from orchestration.guards.faults import CATALOGUE

    table = _table("Faults, counted in parts of metrics", "fault", "what happened", *_verdicts())
    rows = _counted((item.fault, item.verdict) for item in outcomes)
    for name, counts in rows.items():
        table.add_row(name, CATALOGUE[name].words, *(_number(counts[verdict]) for verdict in _verdicts()))
    return table


def _by_metric(outcomes: Sequence[Outcome]) -> Table:
    table = _table("Metrics, counted in parts", "metric", *_verdicts())
    for name, counts in _counted((item.metric, item.verdict) for item in outcomes).items():
        table.add_row(name, *(_number(counts[verdict]) for verdict in _verdicts()))
    return table


def _every_outcome(outcomes: Sequence[Outcome]) -> Table:
    table = _table("Every fault", "fault", "part", "verdict", "caught by, or why not")
    for item in outcomes:
        more = len(item.caught_by) - EXPECTATIONS_SHOWN
        names = [*item.caught_by[:EXPECTATIONS_SHOWN], *([f"and {more} more"] if more > 0 else [])]
        table.add_row(item.fault, item.part, item.verdict, "\n".join(names) or item.reason)
    return table


def _counted(pairs: Iterable[tuple[str, str]]) -> dict[str, Counter[str]]:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for name, verdict in pairs:
        counts[name][verdict] += 1
    return counts


def _number(count: int) -> str:
    return str(count) if count else ""


def _verdicts() -> tuple[str, ...]:
    from orchestration.guards.suite_audit import VERDICTS

    return VERDICTS


def _console() -> Console:
    """The terminal as wide as it is; a file or a pipe gets lines wide enough for the tables."""
    from rich.console import Console

    terminal = Console()
    return terminal if terminal.is_terminal else Console(width=WIDTH)


def _table(title: str, *columns: str) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(*columns, title=title, box=box.SIMPLE_HEAD, title_justify="left")
    table.columns[0].no_wrap = True
    return table
