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


@contextmanager
def ui_app(instance: DagsterInstance, workspace: Path, access: Access, pages_port: int | None) -> Iterator[ASGIApp]:
    """Yield the application of the UI; ``workspace`` is the file that names the code server."""
    # milliseconds for a statement, seconds for a connection, connections beyond the usual ones
    instance.optimize_for_webserver(statement_timeout=15_000, pool_recycle=3_600, max_overflow=20)
    target = WorkspaceFileTarget([str(workspace)])
    with WorkspaceProcessContext(instance, target, version=__version__, read_only=access.read_only) as context:
        app = create_app_from_workspace_process_context(
            context, "", 2_000
        )  # milliseconds between polls of an open page
        yield Guard(with_links(app, access, pages_port), access)
