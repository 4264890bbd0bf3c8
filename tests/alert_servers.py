"""A local webhook that records what it receives."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KINDS = {
    "failed": "failure",
    "is overdue": "stale",
    "has a vintage that is held back": "held",
    "is well again": "recovery",
}
"""The kinds of alerts by the ends of their titles."""


@dataclass
class Webhook:
    """A running webhook: its address for Apprise, the posted messages, and the status with which it answers."""

    url: str
    posted: list[dict[str, Any]] = field(default_factory=list)
    status: int = 200

    def alerts(self, since: int = 0) -> list[tuple[str, str]]:
        """Return kind and subject of each message after the first ``since``."""
        titles = [message["title"].removeprefix("[bilateral] ") for message in self.posted[since:]]
        return [
            (kind, title.removesuffix(f" {words}"))
            for title in titles
            for words, kind in KINDS.items()
            if title.endswith(f" {words}")
        ]


@contextmanager
def webhook() -> Iterator[Webhook]:
    """A webhook on a free local port until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            running.posted.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(running.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        running = Webhook(f"json://127.0.0.1:{server.server_address[1]}/hooks/T0PSECRET")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield running
        finally:
            server.shutdown()
