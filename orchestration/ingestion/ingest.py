"""Ingestion of one source: fetch, store, parse, and choose the raw files that a build sees."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq

from orchestration.contracts.payload import Answer, Origin, Payload
from orchestration.contracts.source import Feed, Resource, Source
from orchestration.core.errors import FeedError, NothingDroppedError
from orchestration.core.files import atomic_path, in_use, read_json, remove_partial_files, write_json
from orchestration.core.progress import say
from orchestration.core.settings import Settings, now
from orchestration.ingestion.download import clean_incoming
from orchestration.ingestion.feeds import Recorder, bundle_editions
from orchestration.ingestion.live_feed import LiveFeed
from orchestration.ingestion.origin_cards import origin_from, origin_json
from orchestration.ingestion.payload_store import BUNDLE, Fetch, PayloadStore
from orchestration.ingestion.raw_tables import RawFile, RawStore, is_read_by, raw_file, raw_json, raw_schema

LIVE, DROP = "live", "drop"
"""Feeds beside the bundle: the network, and files that a person dropped."""


@dataclass(frozen=True)
class Selection:
    """The raw files of one source that the next build sees, and the origin cards of the payloads they came from.

    ``feeds`` says by which feed each payload came, by SHA-256. ``unchanged`` counts the answers that the publisher did
    not send again because they were stored before. ``later`` are the vintages of each raw table that a build as of an
    earlier day leaves out.
    """

    source: str
    files: tuple[RawFile, ...]
    origins: tuple[Origin, ...]
    new_payloads: int = 0
    unchanged: int = 0
    feeds: Mapping[str, str] = field(default_factory=dict)
    later: Mapping[str, tuple[date, ...]] = field(default_factory=dict)

    @property
    def vintages(self) -> list[date]:
        """Every vintage held, oldest first."""
        return sorted({item.vintage for item in self.files if item.payload_sha256})

    @property
    def vintages_by_feed(self) -> dict[str, list[date]]:
        """The feeds in use, each with the vintages that came by it, oldest first."""
        found: dict[str, set[date]] = {}
        for item in self.files:
            if item.payload_sha256:
                found.setdefault(self.feeds.get(item.payload_sha256, BUNDLE), set()).add(item.vintage)
        return {feed: sorted(vintages) for feed, vintages in sorted(found.items())}

    def rows(self) -> dict[str, int]:
        """Rows by raw table."""
        counts: dict[str, int] = {}
        for item in self.files:
            counts[item.table] = counts.get(item.table, 0) + item.rows
        return counts


def live_feed(settings: Settings, landing: PayloadStore) -> LiveFeed:
    """The live feed of a refresh: stored answers are not sent again, and its pace holds over all processes."""
    return LiveFeed(settings.drop, landing=landing, pace=settings.pace)


def ingest(
    source: Source, settings: Settings, open_live: Callable[[Settings, PayloadStore], LiveFeed] = live_feed
) -> Selection:
    """Fetch everything a source offers on the current feed, store it, parse it, and record the selection.

    On the live feed each resource and vintage comes from the first of these that has it: the publisher's present
    answer, a payload stored earlier, the bundle; on the landing feed the same without a request. So older vintages
    stay, and a resource without an API keeps its earlier files, or stays empty, where nothing was dropped. A source
    that the settings leave out is not asked and keeps what it had.

    As of an earlier day no request is sent: the selection comes from stored payloads and the bundle, without the vintages
    that were published later, or fetched later where the publisher dates nothing.

    Raises:
        FeedError: the feed cannot answer.
        PayloadError, RawError: a payload is not what it must be; no stored payload is lost.
    """
    landing, raw = PayloadStore(settings.landing), RawStore(settings.raw)
    own_raw = settings.raw / source.CARD.id
    with landing.in_use(source.CARD.id, clean_incoming), in_use(own_raw, lambda: remove_partial_files(own_raw)):
        bundle = _bundle_fetches(source, settings, landing)
        fresh: list[Fetch] = []
        earlier: list[Fetch] = []
        arrived: list[_Arrival] = []
        unchanged = 0
        if settings.feed != BUNDLE:
            asked = {resource.key for resource in _asked(source)}
            earlier = [one for one in landing.fetches(source.CARD.id) if one.feed != BUNDLE and one.resource in asked]
        if settings.asks(source.CARD.id):
            with open_live(settings, landing) as feed:
                arrived = _arrivals(source, feed, landing, supplied={one.resource for one in (*bundle, *earlier)})
                unchanged = feed.unchanged
            landing.note_asked(source.CARD.id, now())
            fresh = [_recorded(source, raw, landing, one) for one in _not_withdrawn(source, landing, arrived)]
        fetches = [*fresh, *_not_withdrawn_fetches(landing, source.CARD.id, earlier), *bundle]
        _refuse_without_fetch(source, {one.resource.key for one in arrived} - {one.resource for one in fetches})
        new = sum(len(fetch.payloads) for fetch in (fresh if settings.asks(source.CARD.id) else bundle) if fetch.is_new)
        selection = _selection(source, raw, fetches, settings.as_of, new, unchanged)
        _write_selection(settings, selection)
    return selection


def read_again(source: Source, settings: Settings) -> None:
    """Parse stored payloads again, without any request, if earlier code of a source wrote the raw files of its selection.

    So a build never mixes the figures of an earlier parser with the fingerprint of the present one.
    """
    name = source.CARD.id
    if not selection_path(settings, name).exists():
        return
    if not all(is_read_by(source, one) for one in read_selection(settings, name).files):
        say(f"read     {name}: its code has changed; stored payloads are parsed again")
        ingest(source, settings if settings.feed == BUNDLE else replace(settings, feed="landing"))


def select(fetches: Iterable[list[RawFile]], superseded: Mapping[str, str] | None = None) -> list[RawFile]:
    """The raw files a build sees: of each table, resource and vintage those of the first fetch that has it, whole.

    Each item is what one fetch says; the newest comes first. ``superseded`` names the resource that brings the figures
    of another one and more: of a vintage that it has, the other one's files are left out, so that no figure comes twice.
    """
    chosen: list[RawFile] = []
    taken: set[tuple[str, str, date]] = set()
    for files in fetches:
        brought = {(resource, vintage) for _, resource, vintage in taken}
        kept = [
            item
            for item in files
            if (item.table, item.resource, item.vintage) not in taken
            and ((superseded or {}).get(item.resource), item.vintage) not in brought
        ]
        chosen.extend(kept)
        taken.update((item.table, item.resource, item.vintage) for item in kept)
    return sorted(chosen, key=lambda item: (item.table, item.vintage, item.resource))


def selection_path(settings: Settings, source_id: str) -> Path:
    """Where the last ``ingest`` of a source wrote its selection."""
    return settings.raw / source_id / settings.selection_file


def read_selection(settings: Settings, source_id: str, written: Path | None = None) -> Selection:
    """The selection that the last ``ingest`` of a source wrote, or the copy of one that a build keeps in ``written``.

    Raises:
        FeedError: the source was never ingested here for builds of this day.
    """
    path = written or selection_path(settings, source_id)
    content = read_json(path) if path.exists() else {}
    if not content or content.get("as_of") != _iso(settings.as_of):
        raise FeedError(
            "a build sees the raw tables of every source",
            publisher=source_id,
            remedy=f"materialise the raw assets of {source_id} first, or run the whole refresh",
        )
    files = tuple(raw_file(settings.raw, item) for item in content["files"])
    origins = tuple(origin_from(item, path.name) for item in content["origins"])
    later = {
        table: tuple(date.fromisoformat(vintage) for vintage in vintages)
        for table, vintages in content.get("later", {}).items()
    }
    return Selection(source_id, files, origins, feeds=content.get("feeds", {}), later=later)


def _bundle_fetches(source: Source, settings: Settings, landing: PayloadStore) -> list[Fetch]:
    """What the bundle's editions hold, the newest edition first."""
    known = {resource.key: resource for resource in source.RESOURCES}
    fetches = []
    for edition in reversed(bundle_editions(settings.bundle, source.CARD.id)):
        held = edition.resources()
        if unknown := held - known.keys():
            raise FeedError(
                f"an edition holds only resources that the source declares; unknown: {sorted(unknown)}",
                publisher=source.CARD.publisher,
                payload=f"{source.CARD.id}/{edition.folder.name}",
                remedy="declare the resource in the source module, or correct its origin card",
            )
        for key, resource in known.items():
            if key in held:
                payloads = [landing.store(answer) for answer in _fetched(source, resource, edition)]
                fetches.append(landing.record(BUNDLE, payloads))
    return fetches


