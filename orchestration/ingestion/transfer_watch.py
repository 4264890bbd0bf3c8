"""Bounds of one transfer, enforced by a thread: bytes, total time, throughput and free disk space."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

RESERVE = 500_000_000
"""Bytes of the disk that no transfer uses: the warehouse writes a build and a release there."""


@dataclass(frozen=True)
class TransferLimits:
    """Limits of every transfer.

    An answer must begin within ``first_byte`` seconds and bring ``slowest`` bytes per second over every ``window`` of
    seconds. A body of n bytes may take ``first_byte`` + n / ``usual`` seconds. ``reserve`` bytes stay free on the disk.
    """

    first_byte: float = 120.0
    window: float = 30.0
    slowest: float = 1_000.0
    usual: float = 100_000.0
    reserve: int = RESERVE
    tick: float = 0.5

    def seconds(self, largest: int) -> float:
        """Return the longest time of a transfer of at most ``largest`` bytes."""
        return self.first_byte + largest / self.usual


class TransferWatch:
    """Watch one exchange from a thread and shut its connections down when a limit is passed; ``why`` names the limit.

    httpx bounds the wait for each single read only, so a server that sends a byte a second is never late for it.
    """

    def __init__(self, limits: TransferLimits, folder: Path, largest: int, sockets: list[socket.socket]) -> None:
        """Watch ``sockets``, the connections of the client, which later exchanges use again; add new ones to them."""
        self.why: str | None = None
        self._limits, self._folder, self._largest, self._sockets = limits, folder, largest, sockets
        self._response: httpx.Response | None = None
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._run, name="bilateral-transfer-watch")

    def __enter__(self) -> TransferWatch:
        self.why = self._no_space()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    @property
    def extensions(self) -> dict[str, Callable[[str, dict[str, Any]], None]]:
        """The request extension by which httpx reports new connections."""
        return {"trace": self._trace}

    def begin(self, response: httpx.Response) -> None:
        """Note that the headers have arrived and the body is about to be read."""
        self._add(response.extensions.get("network_stream"))
        self._response = response

    def _trace(self, event: str, details: dict[str, Any]) -> None:
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            self._add(details.get("return_value"))

    def _add(self, stream: Any) -> None:
        connection = stream.get_extra_info("socket") if stream is not None else None
        if isinstance(connection, socket.socket):
            self._sockets.append(connection)
            if self.why:
                self._shut_down()

    def _run(self) -> None:
        begun = marked = time.monotonic()
        seen = 0
        while not self._done.wait(self._limits.tick):
            now = time.monotonic()
            received = self._response.num_bytes_downloaded if self._response else 0
            if self._response is None:
                marked = now
            self.why = self._offence(now - begun, received) or self._no_space()
            if not self.why and now - marked >= self._limits.window:
                if received - seen < self._limits.slowest * (now - marked):
                    self.why = (
                        f"{received - seen:,} bytes in {now - marked:.0f} s, where at least "
                        f"{self._limits.slowest:,.0f} bytes a second are required"
                    )
                marked, seen = now, received
            if self.why:
                self._shut_down()
                return

    def _offence(self, elapsed: float, received: int) -> str | None:
        if self._response is None and elapsed > self._limits.first_byte:
            return f"no complete headers within {self._limits.first_byte:,.0f} s"
        if elapsed > (longest := self._limits.seconds(self._largest)):
            return f"the transfer took longer than {longest:,.0f} s, the most for {self._largest:,} bytes"
        if received > self._largest:
            return f"more than {self._largest:,} bytes were sent, the most for this resource"
        return None

    def _no_space(self) -> str | None:
        free = shutil.disk_usage(self._folder).free
        if free < self._limits.reserve:
            return (
                f"{free / 1e9:,.1f} GB are free on the disk, where {self._limits.reserve / 1e9:,.1f} GB must stay free"
            )
        return None

    def _shut_down(self) -> None:
        for connection in self._sockets:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
