"""HTTP client of the live feed: requests, retries, bans, conditional requests, refusals."""

from __future__ import annotations

import os
import random
import socket
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from itertools import count
from pathlib import Path, PurePosixPath
from typing import Unpack

import httpx

from orchestration.contracts.payload import Answer, Origin
from orchestration.contracts.source import LARGEST_ANSWER, Card, RequestOptions, Resource
from orchestration.core.errors import FeedError, MissingError
from orchestration.core.public_hosts import Resolve, addresses_of, offence_of
from orchestration.core.settings import now
from orchestration.core.text import excerpt, with_noun
from orchestration.ingestion.download import BrokenError, PartialBody, RefusedError, range_headers, receive
from orchestration.ingestion.drop_folder import dropped_answers
from orchestration.ingestion.origin_cards import origin_of
from orchestration.ingestion.pacing import LONGEST_PAUSE, Clock, Pacer, Turn
from orchestration.ingestion.payload_store import FileBytes, PayloadStore
from orchestration.ingestion.redaction import REDACTED, RepeatedSecretError, Secrets, silence_loggers
from orchestration.ingestion.transfer_watch import TransferLimits, TransferWatch

TIMEOUT = httpx.Timeout(60.0, connect=15.0)
ATTEMPTS = 3
"""How often a request without any result is sent."""
CONTINUATIONS = 8
"""How often a download that makes progress is resumed."""
LONGEST_WAIT = 60.0
"""Seconds; a longer pause is recorded as a ban."""
LONGEST_CHAIN = 5
"""Redirects that are followed for one request."""
RETRIED = frozenset({500, 502, 503, 504})
SHORTEST_RETRY, LONGEST_RETRY = 1.0, 3.0
"""Seconds; the pause before the next attempt is drawn between them."""
SHOWN = 300
"""Bytes of a refusal that an error repeats."""
_READ = 4 * SHOWN
"""Bytes of a refusal that are read: spaces between its words are not repeated."""
_ENCODINGS = ("identity", "", "gzip", "x-gzip", "deflate")
"""Applied once: an encoding inside an encoding multiplies what a small body unpacks to."""


class _Request:
    """A request of a source with its secrets."""

    def __init__(self, card: Card, resource: Resource, url: str, options: RequestOptions, largest: int | None) -> None:
        self.card, self.resource, self.url = card, resource, url
        self.params, self.headers = options.get("params") or {}, options.get("headers") or {}
        self.secret_params, self.secret_headers = (
            {name: secret(card, variable) for name, variable in (named or {}).items()}
            for named in (options.get("secret_params"), options.get("secret_headers"))
        )
        self.secrets = Secrets({*self.secret_params.values(), *self.secret_headers.values()})
        self.stamp, self.accept = options.get("stamp"), options.get("accept", (200,))
        self.largest = min(options.get("largest", LARGEST_ANSWER), largest or sys.maxsize)
        self.wants_html = "text/html" in httpx.Headers(self.headers).get("Accept", "")


@dataclass(frozen=True)
class _Failure:
    """An attempt without an answer; ``wait`` is None where another one cannot help."""

    what: str
    wait: float | None
    is_missing: bool = False


