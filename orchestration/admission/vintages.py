"""The stored vintages of a source: what was decided about each, why, and manual overrides of it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from orchestration.admission import ledger
from orchestration.admission.ingest import ingest
from orchestration.admission.ledger import BY_PERSON, BY_RULE, HELD_BACK, REJECTED, Decision, FileKey
from orchestration.contracts.payload import short_hash
from orchestration.contracts.source import Source
from orchestration.core.data_lock import REFRESH, hold
from orchestration.core.errors import FeedError
from orchestration.core.settings import Settings
from orchestration.ingestion.held_vintages import HeldVintage
from orchestration.ingestion.payload_store import BUNDLE
from orchestration.ingestion.selection import Selection, read_selection


@dataclass(frozen=True)
class VintageState:
    """One vintage: its ``outcome``, decided ``by`` bundle, rule or person; ``rows`` counts what a build sees of it."""

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
    files: tuple[FileKey, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the JSON object of ``bilateral vintages list --json``."""
        content = asdict(self) | {"vintage": self.vintage.isoformat(), "payloads": self.payloads.split(", ")}
        content["awaits_a_decision"] = content.pop("is_open")
        return content


def vintage_states(selection: Selection) -> list[VintageState]:
    """Return every vintage of a selection, oldest first. A held one takes the place of admitted files of its date."""
    held = {vintage.vintage: vintage for vintage in selection.held}
    return [
        _held(selection, held[vintage]) if vintage in held else _admitted(selection, vintage)
        for vintage in sorted({*selection.vintages, *held})
    ]


def _held(selection: Selection, held: HeldVintage) -> VintageState:
    files, why = (file for file in selection.files if file.vintage == held.vintage), "; ".join(held.sentences())
    if rows := sum(file.rows for file in files if file.resource not in held.resources):
        why += f" (held: {', '.join(held.resources)}; other resources of this vintage are in use)"
    by = BY_RULE if held.outcome == HELD_BACK else BY_PERSON
    content = why, None, held.payloads, rows, held.reasons, held.is_open, held.files
    return VintageState(selection.source, held.vintage, held.outcome, by, *content)


def _admitted(selection: Selection, vintage: date) -> VintageState:
    files = [file for file in selection.files if file.vintage == vintage]
    payloads = ", ".join(sorted({f"{file.resource} sha256:{short_hash(file.payload_sha256)}" for file in files}))
    decision: tuple[str, str, str, str | None] = ("reviewed", BUNDLE, "shipped with the bundle, and reviewed", None)
    entries = [entry for entry in selection.decisions if entry["vintage"] == vintage.isoformat()]
    for entry in entries:
        decision = (entry["outcome"], entry["by"], entry["reason"], entry["time"])
    reasons = tuple(reason for entry in entries for reason in entry["reasons"])
    return VintageState(selection.source, vintage, *decision, payloads, sum(file.rows for file in files), reasons)


def decide(
    source: Source, settings: Settings, vintage: date, outcome: str, reason: str, resources: Sequence[str] = ()
) -> Decision:
    """Record a person's decision about a vintage, or about some resources of it, and select again.

    ``outcome`` is ADMITTED, of a vintage that is held back or rejected, or REJECTED, of any that is stored beside the
    bundle. Raise FeedError where there is no such vintage or resource, BilateralError while a refresh is at work.
    """
    name = source.CARD.id
    selection = read_selection(settings, name)
    stored: dict[date, set[FileKey]] = {held.vintage: set(held.files) for held in selection.held}
    for file in selection.files if outcome == REJECTED else ():
        if selection.feeds.get(file.payload_sha256, BUNDLE) != BUNDLE:
            stored.setdefault(file.vintage, set()).add((file.resource, file.payload_sha256))
    if vintage not in stored:
        state = "stored beside the bundle" if outcome == REJECTED else "held back or rejected"
        what = f"no vintage of {vintage} is {state}; vintages that are: {', '.join(map(str, sorted(stored))) or 'none'}"
        raise FeedError(what, publisher=name, remedy=f"see all vintages: bilateral vintages list {name}")
    known = sorted({resource for resource, _ in stored[vintage]})
    if unknown := sorted({*resources} - {*known}):
        what = f"the vintage of {vintage} has no {', '.join(unknown)} to decide about; it has {', '.join(known)}"
        raise FeedError(what, publisher=name, remedy=f"see it: bilateral vintages list {name} {vintage}")
    chosen = {key for key in stored[vintage] if key[0] in (resources or known)}
    decision = ledger.decided(vintage, outcome, BY_PERSON, reason, chosen)
    with hold(settings.data / REFRESH, "bilateral vintages", alone=False):
        ledger.record(settings, name, decision)
        ingest(source, replace(settings, feed="landing"))  # the files came by a live feed, whatever the shell is set to
    return decision
