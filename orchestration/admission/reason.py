"""Reasons: the findings of edits as people read them, with the series and resources that each puts in question."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import product
from typing import Any

import numpy as np

from orchestration.admission.case import Booleans, Case, Floats

WORST = 10.0  # suspicion of a change without a measure, such as a sign that turned; the largest that a score uses
MOST_NAMED = 5


@dataclass(frozen=True)
class Reason:
    """One finding of one edit about ``resources`` or, where those are empty, about the whole vintage.

    ``holds`` keeps them out of builds; otherwise it is a remark. ``score`` is suspicion (how many times the limit)
    times impact (``Case.impact``). ``rows`` are the numbers of the series in question.
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
    rows: tuple[int, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the JSON object of the ledger, without ``rows``, which mean something in one judgement only."""
        kept = asdict(self) | {"resources": [*self.resources]}
        return {name: value for name, value in kept.items() if name != "rows"}


def on_measure(
    case: Case, rows: Iterable[int], edit: str, sentence: str, *, holds: bool, score: float, year: int | None = None
) -> Reason:
    """Return a reason about many series of one measure; ``sentence`` follows the title of the measure."""
    rows = tuple(int(row) for row in rows)
    title = case.title(str(case.series["measure"].iloc[rows[0]]))
    return Reason(edit, holds, f"{title}: {sentence}", score, title, year, rows=rows)


def on_series(
    case: Case, rows: list[int], edit: str, sentence: str, *, holds: bool, suspicion: float, column: int | None = None
) -> Reason:
    """Return a reason about series, ``suspicion`` times the limit; ``sentence`` follows the first's name and year."""
    row, year, before, now = int(rows[0]), None, None, None
    what = case.words(row)
    if column is not None:
        year, figures = int(case.years[column]), (case.before[row, column], case.now[row, column])
        what = f"{what}, {year}"
        before, now = (None if np.isnan(figure) else float(figure) for figure in figures)
    score, numbers = min(suspicion, WORST) * float(case.impact[rows].max()), tuple(map(int, rows))
    return Reason(edit, holds, f"{what}: {sentence}", score, case.label(row), year, before, now, rows=numbers)


def largest(case: Case, edit: str, what: str, logs: Floats, cells: Booleans) -> Iterator[Reason]:
    """Yield a remark for large and one for small series of each measure: ``what`` they did, by ``logs``."""
    moved = np.where(cells, np.abs(np.expm1(np.clip(np.nan_to_num(logs), -WORST, WORST))), 0.0)
    effect = np.where(case.is_ratio, 1.0, case.weight) * moved.max(axis=1, initial=0.0)
    touched = cells.any(axis=1)
    for measure, large in product(np.unique(case.measure[touched]), (True, False)):
        rows = np.flatnonzero(touched & (case.measure == measure) & (case.of_consequence == large))
        rows = rows[np.argsort(-effect[rows], kind="stable")]
        if len(rows):
            ends = [np.unique(logs[row][cells[row]])[[0, -1]].tolist() for row in rows]
            moves = [" to ".join(dict.fromkeys(map(percent, pair))) for pair in ends]
            names = [f"{case.name(int(row))} {case.span(cells[row])} {by}" for row, by in zip(rows, moves, strict=True)]
            size, order = "large" if large else "small", "the largest effect on the total first"
            sentence = f"{len(rows)} {size} series {what}, {order}: {listed(names)}."
            score = 100.0 * float(effect[rows[0]]) if large else 0.5
            yield on_measure(case, rows[:MOST_NAMED], edit, sentence, holds=False, score=score)


def amount(value: float | None) -> str:
    """Format a figure for a sentence: 8.64 billion, 1,234, 0.35."""
    if value is None or value != value:
        return "no figure"
    for size, word in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million")):
        if abs(value) >= size:
            return f"{value / size:,.4g} {word}"
    return f"{value:,.4g}" if abs(value) < 10_000 else f"{value:,.0f}"


def percent(logarithm: float) -> str:
    """Format the logarithm of a ratio as percent, or above five as a factor or divisor; in words from and to zero."""
    if not math.isfinite(logarithm):
        return "from zero" if logarithm > 0 else "to zero" if logarithm < 0 else "no such jump"
    for sign, factor in (("×", math.exp(logarithm)), ("÷", math.exp(-logarithm))):
        if factor > 5:
            return sign + (f"{factor:,.0f}" if factor >= 100 else f"{factor:.3g}")
    return f"{math.expm1(logarithm) * 100:+.3g} %"


def beyond(doubt: float) -> str:
    """Format a multiple of a limit; a jump from zero has none."""
    return f"{doubt:.1f} times the limit" if math.isfinite(doubt) else "beyond any limit"


def listed(names: Sequence[str], between: str = ", ") -> str:
    """Join names; count those beyond ``MOST_NAMED``."""
    shown = between.join(names[:MOST_NAMED])
    return shown if len(names) <= MOST_NAMED else f"{shown} and {len(names) - MOST_NAMED} more"
