"""From a feed to raw tables for one source: fetch, land, read, and choose which raw files a build sees. Formats are the sources' affair."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

import pyarrow.parquet as pq

from orchestration.contract import Answer, Feed, Origin, Resource, Source
from orchestration.errors import FeedError
from orchestration.feeds import bundle_editions
from orchestration.files import appearing, read_json, write_json
from orchestration.http import LiveFeed
from orchestration.landing import Fetch, Landing
from orchestration.origins import origin_from, origin_json
from orchestration.raw import RawFile, RawStore, raw_file, raw_json, raw_schema
from orchestration.settings import Settings

SELECTION = "selection.json"


@dataclass(frozen=True)
class Selection:
    """The raw files of one source that the next build sees, and the origin cards of the payloads they came from."""

    source: str
    files: tuple[RawFile, ...]
    origins: tuple[Origin, ...]
    new_payloads: int = 0

    @property
    def vintages(self) -> list[date]:
        """Every vintage held, oldest first."""
        return sorted({item.vintage for item in self.files if item.payload_sha256})

    def rows(self) -> dict[str, int]:
        """Rows by raw table."""
        counts: dict[str, int] = {}
        for item in self.files:
            counts[item.table] = counts.get(item.table, 0) + item.rows
        return counts


def ingest(source: Source, settings: Settings) -> Selection:
    """Fetch everything a source offers on the feed in force, land it, read it, and write down the selection.

    Raises:
        FeedError: the feed cannot answer.
        PayloadError, RawError: a payload is not what it must be; nothing that landed is lost.
    """
    landing, raw = Landing(settings.landing), RawStore(settings.raw)
    fetches = [
        landing.record(settings.feed, [landing.store(answer) for answer in _fetched(source, resource, feed)])
        for resource, feed in _asked(source, settings)
    ]
    fresh = [_read(source, raw, fetch) for fetch in fetches]
    earlier = (
        [] if settings.feed == "bundle" else [one for one in landing.fetches(source.CARD.id) if one.feed == "live"]
    )
    files = select(fresh, (_read(source, raw, fetch) for fetch in earlier))
    files += _empty_tables(source, raw, files)
    new = sum(len(fetch.payloads) for fetch in fetches if fetch.is_new)
    used = {item.payload_sha256 for item in files}
    origins = {
        (payload.origin.resource, payload.origin.sha256): payload.origin
        for fetch in (*fetches, *earlier)
        for payload in fetch.payloads
        if payload.origin.sha256 in used
    }
    selection = Selection(source.CARD.id, tuple(files), tuple(origins.values()), new)
    _write_selection(settings, selection)
    return selection


def select(fresh: Iterable[list[RawFile]], earlier: Iterable[list[RawFile]]) -> list[RawFile]:
    """The raw files a build sees: those of this run, and of earlier fetches what this run did not bring again.

    Each item is what one fetch says. ``earlier`` is ordered newest first; of several earlier fetches of one resource
    and vintage the newest counts, whole.
    """
    chosen = [item for files in fresh for item in files]
    taken = {(item.table, item.resource, item.vintage) for item in chosen}
    for files in earlier:
        kept = [item for item in files if (item.table, item.resource, item.vintage) not in taken]
        chosen.extend(kept)
        taken.update((item.table, item.resource, item.vintage) for item in kept)
    return chosen


def read_selection(settings: Settings, source_id: str) -> Selection:
    """The selection that the last ``ingest`` of a source wrote.

    Raises:
        FeedError: the source was never ingested here.
    """
    path = settings.raw / source_id / SELECTION
    if not path.exists():
        raise FeedError(
            "a build sees the raw tables of every source",
            publisher=source_id,
            remedy=f"materialise the raw assets of {source_id} first, or run the whole refresh",
        )
    content = read_json(path)
    files = tuple(raw_file(settings.raw, item) for item in content["files"])
    return Selection(source_id, files, tuple(origin_from(item, SELECTION) for item in content["origins"]))


def _asked(source: Source, settings: Settings) -> Iterator[tuple[Resource, Feed]]:
    """Every resource with the feed that answers for it; a bundle answers once per edition, oldest first."""
    known = {resource.key: resource for resource in source.RESOURCES}
    if settings.feed == "live":
        live = LiveFeed(settings.drop)
        yield from ((resource, live) for resource in known.values())
        return
    for edition in bundle_editions(settings.bundle, source.CARD.id):
        held = edition.resources()
        if unknown := held - known.keys():
            raise FeedError(
                f"an edition holds only resources that the source declares; unknown: {sorted(unknown)}",
                publisher=source.CARD.publisher,
                payload=f"{source.CARD.id}/{edition.folder.name}",
                remedy="declare the resource in the source module, or correct its origin card",
            )
        yield from ((resource, edition) for key, resource in known.items() if key in held)


def _fetched(source: Source, resource: Resource, feed: Feed) -> Iterator[Answer]:
    count = 0
    for answer in source.fetch(resource, feed):
        count += 1
        yield answer
    if not count:
        raise FeedError(
            "a fetch yields at least one payload",
            publisher=source.CARD.publisher,
            payload=f"{source.CARD.id}/{resource.key}",
            remedy=f"see how {source.CARD.publisher} hands out {resource.title}: {source.CARD.homepage}",
        )


def _read(source: Source, raw: RawStore, fetch: Fetch) -> list[RawFile]:
    return [item for payload in fetch.payloads for item in raw.read_payload(source, payload)]


def _empty_tables(source: Source, raw: RawStore, files: list[RawFile]) -> list[RawFile]:
    """A typed table without rows for every declared table that no payload filled, so that its staging model can stand."""
    empty = []
    for table in source.TABLES.keys() - {item.table for item in files}:
        path = raw.root / source.CARD.id / table / "empty.parquet"
        with appearing(path) as part:
            pq.write_table(raw_schema(source.TABLES[table]).empty_table(), part)
        empty.append(RawFile(source.CARD.id, table, "", date.min, "", 0, path))
    return empty


def _write_selection(settings: Settings, selection: Selection) -> None:
    content = {
        "files": [raw_json(settings.raw, item) for item in selection.files],
        "origins": [origin_json(origin) for origin in selection.origins],
    }
    write_json(settings.raw / selection.source / SELECTION, content)
