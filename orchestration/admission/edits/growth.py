"""Ratio edit: figures that no earlier vintage has, over the year before and against the series' own past growth."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from orchestration.admission.case import Booleans, Case, Floats
from orchestration.admission.finding import Finding, amount, percent
from orchestration.admission.members import explained
from orchestration.admission.verdict import Reason
from orchestration.methods.ratio_edits import hidiroglou_berthelot, row_quantiles

EDIT = "growth"
LEVEL = 2
UNMEASURABLE = 10.0
LONGEST_STEP = 4
"""Years back to which a figure is compared where the years between have none."""


def findings(case: Case) -> Iterator[Finding]:
    if case.now.shape[1] < 2:
        return
    new = _new_cells(case)
    step, past = growth(case.now, case.before), _past_growth(case, new)
    own = np.fmax(_own(case, step, past), _beside_others(case, step, past))
    suspicion = np.minimum(own, _of_kind(case, step, new))
    first = (case.now <= 0) & _always_positive(case, new)[:, None] | (case.now < 0) & _never_negative(case)[:, None]
    suspicion[first] = UNMEASURABLE
    suspicion[case.fresh] /= case.parameters.fresh_growth
    suspicion[explained(case)] = np.nan
    yield from _figures(case, step, np.where(new, suspicion, np.nan))
    for number in np.unique(case.measure):
        yield from _whole_year(case, step, past, new, case.measure == number)


def growth(now: Floats, before: Floats) -> Floats:
    """Logarithm of each value over the year before it, the smaller of the steps from the value now and from the one before.

    Where the year before is missing, the step from the last of LONGEST_STEP years that has a value is divided by the root of
    their number.
    """
    found = np.full(now.shape, np.nan)
    for base in (now, before):
        step = _step(now, base, 1)
        for years in range(2, LONGEST_STEP + 1):
            step = np.where(np.isnan(step), _step(now, base, years) / np.sqrt(years), step)
        found = np.where(np.isnan(found) | (np.abs(step) < np.abs(found)), step, found)
    return found


def _step(now: Floats, base: Floats, years: int) -> Floats:
    found = np.full(now.shape, np.nan)
    if now.shape[1] > years:
        both = (now[:, years:] > 0) & (base[:, :-years] > 0)
        with np.errstate(divide="ignore", invalid="ignore"):
            found[:, years:] = np.where(both, np.log(np.where(both, now[:, years:] / base[:, :-years], 1.0)), np.nan)
    return found


def _new_cells(case: Case) -> Booleans:
    """Values without a predecessor; of a measure that was never admitted before only those of its newest year."""
    held = ~np.isnan(case.now)
    new: Booleans = held & np.isnan(case.before)
    new[case.fresh] &= case.age[case.fresh] == 0
    return new


def _past_growth(case: Case, new: Booleans) -> Floats:
    """Growth of the same series in earlier years, without the new values."""
    history = np.where(new, np.nan, case.history)
    past = growth(history, history)
    past[:, : max(0, past.shape[1] - case.parameters.growth_years - 1)] = np.nan
    return past


def _own(case: Case, step: Floats, past: Floats) -> Floats:
    """Suspicion against the series' own dispersion of growth."""
    held = np.isfinite(past)
    middle = np.nan_to_num(row_quantiles(past, 0.5))
    spread = np.nan_to_num(row_quantiles(np.abs(past - middle[:, None]), 0.9))
    limit = np.maximum(_least(case, past - middle[:, None]), case.parameters.growth_own * spread)
    limit[held.sum(axis=1) < 3] *= 2
    limit *= case.wider
    apart = np.fmin(np.abs(step - middle[:, None]), np.abs(step))
    return np.asarray(apart / limit[:, None], dtype=np.float64)


def _beside_others(case: Case, step: Floats, past: Floats) -> Floats:
    """Suspicion of growth beyond the edition's own median: what moves all economies in one year is no fault of one."""
    settings = case.parameters
    found = np.full(step.shape, np.nan)
    for group in np.unique(case.group):
        rows = np.flatnonzero((case.group == group) & case.of_consequence & case.is_country)
        if len(rows) >= settings.growth_series:  # judged by Hidiroglou and Berthelot
            continue
        beyond, usual = (_beyond(one[rows], settings.growth_few + 1) for one in (step, past))
        spread = row_quantiles(np.abs(usual - row_quantiles(usual, 0.5)[:, None]), 0.9)
        spread[np.isfinite(usual).sum(axis=1) < settings.same_years] = np.inf
        limit = np.maximum(settings.growth_beside, settings.growth_own * np.where(np.isfinite(spread), spread, np.inf))
        middle = np.nan_to_num(row_quantiles(usual, 0.5))[:, None]
        apart = np.fmin(np.abs(beyond - middle), np.abs(beyond))
        found[rows] = apart / (limit * case.wider[rows])[:, None]
    return found


def _beyond(steps: Floats, least: int) -> Floats:
    """Each step less the median of its year, NaN for years of fewer steps than the least."""
    counted = np.isfinite(steps).sum(axis=0)
    middle = np.where(counted >= least, row_quantiles(steps.T, 0.5), np.nan)
    return np.asarray(steps - middle[None, :], dtype=np.float64)


