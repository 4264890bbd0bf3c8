"""The ``bilateral mcp`` command: the release for language assistants, over the Model Context Protocol."""

from __future__ import annotations

import click


@click.command()
def mcp() -> None:
    """Serve the current release to a language assistant over standard input and output (Model Context Protocol).

    The assistant's program starts this command; docs/assistants.md shows its settings. Nothing is written.
    """
    import sys

    from orchestration.cli.assistant.server import serve

    if sys.stdin.isatty():
        click.echo("Waiting for the program of an assistant, which starts this command: docs/assistants.md", err=True)
    serve()
