"""Growth edit: newest figures against their peers in the same year and the series' own past."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from orchestration.admission.case import Booleans, Case, Floats
from orchestration.admission.edits.totals import sums_of, wholes
from orchestration.admission.reason import Reason, amount, beyond, largest, on_measure, on_series, percent
from orchestration.methods.codes import TOTAL
from orchestration.methods.ratio_edits import NORMAL, peer_medians, row_quantiles, shrunk_scales

EDIT = "growth"
LONGEST_STEP = 4  # years back to which a figure is compared where the years between have none


@dataclass(frozen=True, eq=False)
class Growth:
    """Growth of every series (logarithms, matrices of series by year), and beyond that of peers and its own past.

    ``scale`` is the usual size of the excess; ``new`` marks figures without a predecessor, of a new series the newest.
    """

    step: Floats
    excess: Floats
    scale: Floats
    new: Booleans


def findings(case: Case) -> Iterator[Reason]:
    """Yield newest figures and whole years that grew as they never did."""
    growth = growth_of(case)
    yield from _newest_figures(case, growth)
    for number in np.unique(case.measure):
        yield from _whole_year(case, growth, case.measure == number)


@lru_cache(maxsize=2)
def growth_of(case: Case) -> Growth:
    """Measure growth of every series against peers and its own past, on a scale shrunk to its size class's."""
    settings = case.parameters
    new = np.isfinite(case.now) & np.isnan(case.before)
    new &= case.has_before[:, None] | (case.age == 0)
    step = steps(case.now, case.before)
    history = np.where(new, np.nan, case.history)
    past = steps(history, history)
    excess, usual = step.copy(), past.copy()
    for group in np.unique(case.group):
        rows = np.flatnonzero(case.group == group)
        peers = rows[case.is_country[rows]]
        peers = peers[np.argsort(-case.weight[peers], kind="stable")[: settings.peers]]
        for matrix, steps_of in ((excess, step), (usual, past)):
            matrix[rows] -= peer_medians(steps_of[peers], settings.peers_least)
    usual[:, : -settings.growth_years - 1] = np.nan
    counted = np.isfinite(usual).sum(axis=1)
    centre = np.nan_to_num(row_quantiles(usual, 0.5)) * counted / (counted + settings.shrinkage)
    size_class = np.where(case.is_ratio, case.of_consequence, np.digitize(case.weight, settings.size_classes))
    own, scale = np.abs(usual - centre[:, None]), np.full(len(usual), settings.scale_floor)
    prior, least, floor = settings.shrinkage, settings.class_least, settings.scale_floor
    for inside in case.series.groupby(case.measure).indices.values():
        scale[inside] = shrunk_scales(own[inside], size_class[inside], prior=prior, least=least, floor=floor)
    return Growth(step, excess - centre[:, None], scale, new)


def steps(now: Floats, before: Floats) -> Floats:
    """Return logarithms of each value over the nearer earlier one, as it is or was, over the root of the gap."""
    smallest = np.full(now.shape, np.nan)
    for base in (now, before):
        step = np.full(now.shape, np.nan)
        for years in range(1, LONGEST_STEP + 1):
            ratio = now[:, years:] / base[:, :-years]
            logs = np.log(np.where(ratio > 0, ratio, np.nan)) / np.sqrt(years)
            step[:, years:] = np.where(np.isnan(step[:, years:]), logs, step[:, years:])
        smallest = np.where(np.isnan(smallest) | (np.abs(step) < np.abs(smallest)), step, smallest)
    return smallest


