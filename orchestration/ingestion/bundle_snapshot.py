"""New bundle editions from stored payloads: payloads and origin cards as a refresh on the bundle reads them."""

import gzip
import re
from collections.abc import Iterable
from pathlib import Path

from orchestration.contracts.payload import SMALL_PAYLOAD_LIMIT, Payload
from orchestration.contracts.source import Source
from orchestration.core.errors import FeedError
from orchestration.core.files import write_json, write_text
from orchestration.ingestion.feeds import CARD_SUFFIX, bundle_editions
from orchestration.ingestion.origin_cards import origin_json
from orchestration.ingestion.payload_store import BUNDLE, Fetch, PayloadStore

LICENCE = "LICENCE.md"

_PACKED = (b"PK", b"\x1f\x8b", b"7z\xbc\xaf", b"BZh", b"\xfd7zXZ")
_SUFFIX = re.compile(r"\.[a-z0-9]{1,8}")


def snapshot(sources: Iterable[Source], landing: PayloadStore, bundle: Path) -> list[Path]:
    """Write the newest live fetch of every resource that the bundle lacks; return the folder of each edition.

    There is one edition per source, named after the day of its newest fetch.

    Raises:
        FeedError: there is nothing to take, a payload is too large, or the edition exists; nothing is written then.
    """
    chosen = {source.CARD: _newest(landing, bundle, source.CARD.id) for source in sources}
    payloads = {card: _named(fetches) for card, fetches in chosen.items() if fetches}
    if not payloads:
        failure = "a snapshot needs live fetches that the bundle lacks; there are none of "
        failure += ", ".join(card.id for card in chosen)
        raise FeedError(failure, remedy="refresh with BILATERAL_FEED=live first")
    days = {card: max(payload.origin.fetched_at for payload in named.values()) for card, named in payloads.items()}
    folders = {card: bundle / card.id / f"{day:%Y-%m-%d}" for card, day in days.items()}
    if existing := [str(folder) for folder in folders.values() if folder.exists()]:
        raise FeedError(
            f"a snapshot is a new edition; there is one of that day already: {', '.join(existing)}",
            remedy="remove it to take it again, or take the next one after a fetch of another day",
        )
    for card, folder in folders.items():
        folder.mkdir(parents=True)
        for name, payload in payloads[card].items():
            _write(folder / name, payload)
        if not (folder.parent / LICENCE).exists():
            terms = f"# {card.publisher}\n\n{card.licence}; see <{card.homepage}>.\n\nCite as: {card.citation}\n"
            write_text(folder.parent / LICENCE, terms)
    return list(folders.values())


def _newest(landing: PayloadStore, bundle: Path, source_id: str) -> list[Fetch]:
    """Return the newest fetch of each resource, without those whose payloads are in the bundle."""
    newest: dict[str, Fetch] = {}
    for fetch in landing.fetches(source_id):
        if fetch.feed != BUNDLE:
            newest.setdefault(fetch.resource, fetch)
    origins = [origin for edition in bundle_editions(bundle, source_id) for origin in edition.origins.values()]
    bundled = {(origin.resource, origin.sha256) for origin in origins}
    return [
        fetch
        for _, fetch in sorted(newest.items())
        if not {(fetch.resource, payload.origin.sha256) for payload in fetch.payloads} <= bundled
    ]


def _named(fetches: list[Fetch]) -> dict[str, Payload]:
    """Return the payloads of an edition by file name; raise for one that is too large."""
    result = {}
    for fetch in fetches:
        for number, payload in enumerate(fetch.payloads, start=1):
            if payload.origin.size > SMALL_PAYLOAD_LIMIT:
                raise FeedError(
                    f"a payload of the bundle has at most {SMALL_PAYLOAD_LIMIT:,} bytes; seen {payload.origin.size:,}",
                    publisher=payload.origin.publisher,
                    payload=payload.label,
                    remedy="leave this source out of the snapshot",
                )
            page = f"_{number}" if len(fetch.payloads) > 1 else ""
            suffix = Path(payload.origin.file_name).suffix.lower()
            result[f"{fetch.resource}{page}{suffix if _SUFFIX.fullmatch(suffix) else '.bin'}"] = payload
    return result


def _write(path: Path, payload: Payload) -> None:
    """Write a payload, packed unless it is, and its origin card."""
    body = payload.path.read_bytes()
    if body.startswith(_PACKED):
        path.write_bytes(body)
    else:
        path.with_name(path.name + ".gz").write_bytes(gzip.compress(body, mtime=0))
    write_json(path.with_name(path.name + CARD_SUFFIX), origin_json(payload.origin))
