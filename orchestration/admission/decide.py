"""Manual overrides of admission: admit what was held back or reject what was not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from orchestration.admission import ledger
from orchestration.admission.ingest import ingest
from orchestration.admission.ledger import Decision, FileKey
from orchestration.admission.verdict import ADMITTED
from orchestration.contracts.source import Source
from orchestration.core.errors import FeedError
from orchestration.core.settings import Settings
from orchestration.ingestion.payload_store import BUNDLE
from orchestration.ingestion.selection import Selection, read_selection


def admit_vintage(source: Source, settings: Settings, vintage: date, reason: str) -> Decision:
    """Admit a vintage that was held back or rejected, whole. Admission does not judge it again.

    Raises:
        FeedError: no such vintage of this source is held back or rejected here.
    """
    files = _kept_out(read_selection(settings, source.CARD.id))
    return _decide(
        source, settings, vintage, ADMITTED, reason, _of(files, vintage, source.CARD.id, "held back or rejected")
    )


def reject_vintage(source: Source, settings: Settings, vintage: date, reason: str) -> Decision:
    """Reject a vintage, whole: the newest admitted one before it is used instead.

    Raises:
        FeedError: no such vintage of this source is stored beside the bundle.
    """
    files = _stored(read_selection(settings, source.CARD.id))
    return _decide(
        source,
        settings,
        vintage,
        ledger.REJECTED,
        reason,
        _of(files, vintage, source.CARD.id, "stored beside the bundle"),
    )


def _kept_out(selection: Selection) -> dict[date, tuple[FileKey, ...]]:
    return {held.vintage: held.files for held in selection.held}


def _stored(selection: Selection) -> dict[date, tuple[FileKey, ...]]:
    """Return by vintage the raw files of a selection, used or kept out, that came by anything else than the bundle."""
    stored = _kept_out(selection)
    for file in selection.files:
        if file.payload_sha256 and selection.feeds.get(file.payload_sha256, BUNDLE) != BUNDLE:
            files = {*stored.get(file.vintage, ()), (file.resource, file.payload_sha256)}
            stored[file.vintage] = tuple(sorted(files))
    return stored


def _of(stored: Mapping[date, tuple[FileKey, ...]], vintage: date, source_id: str, state: str) -> tuple[FileKey, ...]:
    if vintage not in stored:
        known = ", ".join(map(str, sorted(stored))) or "none"
        raise FeedError(
            f"no vintage of {vintage} is {state}; vintages that are: {known}",
            publisher=source_id,
            remedy=f"see all vintages: bilateral vintages list {source_id}",
        )
    return stored[vintage]


def _decide(
    source: Source, settings: Settings, vintage: date, outcome: str, reason: str, files: tuple[FileKey, ...]
) -> Decision:
    decision = ledger.record(settings, source.CARD.id, vintage, outcome, ledger.BY_PERSON, reason, files)
    ingest(source, replace(settings, feed="landing"))  # the files came by a live feed, whatever the shell is set to
    return decision
