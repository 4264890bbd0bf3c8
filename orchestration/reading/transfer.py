"""Fetch files of a release over https, bounded in bytes and time."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from threading import Event, Timer
from typing import IO, Any
from urllib.parse import SplitResult, urlsplit
from urllib.request import HTTPHandler, HTTPRedirectHandler, HTTPSHandler, Request, build_opener

from orchestration.core.errors import BilateralError
from orchestration.core.public_hosts import addresses_of, offence_of

MOST_BYTES = 1 << 30
"""Bytes of one file at most."""
SECONDS_OF_SILENCE, SECONDS = 30, 900
"""Seconds to wait for the next bytes, and for a whole answer with its headers."""

_CHUNK = 1 << 20
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def is_address(text: str) -> bool:
    """Return whether a text is an address rather than a path."""
    return "://" in text


def require_secure(address: str) -> SplitResult:
    """Return the parts of an https address; http is for this machine only.

    Raises:
        BilateralError: the address is not https, or has credentials, a query or a fragment.
    """
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        parts, host = SplitResult("", "", "", "", ""), None
    if not host or not (parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK)):
        raise _refused(f"{address!r} is not an https address", "pass an address such as https://figures.example.org/")
    if parts.username or parts.password or parts.query or parts.fragment:
        rule = f"an address of a release has no user, password, query or fragment; that of {host} has one"
        raise _refused(rule, "pass the address of the folder alone")
    return parts


def fetch(address: str, most: int = MOST_BYTES) -> Iterator[bytes]:
    """Yield the bytes of a file in chunks.

    Raises:
        BilateralError: the server does not answer with the file, redirects to an address that is not https and public,
            or exceeds the limits.
    """
    require_secure(address)
    request, size = Request(address, headers={"User-Agent": "bilateral"}), 0  # noqa: S310 - the scheme was checked
    with _deadline() as (connections, is_late):
        opener = build_opener(_PublicRedirects(), _Http(connections), _Https(connections))
        try:
            with opener.open(request, timeout=SECONDS_OF_SILENCE) as answer:
                while chunk := answer.read1(_CHUNK):
                    size += len(chunk)
                    if size > most:
                        raise _refused(f"{address} has more than {most:,} bytes", "check the address")
                    yield chunk
        except (OSError, HTTPException, ValueError) as error:
            if not is_late.is_set():  # the cause may have text of the server
                failure = f"{address} cannot be fetched: {error}"
                raise _refused(failure, "check the address and the connection") from None
        if is_late.is_set():
            raise _refused(f"{address} took longer than {SECONDS:g} seconds", "try again later")


@contextmanager
def _deadline() -> Iterator[tuple[list[socket.socket], Event]]:
    """Yield a list for connections, which are shut down after ``SECONDS``, and an event that is set then.

    A timeout of a socket bounds the wait for each byte only: headers and chunks of single bytes would never end.
    """
    connections: list[socket.socket] = []
    is_late = Event()

    def end() -> None:
        is_late.set()
        for connection in connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    timer = Timer(SECONDS, end)
    timer.daemon = True
    timer.start()
    try:
        yield connections, is_late
    finally:
        timer.cancel()
        for connection in connections:
            connection.close()


class _Watched(HTTPConnection):
    """A connection that adds a second handle of its socket to ``watched``, before TLS begins."""

    watched: list[socket.socket]

    def connect(self) -> None:
        super().connect()
        self.watched.append(self.sock.dup())


class _WatchedSecure(HTTPSConnection, _Watched):
    """The same for https."""


class _Http(HTTPHandler):
    def __init__(self, watched: list[socket.socket]) -> None:
        super().__init__()
        self._watched = watched

    def http_open(self, req: Request) -> HTTPResponse:
        return self.do_open(partial(_connection, _Watched, self._watched), req)


class _Https(HTTPSHandler):
    def __init__(self, watched: list[socket.socket]) -> None:
        super().__init__()
        self._watched = watched

    def https_open(self, req: Request) -> HTTPResponse:
        return self.do_open(partial(_connection, _WatchedSecure, self._watched), req)


def _connection(kind: type[_Watched], watched: list[socket.socket], host: str, **options: Any) -> HTTPConnection:
    connection = kind(host, **options)
    connection.watched = watched
    return connection


class _PublicRedirects(HTTPRedirectHandler):
    """Follow redirects to https addresses of public hosts only."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str
    ) -> Request | None:
        parts = require_secure(newurl)
        offence = "it is not https" if parts.scheme != "https" else offence_of(str(parts.hostname), addresses_of)
        if offence:
            failure = f"{req.full_url} redirects to {newurl!r}: {offence}"
            raise _refused(failure, "open the address that has the files")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _refused(failure: str, remedy: str) -> BilateralError:
    return BilateralError(failure, remedy=remedy)