class LiveFeed:
    """Answers from the network, and files from the drop folder.

    A request is repeated if the connection broke, the server failed, or the publisher requires a pause of at most a
    minute. A longer pause, or a ban by the publisher's card, stops all requests to it until it is over. A large
    download whose connection breaks is resumed.

    A stored answer is requested only if it has changed.

    Args:
        drop: the drop folder.
        landing: the payload store.
        pace: the folder with the records of pace and bans.
        transport, clock, resolve: replaced by tests; no setting reaches them.
        largest: bytes of the longest body, where tests need less than the resource's own limit.
        limits: time, throughput and disk space of every transfer.
    """

    def __init__(
        self,
        drop: Path,
        landing: PayloadStore,
        pace: Path,
        *,
        transport: httpx.BaseTransport | None = None,
        clock: Clock | None = None,
        largest: int | None = None,
        limits: TransferLimits | None = None,
        resolve: Resolve = addresses_of,
    ) -> None:
        silence_loggers()
        self.unchanged = 0
        """Answers that were not sent again because they are stored already."""
        self.missing: list[MissingError] = []
        """Requests for files that the publisher does not have."""
        self._drop, self._landing, self._largest = drop, landing, largest
        self._parts: list[PartialBody] = []
        self._pacer = Pacer(pace, clock or Clock())
        self._limits = limits or TransferLimits()
        self._resolve = resolve
        self._sockets: list[socket.socket] = []
        self._client = httpx.Client(
            timeout=TIMEOUT,
            transport=transport,
            headers={"User-Agent": user_agent(), "Accept-Encoding": "gzip, deflate"},
        )

    def __enter__(self) -> LiveFeed:
        return self

    def __exit__(self, *_: object) -> None:
        """Close connections and remove the downloads."""
        self._client.close()
        for part in self._parts:
            part.path.unlink(missing_ok=True)

    def get(self, card: Card, resource: Resource, url: str, **options: Unpack[RequestOptions]) -> Answer:
        """Return one answer and its origin card, without secrets; it can be opened until the feed is closed.

        Raises:
            MissingError: the publisher does not have the file.
            FeedError: a key is not set, the network failed, the publisher refused or has banned its callers, or the
                answer is larger or of another kind than requested.
        """
        request = _Request(card, resource, url, options, self._largest)
        stored = self._landing.stored_answer(card.id, resource.key, url, request.params)
        if stored and request.stamp is not None and stored.origin.stamp == request.stamp:
            return self._again(request, stored)
        part = PartialBody(self._landing.incoming(card.id))
        self._parts.append(part)
        return self._try(request, part, stored)

    def files(self, card: Card, resource: Resource) -> Iterator[Answer]:
        """Yield files of the drop folder, for publishers without an API."""
        return dropped_answers(self._drop, card, resource)

    def _try(self, request: _Request, part: PartialBody, stored: Answer | None) -> Answer:
        fruitless = 0
        for attempt in count(1):
            before = part.size
            with self._pacer.turn(request.card, request.url) as turn:
                outcome = self._attempt(request, part, stored, turn)
            if isinstance(outcome, Answer):
                return outcome
            failure = outcome
            fruitless = 0 if part.can_go_on and part.size > before else fruitless + 1
            if failure.wait is None or fruitless == ATTEMPTS or attempt == CONTINUATIONS:
                break
            self._pacer.clock.sleep(failure.wait)
        facts = {"publisher": request.card.publisher, "payload": f"{request.card.id}/{request.resource.key}"}
        if failure.is_missing:
            remedy = f"nothing, if it comes back; its other files are in use. If it has moved: {request.card.homepage}"
            what = f"the publisher does not have {request.url}: {failure.what}"
            self.missing.append(MissingError(what, remedy=remedy, **facts))
            raise self.missing[-1]
        raise FeedError(
            f"no answer after {with_noun(attempt, 'attempt')} at {request.url}: {failure.what} "
            f"(expected HTTP {' or '.join(map(str, sorted(request.accept)))})",
            **facts,
            remedy=f"limits of this publisher: {request.card.all_limits or 'none known'}; "
            "nothing was changed, run the refresh again later",
        )

    def _attempt(self, request: _Request, part: PartialBody, stored: Answer | None, turn: Turn) -> Answer | _Failure:
        """Send the request once. No exception of the HTTP library leaves this method: its text may repeat a secret."""
        pause = random.uniform(SHORTEST_RETRY, LONGEST_RETRY)  # noqa: S311
        with TransferWatch(self._limits, part.path.parent, request.largest, self._sockets) as watch:
            try:
                with closing(self._send(request, _validators(stored) | range_headers(part), watch)) as response:
                    watch.begin(response)
                    outcome = self._outcome(request, part, stored, turn, response)
            except RefusedError as error:
                outcome = _Failure(request.secrets.clean(str(error)), None)
            except BrokenError as error:
                outcome = _Failure(str(error), pause)
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                can_help = isinstance(error, httpx.TransportError) and not isinstance(error, httpx.LocalProtocolError)
                # the library's own text may repeat a secret
                outcome = _Failure(f"no complete answer ({type(error).__name__})", pause if can_help else None)
            # a connection that the watch shut down can look broken, or like the end of a body without a length
            return _Failure(watch.why, None) if watch.why else outcome

    def _send(self, wanted: _Request, conditions: Mapping[str, str], watch: TransferWatch) -> httpx.Response:
        """Send the request, then each redirect without the key, which is for the first address only.

        Raises:
            RefusedError: a redirect is not to a public host over https, carries the key, or is one too many.
        """
        request = self._client.build_request(
            "GET",
            wanted.url,
            params={**wanted.params, **wanted.secret_params} or None,
            headers={**wanted.headers, **conditions, **wanted.secret_headers},
            extensions=watch.extensions,
        )
        for _ in range(LONGEST_CHAIN + 1):
            response = self._client.send(request, stream=True)
            if not response.has_redirect_location:
                return response
            response.close()
            target = request.url.join(response.headers["Location"])
            self._require_public(wanted, target)
            headers = {**wanted.headers, **conditions}
            request = self._client.build_request("GET", target, headers=headers, extensions=watch.extensions)
        raise RefusedError(f"more than {LONGEST_CHAIN} redirects")

    def _require_public(self, request: _Request, target: httpx.URL) -> None:
        """Refuse a redirect that could reach this machine's network; the certificate binds the checked name."""
        if target.scheme not in ("http", "https") or not target.host:
            raise RefusedError("a redirect without a usable address")
        if request.secrets.clean(str(target)) != str(target):
            raise RefusedError(f"a redirect to {target.host} whose address carries the key")
        if target.scheme != "https":
            raise RefusedError(f"a redirect to {target.host} over http; redirects are followed over https only")
        if offence := offence_of(target.host, self._resolve):
            raise RefusedError(f"a redirect to {target.host}: {offence}; redirects are followed to public hosts only")

    def _outcome(
        self, request: _Request, part: PartialBody, stored: Answer | None, turn: Turn, response: httpx.Response
    ) -> Answer | _Failure:
        status = 200 if response.status_code == httpx.codes.PARTIAL_CONTENT else response.status_code
        if status == httpx.codes.NOT_MODIFIED and stored:
            return self._again(request, stored)
        if status == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
            part.restart()
            return _Failure("HTTP 416", 0.0)
        if status not in request.accept:
            return _refusal(request, response, turn)
        kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if response.is_success and not request.wants_html and kind in ("text/html", "application/xhtml+xml"):
            raise RefusedError(f"a page of {kind} instead of data: {_head(response, request.secrets)}")
        if response.headers.get("Content-Encoding", "identity").strip().lower() not in _ENCODINGS:
            raise RefusedError(f"a body in the encoding {excerpt(response.headers['Content-Encoding'])}, not requested")
        headers = _without_secrets(request, response.headers)
        receive(response, part, request.secrets, turn, headers=headers, largest=request.largest)
        return Answer(_origin(request, headers), FileBytes(part.path), status)

    def _again(self, request: _Request, stored: Answer) -> Answer:
        """Return the stored answer with the publisher's present stamp and the time of its own fetch."""
        self.unchanged += 1
        return replace(stored, origin=replace(stored.origin, stamp=request.stamp))


