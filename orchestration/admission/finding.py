"""A finding of an edit: the reason that people read, and the series it puts in question."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from orchestration.admission.case import Case
from orchestration.admission.verdict import Reason

WORST = 10.0
"""Suspicion of a change that has no measure, such as a sign that turned; the largest that a score uses."""


@dataclass(frozen=True)
class Finding:
    """A reason and the numbers of the series in question; ``series`` None where the whole vintage is.

    ``resources`` names the resources in question where no series does.
    """

    reason: Reason
    series: Sequence[int] | None = ()
    resources: tuple[str, ...] = ()


def on_vintage(edit: str, level: int, sentence: str, *, holds: bool, score: float = 100.0) -> Finding:
    """Return a finding about the whole vintage."""
    return Finding(Reason(level, edit, holds, "", None, None, None, score, sentence), None if holds else ())


def on_measure(
    case: Case, rows: Iterable[int], edit: str, sentence: str, *, holds: bool, score: float, year: int | None = None
) -> Finding:
    """Return a finding about many series of one measure; ``sentence`` follows the title of the measure."""
    rows = tuple(int(row) for row in rows)
    title = case.title(str(case.series["measure"].iloc[rows[0]]))
    return Finding(Reason(2, edit, holds, title, year, None, None, score, f"{title}: {sentence}"), rows)


def on_figure(
    case: Case,
    place: tuple[int, int],
    edit: str,
    sentence: str,
    *,
    holds: bool,
    suspicion: float,
    level: int = 2,
    rows: Sequence[int] | None = None,
) -> Finding:
    """Return a finding about the figure at (row, column); ``sentence`` follows series and year.

    Args:
        suspicion: how many times its limit the figure is off.
        rows: every series in question; that of the figure where omitted.
    """
    row, column = int(place[0]), int(place[1])
    year, now, before = int(case.years[column]), number(case.now[row, column]), number(case.before[row, column])
    rows = [row] if rows is None else list(rows)
    score = min(suspicion, WORST) * max(float(case.impact[touched]) for touched in rows)
    text = f"{case.words(row)}, {year}: {sentence}"
    return Finding(Reason(level, edit, holds, case.label(row), year, before, now, score, text), rows)


def on_series(
    case: Case, rows: Sequence[int], edit: str, sentence: str, *, holds: bool, suspicion: float = 5.0
) -> Finding:
    """Return a finding about whole series; ``sentence`` follows the name of the first."""
    score = min(suspicion, WORST) * max(float(case.impact[row]) for row in rows)
    text = f"{case.words(rows[0])}: {sentence}"
    return Finding(Reason(2, edit, holds, case.label(rows[0]), None, None, None, score, text), tuple(map(int, rows)))


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
