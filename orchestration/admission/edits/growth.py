"""Growth edit: newest figures against the growth of their peers in the same year and the series' own volatility."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from orchestration.admission.case import Booleans, Case, Floats
from orchestration.admission.finding import Finding, amount, listed, on_figure, on_measure, percent
from orchestration.admission.members import explained
from orchestration.methods.ratio_edits import NORMAL, peer_medians, row_quantiles, shrunk_scales

EDIT = "growth"
LONGEST_STEP = 4
"""Years back to which a figure is compared where the years between have none."""


@dataclass(frozen=True, eq=False)
class Growth:
    """Growth of every series (logarithms, matrices of series by year).

    ``excess`` is growth beyond the median of the peers in the same year and the series' own usual excess, ``scale`` the
    usual size of it, ``new`` marks figures without a predecessor.
    """

    step: Floats
    excess: Floats
    scale: Floats
    new: Booleans


def findings(case: Case) -> Iterator[Finding]:
    """Yield newest figures and whole years that grew as they never did."""
    if case.now.shape[1] < 2:
        return
    growth = growth_of(case)
    yield from _figures(case, growth)
    for number in np.unique(case.measure):
        yield from _whole_year(case, growth, case.measure == number)


@lru_cache(maxsize=2)
def growth_of(case: Case) -> Growth:
    """Measure growth of every series against its peers and its own past."""
    settings = case.parameters
    new = np.isfinite(case.now) & np.isnan(case.before)
    arrived = case.fresh | np.isnan(case.before).all(axis=1) & case.restates
    new[arrived] &= case.age[arrived] == 0
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
    usual[:, : max(0, usual.shape[1] - settings.growth_years - 1)] = np.nan
    centre, scale = _usual(case, usual)
    return Growth(step, excess - centre[:, None], scale, new)


def steps(now: Floats, before: Floats) -> Floats:
    """Return the logarithm of each value over the year before: the smaller of the steps from the value now and before.

    Where the year before is missing, use the last of LONGEST_STEP years that has a value, divided by the root of the gap.
    """
    smallest = np.full(now.shape, np.nan)
    for base in (now, before):
        step = _step(now, base, 1)
        for years in range(2, LONGEST_STEP + 1):
            step = np.where(np.isnan(step), _step(now, base, years) / np.sqrt(years), step)
        smallest = np.where(np.isnan(smallest) | (np.abs(step) < np.abs(smallest)), step, smallest)
    return smallest


def _step(now: Floats, base: Floats, years: int) -> Floats:
    step = np.full(now.shape, np.nan)
    if now.shape[1] > years:
        with np.errstate(divide="ignore", invalid="ignore"):
            both = now[:, years:] / base[:, :-years] > 0
            step[:, years:] = np.where(both, np.log(np.where(both, now[:, years:] / base[:, :-years], 1.0)), np.nan)
    return step


def _usual(case: Case, usual: Floats) -> tuple[Floats, Floats]:
    """Return each series' usual excess and its scale, shrunk to those of its size class."""
    settings = case.parameters
    counted = np.isfinite(usual).sum(axis=1)
    centre = np.nan_to_num(row_quantiles(usual, 0.5)) * counted / (counted + settings.shrinkage)
    size_class = np.digitize(case.weight, settings.size_classes)
    size_class[case.is_ratio] = 9 + case.of_consequence[case.is_ratio]
    own = np.abs(usual - centre[:, None])
    scale = np.full(len(usual), settings.scale_floor)
    for measure in np.unique(case.measure):
        rows = np.flatnonzero(case.measure == measure)
        scale[rows] = shrunk_scales(
            own[rows],
            size_class[rows],
            prior=settings.shrinkage,
            least=settings.class_least,
            floor=settings.scale_floor,
        )
    return centre, scale


def limits(case: Case, growth: Growth) -> tuple[Floats, Floats]:
    """Return for each series the excess from which a new figure is remarked, and the one from which it holds."""
    settings = case.parameters
    leads, wider = case.is_leader, np.maximum(1.0, case.gap / settings.stale_years) ** 0.5
    remark = np.where(leads, np.minimum(settings.remark_deviations * growth.scale, settings.leader_remark), np.inf)
    remark = np.where(leads, remark, settings.remark_deviations * growth.scale + settings.other_remark)
    others = np.where(case.is_ratio, settings.ratio_deviations, settings.other_deviations)
    hold = np.where(
        leads,
        np.clip(settings.hold_deviations * growth.scale, settings.leader_least, settings.leader_most),
        np.maximum(others * growth.scale, settings.other_least_growth),
    )
    return remark * wider, np.where(case.of_consequence, hold * wider, np.inf)


