"""The web server of ``bilateral site --serve``: one release and the query engine, on this machine, for reading only."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import HTTPConnection, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from orchestration.core.errors import BilateralError
from orchestration.releases.release_store import Release
from orchestration.service.access import LOOPBACK_NAMES, Access
from orchestration.service.guard import with_headers
from orchestration.service.refusals import Refusal, foreign_page
from orchestration.site.query_engine import MOUNT, engine_folder

ADDRESS = "127.0.0.1"
SECONDS_TO_END = 2
"""How long open connections are waited for when the server ends."""

TYPES = {
    ".duckdb": "application/octet-stream",
    ".gz": "application/gzip",
    ".js": "text/javascript; charset=utf-8",
    ".parquet": "application/vnd.apache.parquet",
    ".wasm": "application/wasm",
}
"""Media types that Python does not know, or knows differently from one system to the next."""


def site_app(release: Path, engine: Path | None = None) -> ASGIApp:
    """The ASGI application: files of the release folder and, where it is installed, the engine beside the query page."""
    to_front = Route("/", lambda _: RedirectResponse("/site/index.html"), methods=["GET"])
    routes: list[BaseRoute] = [to_front, Mount("/", Files(directory=release))]
    if engine:
        routes.insert(1, Mount(f"/{MOUNT}", Files(directory=engine)))
    return _ReadOnly(Starlette(routes=routes))


def serve_site(release: Release, port: int, opened: Callable[[str], None]) -> None:
    """Serve a release until a signal arrives; ``opened`` receives the address once the server listens.

    The folder is resolved once: releases never change, so that a page keeps the release it was opened from when another one is
    published meanwhile.

    Raises:
        BilateralError: the port is in use or may not be listened on.
    """
    engine = engine_folder()
    app = site_app(release.folder.resolve(), engine if engine.is_dir() else None)
    with listening(ADDRESS, port, "bilateral site --serve --port 0 takes any that is free") as listener:
        opened(f"http://{ADDRESS}:{listener.getsockname()[1]}/")
        run_on(listener, app)


def run_on(listener: socket.socket, app: ASGIApp) -> None:
    """Serve an application for reading until a signal arrives."""
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        lifespan="off",
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=SECONDS_TO_END,
        ws="none",
    )
    with suppress(KeyboardInterrupt):  # how uvicorn passes on Ctrl-C once it has ended
        uvicorn.Server(config).run(sockets=[listener])


def listening(host: str, port: int, other: str) -> socket.socket:
    """A socket that listens.

    Raises:
        BilateralError: the port is in use or may not be listened on; ``other`` says how to choose another one.
    """
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen()
    except OSError as error:
        listener.close()
        raise BilateralError(
            f"port {port} cannot be listened on: {error.strerror}", remedy=f"choose another one: {other}"
        ) from None
    return listener


POLICY = "frame-ancestors 'none'"
"""Of every answer; pages state the rest themselves, so that it holds on any host."""


class Files(StaticFiles):
    """Files of one folder with their media types; never a listing, never what a link leads to outside of it."""

    def file_response(
        self, full_path: str | os.PathLike[str], stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        if kind := TYPES.get(Path(full_path).suffix):
            response.headers["Content-Type"] = kind
        response.headers["Cache-Control"] = "no-cache"  # another release may be served here tomorrow
        return response


class _ReadOnly:
    """Answers requests that break a rule, and passes on all others."""

    def __init__(self, app: ASGIApp) -> None:
        self._app, self._access = app, Access(hosts=LOOPBACK_NAMES)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        refusal = next((found for rule in _RULES if (found := rule(self._access, Request(scope)))), None)
        answer = PlainTextResponse(refusal.text, status_code=refusal.status) if refusal else self._app
        await answer(scope, receive, with_headers(send, POLICY))


def _not_read(_: Access, request: HTTPConnection) -> Refusal | None:
    if request.scope["method"] in ("GET", "HEAD"):
        return None
    return Refusal(405, "the method is not GET or HEAD", "send one of these; nothing here can be changed")


def _unknown_host(access: Access, request: HTTPConnection) -> Refusal | None:
    """A name that a foreign page had resolve to this machine."""
    hosts = request.headers.getlist("host")
    if len(hosts) == 1 and access.knows_host(hosts[0]):
        return None
    return Refusal(421, "the Host of the request is not a name of this server", f"open http://{ADDRESS} with its port")


_RULES = (_unknown_host, _not_read, foreign_page)
