"""Named faults and a sweep of wrong newest figures, put into the charges for intellectual property of a real vintage.

The figures are the World Bank's; the faults are synthetic. The world and the regions move with their members, as if the
publisher had summed the wrong figure into them.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from bench.vintage_faults import summed
from orchestration.admission.case import Case, Integers
from orchestration.admission.judge import findings_of

FLOWS = ("ip_receipts", "ip_payments")
FACTORS = (0.5, 0.6, 0.75, 0.9, 1.1, 1.3, 1.5, 2.0)
LARGEST = 10
SINGLE = (
    *(("USA", "ip_receipts", factor, False) for factor in (0.5, 0.75, 1.3, 1.75)),
    *(("CHN", "ip_receipts", factor, False) for factor in (0.4, 3.0)),
    *((area, "ip_receipts", factor, True) for area, factor in (("USA", 0.92), ("GBR", 0.79))),
    *(("ISL", "ip_receipts", 10.0, is_whole) for is_whole in (False, True)),
    *(("MAR", "ip_payments", 1000.0, is_whole) for is_whole in (False, True)),
    ("ISL", "ip_payments", 0.1, False),
    ("CZE", "ip_receipts", 0.0, False),
    ("BEL", "ip_payments", -1.0, False),
)
"""Area, measure, factor, and whether every year is multiplied or the newest alone."""


def report_planted(case: Case) -> None:
    """Print the verdict on every named fault, and on the sweep of the largest economies."""
    for words, changed in _planted(case):
        holds = [reason.holds for reason in findings_of(changed)]
        print(f"{'held' if any(holds) else 'remark' if holds else 'silent':8s}{words}")
    print(f"\n{'newest figure':24s}" + "".join(f"x{factor:<6g}" for factor in FACTORS))
    for measure in FLOWS:
        for row in largest(case, measure):
            cells = [outcome(case, row, factor) for factor in FACTORS]
            print(f"{measure:18s}{case.series['area'].iloc[row]:6s}" + "".join(f"{cell:7s}" for cell in cells))


def _planted(case: Case) -> Iterator[tuple[str, Case]]:
    for area, measure, factor, is_whole in SINGLE:
        row = row_of(case, area, measure)
        columns = slice(None) if is_whole else newest(case, row)
        now = case.now.copy()
        now[row, columns] *= factor
        yield (
            f"{area} {measure} x{factor:g}, {'all years' if is_whole else 'newest year'}",
            replace(case, now=summed(case, now)),
        )
    for area, columns in (("BEL", slice(None)), ("BEL", slice(-1, None)), ("DEU", slice(-1, None))):
        rows = [row_of(case, area, measure) for measure in FLOWS]
        now = case.now.copy()
        now[rows, columns] = now[rows[::-1], columns]
        yield (
            f"{area}: flows exchanged, {'all years' if columns.start is None else 'newest year'}",
            replace(case, now=summed(case, now)),
        )
    receipts = (case.series["measure"] == FLOWS[0]).to_numpy()
    for factor, years in ((0.75, 1), (0.87, 1), (0.94, 1), (0.94, 3)):
        now = case.now.copy()
        now[receipts, -years:] *= factor
        yield f"all receipts of {years} years x{factor:g}", replace(case, now=now)
    now = case.now.copy()
    now[np.flatnonzero(case.is_ratio)[::40][:5]] /= 100
    yield "ratios of five economies divided by 100", replace(case, now=now)


def outcome(case: Case, row: int, factor: float) -> str:
    """Return the judgement of the newest figure of a row times a factor: a hold of anything, or a remark about that figure."""
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