def _figures(case: Case, growth: Growth) -> Iterator[Finding]:
    remark, hold = limits(case, growth)
    # a small series that stayed as it was is no jump, whatever its peers did
    bare = np.where(case.is_leader[:, None], np.abs(growth.excess), np.abs(growth.step))
    size = np.minimum(np.abs(growth.excess), bare) / _noise(case, growth)
    minor: dict[int, list[int]] = {}
    for row, column in zip(*(growth.new & (size > remark[:, None]) & ~explained(case)).nonzero(), strict=True):
        if not case.of_consequence[row]:
            minor.setdefault(int(case.measure[row]), []).append(int(row))
            continue
        expected = float(growth.step[row, column] - growth.excess[row, column])
        off = abs(float(case.now[row, column])) * abs(float(np.expm1(-growth.excess[row, column])))
        heavy = case.is_ratio[row] or off >= case.parameters.growth_impact * float(case.total[row, column])
        holds = bool(heavy and size[row, column] > hold[row] and not _accompanied(case, growth, int(row), int(column)))
        limit = float(hold[row] if holds else remark[row])
        sentence = (
            f"{amount(case.now[row, column])} is {percent(float(growth.step[row, column]))} over the year before, where its "
            f"peers and its own past suggest {percent(expected)}; {size[row, column] / limit:.1f} times the limit."
        )
        suspicion = float(size[row, column]) / limit
        yield on_figure(case, (row, column), EDIT, sentence, holds=holds, suspicion=suspicion)
    for places in minor.values():
        rows = sorted(set(places), key=lambda row: -case.impact[row])
        names = listed([case.words(row).split(",")[0] for row in rows], 5)
        sentence = f"{len(places)} new figures of small series grew unusually: {names}."
        yield on_measure(case, rows, EDIT, sentence, holds=False, score=0.5)


def _noise(case: Case, growth: Growth) -> Floats:
    """Return by how much the limits of small numbers are wider: a count of 20 varies by chance, one of 20,000 does not."""
    with np.errstate(divide="ignore", invalid="ignore"):
        chance = 2 / np.abs(np.where(case.now == 0, 1.0, case.now))
    chance = np.where(case.is_ratio[:, None], 0.0, np.nan_to_num(chance))
    return np.sqrt(1 + chance / growth.scale[:, None] ** 2)


def _accompanied(case: Case, growth: Growth, row: int, column: int) -> bool:
    """Return whether another measure of the same economy jumped the same way, by another factor, in the same year.

    A firm that moves its licences moves receipts and payments; a wrong unit or currency moves both by one factor.
    """
    settings = case.parameters
    alike = case.kin(row)
    excess, own = growth.excess[alike, column], growth.excess[row, column]
    same_way = (np.sign(excess) == np.sign(own)) & (np.abs(excess) > settings.accompanied * np.abs(own))
    another_factor = np.abs(growth.step[alike, column] - growth.step[row, column]) > settings.one_factor
    return bool((same_way & another_factor & (np.abs(excess) > settings.leader_remark)).any())


def _whole_year(case: Case, growth: Growth, rows: Booleans) -> Iterator[Finding]:
    """Yield new years whose median growth is off its own past and off what other measures did in the same year."""
    settings = case.parameters
    inside = rows & case.is_country & (case.weight >= settings.common_weight)
    if inside.sum() < settings.growth_few or case.is_ratio[rows].any():
        return
    for column in np.flatnonzero((growth.new & np.isfinite(growth.step) & (case.age == 0))[inside].any(axis=0)):
        steps_now = growth.step[inside & growth.new[:, column], column]
        steps_now = steps_now[np.isfinite(steps_now)]
        if len(steps_now) < settings.growth_few:
            continue
        apart, limit = _common_shift(case, growth, inside, int(column), float(np.median(steps_now)))
        if apart <= limit * settings.remark_deviations / settings.common_deviations:
            continue
        sentence = (
            f"{len(steps_now)} figures of {int(case.years[column])} are {percent(float(np.median(steps_now)))} over the year "
            f"before at the median, {apart / limit:.1f} times the limit; see whether it is a part of a year or another unit."
        )
        year, holds = int(case.years[column]), apart > limit
        yield on_measure(case, np.flatnonzero(inside), EDIT, sentence, holds=holds, score=100.0 * apart, year=year)


def _common_shift(case: Case, growth: Growth, inside: Booleans, column: int, middle: float) -> tuple[float, float]:
    """Return by how much the median growth of a year is off, and the limit.

    The reference is what other measures of amounts did in that year, else the measure's own past medians.
    """
    settings = case.parameters
    history = np.where(growth.new, np.nan, case.history)
    own = peer_medians(steps(history, history)[inside], settings.growth_few)
    beside = case.is_country & ~case.is_ratio & (case.weight >= settings.common_weight)
    beside &= case.measure != case.measure[np.flatnonzero(inside)[0]]
    reference = peer_medians(growth.step[beside], settings.peers_least)
    least = settings.common_floor
    if np.isfinite(reference[column]) and np.isfinite((own - reference)[:column]).sum() >= settings.same_years:
        own, middle = own - reference, middle - reference[column]
    else:
        least = settings.common_alone / settings.common_deviations
    past = own[:column][-settings.growth_years :]
    past = past[np.isfinite(past)]
    centre = float(np.median(past)) if len(past) else 0.0
    scale = NORMAL * float(np.median(np.abs(past - centre))) if len(past) else 0.0
    return abs(middle - centre), settings.common_deviations * max(scale, least)
