"""Exact repeats: last year's values under a new year, and a whole earlier vintage under a new date."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from orchestration.admission.case import Booleans, Case, Floats, any_in
from orchestration.admission.edits.growth import growth
from orchestration.admission.finding import Finding, amount
from orchestration.admission.verdict import Reason

EDIT = "exact repeats"
LEVEL = 2
_LARGEST_UNIT = 12
_SAME = 1e-6
"""How near to a whole number of units a figure lies that is one, with the noise of binary fractions."""


def findings(case: Case) -> Iterator[Finding]:
    yield from _stale(case)
    for number in np.unique(case.measure):
        yield from _copied_year(case, case.measure == number)
    yield from _copied_figures(case)


def _stale(case: Case) -> Iterator[Finding]:
    if case.vintage_before is None or case.vintage_before == case.vintage or not case.series.shape[0]:
        return
    same = np.array_equal(case.now, case.before, equal_nan=True)
    if not same:
        return
    missed = case.source.CARD.next_release(case.vintage_before)
    late = float(case.gap.max()) > case.parameters.stale_years and missed is not None and missed <= case.vintage
    sentence = f"Every figure is that of {case.vintage_before} under the new date {case.vintage}" + (
        f", though a release was due in {missed:%B %Y}." if late else "."
    )
    yield Finding(
        Reason(LEVEL, EDIT, late, "", None, None, None, 40.0 if late else 0.1, sentence), None if late else ()
    )


def long_enough(values: Floats, digits: int) -> Booleans:
    """Values with at least so many significant digits before trailing zeros: short ones repeat by chance; zero has none."""
    with np.errstate(divide="ignore", invalid="ignore"):
        power = np.floor(np.log10(np.abs(values)))
        coarse = np.round(values / 10.0 ** (power - (digits - 2)))
        rest = np.abs(values / 10.0 ** (power - (digits - 2)) - coarse)
    return np.asarray(rest > 1e-9, dtype=bool)  # of zero and of no figure it is none


def _repeats(case: Case, digits: int) -> Booleans:
    """Cells whose value is exactly that of the year before and has so many digits."""
    found = np.zeros(case.now.shape, dtype=bool)
    if case.now.shape[1] > 1:
        found[:, 1:] = (case.now[:, 1:] == case.history[:, :-1]) & long_enough(case.now[:, 1:], digits)
    return found


def _chance(case: Case) -> Floats:
    """The chance that a figure repeats the year before, by the unit of its series and the usual size of its growth.

    A figure of 541 that usually moves by a tenth is as likely to be any of twice 54 others; so is one of 1,560 millions that
    is stated in millions any of twice 156.
    """
    steps = np.abs(growth(case.history, case.history))
    counted = np.isfinite(steps).sum(axis=1)
    usual = np.nan_to_num(steps).sum(axis=1) / np.maximum(counted, 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(_unit(case.history)[:, None] / (2 * usual[:, None] * np.abs(case.now)), dtype=np.float64)


def _unit(values: Floats) -> Floats:
    """The largest power of ten of which all values of a series are multiples: the last digit in which it is stated."""
    found = np.full(len(values), np.nan)
    for power in range(_LARGEST_UNIT, -_LARGEST_UNIT - 1, -1):
        steps = values / 10.0**power
        whole = (np.abs(steps - np.round(steps)) < _SAME * np.abs(steps)) | (values == 0) | ~np.isfinite(values)
        found = np.where(np.isnan(found) & whole.all(axis=1), 10.0**power, found)
    return found


def _is_new(case: Case) -> Booleans:
    """Cells that the vintage before had no value or another value for."""
    return np.asarray(~np.isnan(case.now) & (np.isnan(case.before) | (case.now != case.before)), dtype=bool)


def _copied_year(case: Case, rows: Booleans) -> Iterator[Finding]:
    """A year of which a measure's series repeat the year before far more often than in any earlier year."""
    repeats = _repeats(case, case.parameters.digits)[rows]
    short = np.zeros_like(repeats)
    now, history = case.now[rows], case.history[rows]
    short[:, 1:] = (now[:, 1:] == history[:, :-1]) & (now[:, 1:] != 0)
    both = ~np.isnan(now)
    both[:, 1:] &= ~np.isnan(history[:, :-1])
    both[:, :1] = False
    fresh = _is_new(case)[rows]
    whole = (short & fresh).sum(axis=0) > case.parameters.whole_year * np.maximum(both.sum(axis=0), 1)
    repeats[:, whole] = short[:, whole]
    for column in np.flatnonzero((repeats & fresh).any(axis=0)):
        count, held = int((repeats & fresh)[:, column].sum()), int(both[:, column].sum())
        others = np.delete(repeats.sum(axis=0) / np.maximum(both.sum(axis=0), 1), column)
        usual = float(others.max(initial=0.0))
        if count >= case.parameters.repeat_series and count / held > max(case.parameters.repeats, 2 * usual):
            title = case.title(str(case.series["measure"][rows].iloc[0]))
            year = int(case.years[column])
            sentence = (
                f"{title}: {count} of {held} figures of {year} are exactly those of {year - 1}; the year is a copy."
            )
            place = tuple(int(i) for i in np.flatnonzero(rows)[(repeats & fresh)[:, column]])
            yield Finding(Reason(LEVEL, EDIT, True, title, year, None, None, 50.0 * count / held, sentence), place)


def _copied_figures(case: Case) -> Iterator[Finding]:
    """Single figures of series of consequence that repeat the year before to the last digit, as they never did."""
    fresh, unlikely = _is_new(case), _chance(case) < case.parameters.repeat_chance
    repeats = _repeats(case, case.parameters.digits)
    fresh[:, 1:] &= (case.now == case.before)[:, :-1] | np.isnan(case.before)[:, :-1] | ~case.restates[:, None]
    fresh[case.fresh] &= case.age[case.fresh] == 0
    fresh &= case.age <= case.parameters.lone_age
    ever = any_in(repeats & ~fresh)
    repeats |= _repeats(case, 2) & unlikely
    for row, column in zip(*(repeats & fresh & case.of_consequence[:, None]).nonzero(), strict=True):
        year, value = int(case.years[column]), float(case.now[row, column])
        sentence = f"{case.words(row)}, {year}: {amount(value)} is exactly the figure of {year - 1}."
        holds = not bool(ever[row])
        yield Finding(
            Reason(LEVEL, EDIT, holds, case.label(row), year, None, value, float(case.impact[row]), sentence),
            (int(row),),
        )
