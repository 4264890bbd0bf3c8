"""What a source is: the shapes every module in ``sources/`` shares with landing, feeds and raw. No I/O and no publisher here."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any, Protocol, cast, runtime_checkable

import pyarrow as pa

from orchestration.errors import PayloadError

SMALL_PAYLOAD_LIMIT = 100 * 1024 * 1024
"""Bytes; a payload larger than this is only ever streamed, never read whole."""

LINEAGE_FIELDS = (
    pa.field("resource", pa.string(), nullable=False),
    pa.field("vintage", pa.date32(), nullable=False),
    pa.field("payload_sha256", pa.string(), nullable=False),
    pa.field("payload_pointer", pa.string(), nullable=False),
)
"""Columns that raw adds behind the publisher's own: where a row came from, down to its place in the payload."""


@dataclass(frozen=True)
class Pace:
    """How often a publisher may be asked, and which answers mean that it will not answer for a while.

    The limits hold for the host of an address, over all sources and processes that use one data folder; one request at
    a time is sent to a host. ``seconds_between`` counts from the end of one answer to the next request.

    An answer whose status is in ``ban_statuses`` is never tried again where ``ban_seconds`` is set: nothing is asked
    for that long, or for as long as the answer itself says in ``Retry-After``. ``ban_is_per_file`` narrows the ban to
    the very address that was asked for, as where a publisher counts the downloads of each file.
    """

    requests_per_minute: int | None = None
    requests_per_hour: int | None = None
    megabytes_per_minute: int | None = None
    seconds_between: float = 0.0
    ban_seconds: int | None = None
    ban_statuses: tuple[int, ...] = (429,)
    ban_is_per_file: bool = False

    def __str__(self) -> str:
        """The limits in words; empty where there are none."""
        limits = [
            (self.requests_per_minute, "at most {} requests a minute"),
            (self.requests_per_hour, "at most {} requests an hour"),
            (self.megabytes_per_minute, "at most {} MB a minute"),
            (self.seconds_between, "{} s between requests"),
            (self.ban_seconds, f"after HTTP {' or '.join(map(str, self.ban_statuses))} no request {{}} for {{}} s"),
        ]
        scope = "for this file" if self.ban_is_per_file else "at all"
        return ", ".join(
            text.format(scope, f"{value:,}") if text.count("{}") == 2 else text.format(f"{value:,g}")
            for value, text in limits
            if value
        )


@dataclass(frozen=True)
class Card:
    """Who publishes, under which terms, how often, and how to know that something changed.

    ``pace`` holds the limits that the client keeps; ``limits`` says what else there is to know about them, for people.
    ``release_months`` are the months (1 to 12) in which a new vintage usually appears, as far as that can be said;
    ``release_hours`` the hours of every day, in ``timezone``, at which the publisher renews its database.
    """

    id: str
    publisher: str
    homepage: str
    licence: str
    citation: str
    cadence: str
    timezone: str
    change_signal: str
    limits: str
    key_env: str | None = None
    pace: Pace = Pace()
    release_months: tuple[int, ...] = ()
    release_hours: tuple[int, ...] = ()

    @property
    def all_limits(self) -> str:
        """Pace and further limits in one sentence."""
        return "; ".join(text for text in (str(self.pace), self.limits) if text)

    def next_release(self, vintage: date) -> date | None:
        """The first day of the month in which the vintage after this one is due; None where no month can be said."""
        months = [date(vintage.year + later, month, 1) for later in (0, 1) for month in sorted(self.release_months)]
        return next((month for month in months if (month.year, month.month) > (vintage.year, vintage.month)), None)


@dataclass(frozen=True)
class Resource:
    """One thing to ask a publisher for; ``ask`` holds what ``fetch`` needs to know and nobody else reads.

    ``superseded_by`` names another resource of the same source that brings the same figures and more. The live feed asks
    only for that one, so that no figure comes twice; editions of the bundle that hold the older one are still read.
    """

    key: str
    title: str
    ask: Mapping[str, str] = field(default_factory=dict)
    superseded_by: str | None = None


@dataclass(frozen=True)
class Origin:
    """The origin card of a payload: who, what was asked, when, under which terms, and the hash of the bytes.

    ``url`` and ``parameters`` never hold a secret. ``compiler`` is set where a figure reached us through somebody
    other than its publisher (name, address, what they did). ``stamp`` is the publisher's own mark of this very file.
    ``etag`` and ``last_modified`` are the answer's headers as received, so that the next request can ask for changes only.
    ``excerpt`` says which part of the publisher's table this is where it is not the whole: what is counted over the rows
    of an excerpt is no total.
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


@dataclass(frozen=True)
class Answer:
    """What a feed gave: an origin that is complete but for hash and size of live bytes, a way to open the bytes, the status."""

    origin: Origin
    opener: Callable[[], IO[bytes]]
    status: int = 200

    def read(self) -> bytes:
        """The whole body, for answers whose paging must be understood; refuses more than ``SMALL_PAYLOAD_LIMIT``."""
        return read_small(self.opener, self.origin)


@dataclass(frozen=True)
class Payload:
    """A landed answer: immutable bytes on disk and their origin card."""

    origin: Origin
    path: Path

    def open(self) -> IO[bytes]:
        return self.path.open("rb")

    def read(self) -> bytes:
        return read_small(self.open, self.origin)

    @property
    def label(self) -> str:
        """How messages name this payload."""
        return f"{self.origin.source}/{self.origin.resource}/{self.origin.file_name} sha256:{self.origin.sha256[:12]}"

    def error(self, rule: str, *, row: str | None = None, remedy: str | None = None) -> PayloadError:
        """An error about this payload, for ``raise payload.error(...)``."""
        return PayloadError(
            rule,
            publisher=self.origin.publisher,
            payload=self.label,
            row=row,
            remedy=remedy
            or f"compare the payload with {self.origin.url}; if the publisher changed, change the source module",
        )


@dataclass(frozen=True)
class Reject:
    """A row that cannot be read: where it stands, what it says, and why it was put aside."""

    pointer: str
    text: str
    reason: str


@dataclass(frozen=True)
class Parsed:
    """One raw table out of one payload: its vintage and rows as batches, in the table's declared schema plus ``payload_pointer``."""

    table: str
    vintage: date
    batches: Iterable[pa.RecordBatch]
    rejects: tuple[Reject, ...] = ()


