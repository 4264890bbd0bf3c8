"""Historical edit: the same series and year in this vintage over the one before, by age of the year."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from orchestration.admission.case import Booleans, Case, Floats
from orchestration.admission.finding import Finding, amount, percent
from orchestration.admission.members import explained
from orchestration.admission.verdict import Reason
from orchestration.methods.ratio_edits import hidiroglou_berthelot, row_quantiles

EDIT = "revision"
LEVEL = 2
UNMEASURABLE = 10.0
"""Suspicion of a change that has no logarithm: a sign that turned, a figure that became zero."""


def findings(case: Case) -> Iterator[Finding]:
    logs = revision_logs(case)
    broad = np.zeros(len(case.series), dtype=bool)
    for number in np.unique(case.measure):
        rows = case.measure == number
        for found in (*_shift(case, logs, rows), *_comprehensive(case, logs, rows)):
            broad |= rows
            yield found
    suspicion = np.fmax(np.fmax(_suspicion(case, logs), _lone(case, logs)), _by_one_factor(case, logs))
    suspicion[_turned(case)] = UNMEASURABLE
    suspicion[broad] = np.nan
    suspicion[explained(case)] = np.nan
    yield from _figures(case, logs, suspicion)


def revision_logs(case: Case) -> Floats:
    """Logarithm of now over before, 0 where nothing changed; NaN where there is no such ratio."""
    both = (case.now > 0) & (case.before > 0) | (case.now < 0) & (case.before < 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(both, np.log(np.where(both, case.now / case.before, 1.0)), np.nan)


def limits(case: Case) -> Floats:
    """The limit of each cell: by age of the year, wider the longer the time between the vintages."""
    steps = case.parameters.revision_limits
    return np.asarray(np.asarray(steps)[np.clip(case.age, 0, len(steps) - 1)] * case.wider[:, None], dtype=np.float64)


def _suspicion(case: Case, logs: Floats) -> Floats:
    found = np.full(logs.shape, np.nan)
    limit, settings = limits(case), case.parameters
    classes = np.clip(case.age, 0, len(settings.revision_limits) - 1)
    largest = np.zeros(case.group.max(initial=-1) + 1)
    np.maximum.at(largest, case.group, case.weight)
    sizes = np.where(case.of_consequence, 1.0, case.weight / np.maximum(largest[case.group], 1e-12))
    for group in np.unique(case.group):
        for age in range(len(settings.revision_limits)):
            cells = (case.group == group)[:, None] & (classes == age) & np.isfinite(logs)
            if cells.sum() < settings.growth_series:  # too few for quartiles: one fault would set its own limit
                found[cells] = np.abs(logs[cells]) / limit[cells]
            elif (logs[cells] != 0).any():
                rows = cells.nonzero()[0]
                found[cells] = hidiroglou_berthelot(
                    np.exp(logs[cells]),
                    np.maximum(sizes[rows], settings.hb_smallest),
                    u=settings.hb_u,
                    a=settings.hb_a,
                    c=settings.hb_c,
                    least=float(np.expm1(limit[cells].min())),
                )
    with np.errstate(invalid="ignore"):
        gross = np.abs(logs) / (settings.hb_widest * limit)
    return np.where(np.isfinite(found) & case.of_consequence[:, None], np.fmax(found, gross), found)


def _lone(case: Case, logs: Floats) -> Floats:
    """Suspicion of a change of one old year whose neighbours stay: publishers revise runs of years, typists single ones.

    The first year of a series has one neighbour. In tables whose editions repeat nothing, a figure that an earlier edition
    has too is such a year at any age.
    """
    found = np.full(logs.shape, np.nan)
    limit = _lone_limits(case, logs)
    found[~case.restates] = np.abs(logs[~case.restates]) / case.parameters.lone_revision
    if logs.shape[1] < 3:
        return found
    size = np.abs(logs)
    edged = np.pad(size, ((0, 0), (1, 1)), constant_values=np.nan)
    neighbours = np.fmax(edged[:, :-2], edged[:, 2:])
    begins = np.cumsum(np.isfinite(size), axis=1) == 1
    few = (limit < case.parameters.lone_revision)[:, None]
    both = (np.isfinite(edged[:, :-2]) | begins) & (np.isfinite(edged[:, 2:]) | few)
    with np.errstate(invalid="ignore"):
        quiet = neighbours < case.parameters.lone_neighbours * size
        old = case.age >= np.where(few, 1, case.parameters.lone_age)
        alone = np.where(quiet & both & old, size / limit[:, None], np.nan)
    found = np.asarray(np.fmax(found, alone), dtype=np.float64)
    found[case.gap > case.parameters.stale_years] = np.nan
    return found


def _lone_limits(case: Case, logs: Floats) -> Floats:
    """The limit of a lone change in each series: less where its measure has hardly another change in old years."""
    changed = (np.nan_to_num(logs) != 0) & case.is_country[:, None]
    of_measure = np.bincount(case.measure, changed.sum(axis=1), case.measure.max(initial=0) + 1)
    few = of_measure[case.measure] <= case.parameters.lone_changes
    limits = np.where(few, case.parameters.lone_erratum, case.parameters.lone_revision)
    return np.asarray(limits, dtype=np.float64)


def _by_one_factor(case: Case, logs: Floats) -> Floats:
    """Suspicion of a series whose every year changed by one factor: another currency or base; publishers revise unevenly."""
    found = np.full(logs.shape, np.nan)
    counted = np.isfinite(logs).sum(axis=1)
    low, middle, high = (row_quantiles(logs, share) for share in (0.1, 0.5, 0.9))
    with np.errstate(invalid="ignore"):
        even = (counted >= case.parameters.same_years) & (high - low < case.parameters.one_factor_spread)
        rows = np.flatnonzero(even & (np.abs(middle) > case.parameters.one_factor))
    for row in rows:
        column = int(np.flatnonzero(np.isfinite(logs[row]))[-1])
        found[row, column] = abs(float(middle[row])) / case.parameters.one_factor
    return found


def _turned(case: Case) -> Booleans:
    """Cells whose sign turned in a series that always had one sign, or that became zero."""
    one_sign = (np.nanmin(np.where(np.isnan(case.before), np.inf, case.before), axis=1, initial=np.inf) >= 0)[:, None]
    return np.asarray(one_sign & (case.before > 0) & (case.now <= 0), dtype=bool)


def _shift(case: Case, logs: Floats, rows: Booleans) -> Iterator[Finding]:
    """All figures of a measure moved by one factor: another unit, currency or base."""
    held = logs[rows][np.isfinite(logs[rows])]
    if held.size < case.parameters.scale_cells:
        return
    middle = float(np.median(held))
    if abs(middle) > case.parameters.revision_median * float(case.wider[rows].max()):
        title = case.title(str(case.series["measure"][rows].iloc[0]))
        sentence = (
            f"{title}: {held.size:,} figures changed by {percent(middle)} at the median; unit or currency may differ."
        )
        place = tuple(int(i) for i in np.flatnonzero(rows))
        yield Finding(Reason(LEVEL, EDIT, True, title, None, None, None, 100.0 * abs(middle), sentence), place)


def _comprehensive(case: Case, logs: Floats, rows: Booleans) -> Iterator[Finding]:
    """Many series revised, old years too."""
    settings = case.parameters
    wider = float(case.wider[rows].max())
    inside = rows & (case.is_country | case.is_world)
    size = np.where(case.age >= settings.comprehensive_years, np.abs(logs), np.nan)
    held = inside & np.isfinite(size).any(axis=1)
    moved = held & (size > settings.revision_median * wider).any(axis=1)
    if moved.sum() < settings.growth_series or moved.sum() <= settings.comprehensive_share * wider * held.sum():
        return
    changed = logs[moved][np.abs(logs[moved]) > 0]
    first = int(case.years[np.flatnonzero((np.abs(logs[moved]) > settings.revision_median).any(axis=0))[0]])
    title = case.title(str(case.series["measure"][rows].iloc[0]))
    sentence = (
        f"{title}: comprehensive revision of {int(moved.sum())} of {int(held.sum())} series back to {first}, "
        f"median {percent(float(np.median(changed)))}."
    )
    place = tuple(int(i) for i in np.flatnonzero(moved))
    yield Finding(Reason(LEVEL, "comprehensive revision", True, title, first, None, None, 90.0, sentence), place)


def _figures(case: Case, logs: Floats, suspicion: Floats) -> Iterator[Finding]:
    for row, column in zip(*(suspicion > 1).nonzero(), strict=True):
        year, doubt = int(case.years[column]), float(suspicion[row, column])
        before, now = float(case.before[row, column]), float(case.now[row, column])
        change = logs[row, column]
        words = percent(float(change)) if np.isfinite(change) else "sign or zero"
        holds = bool(case.of_consequence[row])
        sentence = (
            f"{case.words(row)}, {year}: {amount(before)} became {amount(now)} ({words}); "
            f"{doubt:.1f} times the limit for a year of this age."
        )
        score = min(doubt, UNMEASURABLE) * float(case.impact[row])
        yield Finding(Reason(LEVEL, EDIT, holds, case.label(row), year, before, now, score, sentence), (int(row),))