def user_agent() -> str:
    """Return the User-Agent; BILATERAL_CONTACT adds the address that some publishers require."""
    contact = os.environ.get("BILATERAL_CONTACT", "").strip()
    return f"bilateral/0.1 (open data warehouse{f'; {contact}' if contact else ''})"


def secret(card: Card, variable: str) -> str:
    """Return the key in an environment variable.

    Raises:
        FeedError: it is not set, or has characters that no key has.
    """
    value = os.environ.get(variable, "").strip()
    if not value or not (value.isascii() and value.isprintable()):
        raise FeedError(
            f"the environment variable {variable} is not set, or is not a key: it contains line breaks or characters "
            "outside ASCII",
            publisher=card.publisher,
            remedy=f"see {card.homepage} and set {variable}; limits of this publisher: {card.limits}",
        )
    return value


def _without_secrets(request: _Request, headers: httpx.Headers) -> httpx.Headers:
    """Return the headers to keep, without those that repeat a secret."""
    kept = {name: headers[name] for name in ("Content-Type", "ETag", "Last-Modified") if name in headers}
    return httpx.Headers({name: value for name, value in kept.items() if request.secrets.clean(value) == value})


def _validators(stored: Answer | None) -> dict[str, str]:
    """Return the headers that request an answer only if it differs from the stored one."""
    if stored and stored.origin.etag:
        return {"If-None-Match": stored.origin.etag}
    modified = stored.origin.last_modified if stored else None
    return {"If-Modified-Since": modified} if modified else {}


