"""A local webhook and a local mail server that remember what they received."""

from __future__ import annotations

import json
import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_string
from email.message import Message
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


@dataclass
class Mailbox:
    """A running mail server: the mails it took, whom they were for, who logged in, and every verb it heard."""

    url: str
    mails: list[Message] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    verbs: list[str] = field(default_factory=list)


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
        with _serving(server):
            yield running


@contextmanager
def mailbox(scheme: str = "smtp", tls: ssl.SSLContext | None = None) -> Iterator[Mailbox]:
    """A mail server with plain log-in on a free local port until the block ends.

    It speaks TLS from the first byte where ``scheme`` is smtps, and after STARTTLS, which it offers where it has a
    certificate to show, where it is smtp+starttls.
    """

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

        def get_request(self) -> tuple[socket.socket, Any]:
            connection, address = super().get_request()
            if scheme == "smtps" and tls:
                connection = tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
            return connection, address

        def handle_error(self, request: Any, client_address: Any) -> None:
            """A client that hangs up because it does not trust the certificate is no error here."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self._say("220 local")
            while line := self.rfile.readline().decode().strip():
                verb = line.split(" ", 1)[0].upper()
                running.verbs.append(verb)
                if verb == "EHLO":
                    self._say("250-local")
                    if scheme == "smtp+starttls" and tls and not isinstance(self.connection, ssl.SSLSocket):
                        self._say("250-STARTTLS")
                    self._say("250 AUTH PLAIN")
                elif verb == "STARTTLS" and tls:
                    self._say("220 go on")
                    self.connection = tls.wrap_socket(self.connection, server_side=True)
                    self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)
                elif verb == "AUTH":
                    running.logins.append(line.split(" ")[-1])
                    self._say("235 welcome")
                elif verb == "RCPT":
                    running.recipients.append(line.split("<", 1)[1].rstrip(">"))
                    self._say("250 ok")
                elif verb == "DATA":
                    self._say("354 go on")
                    running.mails.append(message_from_string("".join(self._data())))
                    self._say("250 taken")
                elif verb == "QUIT":
                    self._say("221 bye")
                    return
                else:
                    self._say("250 ok")

        def _data(self) -> Iterator[str]:
            while (line := self.rfile.readline().decode()).strip() != ".":
                yield line

        def _say(self, text: str) -> None:
            self.wfile.write(f"{text}\r\n".encode())

    with Server(("127.0.0.1", 0), Handler) as server:
        running = Mailbox(f"{scheme}://clerk:p%40ss@127.0.0.1:{server.server_address[1]}")
        with _serving(server):
            yield running


@contextmanager
def _serving(server: socketserver.BaseServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
