"""The program that serves the Dagster UI behind its guard, in one process."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import click
import uvicorn
from dagster import DagsterInstance
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import WorkspaceFileTarget
from dagster_webserver.app import create_app_from_workspace_process_context
from dagster_webserver.version import __version__

from orchestration.service.access import TOKEN, access_to
from orchestration.service.guard import Guard
from orchestration.service.pages import Beside

SECONDS_TO_END = 5
"""How long open connections are waited for when the service ends."""

LOOK_EVERY = 2_000
"""Milliseconds between two looks of an open page for what is new."""

STATEMENT_PATIENCE, CONNECTION_AGE, MORE_CONNECTIONS = 15_000, 3_600, 20
"""Of the storage: milliseconds for a statement, seconds for a connection, connections beyond the usual ones."""

LARGEST_MESSAGE = 1_000_000
"""Bytes of one message of a WebSocket."""


@asynccontextmanager
async def _lifespan(_: Any) -> AsyncIterator[None]:
    with suppress(asyncio.CancelledError):  # how uvicorn ends an application that is interrupted
        yield


@click.command()
@click.option("--workspace", required=True)
@click.option("--host", required=True)
@click.option("--port", required=True, type=int)
@click.option("--read-only", is_flag=True)
def main(workspace: str, host: str, port: int, read_only: bool) -> None:
    """Serve the UI until a signal arrives."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s: %(message)s")
    access = access_to(host, read_only)
    os.environ.pop(TOKEN, None)  # neither code servers nor runs have a use for it
    with DagsterInstance.get() as instance:
        instance.optimize_for_webserver(STATEMENT_PATIENCE, CONNECTION_AGE, MORE_CONNECTIONS)
        target = WorkspaceFileTarget([workspace])
        with WorkspaceProcessContext(instance, target, version=__version__, read_only=read_only) as context:
            app = create_app_from_workspace_process_context(context, "", LOOK_EVERY, lifespan=_lifespan)
            uvicorn.run(
                Guard(Beside(app, access, port + 1), access),
                host=host,
                port=port,
                log_level="warning",
                access_log=False,
                proxy_headers=False,  # the guard judges the peer itself
                server_header=False,
                ws_max_size=LARGEST_MESSAGE,
                timeout_graceful_shutdown=SECONDS_TO_END,
            )


if __name__ == "__main__":
    main()