def _asked(source: Source) -> list[Resource]:
    """What the live feed asks for: not what another resource brings with more."""
    return [resource for resource in source.RESOURCES if not resource.superseded_by]


@dataclass(frozen=True)
class _Arrival:
    """Answers for one resource on the live feed: stored, but neither parsed nor recorded yet."""

    feed: str
    resource: Resource
    payloads: tuple[Payload, ...]
    asides: tuple[Payload, ...]


def _arrivals(source: Source, feed: Feed, landing: PayloadStore, supplied: Collection[str]) -> list[_Arrival]:
    """What the publisher answers now, resource by resource; every answer is stored before the next request.

    A resource without an API is skipped where no file of it was dropped, whatever else lies in the folder; ``supplied`` are
    the resources with earlier payloads.
    """
    arrivals = []
    for resource in _asked(source):
        recorder = Recorder(feed)
        payloads = []
        try:
            for answer in _fetched(source, resource, recorder):
                payloads.append(landing.store(answer))
                if recorder.got(answer):
                    landing.remember(answer, payloads[-1])
        except FeedError as error:
            if not recorder.lacks_files and not isinstance(error, NothingDroppedError):
                raise
            kept = "its earlier files stay in use" if resource.key in supplied else "it stays empty"
            say(f"drop     {source.CARD.id}: no file was dropped for {resource.key}; {kept}")
            continue
        name = DROP if recorder.is_by_hand else LIVE
        arrivals.append(_Arrival(name, resource, tuple(payloads), _asides(landing, recorder, payloads)))
    return arrivals


