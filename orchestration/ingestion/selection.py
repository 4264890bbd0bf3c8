"""The selection of one source: the raw files that the next build sees, and what was held back from it."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from orchestration.contracts.payload import Origin
from orchestration.core.errors import FeedError
from orchestration.core.files import read_json, sha256_of, write_json, write_text
from orchestration.core.settings import Settings
from orchestration.ingestion.held_vintages import HeldVintage, held_from
from orchestration.ingestion.origin_cards import origin_from, origin_json
from orchestration.ingestion.payload_store import BUNDLE
from orchestration.ingestion.raw_tables import RawFile, raw_file, raw_json

_FROM = "selected_from.txt"
"""Beside a selection: what it was made from. It is not in the selection, as an equal one may come from another feed."""


@dataclass(frozen=True)
class Selection:
    """The raw files of one source that the next build sees, and the origin cards of the payloads they came from.

    ``feeds`` is the feed of each payload by SHA-256. ``unchanged`` counts the answers that the publisher did not send
    again. ``later`` are the vintages of each raw table that a build as of an earlier day leaves out. ``held`` are the
    vintages that admission or a person keeps out; ``decisions`` are the entries of the ledger by which files that the
    bundle does not ship are in.
    """

    source: str
    files: tuple[RawFile, ...]
    origins: tuple[Origin, ...]
    new_payloads: int = 0
    unchanged: int = 0
    feeds: Mapping[str, str] = field(default_factory=dict)
    later: Mapping[str, tuple[date, ...]] = field(default_factory=dict)
    held: tuple[HeldVintage, ...] = ()
    decisions: tuple[Mapping[str, Any], ...] = ()

    @property
    def open_held(self) -> list[HeldVintage]:
        """The vintages that are held back and await a better answer or a decision, oldest first."""
        return [item for item in self.held if item.is_open]

    @property
    def vintages(self) -> list[date]:
        """Every vintage in the selection, oldest first."""
        return sorted({item.vintage for item in self.files if item.payload_sha256})

    @property
    def vintages_by_feed(self) -> dict[str, list[date]]:
        """The feeds in use, each with the vintages that came by it, oldest first."""
        result: dict[str, set[date]] = {}
        for item in self.files:
            if item.payload_sha256:
                result.setdefault(self.feeds.get(item.payload_sha256, BUNDLE), set()).add(item.vintage)
        return {feed: sorted(vintages) for feed, vintages in sorted(result.items())}

    def rows(self) -> dict[str, int]:
        """Return the number of rows by raw table."""
        counts: dict[str, int] = {}
        for item in self.files:
            counts[item.table] = counts.get(item.table, 0) + item.rows
        return counts


def select(fetches: Iterable[list[RawFile]], superseded: Mapping[str, str] | None = None) -> list[RawFile]:
    """Return the raw files of a build: of each table, resource and vintage those of the first fetch that has it.

    The newest fetch comes first. ``superseded`` maps a resource to the one with the same figures and more: of a vintage
    that both have, the files of the first are left out.
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
    """Return the path of the last selection of a source."""
    return settings.raw / source_id / settings.selection_file


def selected_from(settings: Settings, source_id: str) -> str:
    """Return the basis of the last selection of a source: the kind of feed, and the hash of its files in the bundle."""
    path = selection_path(settings, source_id).with_name(_FROM)
    return path.read_text(encoding="utf-8") if path.exists() else ""


def basis(settings: Settings, source_id: str) -> str:
    """Return what a selection of a source that is made now would be made from, as ``selected_from`` returns it."""
    paths = sorted(path for path in (settings.bundle / source_id).glob("*/**/*") if path.is_file())
    lines = "\n".join(f"{path.relative_to(settings.bundle)} {sha256_of(path)}" for path in paths)
    digest = hashlib.sha256(lines.encode()).hexdigest()
    return f"{settings.as_of or 'today'} {'bundle' if settings.feed == BUNDLE else 'live'} {digest}"


def read_selection(settings: Settings, source_id: str, written: Path | None = None) -> Selection:
    """Return the last selection of a source, or the copy of a build in ``written``.

    Raises:
        FeedError: the source was never ingested here for builds of this day.
    """
    path = written or selection_path(settings, source_id)
    content = read_json(path) if path.exists() else {}
    if not content or content.get("as_of") != (settings.as_of and settings.as_of.isoformat()):
        raise FeedError(
            "a build needs the raw tables of every source",
            publisher=source_id,
            remedy=f"materialise the raw assets of {source_id} first, or run the whole refresh",
        )
    return Selection(
        source_id,
        tuple(raw_file(settings.raw, item) for item in content["files"]),
        tuple(origin_from(item, path.name) for item in content["origins"]),
        feeds=content.get("feeds", {}),
        later={table: tuple(map(date.fromisoformat, days)) for table, days in content.get("later", {}).items()},
        held=tuple(map(held_from, content.get("held", ()))),
        decisions=tuple(content.get("decisions", ())),
    )


def write_selection(settings: Settings, selection: Selection) -> None:
    """Write the selection of a source for the next build."""
    content = {
        "files": [raw_json(settings.raw, item) for item in selection.files],
        "origins": [origin_json(origin) for origin in selection.origins],
        "feeds": selection.feeds,
        "as_of": settings.as_of,
        "later": selection.later,
        "held": [entry.as_json() for entry in selection.held],
        "decisions": selection.decisions,
    }
    path = selection_path(settings, selection.source)
    path.with_name(_FROM).unlink(missing_ok=True)
    write_json(path, content)
    write_text(path.with_name(_FROM), basis(settings, selection.source))
