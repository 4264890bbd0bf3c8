"""Changes of kind, at any size of series: sign, zero, powers of ten, exchanged flows."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from orchestration.admission.case import Booleans, Case, Floats
from orchestration.admission.edits.growth import growth_of
from orchestration.admission.edits.revisions import revision_logs
from orchestration.admission.finding import WORST, Finding, amount, listed, on_figure, on_series

EDIT = "change of kind"


def findings(case: Case) -> Iterator[Finding]:
    """Yield figures that are of another kind than those of their series."""
    if case.now.shape[1] < 2:
        return
    single = (case.is_country | case.is_world)[:, None]
    turned, power = _turned(case) & single, _powers_of_ten(case) & single
    for row in np.flatnonzero((turned | power).any(axis=1)):
        columns = np.flatnonzero(turned[row] | power[row])
        column = int(columns[-1])
        base = case.before[row, column] if np.isfinite(case.before[row, column]) else case.history[row, column - 1]
        words = (
            "became zero or changed its sign" if turned[row, column] else "is a power of ten off; the unit may differ"
        )
        more = f" ({len(columns)} years)" if len(columns) > 1 else ""
        sentence = f"{amount(case.now[row, column])} after {amount(float(base))} {words}{more}."
        yield on_figure(case, (int(row), column), EDIT, sentence, holds=True, suspicion=WORST)
    yield from _exchanged_flows(case)


def _settled(case: Case, new: Booleans) -> tuple[Floats, Floats]:
    """Return for each cell the last value before it and the number of values before it, without the new ones."""
    history = np.where(new, np.nan, case.history)
    last = np.full(history.shape, np.nan)
    for column in range(1, history.shape[1]):
        last[:, column] = np.where(np.isnan(history[:, column - 1]), last[:, column - 1], history[:, column - 1])
    counted = np.cumsum(np.isfinite(history), axis=1) - np.isfinite(history)
    return last, counted


def _turned(case: Case) -> Booleans:
    """Return cells that became zero or negative in a series that was positive and not near zero."""
    settings = case.parameters
    new = growth_of(case).new
    last, counted = _settled(case, new)
    history = np.where(new, np.nan, case.history)
    known = np.where(np.isfinite(case.before), case.before, history)
    with np.errstate(invalid="ignore"):
        always = np.asarray(~(known <= 0).any(axis=1), dtype=bool)[:, None]
        present = np.asarray(np.isfinite(known).any(axis=1), dtype=bool)[:, None]
        size = np.nan_to_num(np.nanmedian(np.where(present, known, 0.0), axis=1))
        revised = (case.before > settings.near_zero * size[:, None]) & (case.now <= 0)
        first = new & (case.now <= 0) & (last > settings.near_zero * size[:, None]) & (counted >= settings.same_years)
    whole = np.isfinite(known).sum(axis=1)[:, None] >= settings.growth_few
    base = np.where(np.isfinite(case.before), case.before, last)
    return np.asarray(always & whole & (revised | first) & _visible(case, base), dtype=bool)


def _visible(case: Case, base: Floats) -> Booleans:
    """Return cells whose earlier value is more than rounding beside the total of its measure."""
    with np.errstate(invalid="ignore"):
        return np.asarray(np.abs(base) >= case.parameters.least_visible * np.nan_to_num(case.total), dtype=bool)


def _powers_of_ten(case: Case) -> Booleans:
    """Return cells that are ten, a hundred or more times what they were, or a fraction where there was a percentage."""
    settings = case.parameters
    ten = float(np.log(10.0))
    logs, growth = revision_logs(case), growth_of(case)
    near = np.abs(logs - ten * np.round(logs / ten))
    many = np.abs(case.before) >= settings.power_least
    revised = (np.abs(np.round(logs / ten)) >= 1) & (near < settings.power_exact) & (many | case.is_ratio[:, None])
    last, counted = _settled(case, growth.new)
    powers = np.round(growth.excess / ten)
    powers = np.where(
        case.is_ratio[:, None] & (np.abs(powers) < 2), 0.0, powers
    )  # a ratio of 100: a fraction for percent
    largest = np.nan_to_num(np.nanmax(np.where(growth.new, 0.0, np.abs(np.nan_to_num(growth.step))), axis=1))
    gross = np.abs(growth.excess) > np.maximum(settings.power_deviations * growth.scale, 1.3 * largest)[:, None]
    jumps = (np.abs(powers) >= 1) & (np.abs(growth.excess - ten * powers) < settings.power_near) & gross
    large = _visible(case, np.fmax(np.abs(case.now), np.abs(last))) & (np.abs(case.now) >= settings.power_least)
    first = growth.new & jumps & (counted >= settings.same_years) & (large | case.is_ratio[:, None])
    return np.asarray(revised | first, dtype=bool)


def _exchanged_flows(case: Case) -> Iterator[Finding]:
    """Yield economies whose receipts are what payments were, and the other way round."""
    settings = case.parameters
    keys = ["table", "area", "counterpart", "item"]
    by_key = case.series.loc[~case.is_ratio].groupby(keys, sort=False).groups
    exchanged: dict[tuple[str, str], list[list[int]]] = {}
    for rows in by_key.values():
        for one, other in combinations(map(int, rows), 2):
            crossed = (case.now[one] == case.before[other]) & (case.now[other] == case.before[one])
            crossed &= case.now[one] != case.now[other]
            if crossed.sum() >= settings.growth_few:
                names = (str(case.series["measure"].iloc[one]), str(case.series["measure"].iloc[other]))
                exchanged.setdefault(names, []).append([one, other])
    for (measure, counterpart), pairs in exchanged.items():
        economies = listed([case.areas.name(str(case.series["area"].iloc[one])) for one, _ in pairs])
        sentence = f"{case.title(measure)} and {case.title(counterpart)} are exchanged ({economies})."
        yield on_series(case, [row for pair in pairs for row in pair], EDIT, sentence, holds=True, suspicion=WORST)