def _asides(landing: PayloadStore, recorder: Recorder, payloads: Iterable[Payload]) -> tuple[Payload, ...]:
    """Land the answers that a source asked for and did not hand on, so that its fetch can be replayed."""
    handed_on = {(payload.origin.url, *sorted(payload.origin.parameters.items())) for payload in payloads}
    asides = []
    for answer in recorder.answers:
        if (answer.origin.url, *sorted(answer.origin.parameters.items())) not in handed_on:
            asides.append(landing.store(answer))
            landing.remember(answer, asides[-1])
    return tuple(asides)


def _not_withdrawn(source: Source, landing: PayloadStore, arrivals: Iterable[_Arrival]) -> Iterator[_Arrival]:
    """What arrived, without the resources whose payloads a person has withdrawn and the publisher still hands out."""
    withdrawn = landing.withdrawals(source.CARD.id)
    for arrival in arrivals:
        bad = [withdrawn[one.origin.sha256] for one in arrival.payloads if one.origin.sha256 in withdrawn]
        if bad:
            say(
                f"skip     {source.CARD.id}: {arrival.resource.key} still answers with sha256:{bad[0].sha256[:12]}, "
                f"withdrawn on {bad[0].withdrawn_at:%Y-%m-%d}: {bad[0].reason}"
            )
        else:
            yield arrival


def _recorded(source: Source, raw: RawStore, landing: PayloadStore, arrival: _Arrival) -> Fetch:
    """The record of a fetch, written when all of it could be read: what could not is asked for again, and never history."""
    for payload in arrival.payloads:
        raw.read_payload(source, payload)
    return landing.record(arrival.feed, arrival.payloads, arrival.asides)


