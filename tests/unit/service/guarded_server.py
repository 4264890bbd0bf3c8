"""An invented UI behind the real guard, on a real port: it counts what reaches it, so that tests see what does not."""

from __future__ import annotations

import http.client
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from starlette.types import Receive, Scope, Send

from orchestration.service.access import Access
from orchestration.service.guard import Guard
from orchestration.service.servers import server

LIMIT = 20.0
"""Seconds for any answer."""

MUTATION = "mutation { launchRun }"
JSON = {"Content-Type": "application/json"}


@dataclass
class Answer:
    """The answer to one request."""

    status: int
    headers: http.client.HTTPMessage
    text: str


@dataclass
class GuardedServer:
    """A server with what reached the application behind its guard."""

    port: int
    reached: list[str] = field(default_factory=list)

    async def app(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Note every request and every message of a WebSocket."""
        if scope["type"] == "websocket":
            await self._websocket(receive, send)
        elif scope["type"] == "http":
            body = b""
            while (message := await receive()).get("more_body"):
                body += message["body"]
            body += message["body"]
            self.reached.append(f"{scope['method']} {scope['path']} {body.decode()}".strip())
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"the UI"})

    async def _websocket(self, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "websocket.accept", "subprotocol": "graphql-ws"})
        while (message := await receive())["type"] == "websocket.receive":
            self.reached.append(f"WS {message['text']}")
            await send({"type": "websocket.send", "text": "seen"})

    def ask(self, method: str, path: str, body: str | None = None, **headers: str) -> Answer:
        """Send one request, as curl would; header names are written with underscores."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=LIMIT)
        try:
            connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
            response = connection.getresponse()
            return Answer(response.status, response.msg, response.read().decode())
        finally:
            connection.close()

    def raw(self, *lines: str, body: str = "") -> int:
        """Send the very lines of a request; return the status."""
        with socket.create_connection(("127.0.0.1", self.port), LIMIT) as connection:
            connection.sendall(("\r\n".join(lines) + "\r\n\r\n" + body).encode())
            return int(connection.makefile("rb").readline().split()[1])

    def mutate(self, **headers: str) -> Answer:
        """A mutation as JSON by POST."""
        return self.ask(
            "POST", "/graphql", json.dumps({"query": MUTATION}), **{"Content_Type": "application/json"} | headers
        )


@contextmanager
def guarded_server(**access: Any) -> Iterator[GuardedServer]:
    """A server with this access, until the block ends."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        guarded = GuardedServer(listening.getsockname()[1])
        running = server(Guard(guarded.app, Access(**access)))
        thread = threading.Thread(target=running.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not running.started and thread.is_alive():
            time.sleep(0.01)
        try:
            yield guarded
        finally:
            running.should_exit = True
            thread.join(LIMIT)
