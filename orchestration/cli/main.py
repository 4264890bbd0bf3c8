"""Entry point of the ``bilateral`` command; a command is loaded from the module of its name when it is called."""

import errno
import sys
from importlib import import_module
from typing import Any

import click

from orchestration import __version__
from orchestration.cli.progress import terminal_logger
from orchestration.core.disk_errors import disk_error
from orchestration.core.errors import BilateralError
from orchestration.core.progress import log
from orchestration.core.settings import Settings, ensure_home
from orchestration.core.text import excerpt

SECTIONS = {
    "Make and manage releases": {
        "refresh": "Fetch, build, guard and publish, then print a summary.",
        "status": "Print the summary of a release, with its sources and its history.",
        "releases": "List, compare, verify, roll back and prune releases.",
        "guards": "Run and audit the suites of the published metrics.",
    },
    "Query": {
        "show": "Show the figures of a metric for an economy, or between two.",
        "query": "Run one read-only SQL statement on a release.",
        "describe": "Describe a table of the current release, or list all tables.",
        "explain": "Trace a figure back to the bytes that its publishers sent.",
        "site": "Print the path of the pages of the current release, serve them, or copy them.",
        "mcp": "Serve the current release to a language assistant (Model Context Protocol).",
    },
    "Sources and claims": {
        "sources": "List sources: newest vintage, next due, last fetch, key.",
        "vintages": "List vintages of sources and decide about those that were held back.",
        "claims": "Check published claims against the official figures.",
    },
    "Run unattended": {
        "serve": "Serve the Dagster UI and run schedules and sensors until stopped.",
        "health": "Check disk, release, publishers, open problems, alert channels and daemon.",
    },
    "Develop": {"dev": "Check and write the files that developers commit."},
}
"""Sections of the help, with a line on each command."""

INTERRUPTED = 130
"""Exit code after Ctrl-C, as a shell gives it."""


class SectionedGroup(click.Group):
    """A group with help in sections, and one message with exit code 1 for a failure.

    ``BilateralError`` and errors of the disk are failures; any other exception is a defect and keeps its traceback.
    """

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load a command."""
        if cmd_name not in self.commands:
            return None
        command: click.Command = getattr(import_module(f"orchestration.cli.{cmd_name}"), cmd_name)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            click.echo("\nstopped", err=True)
            sys.exit(INTERRUPTED)
        except BrokenPipeError:  # click ends quietly
            raise
        except Exception as error:
            refusal = error if isinstance(error, BilateralError) else disk_error(Settings.from_environment(), error)
            if isinstance(error, OSError) and error.errno == errno.ENAMETOOLONG:
                failure = f"the file system takes no name as long as {excerpt(error.filename)}"
                refusal = BilateralError(failure, remedy="pass a shorter one")
            if refusal is None:
                raise
            click.echo(f"\nrefused: {refusal}", err=True)
            sys.exit(1)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for title, commands in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl(list(commands.items()))


@click.group(
    cls=SectionedGroup,
    commands={name: click.Command(name) for commands in SECTIONS.values() for name in commands},
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.version_option(__version__, "--version", prog_name="bilateral")
def cli() -> None:
    """Bilateral: what two economies exchange in ideas, in guarded and explainable official figures.

    Exit codes: 0 success, 1 refused (the message gives the reason), 2 usage error, 130 stopped by Ctrl-C.
    """
    ensure_home()
    terminal_logger(log.name)


if __name__ == "__main__":
    cli()
