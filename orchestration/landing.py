"""The payload store: bytes as received, content-addressed, each with its origin card. Append-only; nothing is parsed here."""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from orchestration.contract import Answer, Payload
from orchestration.files import copy_hashed, read_json, sha256_of, write_json
from orchestration.origins import origin_from, origin_json


@dataclass(frozen=True)
class Fetch:
    """One complete fetch of one resource: its payloads in the order in which they came, and the feed they came by."""

    feed: str
    source: str
    resource: str
    fetched_at: datetime
    payloads: tuple[Payload, ...]
    is_new: bool


class Landing:
    """``<root>/<source>/payloads/<hh>/<sha256>`` and ``<root>/<source>/fetches/<resource>/<fetched_at>_<hash>.json``.

    A payload is stored once however often it is received. A fetch record is written only when all its payloads are
    stored, so that a kill leaves finished payloads and no half record.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def store(self, answer: Answer) -> Payload:
        """Keep the bytes of an answer, unless these very bytes are here already; return the payload with hash and size."""
        folder = self.root / answer.origin.source / "incoming"
        folder.mkdir(parents=True, exist_ok=True)
        part = folder / f"{uuid.uuid4().hex}.part"
        try:
            with answer.opener() as source, part.open("wb") as target:
                sha256, size = copy_hashed(source, target)
                target.flush()
                os.fsync(target.fileno())
            path = self._payload_path(answer.origin.source, sha256)
            if not self._holds(path, size, sha256):
                path.parent.mkdir(parents=True, exist_ok=True)
                os.replace(part, path)
        finally:
            part.unlink(missing_ok=True)
        return Payload(replace(answer.origin, sha256=sha256, size=size), path)

    def record(self, feed: str, payloads: Iterable[Payload]) -> Fetch:
        """Write down that these payloads together are one complete fetch; an identical record is not written twice."""
        kept = tuple(payloads)
        first = kept[0].origin
        fetched_at = max(payload.origin.fetched_at for payload in kept)
        digest = hashlib.sha256("".join(payload.origin.sha256 for payload in kept).encode()).hexdigest()[:16]
        folder = self.root / first.source / "fetches" / first.resource
        if feed != "bundle" and (last := self._last_record(folder)) and last.name.endswith(f"_{digest}.json"):
            return Fetch(feed, first.source, first.resource, fetched_at, kept, is_new=False)
        path = folder / f"{fetched_at:%Y%m%dT%H%M%SZ}_{feed}_{digest}.json"
        is_new = not path.exists()
        if is_new:
            write_json(path, {"feed": feed, "payloads": [origin_json(payload.origin) for payload in kept]})
        return Fetch(feed, first.source, first.resource, fetched_at, kept, is_new)

    def fetches(self, source: str) -> list[Fetch]:
        """Every recorded fetch of a source, newest first."""
        paths = sorted((self.root / source / "fetches").glob("*/*.json"), key=lambda path: path.name, reverse=True)
        return [self._read(path) for path in paths]

    def _read(self, path: Path) -> Fetch:
        content = read_json(path)
        origins = [origin_from(item, str(path.name)) for item in content["payloads"]]
        payloads = tuple(Payload(origin, self._payload_path(origin.source, origin.sha256)) for origin in origins)
        newest = max(origin.fetched_at for origin in origins)
        return Fetch(content["feed"], origins[0].source, origins[0].resource, newest, payloads, is_new=False)

    def _payload_path(self, source: str, sha256: str) -> Path:
        return self.root / source / "payloads" / sha256[:2] / sha256

    @staticmethod
    def _holds(path: Path, size: int, sha256: str) -> bool:
        """Whether the store already has these bytes whole; a file damaged from outside is replaced by what just arrived."""
        return path.exists() and path.stat().st_size == size and sha256_of(path) == sha256

    @staticmethod
    def _last_record(folder: Path) -> Path | None:
        return max(folder.glob("*.json"), key=lambda path: path.name, default=None)
