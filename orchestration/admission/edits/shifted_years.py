"""Years that moved: a series' values are those that the vintage before had for the year before or after."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from orchestration.admission.case import Case
from orchestration.admission.finding import Finding
from orchestration.admission.verdict import Reason

EDIT = "shifted years"
LEVEL = 2


def findings(case: Case) -> Iterator[Finding]:
    if case.now.shape[1] < 3:
        return
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
