"""Fetching of one source: answers of a feed, stored, read into raw tables and recorded."""

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from orchestration.contracts.payload import Payload
from orchestration.contracts.source import Resource, Source
from orchestration.core.errors import FeedError, MissingError, NothingDroppedError
from orchestration.core.files import remove_leftovers
from orchestration.core.progress import log
from orchestration.core.settings import Settings, now
from orchestration.core.text import one_line
from orchestration.ingestion.feeds import bundle_editions
from orchestration.ingestion.live_feed import LiveFeed
from orchestration.ingestion.object_storage import ObjectStorage
from orchestration.ingestion.payload_store import BUNDLE, Fetch, FileBytes, PayloadStore
from orchestration.ingestion.raw_tables import RawFile, RawStore

LIVE, DROP = "live", "drop"
"""Feeds besides the bundle: the network, and files that a person dropped."""


@dataclass(frozen=True)
class ReadFetch:
    """A fetch and the raw files of its payloads."""

    fetch: Fetch
    files: tuple[RawFile, ...]


@dataclass(frozen=True)
class Fetched:
    """The fetches of a source, of each feed the newest first.

    ``new_payloads`` counts those of this run, ``unchanged`` the answers that the publisher did not send again.
    ``missing`` are the files that it does not have.
    """

    fetches: tuple[ReadFetch, ...]
    new_payloads: int
    unchanged: int
    missing: tuple[MissingError, ...] = ()


OpenLive = Callable[[Settings, PayloadStore], LiveFeed]


def live_feed(settings: Settings, landing: PayloadStore) -> LiveFeed:
    """Return the live feed of a refresh, which requests stored answers only if they changed."""
    return LiveFeed(settings.drop, landing, settings.pace)


@contextmanager
def at_work(source_id: str, settings: Settings) -> Iterator[None]:
    """Reserve the landing and raw folders of a source, after another fetch of it; remove what a killed process left.

    With object storage they are completed from it first and copied to it at the end, also after a failure.
    """
    own_raw = settings.raw / source_id
    with (
        PayloadStore(settings.landing).in_use(source_id),
        _kept_in_storage(settings, settings.landing / source_id, own_raw),
    ):
        remove_leftovers(own_raw)
        yield


@contextmanager
def _kept_in_storage(settings: Settings, *folders: Path) -> Iterator[None]:
    if not settings.store:
        yield
        return
    storage = ObjectStorage(settings.store)
    for folder in folders:
        storage.pull(str(folder.relative_to(settings.data)), folder)
    try:
        yield
    finally:
        for folder in folders:
            storage.push(folder, str(folder.relative_to(settings.data)))


def fetch(
    source: Source, settings: Settings, raw: RawStore, resources: Collection[Resource], open_live: OpenLive
) -> Fetched:
    """Fetch ``resources`` of a source on the current feed, store and read them; call it inside ``at_work``.

    The publisher's present answers come first, then stored payloads, then the bundle, so that older vintages stay. No
    request is sent on the landing feed, for a source that the settings leave out, or as of an earlier day.

    Raises:
        FeedError: the feed cannot answer.
        PayloadError: a payload is refused; its bytes stay in landing.
    """
    landing = PayloadStore(settings.landing)
    bundle = _bundle_fetches(source, settings, landing)
    fresh: list[Fetch] = []
    earlier: list[Fetch] = []
    arrived: list[tuple[str, list[Payload]]] = []
    unchanged, missing = 0, list[MissingError]()
    if settings.feed != BUNDLE:
        request = {resource.key for resource in live_resources(source)}
        earlier = [item for item in landing.fetches(source.CARD.id) if item.feed != BUNDLE and item.resource in request]
    if settings.fetches_live(source.CARD.id):
        with open_live(settings, landing) as feed:
            supplied = {item.resource for item in (*bundle, *earlier)}
            arrived = _arrivals(source, feed, landing, resources, supplied)
            unchanged, missing = feed.unchanged, feed.missing
        if missing and not arrived:
            raise missing[0]
        if LIVE in dict(arrived):
            landing.note_answer(source.CARD.id, now())
        for name, payloads in arrived:
            for payload in payloads:
                raw.read_payload(source, payload)  # an unreadable fetch is not recorded, and requested again
            fresh.append(landing.record(name, payloads))
    fetches = tuple(
        ReadFetch(item, tuple(file for payload in item.payloads for file in raw.read_payload(source, payload)))
        for item in (*fresh, *earlier, *bundle)
    )
    present = fresh if settings.fetches_live(source.CARD.id) else bundle
    return Fetched(fetches, sum(len(item.payloads) for item in present if item.is_new), unchanged, tuple(missing))


def live_resources(source: Source) -> list[Resource]:
    """Return the resources that the live feed requests: those that no other resource supersedes."""
    return [resource for resource in source.RESOURCES if not resource.superseded_by]


def _bundle_fetches(source: Source, settings: Settings, landing: PayloadStore) -> list[Fetch]:
    """Return the fetches of the bundle's editions, the newest edition first."""
    known = [resource.key for resource in source.RESOURCES]
    fetches = []
    for edition in reversed(bundle_editions(settings.bundle, source.CARD.id)):
        present = edition.resources()
        if unknown := present - set(known):
            raise FeedError(
                f"an edition contains only resources that the source declares; unknown: {sorted(unknown)}",
                publisher=source.CARD.publisher,
                payload=f"{source.CARD.id}/{edition.folder.name}",
                remedy="declare the resource in the source module, or correct its origin card",
            )
        for key in known:
            if key in present:
                payloads = [landing.store(answer) for answer in edition.answers(key)]
                fetches.append(landing.record(BUNDLE, payloads))
    return fetches


def _arrivals(
    source: Source, feed: LiveFeed, landing: PayloadStore, resources: Iterable[Resource], supplied: Collection[str]
) -> list[tuple[str, list[Payload]]]:
    """Return the feed and the stored answers of each resource; every answer is stored before the next request.

    A resource is skipped if the publisher lacks one of its files, or if it has no API and no file was dropped.
    ``supplied`` are the resources with earlier payloads.
    """
    arrivals = []
    for resource in resources:
        payloads, is_live, missing = [], False, len(feed.missing)
        try:
            for answer in source.fetch(resource, feed):
                is_live |= isinstance(answer.opener, FileBytes)
                payloads.append(landing.store(answer))
                landing.remember(answer, payloads[-1])
        except NothingDroppedError:
            kept = "its earlier files stay in use" if resource.key in supplied else "it stays empty"
            log.info(f"drop     {source.CARD.id}: no file was dropped for {resource.key}; {kept}")
            continue
        except MissingError:
            payloads = []  # of a part of its files no figure is used
        for error in feed.missing[missing:]:
            log.info(f"missing  {source.CARD.id}: {one_line(error.failure)}; its other files are in use")
        if not payloads and feed.missing[missing:]:
            continue
        if not payloads:
            raise FeedError(
                "the fetch yielded no payload",
                publisher=source.CARD.publisher,
                payload=f"{source.CARD.id}/{resource.key}",
                remedy=f"see how {source.CARD.publisher} hands out {resource.title}: {source.CARD.homepage}",
            )
        arrivals.append((LIVE if is_live else DROP, payloads))
    return arrivals
