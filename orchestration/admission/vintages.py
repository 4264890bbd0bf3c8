"""The stored vintages of a source: what was decided about each, why, and manual overrides of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from orchestration.admission import ledger
from orchestration.admission.ingest import ingest
from orchestration.admission.ledger import ADMITTED, BY_PERSON, BY_RULE, Decision, FileKey
from orchestration.contracts.source import Source
from orchestration.core.errors import FeedError
from orchestration.core.settings import Settings
from orchestration.ingestion.held_vintages import HeldVintage
from orchestration.ingestion.payload_store import BUNDLE
from orchestration.ingestion.selection import Selection, read_selection

REVIEWED = "reviewed"
"""The outcome of a vintage that the bundle ships."""


@dataclass(frozen=True)
class VintageState:
    """One vintage of a source.

    ``outcome`` is ``reviewed``, ``admitted``, ``admitted_with_remarks``, ``held_back`` or ``rejected``; ``by`` says who
    decided: ``bundle``, ``rule`` or ``person``. ``rows`` counts what a build sees of it.
    """

    source: str
    vintage: date
    outcome: str
    by: str
    why: str
    decided_at: str | None
    payloads: str
    rows: int
    reasons: tuple[Mapping[str, Any], ...] = ()
    is_open: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return the JSON object of ``bilateral vintages list --json``."""
        content = asdict(self) | {"vintage": self.vintage.isoformat(), "payloads": self.payloads.split(", ")}
        content["awaits_a_decision"] = content.pop("is_open")
        return content


def vintage_states(selection: Selection) -> list[VintageState]:
    """Return every vintage of a selection, oldest first. A held one takes the place of admitted files of its date."""
    states = {vintage: _admitted(selection, vintage) for vintage in selection.vintages}
    states |= {held.vintage: _held(selection, held) for held in selection.held}
    return [states[vintage] for vintage in sorted(states)]


def _held(selection: Selection, held: HeldVintage) -> VintageState:
    files = [file for file in selection.files if file.vintage == held.vintage and file.payload_sha256]
    rows = sum(file.rows for file in files if file.resource not in held.resources)
    why = "; ".join(held.sentences(1))
    if rows:
        why += f" (held: {', '.join(held.resources)}; other resources of this vintage are in use)"
    by = BY_RULE if held.outcome == "held_back" else BY_PERSON
    return VintageState(
        selection.source, held.vintage, held.outcome, by, why, None, held.payloads, rows, held.reasons, held.is_open
    )


def _admitted(selection: Selection, vintage: date) -> VintageState:
    files = [file for file in selection.files if file.vintage == vintage and file.payload_sha256]
    payloads = ", ".join(sorted({f"{file.resource} sha256:{file.payload_sha256[:12]}" for file in files}))
    rows = sum(file.rows for file in files)
    entries = [entry for entry in selection.decisions if entry["vintage"] == vintage.isoformat()]
    if not entries:
        why = "shipped with the bundle, and reviewed"
        return VintageState(selection.source, vintage, REVIEWED, BUNDLE, why, None, payloads, rows)
    last, reasons = entries[-1], tuple(reason for entry in entries for reason in entry["reasons"])
    decision = (last["outcome"], last["by"], last["reason"], last["time"])
    return VintageState(selection.source, vintage, *decision, payloads, rows, reasons)


def admit_vintage(source: Source, settings: Settings, vintage: date, reason: str) -> Decision:
    """Admit a vintage that was held back or rejected, whole. Admission does not judge it again.

    Raises:
        FeedError: no such vintage of this source is held back or rejected here.
    """
    return _decide(source, settings, vintage, ADMITTED, reason)


def reject_vintage(source: Source, settings: Settings, vintage: date, reason: str) -> Decision:
    """Reject a vintage, whole: the newest admitted one before it is used instead.

    Raises:
        FeedError: no such vintage of this source is stored beside the bundle.
    """
    return _decide(source, settings, vintage, ledger.REJECTED, reason)


def _decide(source: Source, settings: Settings, vintage: date, outcome: str, reason: str) -> Decision:
    name = source.CARD.id
    selection = read_selection(settings, name)
    stored: dict[date, set[FileKey]] = {held.vintage: set(held.files) for held in selection.held}
    if outcome == ledger.REJECTED:
        for file in selection.files:
            if file.payload_sha256 and selection.feeds.get(file.payload_sha256, BUNDLE) != BUNDLE:
                stored.setdefault(file.vintage, set()).add((file.resource, file.payload_sha256))
    if vintage not in stored:
        state = "stored beside the bundle" if outcome == ledger.REJECTED else "held back or rejected"
        raise FeedError(
            f"no vintage of {vintage} is {state}; vintages that are: {', '.join(map(str, sorted(stored))) or 'none'}",
            publisher=name,
            remedy=f"see all vintages: bilateral vintages list {name}",
        )
    decision = ledger.record(settings, name, vintage, outcome, BY_PERSON, reason, stored[vintage])
    ingest(source, replace(settings, feed="landing"))  # the files came by a live feed, whatever the shell is set to
    return decision
