"""Entry point of the ``bilateral`` command. Commands import slow libraries when they run, so that help is instant."""

from __future__ import annotations

import os
import select
import sys
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn, TextIO

import click

from orchestration import __version__
from orchestration.cli.claim_commands import claims
from orchestration.cli.describe import describe
from orchestration.cli.dev_commands import dev
from orchestration.cli.explain_command import explain
from orchestration.cli.guard_commands import guards
from orchestration.cli.output import as_json, print_json
from orchestration.cli.release_commands import reason, releases
from orchestration.cli.show_command import show
from orchestration.cli.site_commands import site
from orchestration.cli.source_commands import sources, vintages
from orchestration.core.errors import BilateralError
from orchestration.core.home import ensure_home
from orchestration.core.settings import Settings, program
from orchestration.releases.release_store import find_release

SECTIONS = {
    "Make and manage releases": ("refresh", "status", "releases", "guards"),
    "Query": ("show", "query", "describe", "explain", "export", "site", "mcp"),
    "Sources and claims": ("sources", "vintages", "claims"),
    "Run unattended": ("serve", "health"),
    "Develop": ("dbt", "dev"),
}
"""Sections of the help."""

INTERRUPTED, OUTPUT_CLOSED = 130, 141
"""Exit codes after Ctrl-C and after the reader of the output has gone: those of SIGINT and SIGPIPE in a shell."""


class SectionedGroup(click.Group):
    """A group with help in sections, and one message with exit code 1 for a failure.

    ``BilateralError`` and errors of the disk are failures; any other exception is a defect and keeps its traceback. Ctrl-C and a
    reader that has closed the output end the command quietly, with the exit codes that the shell gives for them.
    """

    def invoke(self, ctx: click.Context) -> Any:
        try:
            try:
                return super().invoke(ctx)
            finally:
                if not sys.stdout.closed:  # the server of mcp closes it
                    sys.stdout.flush()
        except KeyboardInterrupt:
            click.echo("\nstopped", err=True)
            sys.exit(INTERRUPTED)
        except BrokenPipeError:
            if not _is_output_closed():
                raise
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(OUTPUT_CLOSED)
        except BilateralError as error:
            _exit_with(error)
        except Exception as error:
            from orchestration.core.disk_errors import disk_error

            if (refusal := disk_error(Settings.from_environment(), error)) is None:
                raise
            _exit_with(refusal)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for title, names in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl([(name, self.commands[name].get_short_help_str(90)) for name in names])


def _is_output_closed() -> bool:
    """Whether nobody can read the standard output any more."""
    poll = select.poll()
    poll.register(sys.stdout.fileno(), 0)
    return any(event & select.POLLERR for _, event in poll.poll(0))


def _exit_with(error: BilateralError) -> NoReturn:
    click.echo(f"\nrefused: {error}", err=True)
    sys.exit(1)


@click.group(cls=SectionedGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, "--version", prog_name="bilateral")
def cli() -> None:
    """Bilateral: what two economies exchange in ideas, in guarded and explainable official figures.

    Exit codes: 0 success, 1 refused (the message gives the reason), 2 usage error, 130 stopped by Ctrl-C, 141 output closed.
    """
    ensure_home()


for command in (claims, describe, dev, explain, guards, releases, show, site, sources, vintages):
    cli.add_command(command)

in_release = click.option(
    "--release",
    "wanted",
    default="current",
    show_default=True,
    metavar="ID",
    help="The release to query: an id, the beginning of one, or current; see bilateral releases list.",
)


@cli.command()
@click.option("--rebuild", is_flag=True, help="Build and guard even if inputs and code are unchanged.")
@click.option(
    "--accept",
    metavar="REASON",
    callback=reason,
    help="Publish even if figures moved beyond the limits of their metrics; the release records the reason.",
)
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="Publish what was known at the end of this day as a separate release that never becomes the current one.",
)
def refresh(rebuild: bool, accept: str | None, as_of: datetime | None) -> None:
    """Fetch, build, guard and publish, then print a summary."""
    from orchestration.cli.refresh import run_refresh

    sys.exit(run_refresh(rebuild, accept, as_of.date() if as_of else None))


@cli.command()
@click.argument("release", default="current")
@as_json
def status(release: str, as_json: bool) -> None:
    """Print the summary of a RELEASE, by default the current one: sources, metrics, claims, and its history."""
    from orchestration.cli.summary import print_status, summary_json

    settings = Settings.from_environment()
    described = find_release(settings, release)
    if as_json:
        print_json(summary_json(settings, described))
    else:
        print_status(settings, described)


