"""Entry point of the ``bilateral`` command. Commands import what they need when they run, so that help is instant."""

from __future__ import annotations

import difflib
import json
import os
import select
import sys
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn, TextIO

import click

from orchestration import __version__
from orchestration.cli.alert_commands import alerts
from orchestration.cli.claim_commands import claims
from orchestration.cli.dev_commands import dev
from orchestration.cli.explain_command import explain
from orchestration.cli.guard_commands import guards
from orchestration.cli.mcp_command import mcp
from orchestration.cli.release_commands import reason, releases
from orchestration.cli.show_command import show
from orchestration.cli.site_commands import site
from orchestration.cli.source_commands import sources
from orchestration.cli.vintage_commands import vintages
from orchestration.core.errors import BilateralError
from orchestration.core.home import ensure_home
from orchestration.core.query_limits import QueryLimits, limits_from

SECTIONS = {
    "Make and manage releases": ("refresh", "status", "releases", "guards"),
    "Query": ("show", "query", "describe", "explain", "questions", "export", "site", "mcp"),
    "Sources and claims": ("sources", "vintages", "claims"),
    "Run unattended": ("serve", "health", "alerts"),
    "Develop": ("dbt", "dev"),
}
"""Sections of the help; a command that is in none of them is listed under ``More``."""


INTERRUPTED, OUTPUT_CLOSED = 130, 141
"""Exit codes after Ctrl-C and after the reader of the output has gone: those of SIGINT and SIGPIPE in a shell."""


class SectionedGroup(click.Group):
    """A group with help in sections, a suggestion for a mistyped command, and one message with exit code 1 for a failure.

    ``BilateralError`` and errors of the disk are failures; any other exception is a defect and keeps its traceback. Ctrl-C and a
    reader that has closed the output end the command quietly, with the exit codes that the shell gives for them.
    """

    def invoke(self, ctx: click.Context) -> Any:
        try:
            try:
                return super().invoke(ctx)
            finally:
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
            from orchestration.core.settings import Settings

            if (refusal := disk_error(Settings.from_environment(), error)) is None:
                raise
            _exit_with(refusal)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        nearest = difflib.get_close_matches(args[0], self.list_commands(ctx), n=1)
        if nearest and nearest[0] != args[0]:
            ctx.fail(f"No such command: {args[0]!r}. Did you mean {nearest[0]}?")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        commands = {name: self.get_command(ctx, name) for name in self.list_commands(ctx)}
        listed = {name for names in SECTIONS.values() for name in names}
        sections = {**SECTIONS, "More": tuple(sorted(commands.keys() - listed))}
        for title, names in sections.items():
            rows = [(name, command.get_short_help_str(90)) for name in names if (command := commands.get(name))]
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)


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


cli.add_command(alerts)
cli.add_command(claims)
cli.add_command(dev)
cli.add_command(explain)
cli.add_command(guards)
cli.add_command(mcp)
cli.add_command(releases)
cli.add_command(show)
cli.add_command(site)
cli.add_command(sources)
cli.add_command(vintages)


in_release = click.option(
    "--release",
    "wanted",
    default="current",
    show_default=True,
    metavar="ID",
    help="The release to query: an id, the beginning of one, or current; see bilateral releases list.",
)


def limited(command: Callable[..., None]) -> Callable[..., None]:
    """The options for the limits of a query."""
    for name, what in (("--gigabytes", "memory of a query in gigabytes"), ("--seconds", "time of a query in seconds")):
        variable = f"BILATERAL_QUERY_{name.removeprefix('--').upper()}"
        words = f"Limit on the {what}. Default: {variable}, else {getattr(QueryLimits(), name.removeprefix('--')):g}."
        command = click.option(name, type=float, metavar="N", help=words)(command)
    return command


def _limits(seconds: float | None, gigabytes: float | None) -> QueryLimits:
    given = {"seconds": seconds, "gigabytes": gigabytes}
    return replace(limits_from(os.environ), **{name: value for name, value in given.items() if value is not None})


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
@click.option(
    "--engine",
    metavar="NAME",
    help="Engine of the dbt project: duckdb or spark. Default: BILATERAL_ENGINE, else duckdb.",
)
def refresh(rebuild: bool, accept: str | None, as_of: datetime | None, engine: str | None) -> None:
    """Fetch, build, guard and publish, then print a summary."""
    from orchestration.cli.refresh import run_refresh

    sys.exit(run_refresh(rebuild, accept, as_of.date() if as_of else None, engine))


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def status(as_json: bool) -> None:
    """Print the summary of the current release: sources, metrics, claims."""
    from orchestration.cli.summary import summary, summary_json
    from orchestration.core.settings import Settings
    from orchestration.releases.release_store import require_current

    release = require_current(Settings.from_environment())
    click.echo(json.dumps(summary_json(release), ensure_ascii=False, indent=1) if as_json else summary(release))


