"""Years that moved: a series' values are those that the vintage before had for the year before or after."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from orchestration.admission.case import Case, Integers
from orchestration.admission.finding import Finding
from orchestration.admission.verdict import Reason

EDIT = "shifted years"
LEVEL = 2


def findings(case: Case) -> Iterator[Finding]:
    if case.now.shape[1] < 3:
        return
    yield from _moved(case)
    for number in np.unique(case.measure[~case.restates]):
        yield from _alone(case, np.flatnonzero(case.measure == number))


def _alone(case: Case, rows: Integers) -> Iterator[Finding]:
    """Figures of another year than all others of an edition, where it has one figure of each series."""
    held = ~np.isnan(case.now[rows])
    counts = held.sum(axis=0)
    year = int(np.argmax(counts))
    others = held.any(axis=1) & ~held[:, year]
    if held.sum(axis=1).max() > 1 or counts[year] < 2 or others.sum() >= counts[year]:
        return
    for row in rows[others].tolist():
        column = int(np.flatnonzero(~np.isnan(case.now[row]))[-1])
        found = int(case.years[column])
        sentence = (
            f"{case.words(row)}: the figure is of {found}, all others of this edition are of {int(case.years[year])}."
        )
        holds, now = bool(case.of_consequence[row]), float(case.now[row, column])
        score = 5 * float(case.impact[row])
        yield Finding(Reason(LEVEL, EDIT, holds, case.label(row), found, None, now, score, sentence), (row,))


def _moved(case: Case) -> Iterator[Finding]:
    for shift, word in ((1, "before"), (-1, "after")):
        moved = np.zeros(case.now.shape, dtype=bool)
        if shift == 1:
            moved[:, 1:] = case.now[:, 1:] == case.before[:, :-1]
        else:
            moved[:, :-1] = case.now[:, :-1] == case.before[:, 1:]
        counts = (moved & (case.now != 0) & (case.now != case.before)).sum(axis=1)
        same = ((case.now != 0) & (case.now == case.before)).sum(axis=1)
        held = (~np.isnan(case.now) & ~np.isnan(case.before)).sum(axis=1)
        enough = np.maximum(3, np.minimum(case.parameters.same_years, np.ceil(0.6 * held)))
        for row in np.flatnonzero((counts >= enough) & (counts > same)).tolist():
            sentence = f"{case.words(row)}: {counts[row]} figures are those of the year {word}; its years are shifted."
            holds = bool(case.of_consequence[row]) or counts[row] > 0
            score = float(case.impact[row]) * 5
            yield Finding(Reason(LEVEL, EDIT, holds, case.label(row), None, None, None, score, sentence), (int(row),))