class Feed(Protocol):
    """Where a source's answers come from; the source cannot tell which feed it is on."""

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
        """One answer to one request.

        Secrets are given as {name on the wire: environment variable}. ``headers`` are not secret. ``stamp`` is the
        publisher's own mark of this very file (a release date, a version): a file that landed with the same address,
        parameters and stamp is not asked for again. ``size`` is the number of bytes that the publisher announced
        elsewhere; another size is refused. ``accept`` are the status codes that are answers and not failures. A page
        of HTML is refused as an answer unless an ``Accept`` among ``headers`` names text/html.
        """
        ...

    def files(self, card: Card, resource: Resource, pattern: str) -> Iterator[Answer]:
        """Files a person downloaded for a publisher without an API, whose names match the glob ``pattern``."""
        ...


@runtime_checkable
class Source(Protocol):
    """The shape of a module in ``sources/``, in this order: CARD, RESOURCES, fetch, parse, TABLES.

    A module may also declare ``probe(feed) -> Answer``, the cheapest request that shows whether the publisher answers;
    without it, the first answer of the first resource is taken for that.
    """

    CARD: Card
    RESOURCES: tuple[Resource, ...]
    TABLES: Mapping[str, pa.Schema]

    def fetch(self, resource: Resource, feed: Feed) -> Iterator[Answer]: ...

    def parse(self, payload: Payload) -> Iterator[Parsed]: ...


def read_small(opener: Callable[[], IO[bytes]], origin: Origin) -> bytes:
    """Read bytes whole, refusing what is too large to hold in memory.

    Raises:
        PayloadError: the body is larger than ``SMALL_PAYLOAD_LIMIT`` bytes.
    """
    with opener() as stream:
        body = stream.read(SMALL_PAYLOAD_LIMIT + 1)
    if len(body) > SMALL_PAYLOAD_LIMIT:
        raise PayloadError(
            f"a payload read whole has at most {SMALL_PAYLOAD_LIMIT} bytes",
            publisher=origin.publisher,
            payload=origin.file_name,
            remedy="stream this resource in its source module",
        )
    return body


def require_columns(payload: Payload, seen: Iterable[str], expected: Iterable[str], *, row: str | None = None) -> None:
    """Refuse a payload whose columns or keys are not exactly the expected ones, naming the missing and the unexpected.

    Raises:
        PayloadError: a column is missing or unexpected.
    """
    missing = [name for name in expected if name not in set(seen)]
    unexpected = [name for name in seen if name not in set(expected)]
    if missing or unexpected:
        raise payload.error(f"columns are as declared; missing {missing}, unexpected {unexpected}", row=row)


def tabulate(
    table: str,
    schema: pa.Schema,
    vintage: date,
    records: Iterable[tuple[str, Mapping[str, Any]]],
) -> Parsed:
    """Columns from records, each with its pointer; a record that does not fit the schema becomes a reject.

    For payloads that fit in memory. ``records`` yields (payload_pointer, {column: value}); a value fits when pyarrow
    converts it to the declared type, and null fits only a nullable field.
    """
    full = schema.append(pa.field("payload_pointer", pa.string(), nullable=False))
    kept: list[dict[str, Any]] = []
    rejects: list[Reject] = []
    for pointer, record in records:
        reason = misfit(schema, record)
        if reason:
            rejects.append(Reject(pointer, repr(dict(record))[:2000], reason))
        else:
            kept.append({**record, "payload_pointer": pointer})
    return Parsed(table, vintage, (pa.RecordBatch.from_pylist(kept, schema=full),), tuple(rejects))


def misfit(schema: pa.Schema, record: Mapping[str, Any]) -> str | None:
    """Why a record does not fit a schema, or None when it does."""
    for column in schema:
        value = record.get(column.name)
        if value is None:
            if not column.nullable:
                return f"{column.name} is empty"
        elif not _fits(value, column.type):
            return f"{column.name} is not {column.type}: {value!r}"[:300]
    return None


def _fits(value: object, kind: pa.DataType) -> bool:
    if pa.types.is_string(kind):
        return isinstance(value, str)
    if pa.types.is_floating(kind):
        exact = isinstance(value, float) or (isinstance(value, int) and abs(value) <= _LARGEST_EXACT_INTEGER)
        return exact and not isinstance(value, bool) and math.isfinite(cast(float, value))
    if pa.types.is_integer(kind):
        limit = 2 ** (kind.bit_width - 1)
        return isinstance(value, int) and not isinstance(value, bool) and -limit <= value < limit
    try:
        pa.scalar(value, type=kind)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, OverflowError):
        return False
    return True


_LARGEST_EXACT_INTEGER = 2**53
"""Beyond it a whole number is not exact as a 64-bit float; no official figure comes near."""

_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")


def iso_date(payload: Payload, text: str, *, row: str) -> date:
    """The date that an ISO stamp begins with.

    Raises:
        PayloadError: the text does not begin with a real ISO date.
    """
    match = _DATE.match(text)
    try:
        if match:
            return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        pass
    raise payload.error(f"a last-updated stamp begins with an ISO date; seen {text!r}", row=row)
