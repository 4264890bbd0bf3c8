"""Ingestion of one source: fetch, read, judge what is new, and choose the raw files that a build sees."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date
from itertools import groupby
from operator import itemgetter

import pyarrow.parquet as pq

from orchestration.admission.admit import admit
from orchestration.contracts.source import Resource, Source
from orchestration.core.errors import FeedError, PayloadError
from orchestration.core.files import atomic_path
from orchestration.core.progress import log
from orchestration.core.settings import Settings
from orchestration.core.text import one_line
from orchestration.ingestion.fetch_failures import noting_failure
from orchestration.ingestion.fetching import Fetched, OpenLive, at_work, fetch, live_feed, live_resources
from orchestration.ingestion.payload_store import BUNDLE
from orchestration.ingestion.raw_tables import RawFile, RawStore, is_read_by, raw_schema
from orchestration.ingestion.selection import Selection, read_selection, selection_path, write_selection


def ingest(
    source: Source, settings: Settings, open_live: OpenLive = live_feed, resources: Collection[Resource] | None = None
) -> Selection:
    """Fetch resources of a source on the current feed, store, read and judge them, and record the selection.

    Of each resource and vintage a build sees the first that may enter of: the publisher's present answer, a payload
    stored earlier, the bundle. A vintage that is held back stays in landing, and what was admitted before remains in
    use. Raise FeedError where the feed cannot answer, PayloadError where a payload is refused; none is lost.
    """
    raw = RawStore(settings.raw)
    requested = live_resources(source) if resources is None else resources
    with at_work(source.CARD.id, settings), noting_failure(source.CARD.id, settings) as missing:
        fetched = fetch(source, settings, raw, requested, open_live)
        selection = _selection(source, settings, raw, fetched)
        write_selection(settings, selection)
        missing += fetched.missing
    return selection


def ingest_or_keep(source: Source, settings: Settings, resources: Collection[Resource] | None = None) -> Selection:
    """``ingest``, or select from what is stored where a publisher does not answer, or not readably."""
    try:
        return ingest(source, settings, resources=resources)
    except (FeedError, PayloadError) as error:
        if not settings.fetches_live(source.CARD.id):
            raise
        log.info(f"skip     {source.CARD.id}: not fetched, earlier figures stay in use: {one_line(error.failure)}")
        return choose_again(source, settings)


def read_again(source: Source, settings: Settings) -> None:
    """Parse stored payloads again, without a request, if earlier code of a source wrote its raw files."""
    name = source.CARD.id
    is_stored = selection_path(settings, name).exists()
    if is_stored and not all(is_read_by(source, file) for file in read_selection(settings, name).files):
        log.info(f"read     {name}: its code has changed; stored payloads are parsed again")
        choose_again(source, settings)


def choose_again(source: Source, settings: Settings) -> Selection:
    """Select the raw files of a source from what is stored, without any request, such as after an override."""
    return ingest(source, settings if settings.feed == BUNDLE else replace(settings, feed="landing"))


def _selection(source: Source, settings: Settings, raw: RawStore, fetched: Fetched) -> Selection:
    as_of, all_files = settings.as_of, (file for read in fetched.fetches for file in read.files)
    later = sorted({(file.table, file.vintage) for file in all_files if as_of and file.vintage > as_of})
    chosen, held, decisions = admit(source, settings, fetched.fetches)
    files = [*chosen, *_empty_tables(source, raw, chosen)]
    used = {item.payload_sha256 for item in files}
    # the bundle comes first: what it ships was reviewed, whichever feed brings the same bytes again
    ordered = sorted(fetched.fetches, key=lambda read: read.fetch.feed != BUNDLE)[::-1]
    brought = [(payload.origin, read.fetch.feed) for read in ordered for payload in reversed(read.fetch.payloads)]
    origins = {(origin.resource, origin.sha256): origin for origin, _ in brought if origin.sha256 in used}
    feeds = {origin.sha256: feed for origin, feed in brought if origin.sha256 in used}
    return Selection(
        source.CARD.id,
        tuple(files),
        tuple(origins[key] for key in sorted(origins)),
        fetched.new_payloads,
        fetched.unchanged,
        feeds,
        {name: tuple(vintage for _, vintage in of) for name, of in groupby(later, key=itemgetter(0))},
        tuple(held),
        tuple(decision.as_json() for decision in decisions),
    )


def _empty_tables(source: Source, raw: RawStore, files: Iterable[RawFile]) -> list[RawFile]:
    """Write an empty typed table for every declared one that no payload filled, for its staging model."""
    empty = []
    for table in sorted(source.TABLES.keys() - {item.table for item in files}):
        path = raw.root / source.CARD.id / table / "empty.parquet"
        with atomic_path(path) as part:
            pq.write_table(raw_schema(source.TABLES[table]).empty_table(), part)
        empty.append(RawFile(source.CARD.id, table, "", date.min, "", 0, path))
    return empty
