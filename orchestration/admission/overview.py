"""Every stored vintage of a source: what was decided about it, why, and which payloads brought it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from orchestration.admission.ledger import BY_PERSON, BY_RULE
from orchestration.ingestion.held_vintages import HeldVintage
from orchestration.ingestion.payload_store import BUNDLE
from orchestration.ingestion.selection import Selection

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
