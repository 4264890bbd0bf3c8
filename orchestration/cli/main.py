"""The ``bilateral`` command's table of contents. Each command imports what it needs when it runs, so that help is instant."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import click

from orchestration.cli.guards import guards
from orchestration.cli.releases import reason, releases
from orchestration.errors import BilateralError


class Refusals(click.Group):
    """Shows our own refusals as one message and exits with 1; anything else is a defect and keeps its traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BilateralError as error:
            click.echo(f"\nrefused\n{error}", err=True)
            sys.exit(1)


@click.group(cls=Refusals, context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Bilateral: what two economies exchange in ideas, as guarded and explainable official figures.

    Exit codes: 0 done, 1 refused (the message says why), 2 wrong use of a command.
    """


cli.add_command(guards)
cli.add_command(releases)


@cli.command()
@click.option("--rebuild", is_flag=True, help="Build and guard again even when inputs and code are unchanged.")
@click.option(
    "--accept",
    metavar="REASON",
    callback=reason,
    help="Publish although figures moved beyond the limits of their metrics; the reason is recorded in the release.",
)
def refresh(rebuild: bool, accept: str | None) -> None:
    """Fetch, build, guard and publish; ends with a summary."""
    from orchestration.cli.refresh import run_refresh

    sys.exit(run_refresh(rebuild, accept))


@cli.command()
def status() -> None:
    """The summary of the current release: sources, metrics, claims."""
    from orchestration.cli.summary import summary
    from orchestration.releases.store import require_current
    from orchestration.settings import Settings

    click.echo(summary(require_current(Settings.from_environment())))


@cli.command()
@click.argument("sql")
@click.option(
    "--format", "kind", type=click.Choice(["table", "csv", "json", "parquet"]), help="Default: by --output, else table."
)
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Write to this file.")
def query(sql: str, kind: str | None, output: Path | None) -> None:
    """Answer SQL from the current release, read-only.

    \b
    bilateral query "select year, value / 1e9 as billion_usd from ip_receipts where area = 'USA' order by year"
    bilateral query "show tables"
    """
    from orchestration.cli.query import answer
    from orchestration.releases.store import require_current
    from orchestration.settings import Settings

    answer(require_current(Settings.from_environment()), sql, kind, output)


@cli.command()
def sources() -> None:
    """Every source: publisher, cadence, key, licence."""
    from rich.console import Console
    from rich.table import Table

    from orchestration.sources import load_sources

    table = Table("source", "publisher", "cadence", "key", "licence", title="Sources")
    for name, source in load_sources().items():
        card = source.CARD
        key = (
            f"{card.key_env} ({'set' if os.environ.get(card.key_env) else 'not set'})"
            if card.key_env
            else "none needed"
        )
        table.add_row(name, card.publisher, card.cadence, key, card.licence)
    Console().print(table)


@cli.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, required=True, type=click.UNPROCESSED)
def dbt(arguments: tuple[str, ...]) -> None:
    """Run dbt on the latest build, for instance: bilateral dbt test --select ip_receipts."""
    from orchestration.settings import Settings
    from orchestration.transform.build import latest_build
    from orchestration.transform.dbt import dbt_environment, dbt_program

    settings = Settings.from_environment()
    by_hand = {"DBT_TARGET_PATH": str(settings.build / "by_hand" / "target")}
    environment = {**os.environ, **dbt_environment(settings, latest_build(settings)), **by_hand}
    os.execvpe(dbt_program(), ["dbt", *arguments], environment)  # noqa: S606


@cli.command("review-coverage")
def review_coverage() -> None:
    """Write what the newest build holds into the reviewed seeds; compare with git diff, then commit."""
    from orchestration.settings import Settings
    from orchestration.transform.review import review_coverage as write_seeds

    for seed in write_seeds(Settings.from_environment()):
        click.echo(f"written: {seed}; compare with: git diff {seed}")


@cli.command()
def parse() -> None:
    """Parse the dbt project from nothing; a warning is an error."""
    from orchestration.settings import Settings
    from orchestration.transform.dbt import parse_strictly

    parse_strictly(Settings.from_environment())


@cli.command()
@click.option("--port", default=3000, show_default=True, help="Port of the Dagster UI.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
def serve(port: int, host: str) -> None:
    """Open the Dagster UI on this code location."""
    from orchestration.cli.refresh import prepare_instance
    from orchestration.settings import Settings
    from orchestration.transform.dbt import parsed_manifest

    settings = Settings.from_environment()
    parsed_manifest(settings)
    environment = {**os.environ, **prepare_instance(settings)}
    command = ["dagster-webserver", "-w", str(settings.root / "workspace.yaml"), "-h", host, "-p", str(port)]
    click.echo(f"Dagster UI: http://{host}:{port}  (stop with Ctrl-C)", err=True)
    os.chdir(settings.dagster_home)
    os.execvpe(str(Path(sys.executable).with_name(command[0])), command, environment)  # noqa: S606


if __name__ == "__main__":
    cli()
