"""The payload store: bytes as received, content-addressed, each with its origin card; append-only."""

import hashlib
import json
import os
import shutil
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO

from filelock import FileLock

from orchestration.contracts.payload import Answer, Origin, Payload
from orchestration.core.files import link_or_copy, read_json, remove_leftovers, sha256_of, write_json
from orchestration.ingestion.origin_cards import origin_from, origin_json

BUNDLE = "bundle"
"""The feed whose payloads are kept in git; the others are only here."""
_MOMENT = "%Y%m%dT%H%M%S.%fZ"


@dataclass(frozen=True)
class FileBytes:
    """The bytes of a file, opened by a call."""

    path: Path

    def __call__(self) -> IO[bytes]:
        return self.path.open("rb")


@dataclass(frozen=True)
class Fetch:
    """One complete fetch of one resource: its payloads in order, and the feed."""

    feed: str
    resource: str
    payloads: tuple[Payload, ...]
    is_new: bool


class PayloadStore:
    """The folders of a source, below ``<root>/<source>/``:

    ==================================================  ==========================================================
    ``payloads/<hh>/<sha256>``                          bytes, stored once however often they are received
    ``fetches/<resource>/<time>_<feed>_<hash>.json``    one complete fetch, written when all its payloads are stored
    ``answers/<request>.json``                          the last answer to a request, so that it is not sent again
    ``incoming/``                                       unfinished downloads
    ``answered.json``                                   when the publisher last answered over the network
    ==================================================  ==========================================================

    After a kill at any moment every payload and record that is there is complete.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    @contextmanager
    def in_use(self, source: str) -> Iterator[None]:
        """Reserve the folder of a source, after another fetch of it; remove unfinished files of a killed one."""
        folder = self.root / source
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / ".in_use"):
            remove_leftovers(folder)
            yield

    def incoming(self, source: str) -> Path:
        """Return the folder of unfinished downloads, on the file system of the payloads: a link stores one."""
        folder = self.root / source / "incoming"
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def store(self, answer: Answer) -> Payload:
        """Store the bytes of an answer once; return the payload with hash and size."""
        source = answer.origin.source
        part = self.incoming(source) / f"{uuid.uuid4().hex}.part"
        try:
            sha256, size = self._bring(answer, part)
            path = self.payload_path(source, sha256)
            if not self._holds(path, size, sha256):
                path.parent.mkdir(parents=True, exist_ok=True)
                os.replace(part, path)
        finally:
            part.unlink(missing_ok=True)
        return Payload(replace(answer.origin, sha256=sha256, size=size), path)

    def remember(self, answer: Answer, payload: Payload) -> None:
        """Record a stored answer under its request, so that it is requested again only if it has changed.

        A dropped file is not recorded.
        """
        if isinstance(answer.opener, FileBytes):
            origin = payload.origin
            content = {"origin": origin_json(origin), "status": answer.status}
            path = self._answer_path(origin.source, request_key(origin.resource, origin.url, origin.parameters))
            if not path.exists() or read_json(path) != json.loads(json.dumps(content)):
                write_json(path, content)

    def stored_answer(self, source: str, resource: str, url: str, params: Mapping[str, str]) -> Answer | None:
        """Return the last answer to a request, if its bytes are whole."""
        card = self._answer_path(source, request_key(resource, url, params))
        if not card.exists():
            return None
        content = read_json(card)
        origin = origin_from(content["origin"], card.name)
        payload = self.payload(origin)
        return Answer(origin, FileBytes(payload.path), content["status"]) if payload else None

    def payload(self, origin: Origin) -> Payload | None:
        """Return the payload of an origin card, if its bytes are whole."""
        path = self.payload_path(origin.source, origin.sha256)
        return Payload(origin, path) if self._holds(path, origin.size, origin.sha256) else None

    def record(self, feed: str, payloads: Iterable[Payload]) -> Fetch:
        """Record one complete fetch; an identical one is not recorded twice."""
        kept = tuple(payloads)
        first = kept[0].origin
        moment = max(payload.origin.fetched_at for payload in kept)
        digest = hashlib.sha256("".join(payload.origin.sha256 for payload in kept).encode()).hexdigest()[:16]
        folder = self.root / first.source / "fetches" / first.resource
        last = max(folder.glob(f"*_{feed}_*.json"), key=lambda path: path.name, default=None)
        if feed != BUNDLE and last:
            if last.name.endswith(f"_{digest}.json"):
                return self._read(last)
            moment = max(moment, _moment(last) + timedelta(microseconds=1))
        path = folder / f"{moment:{_MOMENT}}_{feed}_{digest}.json"
        is_new = not path.exists()
        if is_new:
            write_json(path, {"feed": feed, "payloads": [origin_json(item.origin) for item in kept]})
        return Fetch(feed, first.resource, kept, is_new)

    def fetches(self, source: str) -> list[Fetch]:
        """Return every recorded fetch of a source, newest first."""
        paths = sorted((self.root / source / "fetches").glob("*/*.json"), key=lambda path: path.name, reverse=True)
        return [self._read(path) for path in paths]

    def note_answer(self, source: str, moment: datetime) -> None:
        """Record when a publisher answered over the network, also without news."""
        write_json(self.root / source / "answered.json", {"at": moment.isoformat()})

    def answered_at(self, source: str) -> datetime | None:
        """Return when a publisher last answered; None if it never did.

        ``asked.json`` of earlier versions also counted searches of the drop folder and is not read.
        """
        path = self.root / source / "answered.json"
        return datetime.fromisoformat(read_json(path)["at"]) if path.exists() else None

    def _bring(self, answer: Answer, part: Path) -> tuple[str, int]:
        """Link the bytes of an answer to ``part`` if they are in our incoming folder, else copy them."""
        if isinstance(answer.opener, FileBytes) and answer.opener.path.parent == part.parent:
            link_or_copy(answer.opener.path, part)
        else:
            with answer.opener() as source, part.open("wb") as target:
                shutil.copyfileobj(source, target)
                target.flush()
                os.fsync(target.fileno())
        return sha256_of(part), part.stat().st_size

    def _read(self, path: Path) -> Fetch:
        content = read_json(path)
        origins = [origin_from(card, path.name) for card in content["payloads"]]
        payloads = tuple(Payload(origin, self.payload_path(origin.source, origin.sha256)) for origin in origins)
        return Fetch(content["feed"], origins[0].resource, payloads, is_new=False)

    def payload_path(self, source: str, sha256: str) -> Path:
        return self.root / source / "payloads" / sha256[:2] / sha256

    def _answer_path(self, source: str, request: str) -> Path:
        return self.root / source / "answers" / f"{request}.json"

    @staticmethod
    def _holds(path: Path, size: int, sha256: str) -> bool:
        """Return whether the store has these bytes whole; a damaged file is replaced."""
        return path.exists() and path.stat().st_size == size and sha256_of(path) == sha256


def _moment(record: Path) -> datetime:
    """Return when a fetch was recorded, from the name of its file, which sorts by it."""
    return datetime.strptime(record.name.partition("_")[0], _MOMENT).replace(tzinfo=UTC)


def request_key(resource: str, url: str, params: Mapping[str, str]) -> str:
    """Return a file name for one request, without its secrets."""
    return hashlib.sha256(json.dumps([resource, url, sorted(params.items())]).encode()).hexdigest()[:32]
