"""The ``bilateral mcp`` command: the release for language assistants, over the Model Context Protocol."""

from __future__ import annotations

import click


@click.command()
def mcp() -> None:
    """Serve the current release to a language assistant over standard input and output (Model Context Protocol).

    The assistant's program starts this command; docs/assistants.md shows its settings. Nothing is written, and nothing
    but releases is read. Needs the optional package: pip install -e '.[mcp]'
    """
    import sys
    from importlib.util import find_spec

    from orchestration.core.errors import BilateralError

    if find_spec("mcp") is None:
        raise BilateralError(
            "the Python package mcp is not installed; it is optional, and bilateral mcp needs it",
            remedy="in the checkout: .venv/bin/python -m pip install -e '.[mcp]'",
        )
    from orchestration.cli.assistant.server import serve

    if sys.stdin.isatty():
        click.echo("Waiting for the program of an assistant, which starts this command: docs/assistants.md", err=True)
    serve()
