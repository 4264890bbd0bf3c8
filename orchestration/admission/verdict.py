"""What admission decides about a vintage: the verdict and its reasons, and their JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal, cast

from orchestration.core.settings import Settings
from orchestration.ingestion.raw_tables import RawFile

Outcome = Literal["admitted", "admitted_with_remarks", "held_back"]
ADMITTED: Outcome = "admitted"
WITH_REMARKS: Outcome = "admitted_with_remarks"
HELD_BACK: Outcome = "held_back"


@dataclass(frozen=True)
class Context:
    """What else a judgement may look at.

    ``fetched`` is the day of the fetch. ``others`` are the raw files of the present selections of the sources, for edits
    between publishers; the judged source's own are the earlier editions of tables whose vintages repeat nothing.
    """

    fetched: date
    settings: Settings
    others: Mapping[str, Sequence[RawFile]]


@dataclass(frozen=True)
class Reason:
    """One finding of one edit.

    ``level`` is the validation level of the European Statistical System (2 over time, 3 between publishers, 4 and 5
    plausibility). ``holds`` says whether it keeps the vintage out; otherwise it is a remark. ``score`` is suspicion (how
    many times the limit) times impact (share of the published total in percent, at least 1 where it is of consequence).
    """

    level: int
    edit: str
    holds: bool
    series: str
    year: int | None
    before: float | None
    now: float | None
    score: float
    sentence: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Reason:
        return cls(**content)


@dataclass(frozen=True)
class Verdict:
    """The outcome for one source and vintage, the worst reason first, and the share of the source's published weight that
    the holding reasons put in question, 0 to 1."""

    outcome: Outcome
    reasons: tuple[Reason, ...]
    share_in_question: float

    @property
    def holds(self) -> bool:
        return self.outcome == HELD_BACK

    def as_json(self) -> dict[str, Any]:
        return {
            "outcome": self.outcome,
            "share_in_question": self.share_in_question,
            "reasons": [one.as_json() for one in self.reasons],
        }

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Verdict:
        reasons = tuple(Reason.from_json(one) for one in content["reasons"])
        return cls(cast(Outcome, content["outcome"]), reasons, float(content["share_in_question"]))
