"""Dates that cannot be: a stamp after the fetch, a newest year that is not over, a year that should have come."""

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
        rows = case.measure == number
        if len(columns := np.flatnonzero((~np.isnan(case.now[rows])).any(axis=0))):
            yield from _newest(case, np.flatnonzero(rows), int(case.years[columns[-1]]))


def _newest(case: Case, rows: np.ndarray, newest: int) -> Iterator[Finding]:
    known = np.flatnonzero((~np.isnan(case.before[rows])).any(axis=0))
    lead, earlier, lead_before = newest - case.vintage.year, case.vintage_before, None
    if earlier is not None and len(known):
        lead_before = int(case.years[known[-1]]) - earlier.year
    if lead >= 0 and (lead_before is None or lead > lead_before):
        sentence = f"{newest} has figures, but was not over on {case.vintage}; years may be shifted."
        holds = lead > 0 or lead_before is not None
        yield on_measure(case, rows, EDIT, sentence, holds=holds, score=50.0, year=newest)
    elif lead_before is not None and lead < lead_before - 1:
        sentence = f"the newest year is still {newest}, later behind its vintage than it was before."
        yield on_measure(case, rows, EDIT, sentence, holds=False, score=0.5, year=newest)