@cli.command()
@click.argument("sql", required=False)
@click.option(
    "--file", "script", type=click.File(encoding="utf-8"), help="Read the SQL from a file, or from standard input (-)."
)
@click.option(
    "--format",
    "kind",
    type=click.Choice(["table", "csv", "json", "parquet"]),
    help="Default: by the suffix of --output, else table.",
)
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Write the result to this file.")
@in_release
def query(sql: str | None, script: TextIO | None, kind: str | None, output: Path | None, wanted: str) -> None:
    """Run one read-only SQL statement on the current release, or on another one.

    \b
    bilateral query "select year, value / 1e9 as billion_usd from ip_receipts where area = 'USA' order by year"
    bilateral query "show tables"
    bilateral query --file docs/questions/03_charges_both_ways.sql
    """
    from orchestration.cli.query import answer

    if (sql is None) == (script is None):
        raise click.UsageError("Pass the SQL either as an argument or with --file.")
    release = find_release(Settings.from_environment(), wanted)
    answer(release, script.read() if script else str(sql), kind, output)


@cli.command()
@click.argument("tables", nargs=-1)
@click.option(
    "--format",
    "kind",
    type=click.Choice(["csv", "json", "parquet", "sdmx-csv"]),
    default="csv",
    show_default=True,
    help="sdmx-csv is for metrics.",
)
@click.option(
    "--to", "folder", type=click.Path(path_type=Path, file_okay=False), default=Path("export"), show_default=True
)
@in_release
def export(tables: tuple[str, ...], kind: str, folder: Path, wanted: str) -> None:
    """Export tables of the current release, or of another one, to files; print the path of each file.

    Without names, all tables are exported.

    \b
    bilateral export ip_receipts co_inventions --to figures
    bilateral export --format parquet
    """
    from orchestration.cli.export import export_tables

    for path in export_tables(find_release(Settings.from_environment(), wanted), tables, kind, folder):
        click.echo(path)


@cli.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, required=True, type=click.UNPROCESSED)
def dbt(arguments: tuple[str, ...]) -> None:
    """Run dbt on the database of the latest build, for instance: bilateral dbt test --select ip_receipts.

    Plain dbt commands in dbt_project/ work too; they build a database of their own.
    """
    from orchestration.transform.build import LATEST, Build, latest_build
    from orchestration.transform.dbt_runner import dbt_environment
    from orchestration.transform.model_list import update_model_list

    settings = replace(Settings.from_environment(), engine=Settings.engine)  # the database of a build is DuckDB's
    update_model_list(settings)
    latest_build(settings)
    link, target = Build(settings.build / LATEST), settings.build / "by_hand" / "target"
    environment = {**os.environ, **dbt_environment(settings, link.raw, link.database, target)}
    os.chdir(settings.dbt_project)  # the path of the database is relative to it
    os.execvpe(program("dbt"), ["dbt", *arguments], environment)  # noqa: S606


@cli.command()
def mcp() -> None:
    """Serve the current release to a language assistant over standard input and output (Model Context Protocol).

    The assistant's program starts this command; docs/assistants.md shows its settings. Nothing is written.
    """
    from orchestration.cli.assistant.server import serve

    if sys.stdin.isatty():
        click.echo("Waiting for the program of an assistant, which starts this command: docs/assistants.md", err=True)
    serve()


@cli.command()
@click.option("--port", default=3000, show_default=True, help="Port of the Dagster UI; the pages have the next one.")
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Address to listen on; any but loopback needs a proxy."
)
@click.option(
    "--socket",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Listen on this Unix socket for a proxy instead.",
)
@click.option("--read-only", is_flag=True, help="Refuse to start or change anything in the UI.")
@click.option(
    "--verbose", is_flag=True, help="Print output of the UI, the daemon and runs instead of writing it to serve.log."
)
def serve(port: int, host: str, socket: Path | None, read_only: bool, verbose: bool) -> None:
    """Serve the Dagster UI and run schedules and sensors until stopped."""
    from orchestration.cli.serve import Place
    from orchestration.cli.serve import serve as run

    sys.exit(run(Settings.from_environment(), Place(host, port, socket), read_only, verbose))


@cli.command()
@click.option("--test-alerts", is_flag=True, help="Send a test message over every channel first.")
@as_json
def health(test_alerts: bool, as_json: bool) -> None:
    """Check disk, release, publishers, open problems, alert channels, code location and daemon. Exit code 1 if a check fails."""
    from orchestration.cli.health import run_checks

    checks = list(run_checks(Settings.from_environment(), test_alerts))
    if as_json:
        print_json([asdict(check) for check in checks])
    else:
        for check in checks:
            for line in check.words.splitlines():
                click.echo(f"{'ok' if check.is_well else 'FAILED':<6}  {check.name:14} {line}")
    sys.exit(0 if all(check.is_well for check in checks) else 1)


if __name__ == "__main__":
    cli()
