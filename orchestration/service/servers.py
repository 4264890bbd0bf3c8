"""Web servers on this machine: their sockets, and the files that they serve for reading."""

import os
import socket
from pathlib import Path
from typing import Any

import uvicorn
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from orchestration.core.errors import BilateralError

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
        if (media_type := TYPES.get(Path(full_path).suffix)) and "Content-Type" in response.headers:  # a 304 has none
            response.headers["Content-Type"] = media_type
        response.headers["Cache-Control"] = "no-cache"  # another release may be served here tomorrow
        return response


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
        failure = f"port {port} cannot be listened on: {error.strerror}"
        raise BilateralError(failure, remedy=f"choose another one: {remedy}") from None
