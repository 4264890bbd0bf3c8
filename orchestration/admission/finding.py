"""What edits and a judgement return: reasons that people read, the series they put in question, and the verdict."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from orchestration.admission.case import Case
from orchestration.admission.ledger import Outcome

WORST = 10.0
"""Suspicion of a change that has no measure, such as a sign that turned; the largest that a score uses."""


@dataclass(frozen=True)
class Reason:
    """One finding of one edit; ``resources`` are those of the series in question.

    ``holds`` says whether it keeps the vintage out; otherwise it is a remark. ``score`` is suspicion (how many times the
    limit) times impact (share of the published total in percent, at least 1 where it is of consequence).
    """

    edit: str
    holds: bool
    sentence: str
    score: float
    series: str = ""
    year: int | None = None
    before: float | None = None
    now: float | None = None
    resources: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "resources": list(self.resources)}


@dataclass(frozen=True)
class Verdict:
    """The outcome for one source and vintage, the worst reason first.

    ``resources`` are those that the holding reasons put in question; the others may enter.
    """

    outcome: Outcome
    reasons: tuple[Reason, ...]
    resources: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Finding:
    """A reason and the numbers of the series in question; ``series`` None where the whole vintage is.

    ``resources`` names the resources in question where no series does.
    """

    reason: Reason
    series: Sequence[int] | None = ()
    resources: tuple[str, ...] = ()


def on_vintage(edit: str, sentence: str, *, holds: bool, score: float) -> Finding:
    """Return a finding about the whole vintage."""
    return Finding(Reason(edit, holds, sentence, score), None if holds else ())


def on_measure(
    case: Case, rows: Iterable[int], edit: str, sentence: str, *, holds: bool, score: float, year: int | None = None
) -> Finding:
    """Return a finding about many series of one measure; ``sentence`` follows the title of the measure."""
    rows = tuple(int(row) for row in rows)
    title = case.title(str(case.series["measure"].iloc[rows[0]]))
    return Finding(Reason(edit, holds, f"{title}: {sentence}", score, title, year), rows)


def on_series(
    case: Case,
    rows: Sequence[int],
    edit: str,
    sentence: str,
    *,
    holds: bool,
    suspicion: float = 5.0,
    column: int | None = None,
) -> Finding:
    """Return a finding about series; ``sentence`` follows the name of the first, and the year of the column where one is named.

    Args:
        suspicion: how many times its limit the figure is off.
    """
    row, rows = int(rows[0]), tuple(map(int, rows))
    year, now, before, what = None, None, None, case.words(row)
    if column is not None:
        year, now, before = int(case.years[column]), number(case.now[row, column]), number(case.before[row, column])
        what = f"{what}, {year}"
    score = min(suspicion, WORST) * max(float(case.impact[touched]) for touched in rows)
    return Finding(Reason(edit, holds, f"{what}: {sentence}", score, case.label(row), year, before, now), rows)


def number(value: float) -> float | None:
    """Return a float, or None for NaN."""
    return None if math.isnan(value) else float(value)


def amount(value: float | None) -> str:
    """Format a figure for a sentence: 8.64 billion, 1,234, 0.35."""
    if value is None or value != value:
        return "no figure"
    for size, word in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million")):
        if abs(value) >= size:
            return f"{value / size:,.4g} {word}"
    return f"{value:,.4g}" if abs(value) < 10_000 else f"{value:,.0f}"


def percent(logarithm: float) -> str:
    """Format the logarithm of a ratio as a change in percent, or as a multiple above fivefold."""
    ratio = math.exp(logarithm)
    return f"{ratio:,.3g} times as much" if ratio > 5 else f"{(ratio - 1) * 100:+.3g} %"


def listed(names: Sequence[str], most: int = 8) -> str:
    """Join names with commas; count those beyond ``most``."""
    shown = ", ".join(names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"
