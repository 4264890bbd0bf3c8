"""The web server of releases, for reading only: ``bilateral site --serve`` and the pages beside the Dagster UI."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from orchestration.core.errors import BilateralError
from orchestration.releases.release_store import Release
from orchestration.service.access import Access
from orchestration.service.guard import Guard
from orchestration.site.query_engine import MOUNT, engine_folder

ADDRESS = "127.0.0.1"
READING = ("GET", "HEAD")
POLICY = "frame-ancestors 'none'"
"""The Content-Security-Policy of every answer; pages state the rest themselves, so that it holds on any host."""

MOST_CONNECTIONS = 400
"""Open connections beyond which requests are answered with 503; systems allow a process 1,024 files."""

TYPES = {
    ".duckdb": "application/octet-stream",
    ".gz": "application/gzip",
    ".js": "text/javascript; charset=utf-8",
    ".parquet": "application/vnd.apache.parquet",
    ".wasm": "application/wasm",
}
"""Media types that Python does not know, or knows differently from one system to the next."""


class Files(StaticFiles):
    """Files of one folder with their media types; never a listing, never the target of a link that leads outside."""

    def file_response(self, full_path: str | os.PathLike[str], *args: Any, **options: Any) -> Response:
        response = super().file_response(full_path, *args, **options)
        response.headers["Content-Type"] = TYPES.get(Path(full_path).suffix, response.headers["Content-Type"])
        response.headers["Cache-Control"] = "no-cache"  # another release may be served here tomorrow
        return response


def site_app(release: Path, engine: Path | None = None) -> ASGIApp:
    """Return the application: files of the release folder and, where it is installed, the engine of the query page."""
    to_front = Route("/", lambda _: RedirectResponse("/site/index.html"), methods=["GET"])
    engines: list[BaseRoute] = [Mount(f"/{MOUNT}", Files(directory=engine))] if engine else []
    return Guard(
        Starlette(routes=[to_front, *engines, Mount("/", Files(directory=release))]), Access(), POLICY, READING
    )


def serve_site(release: Release, port: int, opened: Callable[[str], None]) -> None:
    """Serve a release until a signal arrives; ``opened`` receives the address once the server listens.

    Raises:
        BilateralError: the port is in use or may not be listened on.
    """
    engine = engine_folder()
    app = site_app(release.folder.resolve(), engine if engine.is_dir() else None)
    with listening(ADDRESS, port, "bilateral site --serve --port 0 takes any that is free") as listener:
        opened(f"http://{ADDRESS}:{listener.getsockname()[1]}/")
        with suppress(KeyboardInterrupt):  # how uvicorn passes on Ctrl-C once it has ended
            server(app).run(sockets=[listener])


def server(app: ASGIApp, **options: Any) -> uvicorn.Server:
    """Return a quiet server of an application; the guard judges the peer itself."""
    quiet = {"log_level": "warning", "access_log": False, "lifespan": "off", "server_header": False}
    limits = {"proxy_headers": False, "limit_concurrency": MOST_CONNECTIONS, "timeout_graceful_shutdown": 2}
    return uvicorn.Server(uvicorn.Config(app, **{**quiet, **limits, **options}))


def listening(host: str, port: int, remedy: str) -> socket.socket:
    """Return a socket that listens.

    Raises:
        BilateralError: the port is in use or may not be listened on; ``remedy`` says how to choose another one.
    """
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        failure = f"port {port} cannot be listened on: {os.strerror(error.errno or 0)}"
        raise BilateralError(failure, remedy=f"choose another one: {remedy}") from None
