"""One polite HTTP client for live answers: time-outs, few retries, streaming to disk, no secret in any card. No publisher's rules."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import date
from email.utils import parsedate_to_datetime
from functools import partial
from pathlib import Path, PurePosixPath

import httpx

from orchestration.contract import Answer, Card, Origin, Resource
from orchestration.errors import FeedError
from orchestration.feeds import DropFolder
from orchestration.files import open_bytes
from orchestration.settings import now

TIMEOUT = httpx.Timeout(60.0, connect=15.0)
ATTEMPTS = 3
LONGEST_WAIT = 60.0
RETRIED = frozenset({500, 502, 503, 504})
USER_AGENT = "bilateral/0.1 (open data warehouse)"


class LiveFeed:
    """Answers from the network, streamed to a folder that goes when the feed goes; dropped files from the drop folder.

    What a publisher sends may repeat the caller's key, so that nothing stays on disk but what a source let land.

    An answer is tried again only where that can help: a time-out, a server error, or 429 with a Retry-After of at most
    a minute. Publishers that answer 429 with a ban send no such header and are not asked again.
    """

    def __init__(self, drop: Path, transport: httpx.BaseTransport | None = None) -> None:
        self._incoming = tempfile.TemporaryDirectory(prefix="bilateral-")
        self._dropped = DropFolder(drop)
        self._client = httpx.Client(
            timeout=TIMEOUT, follow_redirects=True, transport=transport, headers={"User-Agent": USER_AGENT}
        )

    def get(
        self,
        card: Card,
        resource: Resource,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        secret_params: Mapping[str, str] | None = None,
        secret_headers: Mapping[str, str] | None = None,
        stamp: str | None = None,
        size: int | None = None,
        accept: Collection[int] = (200,),
    ) -> Answer:
        """The body of one successful answer on disk, and its origin card, which holds no secret.

        Raises:
            FeedError: a key is not set, the network failed, or the publisher refused.
        """
        secrets = {name: _secret(card, variable) for name, variable in (secret_params or {}).items()}
        hidden = {name: _secret(card, variable) for name, variable in (secret_headers or {}).items()}
        request = self._client.build_request(
            "GET", url, params={**(params or {}), **secrets}, headers={**(headers or {}), **hidden}
        )
        last = ""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                path, response = self._receive(request)
            except httpx.TransportError as error:
                last, wait = type(error).__name__, float(attempt)
            else:
                if response.status_code in accept:
                    origin = replace(_origin(card, resource, url, params or {}, response), stamp=stamp)
                    return Answer(origin, partial(open_bytes, path), response.status_code)
                last = f"HTTP {response.status_code}: {_head(path)}"
                path.unlink()
                wait = _wait(response, attempt)
            if wait > LONGEST_WAIT or attempt == ATTEMPTS:
                break
            time.sleep(wait)
        raise FeedError(
            f"a publisher answers a request with HTTP 200; seen {last} after {attempt} attempt(s) at {url}",
            publisher=card.publisher,
            payload=f"{card.id}/{resource.key}",
            remedy=f"limits of this publisher: {card.limits}; nothing was changed, run the refresh again later",
        )

    def files(self, card: Card, resource: Resource, pattern: str) -> Iterator[Answer]:
        """Files from the drop folder, for publishers without an API."""
        return self._dropped.files(card, resource, pattern)

    def _receive(self, request: httpx.Request) -> tuple[Path, httpx.Response]:
        response = self._client.send(request, stream=True)
        handle, name = tempfile.mkstemp(suffix=".part", dir=self._incoming.name)
        try:
            with os.fdopen(handle, "wb") as target:
                for chunk in response.iter_bytes():
                    target.write(chunk)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        finally:
            response.close()
        return Path(name), response


def _secret(card: Card, variable: str) -> str:
    value = os.environ.get(variable)
    if not value:
        raise FeedError(
            f"this publisher needs a key in the environment variable {variable}",
            publisher=card.publisher,
            remedy=f"get a key at {card.homepage} and set {variable}",
        )
    return value


def _wait(response: httpx.Response, attempt: int) -> float:
    """Seconds before the next attempt; more than ``LONGEST_WAIT`` means that another attempt cannot help."""
    if response.status_code in RETRIED:
        return 2.0**attempt
    after = response.headers.get("Retry-After", "")
    if response.status_code == 429 and after.isdigit():
        return float(after)
    return float("inf")


def _head(path: Path) -> str:
    return path.read_bytes()[:200].decode("utf-8", "replace")


def _origin(card: Card, resource: Resource, url: str, params: Mapping[str, str], response: httpx.Response) -> Origin:
    return Origin(
        source=card.id,
        resource=resource.key,
        publisher=card.publisher,
        url=url,
        parameters=dict(params),
        fetched_at=now(),
        media_type=response.headers.get("Content-Type", "application/octet-stream"),
        licence=card.licence,
        citation=card.citation,
        file_name=PurePosixPath(httpx.URL(url).path).name or resource.key,
        sha256="",
        size=0,
        publisher_last_updated=_last_modified(response),
        etag=response.headers.get("ETag"),
    )


def _last_modified(response: httpx.Response) -> date | None:
    stamp = response.headers.get("Last-Modified")
    try:
        return parsedate_to_datetime(stamp).date() if stamp else None
    except ValueError:
        return None