@cli.command()
@click.argument("sql", required=False)
@click.option(
    "--file", "script", type=click.File(encoding="utf-8"), help="Read the SQL from a file, or from standard input (-)."
)
@click.option(
    "--format",
    "kind",
    type=click.Choice(["table", "csv", "json", "parquet", "xlsx"]),
    help="Default: by the suffix of --output, else table.",
)
@click.option("--json", "as_json", is_flag=True, help="As --format json.")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Write the result to this file.")
@limited
@in_release
def query(
    sql: str | None,
    script: TextIO | None,
    kind: str | None,
    as_json: bool,
    output: Path | None,
    seconds: float | None,
    gigabytes: float | None,
    wanted: str,
) -> None:
    """Run read-only SQL on the current release, or on another one. Without SQL, open a prompt.

    \b
    bilateral query "select year, value / 1e9 as billion_usd from ip_receipts where area = 'USA' order by year"
    bilateral query "show tables"
    bilateral query --file docs/questions/03_charges_both_ways.sql
    """
    from orchestration.cli.query import answer
    from orchestration.core.settings import Settings
    from orchestration.releases.release_store import find_release

    if sql is not None and script is not None:
        raise click.UsageError("Pass the SQL either as an argument or with --file.")
    if as_json and kind not in (None, "json"):
        raise click.UsageError(f"--json and --format {kind} exclude each other.")
    release = find_release(Settings.from_environment(), wanted)
    if sql is None and script is None:
        if as_json or kind or output:
            raise click.UsageError("A prompt prints tables; pass SQL with --format and --output.")
        from orchestration.cli.shell import run_shell

        run_shell(release, _limits(seconds, gigabytes))
        return
    chosen = "json" if as_json else kind
    answer(release, script.read() if script else str(sql), chosen, output, _limits(seconds, gigabytes))


@cli.command()
@click.argument("table", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--bibtex", "as_bibtex", is_flag=True, help="Print the table and the works behind it as BibTeX.")
def describe(table: str | None, as_json: bool, as_bibtex: bool) -> None:
    """Describe a table of the current release: columns, units, examples, caveats, citation. Without a name, list all tables."""
    from orchestration.cli.describe import bibtex_of, described, print_described, print_tables, tables_of
    from orchestration.core.settings import Settings
    from orchestration.releases.release_store import require_current

    release = require_current(Settings.from_environment())
    if as_bibtex:
        if not table:
            raise click.UsageError("Name a table: bilateral describe ip_receipts --bibtex.")
        click.echo(bibtex_of(release, table))
    elif as_json:
        content = described(release, table) if table else tables_of(release)
        click.echo(json.dumps(content, ensure_ascii=False, indent=1))
    elif table:
        print_described(described(release, table), sys.stdout)
    else:
        print_tables(release, sys.stdout)


@cli.command()
@click.argument("tables", nargs=-1)
@click.option(
    "--format",
    "kind",
    type=click.Choice(["csv", "json", "parquet", "xlsx", "sdmx-csv"]),
    default="csv",
    show_default=True,
    help="sdmx-csv is for metrics and includes their data structure.",
)
@click.option(
    "--to", "folder", type=click.Path(path_type=Path, file_okay=False), default=Path("export"), show_default=True
)
@click.option("--json", "as_json", is_flag=True, help="Print the paths of the files as JSON.")
@in_release
def export(tables: tuple[str, ...], kind: str, folder: Path, as_json: bool, wanted: str) -> None:
    """Export tables of the current release, or of another one, to files.

    Without names, all tables are exported.

    \b
    bilateral export ip_receipts co_inventions --to figures
    bilateral export --format parquet
    """
    from orchestration.cli.export import export_tables
    from orchestration.core.settings import Settings
    from orchestration.releases.release_store import find_release

    paths = [
        str(path) for path in export_tables(find_release(Settings.from_environment(), wanted), tables, kind, folder)
    ]
    click.echo(json.dumps(paths, ensure_ascii=False, indent=1) if as_json else "\n".join(paths))


@cli.command()
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print the list, or the question with its answer, as JSON.")
def questions(name: str | None, as_json: bool) -> None:
    """List the worked questions, or answer one by its number or name."""
    from orchestration.cli.query import ask
    from orchestration.cli.questions import find_question, questions_json
    from orchestration.cli.table_output import print_frame
    from orchestration.core.settings import Settings
    from orchestration.releases.release_store import require_current
    from orchestration.site.worked_questions import worked_questions

    settings = Settings.from_environment()
    if as_json:
        click.echo(questions_json(settings, name))
    elif name is None:
        for question in worked_questions(settings.root):
            click.echo(f"{question.name.partition('_')[0]}  {question.title}")
        click.echo("\nTo answer one: bilateral questions 3")
    else:
        question = find_question(settings, name)
        click.echo(f"{question.title}\n{question.remarks}\n\n{question.sql}\n")
        print_frame(ask(require_current(settings), question.sql), sys.stdout)


@cli.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, required=True, type=click.UNPROCESSED)
def dbt(arguments: tuple[str, ...]) -> None:
    """Run dbt on the database of the latest build, for instance: bilateral dbt test --select ip_receipts.

    Plain dbt commands in dbt_project/ work too; they build a database of their own.
    """
    from orchestration.core.settings import Settings, program
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
    from orchestration.core.settings import Settings

    sys.exit(run(Settings.from_environment(), Place(host, port, socket), read_only, verbose))


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def health(as_json: bool) -> None:
    """Check the service: disk, release, publishers, open problems, code location, daemon. Exit code 1 if a check fails."""
    from orchestration.cli.health import findings
    from orchestration.core.settings import Settings

    found = list(findings(Settings.from_environment()))
    if as_json:
        click.echo(json.dumps([asdict(one) for one in found], indent=1, ensure_ascii=False))
    else:
        for one in found:
            for line in one.words.splitlines():
                click.echo(f"{'ok' if one.is_well else 'FAILED':<6}  {one.name:14} {line}")
    sys.exit(0 if all(one.is_well for one in found) else 1)


if __name__ == "__main__":
    cli()
