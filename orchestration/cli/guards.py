"""The ``bilateral guards`` commands: run the suite of a metric, and audit suites with the catalogue of faults."""

from dataclasses import asdict
from pathlib import Path

import click

from orchestration.cli.output import as_json, print_json
from orchestration.core.errors import GuardError
from orchestration.core.settings import Settings
from orchestration.guards.receipt import guard_metrics, guard_table
from orchestration.guards.suite_audit import audit_build
from orchestration.transform.build import latest_build


@click.group()
def guards() -> None:
    """Run and audit the suites of the published metrics; a suite is expectations/METRIC.py."""


@guards.command()
@click.argument("metric")
@click.option("--database", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def run(metric: str, database: Path | None) -> None:
    """Validate one metric of the latest build, or of a DATABASE such as dbt_project/target/development.duckdb.

    Exit code 1 if the suite fails. Nothing is written: a release needs the guards of a whole refresh.
    """
    settings = Settings.from_environment()
    if database:
        result = guard_table(settings, database, metric)
    else:
        (result,) = guard_metrics(settings, latest_build(settings), [metric])
    if not (result.passed or result.awaits):
        raise GuardError(result.message(), remedy=result.remedy)
    passed = f"{metric}: {result.evaluated} expectations passed over {result.rows:,} rows"
    click.echo(result.message() if result.awaits else passed)


@guards.command()
@click.argument("metric", required=False)
@as_json
def audit(metric: str | None, as_json: bool) -> None:
    """Put every fault into every metric of the latest build, or into one METRIC, and show which expectation catches it.

    The suites also run over the unchanged metrics at every vintage, where no expectation may fail. Exit code 1 if a
    fault is missed or an alarm is false.
    """
    settings = Settings.from_environment()
    audited = audit_build(settings, latest_build(settings), metric, progress=lambda name: click.echo(name, err=True))
    if as_json:
        print_json(asdict(audited) | {"holds": audited.holds})
    else:
        for outcome in audited.outcomes if metric else audited.missed:
            verdict = f"caught by {'; '.join(outcome.caught_by[:3])}" if outcome.caught_by else "missed"
            click.echo(f"{outcome.metric}, {outcome.fault}, {outcome.part}: {verdict}")
        missed = len(audited.missed)
        counted = f"{missed} missed, {len(audited.outcomes) - missed} caught; {len(audited.complaints)} false alarms"
        click.echo("\n".join([*audited.complaints, "", counted]))
    if not audited.holds:
        raise GuardError(
            f"{len(audited.missed)} faults missed, {len(audited.complaints)} false alarms; every fault must be caught, "
            "and no alarm be false",
            remedy="add an expectation that catches the fault, or correct the one that fails; see docs/guards.md",
        )
