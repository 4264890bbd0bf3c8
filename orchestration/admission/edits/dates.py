"""Dates that cannot be: a stamp after the fetch, a newest year that is not over, a year that should have come."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from orchestration.admission.case import Case
from orchestration.admission.finding import Finding
from orchestration.admission.verdict import Reason

EDIT = "dates"
LEVEL = 1


def findings(case: Case) -> Iterator[Finding]:
    if case.vintage > case.context.fetched:
        sentence = f"The update stamp is {case.vintage}, after the fetch on {case.context.fetched}; look at the publisher's page."
        yield Finding(Reason(LEVEL, EDIT, True, "", None, None, None, 100.0, sentence), None)
    for number in np.unique(case.measure):
        rows = case.measure == number
        held = np.flatnonzero((~np.isnan(case.now[rows])).any(axis=0))
        if len(held):
            yield from _newest(case, number, int(case.years[held[-1]]))


def _newest(case: Case, number: int, newest: int) -> Iterator[Finding]:
    rows = case.measure == number
    title = case.title(str(case.series["measure"][rows].iloc[0]))
    held = np.flatnonzero((~np.isnan(case.before[rows])).any(axis=0))
    lead = newest - case.vintage.year
    earlier, lead_before = case.vintage_before, None
    if earlier is not None and len(held):
        lead_before = int(case.years[held[-1]]) - earlier.year
    place = tuple(int(i) for i in np.flatnonzero(rows))
    if lead >= 0 and (lead_before is None or lead > lead_before):
        holds = lead > 0 or lead_before is not None
        sentence = f"{title}: {newest} has figures, but was not over on {case.vintage}; years may be shifted."
        yield Finding(Reason(LEVEL, EDIT, holds, title, newest, None, None, 50.0, sentence), place)
    elif lead_before is not None and lead < lead_before - 1:
        sentence = f"{title}: the newest year is still {newest}, later behind its vintage than it was before."
        yield Finding(Reason(LEVEL, EDIT, False, title, newest, None, None, 0.5, sentence), place)
