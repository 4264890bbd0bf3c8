"""Dagster's webserver in this process, behind the guard: a private import, as Dagster has no public call for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dagster import DagsterInstance
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import WorkspaceFileTarget
from dagster_webserver.app import create_app_from_workspace_process_context
from dagster_webserver.version import __version__
from starlette.types import ASGIApp

from orchestration.service.access import Access
from orchestration.service.guard import Guard
from orchestration.service.pages import with_links

LOOK_EVERY = 2_000
"""Milliseconds after which an open page polls for news."""

STATEMENT_PATIENCE, CONNECTION_AGE, MORE_CONNECTIONS = 15_000, 3_600, 20
"""Of the storage: milliseconds for a statement, seconds for a connection, connections beyond the usual ones."""


@contextmanager
def ui_app(instance: DagsterInstance, workspace: Path, access: Access, pages_port: int | None) -> Iterator[ASGIApp]:
    """Yield the application of the UI; ``workspace`` is the file that names the code server."""
    instance.optimize_for_webserver(STATEMENT_PATIENCE, CONNECTION_AGE, MORE_CONNECTIONS)
    target = WorkspaceFileTarget([str(workspace)])
    with WorkspaceProcessContext(instance, target, version=__version__, read_only=access.read_only) as context:
        app = create_app_from_workspace_process_context(context, "", LOOK_EVERY)
        yield Guard(with_links(app, access, pages_port), access)
