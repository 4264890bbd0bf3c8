"""Web servers on this machine: their sockets, and the files that they serve for reading."""

import asyncio
import os
import socket
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import uvicorn
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp
from uvicorn.protocols.http.auto import AutoHTTPProtocol

from orchestration.core.errors import BilateralError

if TYPE_CHECKING:
    from uvicorn.protocols.http.h11_impl import H11Protocol as HttpProtocol
else:
    HttpProtocol = AutoHTTPProtocol

MOST_CONNECTIONS = 400
"""Open connections beyond which requests are answered with 503; systems allow a process 1,024 files."""

PATIENCE = 20.0
"""Seconds within which a request must have arrived whole, and a peer must confirm what it was sent."""

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
        if (media_type := TYPES.get(Path(full_path).suffix)) and "Content-Type" in response.headers:  # a 304 has none
            response.headers["Content-Type"] = media_type
        response.headers["Cache-Control"] = "no-cache"  # another release may be served here tomorrow
        return response


class Connection(HttpProtocol):
    """A connection that ends if its request does not arrive whole in time, or at once where others need its place.

    uvicorn limits the time between two requests only, so that a few hundred peers that send nothing took every place.
    """

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        if len(self.connections) >= MOST_CONNECTIONS - 1:
            waiting = (peer for peer in self.connections if isinstance(peer, Connection) and peer._deadline)
            if oldest := min(waiting, key=lambda peer: peer._deadline.when(), default=None):  # type: ignore[union-attr]
                oldest.end()
        super().connection_made(transport)
        connection = transport.get_extra_info("socket")
        with suppress(OSError, AttributeError):  # a Unix socket, or a system without these
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, int(PATIENCE))
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(PATIENCE * 1000))
        self._watch()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._watch()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._watch()

    def end(self) -> None:
        """Close the connection; of one that became a WebSocket, do nothing."""
        if self in self.connections:
            self.connections.discard(self)
            self.transport.abort()

    def _watch(self) -> None:
        """Start the time of a peer that has to send a request, and stop it when the request is whole."""
        is_waiting = self.cycle is None or self.cycle.response_complete or self.cycle.more_body
        if not is_waiting or self not in self.connections:
            if self._deadline:
                self._deadline.cancel()
            self._deadline = None
        elif not self._deadline:
            self._deadline = self.loop.call_later(PATIENCE, self.end)


def server(app: ASGIApp, **options: Any) -> uvicorn.Server:
    """Return a quiet server of an application; the guard judges the peer itself."""
    options |= {"log_level": "warning", "access_log": False, "lifespan": "off", "server_header": False}
    options |= {"proxy_headers": False, "limit_concurrency": MOST_CONNECTIONS, "timeout_graceful_shutdown": 2}
    return uvicorn.Server(uvicorn.Config(app, http=Connection, **options))


def listening_socket(host: str, port: int, remedy: str) -> socket.socket:
    """Return a socket that listens; raise BilateralError if it cannot; ``remedy`` says how to choose another port."""
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        failure = f"port {port} cannot be listened on: {error.strerror}"
        raise BilateralError(failure, remedy=f"choose another one: {remedy}") from None
