"""Every vintage of a source that is held here: what was decided about it, why, and by which payloads it came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from orchestration.admission.ledger import BY_PERSON, BY_RULE
from orchestration.ingestion.held_vintages import HeldVintage
from orchestration.ingestion.payload_store import BUNDLE
from orchestration.ingestion.selection import Selection

REVIEWED = "reviewed"
"""A vintage that the bundle ships."""


@dataclass(frozen=True)
class VintageState:
    """One vintage of a source.

    ``outcome`` is ``reviewed``, ``admitted``, ``admitted_with_remarks``, ``held_back`` or ``rejected``; ``by`` says who decided:
    ``bundle``, ``rule`` or ``person``. ``rows`` count what a build sees of it.
    """

    source: str
    vintage: date
    outcome: str
    by: str
    why: str
    decided_at: str | None
    payloads: str
    rows: int
    reasons: tuple[Mapping[str, Any], ...]
    is_open: bool = False

    def as_json(self) -> dict[str, Any]:
        """For people's programs."""
        return {
            "source": self.source,
            "vintage": self.vintage.isoformat(),
            "outcome": self.outcome,
            "by": self.by,
            "why": self.why,
            "decided_at": self.decided_at,
            "payloads": self.payloads.split(", "),
            "rows": self.rows,
            "awaits_a_decision": self.is_open,
            "reasons": [dict(one) for one in self.reasons],
        }


def vintage_states(selection: Selection) -> list[VintageState]:
    """Every vintage of a selection, oldest first. A held one takes the place of admitted files of its date."""
    held = {one.vintage: _held(selection, one) for one in selection.held}
    admitted = {vintage: _admitted(selection, vintage) for vintage in selection.vintages}
    return [one for _, one in sorted((admitted | held).items())]


def _held(selection: Selection, held: HeldVintage) -> VintageState:
    why = "; ".join(held.sentences(1))
    admitted = [file for file in selection.files if file.vintage == held.vintage and file.payload_sha256]
    rows = sum(file.rows for file in admitted if file.resource not in held.resources)
    if rows:
        why += f" (held: {', '.join(held.resources)}; other resources of this vintage are in use)"
    by = BY_RULE if held.outcome == "held_back" else BY_PERSON
    return VintageState(
        selection.source,
        held.vintage,
        held.outcome,
        by,
        why,
        None,
        held.payloads,
        rows,
        held.reasons,
        is_open=held.is_open,
    )


def _admitted(selection: Selection, vintage: date) -> VintageState:
    files = [one for one in selection.files if one.vintage == vintage and one.payload_sha256]
    payloads = ", ".join(sorted({f"{one.resource} sha256:{one.payload_sha256[:12]}" for one in files}))
    rows = sum(one.rows for one in files)
    entries = [one for one in selection.decisions if one["vintage"] == vintage.isoformat()]
    if not entries:
        why = "shipped with the bundle, and reviewed"
        return VintageState(selection.source, vintage, REVIEWED, BUNDLE, why, None, payloads, rows, ())
    last = entries[-1]
    reasons = tuple(reason for one in entries for reason in one["reasons"])
    return VintageState(
        selection.source,
        vintage,
        last["outcome"],
        last["by"],
        last["reason"],
        last["time"],
        payloads,
        rows,
        reasons,
    )
