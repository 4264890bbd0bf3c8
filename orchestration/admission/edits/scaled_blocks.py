"""Blocks of figures that are exact multiples of what they were: thousands for millions, a currency's subunit."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from orchestration.admission.case import Case
from orchestration.admission.finding import Finding, listed
from orchestration.admission.verdict import Reason

EDIT = "scaled block"
LEVEL = 2


def findings(case: Case) -> Iterator[Finding]:
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = case.now / case.before
        factor = np.where(ratio >= 1, ratio, 1 / ratio)
        exact = np.isfinite(factor) & (factor > 1.5) & (np.abs(factor - np.round(factor)) < 1e-6 * factor)
    exact &= np.abs(case.before) > 1000
    rows, columns = exact.nonzero()
    for step in np.unique(np.round(factor[exact])):
        inside = np.round(factor[rows, columns]) == step
        touched = np.unique(rows[inside])
        count = int(inside.sum())
        if count < case.parameters.scale_cells:
            continue
        heavy = case.of_consequence[touched].any()
        names = listed(sorted({case.words(int(row)) for row in touched}), 3)
        years = case.years[columns[inside]]
        sentence = (
            f"{count} figures of {years.min()} to {years.max()} are exactly {step:,.0f} times as large or as small as "
            f"before ({names}); the unit may differ."
        )
        score = 5 * float(case.impact[touched].max())
        holds = bool(heavy) or len(touched) >= case.parameters.repeat_series
        label = case.label(int(touched[0]))
        yield Finding(
            Reason(LEVEL, EDIT, holds, label, None, None, None, score, sentence), tuple(int(one) for one in touched)
        )
