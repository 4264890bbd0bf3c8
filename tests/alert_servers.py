"""A local webhook that records what it receives."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.publisher_server import Asked, Reply, publisher_server

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

    def receive(request: Asked) -> Reply:
        running.posted.append(json.loads(request.body))
        return Reply(status=running.status)

    with publisher_server(receive) as server:
        running = Webhook(f"json://127.0.0.1:{server.port}/hooks/T0PSECRET")
        yield running
