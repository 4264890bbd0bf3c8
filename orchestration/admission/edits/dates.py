"""Dates that cannot be: a stamp after the fetch, figures of a year that is not over."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from orchestration.admission.case import Case
from orchestration.admission.finding import Finding, on_measure, on_vintage

EDIT = "dates"


def findings(case: Case) -> Iterator[Finding]:
    """Yield impossible stamps and years."""
    if case.vintage > case.context.fetched:
        sentence = (
            f"The update stamp is {case.vintage}, after the fetch on {case.context.fetched}; see the publisher's page."
        )
        yield on_vintage(EDIT, 1, sentence, holds=True)
    for number in np.unique(case.measure):
        rows = np.flatnonzero(case.measure == number)
        known, known_before = (
            np.flatnonzero(np.isfinite(matrix[rows]).any(axis=0)) for matrix in (case.now, case.before)
        )
        if not len(known):
            continue
        newest, lead_before = int(case.years[known[-1]]), None
        if case.vintage_before is not None and len(known_before):
            lead_before = int(case.years[known_before[-1]]) - case.vintage_before.year
        lead = newest - case.vintage.year
        if lead >= 0 and (lead_before is None or lead > lead_before):
            sentence = f"{newest} has figures, but was not over on {case.vintage}; years may be shifted."
            holds = lead > 0 or lead_before is not None
            yield on_measure(case, rows, EDIT, sentence, holds=holds, score=50.0, year=newest)