def _least(case: Case, apart: Floats) -> Floats:
    """The smallest limit of each series: what its measure's series of consequence usually do, between two bounds.

    The largest series of a measure move less than others: they are compared with each other where they are enough.
    """
    settings = case.parameters
    found = np.full(len(apart), settings.growth_least)
    heavy = case.weight >= settings.growth_heavy
    alike = ((np.full(len(apart), True), case.of_consequence & case.is_country), (heavy, heavy & case.of_consequence))
    for group in np.unique(case.group):
        rows = case.group == group
        for chosen, counted in alike:
            for pool in (rows, case.measure == case.measure[rows][0]):  # kinds of a few series: the whole measure
                usual = np.abs(apart[pool & counted])
                usual = usual[np.isfinite(usual)]
                if len(usual) >= settings.growth_pool:
                    limit = settings.growth_kind * float(np.quantile(usual, 0.95))
                    found[rows & chosen] = np.clip(limit, settings.growth_floor, settings.growth_least)
                    break
    return found


def _of_kind(case: Case, step: Floats, new: Booleans) -> Floats:
    """Suspicion against all series of the kind in the same year, by Hidiroglou and Berthelot; infinite where they are few."""
    found = np.full(step.shape, np.inf)
    settings = case.parameters
    for group in np.unique(case.group):
        rows = np.flatnonzero((case.group == group) & case.is_country)
        for column in np.flatnonzero((new & np.isfinite(step))[rows].any(axis=0)):
            ratios = np.exp(step[rows, column])
            if np.isfinite(ratios).sum() < settings.growth_series:
                continue
            sizes = np.where(case.of_consequence[rows], 1.0, case.weight[rows] / max(case.weight[rows].max(), 1e-12))
            found[rows, column] = hidiroglou_berthelot(
                ratios,
                np.maximum(sizes, settings.hb_smallest),
                u=settings.hb_u,
                a=settings.hb_a,
                c=settings.hb_c,
                least=float(np.expm1(settings.hb_least)),
            )
    gross = np.abs(step) / (settings.hb_widest * settings.growth_least)
    return np.where(case.of_consequence[:, None], np.fmax(found, gross), found)


def _always_positive(case: Case, new: Booleans) -> Booleans:
    history = np.where(new, np.nan, case.history)
    held = np.isfinite(history).sum(axis=1)
    return np.asarray((held >= 3) & (np.where(np.isnan(history), 1.0, history) > 0).all(axis=1), dtype=bool)


def _never_negative(case: Case) -> Booleans:
    """Series of measures that have no negative value but new ones, and positive ones of other areas or years."""
    found = np.zeros(len(case.series), dtype=bool)
    for number in np.unique(case.measure):
        rows = case.measure == number
        old = case.before[rows]
        found[rows] = not (old < 0).any() and (case.now[rows] < 0).sum() <= 0.1 * np.isfinite(case.now[rows]).sum() + 1
    return found


def _figures(case: Case, step: Floats, suspicion: Floats) -> Iterator[Finding]:
    for row, column in zip(*(suspicion > 1).nonzero(), strict=True):
        year, doubt, now = int(case.years[column]), float(suspicion[row, column]), float(case.now[row, column])
        before = float(case.history[row, column - 1]) if column else float("nan")
        change = step[row, column]
        words = f"{percent(float(change))} over the year before" if np.isfinite(change) else "zero or negative"
        sentence = (
            f"{case.words(row)}, {year}: {amount(now)} is {words}; {doubt:.1f} times the limit from its own past and "
            "from all others."
        )
        off = abs(now - before) if np.isfinite(before) else abs(now)
        moved = 0.0 if case.is_ratio[row] else off / max(float(case.total[row, column]), 1e-12)
        serious = moved >= case.parameters.growth_impact or doubt > case.parameters.growth_gross
        holds = bool(case.of_consequence[row]) and serious
        score = min(doubt, UNMEASURABLE) * float(case.impact[row])
        earlier = before if np.isfinite(before) else None
        yield Finding(Reason(LEVEL, EDIT, holds, case.label(row), year, earlier, now, score, sentence), (int(row),))


def _whole_year(case: Case, step: Floats, past: Floats, new: Booleans, rows: Booleans) -> Iterator[Finding]:
    """A new year in which all series of a measure moved together as they never did: half a year, another unit."""
    inside = rows & (case.is_country | case.is_world)
    for column in np.flatnonzero((new & np.isfinite(step) & (case.age == 0))[inside].any(axis=0)):
        steps = step[inside & new[:, column], column]
        steps = steps[np.isfinite(steps)]
        if len(steps) < case.parameters.growth_few:
            continue
        earlier = np.array(
            [np.median(one[np.isfinite(one)]) for one in past[inside].T if np.isfinite(one).sum() >= len(steps) / 2]
        )
        centre = float(np.median(earlier)) if len(earlier) else 0.0
        usual = float(np.quantile(np.abs(earlier - centre), 0.9)) if len(earlier) else 0.0
        middle = float(np.median(steps))
        if min(abs(middle), abs(middle - centre)) > max(
            case.parameters.growth_median, case.parameters.growth_halved * usual
        ):
            title, year = case.title(str(case.series["measure"][rows].iloc[0])), int(case.years[column])
            sentence = (
                f"{title}: {len(steps)} figures of {year} are {percent(middle)} over the year before at the median; "
                "see whether it is a part of a year or another unit."
            )
            place = tuple(int(i) for i in np.flatnonzero(inside))
            yield Finding(Reason(LEVEL, EDIT, True, title, year, None, None, 100.0 * abs(middle), sentence), place)
