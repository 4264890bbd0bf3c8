"""The shape of a source: its card, its resources, and the feed that answers it."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol, TypedDict, Unpack, runtime_checkable

import pyarrow as pa

from orchestration.contracts.payload import Answer, Origin, Payload, VintageBasis
from orchestration.contracts.raw_table import Parsed


@dataclass(frozen=True)
class Pace:
    """How often requests may be sent to a publisher, and which answers ban the client for a while.

    The limits apply to the host of an address, over all sources and processes that use one data folder; one request at
    a time is sent to a host. ``seconds_between`` counts from the end of one answer to the next request.

    After an answer with a status in ``ban_statuses`` no request is sent for ``ban_seconds``, or for as long as its
    ``Retry-After`` states; ``ban_is_per_file`` narrows the ban to the address that was requested.
    """

    requests_per_minute: int | None = None
    requests_per_hour: int | None = None
    megabytes_per_minute: int | None = None
    seconds_between: float = 0.0
    ban_seconds: int | None = None
    ban_statuses: tuple[int, ...] = (429,)
    ban_is_per_file: bool = False

    def __str__(self) -> str:
        """Return the limits as text; empty if there are none."""
        scope = "for this file" if self.ban_is_per_file else "at all"
        banned = f"after HTTP {' or '.join(map(str, self.ban_statuses))} no request {scope}"
        limits = [
            (self.requests_per_minute, "at most {:,} requests a minute"),
            (self.requests_per_hour, "at most {:,} requests an hour"),
            (self.megabytes_per_minute, "at most {:,} MB a minute"),
            (self.seconds_between, "{:g} s between requests"),
            (self.ban_seconds, banned + " for {:,} s"),
        ]
        return ", ".join(text.format(value) for value, text in limits if value)


@dataclass(frozen=True)
class Card:
    """Publisher, terms of use, cadence and change signal of a source.

    ``pace`` has the limits that the client keeps; ``limits`` describes others in words. ``cycle_months`` is the longest
    usual time between two vintages: for so long a vintage is evidence of what was current. ``release_months`` are the
    months (1 to 12) in which a new vintage usually appears, as far as it is known; ``release_hours`` the hours of every
    day, in ``timezone``, at which the publisher renews its database. ``by_hand`` is true where no request is sent and a
    person downloads the files.
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
    cycle_months: int = 12
    by_hand: bool = False

    @property
    def all_limits(self) -> str:
        """Pace and further limits in one sentence."""
        return "; ".join(text for text in (str(self.pace), self.limits) if text)

    def next_release(self, vintage: date) -> date | None:
        """Return the first day of the month in which the vintage after this one is due, or None."""
        months = [date(vintage.year + later, month, 1) for later in (0, 1) for month in sorted(self.release_months)]
        return next((month for month in months if (month.year, month.month) > (vintage.year, vintage.month)), None)


@dataclass(frozen=True)
class Resource:
    """One thing to request from a publisher; ``ask`` has the parameters that only the source's own ``fetch`` reads.

    ``superseded_by`` names another resource of the same source with the same figures and more, which alone is
    requested. ``vintage_basis`` says what the date of its figures is; None where they take the date of the file
    (``Payload.dated``).
    """

    key: str
    title: str
    ask: Mapping[str, str] = field(default_factory=dict)
    superseded_by: str | None = None
    vintage_basis: VintageBasis | None = "stated"

    def basis_of(self, origin: Origin) -> VintageBasis:
        """Return what the date of a payload's figures is: as its card says, else as its resource does."""
        of_file: VintageBasis = "stated" if origin.publisher_last_updated else "day_of_copy"
        return origin.vintage_basis or self.vintage_basis or of_file


class RequestOptions(TypedDict, total=False):
    """What a request may state besides its address. Secrets are given as {name on the wire: environment variable}.

    ``stamp`` is the publisher's own mark of this very file (a release date, a version): a file stored with the same
    address, parameters and stamp is not requested again. ``accept`` are the status codes of answers, 200 alone by
    default. ``largest`` is the most bytes of the answer, compressed or not, ``LARGEST_ANSWER`` by default; it bounds
    the time as well.
    """

    params: Mapping[str, str] | None
    headers: Mapping[str, str] | None
    secret_params: Mapping[str, str] | None
    secret_headers: Mapping[str, str] | None
    stamp: str | None
    accept: Collection[int]
    largest: int


LARGEST_ANSWER = 64 * 1024 * 1024
"""Largest answer in bytes if a request states no limit; pages of publishers have a tenth."""


class Feed(Protocol):
    """Where a source gets live answers: requests to its publisher, and files of the drop folder."""

    def get(self, card: Card, resource: Resource, url: str, **options: Unpack[RequestOptions]) -> Answer:
        """Return one answer to one request; refuse HTML unless an ``Accept`` among the headers names text/html."""
        ...

    def files(self, card: Card, resource: Resource) -> Iterator[Answer]:
        """Yield the files that were downloaded by hand for a publisher without an API."""
        ...


@runtime_checkable
class Source(Protocol):
    """The shape of a module in ``sources/``, in this order: CARD, RESOURCES, fetch, parse, TABLES.

    ``OBSERVATIONS`` declares how its raw tables read as figures (``orchestration.contracts.observation``); of a table
    without it, only coverage and dates are judged when a new vintage arrives.
    """

    CARD: Card
    RESOURCES: tuple[Resource, ...]
    TABLES: Mapping[str, pa.Schema]

    def fetch(self, resource: Resource, feed: Feed) -> Iterator[Answer]: ...

    def parse(self, payload: Payload) -> Iterator[Parsed]: ...
