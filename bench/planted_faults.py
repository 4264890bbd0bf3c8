"""Named faults and a sweep of wrong newest figures, put into the charges for intellectual property of a real vintage.

The figures are the World Bank's; the faults are synthetic. The world and the regions move with their members, as if the
publisher had summed the wrong figure into them.
"""

from dataclasses import replace

import numpy as np

from bench.vintage_faults import summed
from orchestration.admission.case import Case, Integers
from orchestration.admission.judge import findings_of

FLOWS = ("ip_receipts", "ip_payments")
FACTORS = (0.5, 0.6, 0.75, 0.9, 1.1, 1.3, 1.5, 2.0)
LARGEST = 10


def outcome(case: Case, row: int, factor: float) -> str:
    """Return the judgement of the newest figure of a row times a factor: a hold of anything, or a remark about that
    figure."""
    column = newest(case, row)
    now = case.now.copy()
    now[row, column] *= factor
    findings = findings_of(replace(case, now=summed(case, now)))
    if any(reason.holds for reason in findings):
        return "held"
    years = (None, int(case.years[column]))
    return "remark" if any(row in reason.rows and reason.year in years for reason in findings) else "."


def largest(case: Case, measure: str) -> Integers:
    """Return the rows of the largest economies of a measure that have its newest year, by the year before."""
    rows = np.flatnonzero((case.series["measure"] == measure).to_numpy() & case.is_country)
    newest = int(case.newest[rows].max())
    largest = rows[np.argsort(-np.nan_to_num(case.history[rows, newest - 1]))][:LARGEST]
    current: Integers = largest[np.isfinite(case.now[largest, newest])]
    return current


def row_of(case: Case, area: str, measure: str) -> int:
    """Return the row of a measure of an economy."""
    series = case.series
    return int(np.flatnonzero((series["area"] == area).to_numpy() & (series["measure"] == measure).to_numpy())[0])


def newest(case: Case, row: int) -> int:
    """Return the column of the newest figure of a row."""
    return int(np.flatnonzero(np.isfinite(case.now[row]))[-1])