def _refuse_without_fetch(source: Source, resources: Collection[str]) -> None:
    if resources:
        raise FeedError(
            f"no fetch is left of {sorted(resources)}: each was withdrawn",
            publisher=source.CARD.publisher,
            payload=source.CARD.id,
            remedy="wait until the publisher hands out something else than what was withdrawn",
        )


def _not_withdrawn_fetches(landing: PayloadStore, source_id: str, fetches: Iterable[Fetch]) -> list[Fetch]:
    """Fetches of which no payload was withdrawn."""
    withdrawn = landing.withdrawals(source_id)
    return [one for one in fetches if not any(payload.origin.sha256 in withdrawn for payload in one.payloads)]


def _selection(
    source: Source, raw: RawStore, fetches: list[Fetch], as_of: date | None, new: int, unchanged: int
) -> Selection:
    superseded = {one.key: one.superseded_by for one in source.RESOURCES if one.superseded_by}
    read = [[item for payload in fetch.payloads for item in raw.read_payload(source, payload)] for fetch in fetches]
    later = _later(read, as_of)
    files = select(([item for item in one if item.vintage <= (as_of or date.max)] for one in read), superseded)
    files += _empty_tables(source, raw, files)
    used = {item.payload_sha256 for item in files}
    origins: dict[tuple[str, str], Origin] = {}
    feeds: dict[str, str] = {}
    for fetch in fetches:
        for payload in fetch.payloads:
            if payload.origin.sha256 in used:
                origins.setdefault((payload.origin.resource, payload.origin.sha256), payload.origin)
                feeds.setdefault(payload.origin.sha256, fetch.feed)
    ordered = tuple(origins[key] for key in sorted(origins))
    return Selection(source.CARD.id, tuple(files), ordered, new, unchanged, feeds, later)


def _later(read: Iterable[list[RawFile]], as_of: date | None) -> dict[str, tuple[date, ...]]:
    """By raw table, the vintages after the day, oldest first; none where no day is asked for."""
    found: dict[str, set[date]] = {}
    for item in (item for files in read for item in files):
        if as_of and item.vintage > as_of:
            found.setdefault(item.table, set()).add(item.vintage)
    return {table: tuple(sorted(vintages)) for table, vintages in sorted(found.items())}


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _fetched(source: Source, resource: Resource, feed: Feed) -> Iterator[Answer]:
    count = 0
    for answer in source.fetch(resource, feed):
        count += 1
        yield answer
    if not count:
        raise FeedError(
            "the fetch yielded no payload",
            publisher=source.CARD.publisher,
            payload=f"{source.CARD.id}/{resource.key}",
            remedy=f"see how {source.CARD.publisher} hands out {resource.title}: {source.CARD.homepage}",
        )


def _empty_tables(source: Source, raw: RawStore, files: list[RawFile]) -> list[RawFile]:
    """A typed table without rows for every declared table that no payload filled, so that its staging model can be built."""
    empty = []
    for table in sorted(source.TABLES.keys() - {item.table for item in files}):
        path = raw.root / source.CARD.id / table / "empty.parquet"
        with atomic_path(path) as part:
            pq.write_table(raw_schema(source.TABLES[table]).empty_table(), part)
        empty.append(RawFile(source.CARD.id, table, "", date.min, "", 0, path))
    return empty


def _write_selection(settings: Settings, selection: Selection) -> None:
    content = {
        "files": [raw_json(settings.raw, item) for item in selection.files],
        "origins": [origin_json(origin) for origin in selection.origins],
        "feeds": dict(selection.feeds),
        "as_of": _iso(settings.as_of),
        "later": {table: [_iso(one) for one in vintages] for table, vintages in selection.later.items()},
    }
    write_json(selection_path(settings, selection.source), content)