def _newest_figures(case: Case, growth: Growth) -> Iterator[Reason]:
    """Yield a finding for each figure that holds, and one remark for each measure and size of series."""
    settings, leads, scale = case.parameters, case.is_leader[:, None], growth.scale[:, None]
    # a count of 20 varies by chance, one of 20,000 does not
    chance = np.where(case.is_ratio[:, None], 0.0, np.nan_to_num(2 / np.abs(case.now)))
    late = np.maximum(1.0, case.gap / settings.stale_years)[:, None]
    noise = np.sqrt((1 + chance / scale**2) * late)
    excess, step = (np.abs(matrix) / noise for matrix in (growth.excess, growth.step))
    # a small series that stayed as it was is no jump, whatever its peers did
    size = np.where(leads, excess, np.minimum(excess, step))
    # an item, such as a sector, varies more than the total that it is a part of
    most = np.where(case.series["item"] == TOTAL, settings.leader_most, np.inf)[:, None]
    of_leaders = np.clip(settings.leader_deviations * scale, settings.leader_least, most)
    deviations = np.where(case.is_ratio, settings.ratio_deviations, settings.other_deviations)[:, None]
    limit = np.where(leads, of_leaders, np.maximum(deviations * scale, settings.other_least))
    judged = growth.new.copy()
    judged[[row for row, *_ in sums_of(case)]] = False  # aggregates are compared with their members
    judged[[row for of, row, _ in wholes(case) if of.along == "measure"]] = False  # and a balance with its parts
    off_by = np.abs(case.now) * np.abs(np.expm1(-growth.excess))
    moves_total = case.is_ratio[:, None] | (off_by >= settings.growth_impact * case.total)  # ratios have no total
    holds = judged & case.of_consequence[:, None] & (size > limit) & moves_total
    for row, column in np.argwhere(holds).tolist():
        holds[row, column] = not accompanied(case, growth, row, column)
        if holds[row, column]:
            doubt, place = float(size[row, column] / limit[row, 0]), (row, column)
            expected, change = (percent(float(logs[place])) for logs in (growth.step - growth.excess, growth.step))
            since = "the year before" if np.isfinite(case.history[row, column - 1]) else "earlier years"
            what = f"{amount(case.now[place])} ({change} on {since}), where its peers and its own past suggest"
            sentence = f"{what} {expected}; {beyond(doubt)}."
            yield on_series(case, [row], EDIT, sentence, column=column, holds=True, suspicion=doubt)
    # a leader without peers is compared with the year before
    of_leader = np.where(np.isnan(excess), step, excess) > settings.leader_remark
    remarked = np.where(leads, of_leader, size > settings.other_remark_deviations * scale + settings.other_remark)
    off, noted = np.where(np.isfinite(growth.excess), growth.excess, growth.step), judged & remarked & ~holds
    what = "have newest figures off what their peers and their own past suggest"
    for words, cells in ((f"{what}, beyond the limit but with little effect", size > limit), (what, ~(size > limit))):
        yield from largest(case, EDIT, words, off, noted & cells)


def accompanied(case: Case, growth: Growth, row: int, column: int) -> bool:
    """Return whether the economy jumped the same way in its items at the median, as in a wave of applications."""
    settings, items = case.parameters, (case.flow == case.flow[row]) & ~case.is_ratio
    # one factor is a unit, and the factor of the series itself
    items &= np.abs(growth.step[:, column] - growth.step[row, column]) > settings.one_factor
    shares = growth.excess[items, column] / growth.excess[row, column]
    return bool(len(shares) >= settings.few and np.median(shares) > settings.accompanied)


def _whole_year(case: Case, growth: Growth, rows: Booleans) -> Iterator[Reason]:
    """Yield a newest year whose median growth is off that of the years before."""
    settings, is_ratio = case.parameters, bool(case.is_ratio[rows].any())
    common = case.of_consequence if is_ratio else case.weight >= settings.common_weight
    inside, column = np.flatnonzero(rows & case.is_country & common), int(case.newest[rows].max())
    newest = (growth.new & np.isfinite(growth.step))[inside, column] & (column >= 0)
    if newest.sum() < settings.few:
        return
    middle = float(np.median(growth.step[inside, column][newest]))
    history = np.where(growth.new, np.nan, case.history)
    usual = steps(history, history)[inside, max(0, column - settings.growth_years) : column]
    past = peer_medians(usual, settings.few)
    past = past[np.isfinite(past)]
    centre = float(np.median(past)) if len(past) else 0.0
    scale = NORMAL * float(np.median(np.abs(past - centre))) if len(past) else 0.0
    apart, limit = abs(middle - centre), max(settings.common_deviations * scale, settings.common_alone)
    own = np.sign(growth.step[inside, column] - row_quantiles(usual, 0.5))[newest] == np.sign(middle - centre)
    together = apart > settings.common_least and bool(own.mean() > settings.common_together) and not is_ratio
    if together or apart > limit * settings.common_remark:
        year = int(case.years[column])
        what = f"{newest.sum()} figures of {year} changed by {percent(middle)} on the year before at the median"
        expected = f"where earlier years suggest {percent(centre)}; {beyond(apart / limit)}"
        sentence = f"{what}, {expected}. See whether it is a part of a year or another unit."
        holds = apart > limit and not is_ratio
        yield on_measure(case, inside, EDIT, sentence, holds=holds, score=100.0 * apart, year=year)