def _refusal(request: _Request, response: httpx.Response, turn: Turn) -> _Failure:
    """Return the failure of a status, with a pause before the next attempt; after a ban or long pause there is none."""
    words, after = _head(response, request.secrets), _retry_after(response)
    what = f"HTTP {response.status_code}{f': {words}' if words else ''}"
    pace = request.card.pace
    is_ban = pace.ban_seconds is not None and response.status_code in pace.ban_statuses
    if is_ban or (after or 0.0) > LONGEST_WAIT:
        turn.ban_seconds, turn.why = max(after or 0.0, (pace.ban_seconds or 0.0) if is_ban else 0.0), what
        return _Failure(what, None)
    if after is not None:
        return _Failure(what, after + random.uniform(0.0, 0.5))  # noqa: S311
    pause = random.uniform(SHORTEST_RETRY, LONGEST_RETRY) if response.status_code in RETRIED else None  # noqa: S311
    return _Failure(what, pause, is_missing=response.status_code in (httpx.codes.NOT_FOUND, httpx.codes.GONE))


def _retry_after(response: httpx.Response) -> float | None:
    """Return the pause in Retry-After in seconds, at most ``LONGEST_PAUSE``; None where there is none."""
    text = response.headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text), LONGEST_PAUSE)
    moment = _moment(text)
    return None if moment is None else min(max(0.0, moment.timestamp() - time.time()), LONGEST_PAUSE)


def _head(response: httpx.Response, secrets: Secrets) -> str:
    """Return the beginning of a body on one line, for a message; it never ends within a secret."""
    head = b""
    try:
        for chunk in secrets.stream(response.iter_bytes(), lambda: None):
            head += chunk
            if len(head) >= _READ:
                break
    except RepeatedSecretError:
        return REDACTED
    except httpx.HTTPError:
        pass
    return " ".join(secrets.clean(head[:_READ].decode("utf-8", "replace")).split())[:SHOWN]


def _origin(request: _Request, headers: httpx.Headers) -> Origin:
    return origin_of(
        request.card,
        request.resource,
        url=request.url,
        parameters=dict(request.params),
        fetched_at=now(),
        media_type=headers.get("Content-Type", "application/octet-stream"),
        file_name=PurePosixPath(httpx.URL(request.url).path).name or request.resource.key,
        size=0,
        publisher_last_updated=moment.date() if (moment := _moment(headers.get("Last-Modified", ""))) else None,
        etag=headers.get("ETag"),
        last_modified=headers.get("Last-Modified"),
        stamp=request.stamp,
    )


def _moment(text: str) -> datetime | None:
    """Return a date of a header in UTC, which is also the zone of a date that names none; None if unreadable."""
    try:
        read = parsedate_to_datetime(text)
        return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
