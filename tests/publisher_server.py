"""A local HTTP server in the place of any publisher, and a live feed whose requests all reach it over real sockets."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx

from orchestration.ingestion.live_feed import LiveFeed
from orchestration.ingestion.pacing import Clock
from orchestration.ingestion.payload_store import PayloadStore

ORIGINAL = "X-Test-Original-Url"
"""How the address that a source requests reaches the local server."""


@dataclass(frozen=True)
class Asked:
    """One request as the publisher would see it."""

    url: str
    params: Mapping[str, str]
    headers: Mapping[str, str]
    method: str = "GET"
    body: bytes = b""


@dataclass(frozen=True)
class Reply:
    """One answer.

    ``cut_after`` closes the connection after so many bytes although more were announced; ``endless`` yields a body
    without an announced length instead.
    """

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    cut_after: int | None = None
    delay: float = 0.0
    endless: Callable[[], Iterator[bytes]] | None = None


Publisher = Callable[[Asked], Reply]


class HurriedClock(Clock):
    """A clock that moves on when somebody sleeps by it, and at no other time; ``slept`` lists the pauses in seconds."""

    def __init__(self) -> None:
        self.moment = time.time()
        self.slept: list[float] = []

    def now(self) -> float:
        return self.moment

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.moment += seconds


@dataclass
class PublisherServer:
    """A running local publisher, its requests so far, and a way to reach it through the real client."""

    port: int
    asked: list[Asked] = field(default_factory=list)

    def live_feed(self, folder: Path, **options: Any) -> LiveFeed:
        """The live feed of the product, asking the local server; dropped files are those of ``folder``/drop.

        It waits on a clock that moves on by itself, so that a test keeps a publisher's pace without waiting.
        """
        options.setdefault("landing", PayloadStore(folder / "landing"))
        options.setdefault("pace", folder / "pace")
        options.setdefault("clock", HurriedClock())
        options.setdefault("resolve", lambda host: ["93.184.216.34"])
        return LiveFeed(folder / "drop", transport=ToLocalServer(self.port), **options)


@contextmanager
def publisher_server(publisher: Publisher) -> Iterator[PublisherServer]:
    """Serve ``publisher`` on a free local port until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            _answer(self, publisher, running)

        do_POST = do_HEAD = do_GET  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        running = PublisherServer(server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield running
        finally:
            server.shutdown()


def _answer(handler: BaseHTTPRequestHandler, publisher: Publisher, running: PublisherServer) -> None:
    parts = urlsplit(handler.headers.get(ORIGINAL, handler.path))
    request = Asked(
        f"{parts.scheme}://{parts.netloc}{parts.path}",
        dict(parse_qsl(parts.query, keep_blank_values=True)),
        {name.lower(): value for name, value in handler.headers.items() if name != ORIGINAL},
        handler.command,
        handler.rfile.read(int(handler.headers.get("Content-Length", 0))),
    )
    running.asked.append(request)
    reply = publisher(request)
    time.sleep(reply.delay)
    if reply.endless is not None:
        _stream(handler, reply)
        return
    handler.send_response(reply.status)
    for name, value in {"Content-Length": str(len(reply.body)), **reply.headers}.items():
        handler.send_header(name, value)
    handler.end_headers()
    body = reply.body if reply.cut_after is None else reply.body[: reply.cut_after]
    with suppress(BrokenPipeError, ConnectionResetError):
        handler.wfile.write(body)
    handler.close_connection = reply.cut_after is not None


def _stream(handler: BaseHTTPRequestHandler, reply: Reply) -> None:
    """Send a body until it ends or the client hangs up."""
    assert reply.endless is not None
    handler.close_connection = True
    with suppress(OSError):
        handler.send_response(reply.status)
        for name, value in reply.headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        for chunk in reply.endless():
            handler.wfile.write(chunk)


class ToLocalServer(httpx.BaseTransport):
    """Sends every request, whatever its host, to the local server on ``port``."""

    def __init__(self, port: int) -> None:
        self._port, self._inner = port, httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        original = str(request.url)
        headers = [(name, value) for name, value in request.headers.raw if name.lower() != b"host"]
        local = httpx.Request(
            request.method,
            f"http://127.0.0.1:{self._port}/",
            headers=[(b"Host", b"127.0.0.1"), *headers, (ORIGINAL.encode(), original.encode())],
            stream=request.stream,
            extensions=request.extensions,
        )
        return self._inner.handle_request(local)

    def close(self) -> None:
        self._inner.close()
