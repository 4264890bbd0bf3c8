"""A person's word about a vintage: admit what was held back, reject what was not."""

from __future__ import annotations

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
    """Admit a vintage that was held back or rejected, whole. No other guard asks about it again.

    Raises:
        FeedError: no such vintage of this source is held back or rejected here.
    """
    selection = read_selection(settings, source.CARD.id)
    kept_out = {one.vintage: one.files for one in selection.held}
    if vintage not in kept_out:
        raise _no_such(source, vintage, "held back or rejected", sorted(kept_out))
    return _decide(source, settings, vintage, ADMITTED, reason, kept_out[vintage])


def reject_vintage(source: Source, settings: Settings, vintage: date, reason: str) -> Decision:
    """Reject a vintage, whole: the newest admitted one before it is used instead.

    Raises:
        FeedError: no such vintage of this source came here by anything else than the bundle.
    """
    selection = read_selection(settings, source.CARD.id)
    here = {one.vintage: one.files for one in selection.held} | files_of_vintages(selection)
    if vintage not in here:
        raise _no_such(source, vintage, "held here beside the bundle", sorted(here))
    return _decide(source, settings, vintage, ledger.REJECTED, reason, here[vintage])


def files_of_vintages(selection: Selection) -> dict[date, tuple[FileKey, ...]]:
    """By vintage, the raw files of a selection that came by anything else than the bundle."""
    found: dict[date, set[FileKey]] = {}
    for item in selection.files:
        if item.payload_sha256 and selection.feeds.get(item.payload_sha256, BUNDLE) != BUNDLE:
            found.setdefault(item.vintage, set()).add((item.resource, item.payload_sha256))
    return {vintage: tuple(sorted(files)) for vintage, files in found.items()}


def _decide(
    source: Source, settings: Settings, vintage: date, outcome: str, reason: str, files: tuple[FileKey, ...]
) -> Decision:
    decision = ledger.record(settings, source.CARD.id, vintage, outcome, ledger.BY_PERSON, reason, files)
    # the files came by a live feed, whatever feed the person's shell is set to
    ingest(source, replace(settings, feed="landing"))
    return decision


def _no_such(source: Source, vintage: date, what: str, known: list[date]) -> FeedError:
    return FeedError(
        f"no vintage of {vintage} is {what}; there are: {', '.join(map(str, known)) or 'none'}",
        publisher=source.CARD.publisher,
        payload=source.CARD.id,
        remedy=f"see what there is: bilateral vintages list {source.CARD.id}",
    )
