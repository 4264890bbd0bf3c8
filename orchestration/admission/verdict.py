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
    """One finding of one edit; ``resources`` are those of the series in question.

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
    resources: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "resources": list(self.resources)}

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Reason:
        return cls(**{**content, "resources": tuple(content["resources"])})


@dataclass(frozen=True)
class Verdict:
    """The outcome for one source and vintage, the worst reason first.

    ``resources`` are those that the holding reasons put in question; the others may enter.
    """

    outcome: Outcome
    reasons: tuple[Reason, ...]
    resources: frozenset[str] = frozenset()

    def as_json(self) -> dict[str, Any]:
        return {
            "outcome": self.outcome,
            "resources": sorted(self.resources),
            "reasons": [reason.as_json() for reason in self.reasons],
        }

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Verdict:
        reasons = tuple(Reason.from_json(item) for item in content["reasons"])
        return cls(cast(Outcome, content["outcome"]), reasons, frozenset(content["resources"]))
