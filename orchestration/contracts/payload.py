"""An answer of a publisher: its origin card, opening and reading its bytes, and errors that name both."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import IO, Literal

from orchestration.core.errors import PayloadError

SMALL_PAYLOAD_LIMIT = 100 * 1024 * 1024
"""Largest payload read whole, in bytes; larger ones are streamed."""

VintageBasis = Literal["stated", "inferred", "day_of_copy"]
"""Origin of a vintage's date: the publisher states it, other evidence implies it, or it is the day of the copy."""


@dataclass(frozen=True)
class Origin:
    """The origin card of a payload: publisher, request, time, terms, and the hash of the bytes.

    ``url`` and ``parameters`` never contain a secret. ``compiler`` is set where somebody other than the publisher
    passed the figures on (name, address, what they did). ``stamp`` is the publisher's own mark of this very file.
    ``etag`` and ``last_modified`` are the answer's headers as received, so that the next request can ask for changes
    only. ``excerpt`` says which part of the publisher's table this is where it is not the whole: what is counted over
    the rows of an excerpt is not a total. ``vintage_basis`` says what the date of the figures is, where that of the
    resource does not hold.
    """

    source: str
    resource: str
    publisher: str
    url: str
    parameters: Mapping[str, str]
    fetched_at: datetime
    media_type: str
    licence: str
    citation: str
    file_name: str
    sha256: str
    size: int
    publisher_last_updated: date | None = None
    etag: str | None = None
    last_modified: str | None = None
    stamp: str | None = None
    compiler: Mapping[str, str] | None = None
    note: str | None = None
    excerpt: str | None = None
    vintage_basis: VintageBasis | None = None


ORIGINS = "origins.json"
"""The file of a release with the origin cards of its payloads."""


def short_hash(sha256: str) -> str:
    """Return the beginning of a SHA-256, by which messages name a payload."""
    return sha256[:12]


@dataclass(frozen=True)
class Answer:
    """A feed's answer to one request: origin card (without hash and size of live bytes), opener, HTTP status."""

    origin: Origin
    opener: Callable[[], IO[bytes]]
    status: int = 200

    def read(self) -> bytes:
        """Return the whole body, to read its paging; refuse more than ``SMALL_PAYLOAD_LIMIT``."""
        return read_small(self.opener, self.origin)

    def error(self, failure: str, *, row: str | None = None, remedy: str | None = None) -> PayloadError:
        """Return an error about this answer, for ``raise answer.error(...)``."""
        label = f"{self.origin.source}/{self.origin.resource} {self.origin.url} {dict(self.origin.parameters)}"
        remedy = remedy or "run the refresh again; if the publisher changed its answers, change the source module"
        return _error(self.origin, label, failure, row, remedy)


@dataclass(frozen=True)
class Payload:
    """A stored answer: immutable bytes on disk and their origin card."""

    origin: Origin
    path: Path

    @property
    def dated(self) -> date:
        """Return the publisher's date on the origin card, else the day of the fetch, for undated figures."""
        return self.origin.publisher_last_updated or self.origin.fetched_at.date()

    def open(self) -> IO[bytes]:
        return self.path.open("rb")

    def read(self) -> bytes:
        return read_small(self.open, self.origin)

    @property
    def label(self) -> str:
        """Name of this payload in messages."""
        origin = self.origin
        return f"{origin.source}/{origin.resource}/{origin.file_name} sha256:{short_hash(origin.sha256)}"

    def error(self, failure: str, *, row: str | None = None, remedy: str | None = None) -> PayloadError:
        """Return an error about this payload, for ``raise payload.error(...)``."""
        changed = f"compare the payload with {self.origin.url}; if the publisher changed, change the source module"
        return _error(self.origin, self.label, failure, row, remedy or changed)


def _error(origin: Origin, label: str, failure: str, row: str | None, remedy: str) -> PayloadError:
    """Return an error with a failure of at most 1,000 characters, as a publisher may send a long text for a code."""
    return PayloadError(failure[:1_000], publisher=origin.publisher, payload=label, row=row, remedy=remedy)


def read_small(opener: Callable[[], IO[bytes]], origin: Origin) -> bytes:
    """Read bytes whole, refusing more than ``SMALL_PAYLOAD_LIMIT``."""
    with opener() as stream:
        body = stream.read(SMALL_PAYLOAD_LIMIT + 1)
    if len(body) > SMALL_PAYLOAD_LIMIT:
        failure = f"the body is larger than {SMALL_PAYLOAD_LIMIT} bytes, the limit for reading it whole"
        raise _error(origin, origin.file_name, failure, None, "stream this resource in its source module")
    return body
