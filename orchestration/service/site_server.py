"""The web server of releases, for reading only: ``bilateral site --serve`` and the pages beside the Dagster UI."""

from __future__ import annotations

import asyncio
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
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from orchestration.core.errors import BilateralError
from orchestration.releases.release_store import Release
from orchestration.service.access import Access
from orchestration.service.guard import Guard
from orchestration.site.query_engine import MOUNT, engine_folder

ADDRESS = "127.0.0.1"
READING = ("GET", "HEAD")
POLICY = "frame-ancestors 'none'"
"""The Content-Security-Policy of every answer; pages state the rest themselves, so that it holds on any host."""

REQUEST_LIMIT = 30.0
"""Seconds within which a connection must send the head of its next request, or it is closed."""

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


class LimitedConnection(HttpToolsProtocol):
    """A connection that is closed where no complete request arrives within ``REQUEST_LIMIT``."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.loop.call_later(REQUEST_LIMIT, self._close_if_idle, self._progress())

    def _progress(self) -> tuple[object, bool]:
        """Return the newest request and whether it waits for its answer."""
        return self.cycle, self.cycle is not None and not self.cycle.response_complete

    def _close_if_idle(self, before: tuple[object, bool]) -> None:
        """Close the connection if nothing was requested since ``before``; check again later otherwise."""
        if self.transport.is_closing() or self.transport.get_protocol() is not self:  # closed, or a WebSocket now
            return
        progress = self._progress()
        if progress == before and not progress[1]:
            self.transport.close()
        else:
            self.loop.call_later(REQUEST_LIMIT, self._close_if_idle, progress)


def server(app: ASGIApp, **options: Any) -> uvicorn.Server:
    """Return a quiet server of an application; the guard judges the peer itself."""
    quiet = {"log_level": "warning", "access_log": False, "lifespan": "off", "server_header": False}
    limits = {"proxy_headers": False, "limit_concurrency": MOST_CONNECTIONS, "timeout_graceful_shutdown": 2}
    return uvicorn.Server(uvicorn.Config(app, **{"http": LimitedConnection, **quiet, **limits, **options}))


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
