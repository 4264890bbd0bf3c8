"""Fetch files of a release over https, bounded in bytes and time."""

import time
from collections.abc import Iterator
from http.client import HTTPException
from typing import IO, Any
from urllib.parse import SplitResult, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from orchestration.core.errors import BilateralError

MOST_BYTES = 1 << 30
"""Bytes of one file at most."""
SECONDS_OF_SILENCE, SECONDS = 30, 900
"""Seconds to wait for the next bytes, and for a whole file."""

_CHUNK = 1 << 20
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def is_address(text: str) -> bool:
    """Return whether a text is an address rather than a path."""
    return "://" in text


def require_secure(address: str) -> SplitResult:
    """Return the parts of an https address; http is for this machine only.

    Raises:
        BilateralError: the address is no such, or has credentials, a query or a fragment.
    """
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        parts, host = SplitResult("", "", "", "", ""), None
    if not host or not (parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK)):
        raise _refused(f"{address!r} is no https address", "pass an address such as https://figures.example.org/")
    if parts.username or parts.password or parts.query or parts.fragment:
        rule = f"an address of a release has no user, password, query or fragment; that of {host} has one"
        raise _refused(rule, "pass the address of the folder alone")
    return parts


def fetch(address: str, most: int = MOST_BYTES) -> Iterator[bytes]:
    """Yield the bytes of a file in chunks.

    Raises:
        BilateralError: the server does not answer with the file, redirects away from https, or exceeds the limits.
    """
    require_secure(address)
    ends, size = time.monotonic() + SECONDS, 0
    try:
        request = Request(address, headers={"User-Agent": "bilateral"})  # noqa: S310 - the scheme was checked
        with _OPENER.open(request, timeout=SECONDS_OF_SILENCE) as answer:
            while chunk := answer.read1(_CHUNK):
                size += len(chunk)
                if size > most:
                    raise _refused(f"{address} has more than {most:,} bytes", "check the address")
                if time.monotonic() > ends:
                    raise _refused(f"{address} took longer than {SECONDS} seconds", "try again later")
                yield chunk
    except (OSError, HTTPException, ValueError) as error:
        raise _refused(f"{address} cannot be fetched: {error}", "check the address and the connection") from error


class _SecureRedirects(HTTPRedirectHandler):
    """Follow redirects to https addresses only."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str
    ) -> Request | None:
        require_secure(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


_OPENER = build_opener(_SecureRedirects())


def _refused(failure: str, remedy: str) -> BilateralError:
    return BilateralError(failure, remedy=remedy)
