"""Changes of kind, at any size of series: a sign, a zero, a power of ten, a fraction for a percentage."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from orchestration.admission.case import Booleans, Case, Floats
from orchestration.admission.edits.growth import accompanied, growth_of
from orchestration.admission.edits.revisions import redenominated, revision_logs
from orchestration.admission.edits.totals import sums_of
from orchestration.admission.reason import WORST, Reason, amount, on_series
from orchestration.methods.ratio_edits import row_quantiles

EDIT = "change of kind"


def findings(case: Case) -> Iterator[Reason]:
    """Yield figures that are of another kind than those of their series."""
    new = growth_of(case).new
    known = np.where(new, np.nan, case.history)
    last = pd.DataFrame(known).ffill(axis=1).shift(axis=1).to_numpy(float)
    counted = np.cumsum(np.isfinite(known), axis=1)
    # the figure before: of the same year, else the last known one
    base = np.where(np.isfinite(case.before), case.before, last)
    single, rates = (case.is_country | case.is_world)[:, None], redenominated(case)
    # zero or negative in a series that was positive and not near zero
    judged = single & (new & (counted >= case.parameters.same_years) | np.isfinite(case.before))
    known = np.where(np.isfinite(case.before), case.before, known)
    turned = judged & (case.now <= 0) & (base > case.parameters.near_zero * row_quantiles(known, 0.5)[:, None])
    turned &= ~np.any(known <= 0, axis=1, keepdims=True)
    power = _powers_of_ten(case, last, counted) & single
    visible = np.abs(base) >= case.parameters.least_visible * np.nan_to_num(case.total)
    for row in np.flatnonzero((turned | power).any(axis=1)).tolist():
        columns = np.flatnonzero(turned[row] | power[row])
        place = (row, int(columns[-1]))
        words = "became zero or changed its sign" if turned[place] else "is a power of ten off; the unit may differ"
        words += ", or the currency was redenominated" if rates[row] else ""
        words += f" ({len(columns)} years)" if len(columns) > 1 else ""
        sentence = f"{amount(case.now[place])} after {amount(float(base[place]))} {words}."
        holds = not rates[row] and bool(power[place] or visible[place])
        yield on_series(case, [row], EDIT, sentence, column=place[1], holds=holds, suspicion=WORST)


def _powers_of_ten(case: Case, last: Floats, counted: Floats) -> Booleans:
    """Return cells that are ten, a hundred or more times what they were, or a fraction where there was a percentage."""
    settings, growth, logs = case.parameters, growth_of(case), revision_logs(case) / np.log(10.0)
    ratio, near = case.is_ratio[:, None], settings.power_exact / np.log(10.0)
    many = (np.abs(case.before) >= settings.power_least) | ratio
    many &= (case.gap <= settings.distant_years)[:, None]
    revised = (np.abs(np.round(logs)) >= 1) & (np.abs(logs - np.round(logs)) < near) & many
    powers = np.round(growth.excess / np.log(10.0))
    off = np.abs(growth.excess - powers * np.log(10.0))
    tolerance = np.where(np.abs(powers) > 1, settings.power_near, settings.ten_near)
    jumps = (np.abs(powers) >= np.where(ratio, 2, 1)) & (off < tolerance)
    steps = np.where(growth.new, 0.0, np.abs(np.nan_to_num(growth.step)))  # from zero: as large as can be
    largest = steps[:, -settings.growth_years :].max(axis=1, initial=0.0)
    gross = np.abs(growth.excess) > np.maximum(settings.power_deviations * growth.scale, largest)[:, None]
    least = np.maximum(settings.power_least, settings.common_weight * np.nan_to_num(case.total))
    large = np.fmax(np.abs(case.now), np.abs(last)) >= least
    first = growth.new & jumps & gross & (counted >= settings.same_years) & (large | ratio)
    first[[row for row, *_ in sums_of(case)]] = False  # aggregates are compared with their members
    for row, column in np.argwhere(first).tolist():
        first[row, column] = not accompanied(case, growth, row, column)
    return np.asarray(revised | first, dtype=bool)
