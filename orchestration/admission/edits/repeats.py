"""Repeats: last year's values under a new year, shifted years, and a whole earlier vintage under a new date."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from orchestration.admission.case import Booleans, Case, Floats, Integers
from orchestration.admission.finding import Finding, amount, on_figure, on_measure, on_series, on_vintage

EDIT = "repeats"


def findings(case: Case) -> Iterator[Finding]:
    """Yield figures of another year or vintage. One equal figure is chance; several are a copy."""
    yield from _stale(case)
    if case.now.shape[1] < 2:
        return
    for number in np.unique(case.measure):
        yield from _copied_year(case, case.measure == number)
    yield from _copied_figures(case)
    if case.now.shape[1] > 2:
        yield from _shifted(case)
        for number in np.unique(case.measure[~case.restates]):
            yield from _of_another_year(case, np.flatnonzero(case.measure == number))


def _stale(case: Case) -> Iterator[Finding]:
    before = case.vintage_before
    if before is None or before == case.vintage or not len(case.series):
        return
    if not np.array_equal(case.now, case.before, equal_nan=True):
        return
    missed = case.source.CARD.next_release(before)
    late = missed is not None and missed <= case.vintage and float(case.gap.max()) > case.parameters.repeat_gap
    due = f", though a release was due in {missed:%B %Y}." if late else "."
    sentence = f"Every figure is that of {before} under the new date {case.vintage}{due}"
    yield on_vintage(EDIT, 2, sentence, holds=late, score=40.0 if late else 0.1)


def long_enough(values: Floats, digits: int) -> Booleans:
    """Return values with at least so many significant digits before trailing zeros: short ones repeat by chance."""
    with np.errstate(divide="ignore", invalid="ignore"):
        power = np.floor(np.log10(np.abs(values)))
        steps = values / 10.0 ** (power - (digits - 2))
    return np.asarray(np.abs(steps - np.round(steps)) > 1e-9, dtype=bool)


def _repeats(case: Case) -> Booleans:
    """Return cells whose value is exactly that of the year before, which the vintage before did not have."""
    cells = np.zeros(case.now.shape, dtype=bool)
    cells[:, 1:] = (case.now[:, 1:] == case.history[:, :-1]) & (case.now[:, 1:] != 0)
    return cells


def _is_new(case: Case) -> Booleans:
    return np.asarray(~np.isnan(case.now) & (np.isnan(case.before) | (case.now != case.before)), dtype=bool)


def _copied_year(case: Case, rows: Booleans) -> Iterator[Finding]:
    """Yield a year of which a measure's series repeat the year before far more often than in any earlier year."""
    settings = case.parameters
    repeats, fresh = _repeats(case)[rows], _is_new(case)[rows]
    long = repeats & long_enough(case.now[rows], settings.digits)
    both = np.zeros_like(repeats)
    both[:, 1:] = ~np.isnan(case.now[rows])[:, 1:] & ~np.isnan(case.history[rows])[:, :-1]
    counted = np.maximum(both.sum(axis=0), 1)
    whole = (repeats & fresh).sum(axis=0) > settings.whole_year * counted
    copied = np.where(whole, repeats, long)
    for column in np.flatnonzero((copied & fresh).any(axis=0)):
        count = int((copied & fresh)[:, column].sum())
        usual = float(np.delete(copied.sum(axis=0) / counted, column).max(initial=0.0))
        if count >= settings.repeat_series and count / counted[column] > max(settings.repeats, 2 * usual):
            year = int(case.years[column])
            sentence = (
                f"{count} of {counted[column]} figures of {year} are exactly those of {year - 1}; the year is a copy."
            )
            place = np.flatnonzero(rows)[(copied & fresh)[:, column]]
            score = 50.0 * count / float(counted[column])
            yield on_measure(case, place, EDIT, sentence, holds=True, score=score, year=year)


def _copied_figures(case: Case) -> Iterator[Finding]:
    """Yield single figures of series of consequence that repeat the year before to the last digit."""
    cells = _repeats(case) & long_enough(case.now, case.parameters.digits) & _is_new(case)
    cells &= (case.age <= case.parameters.lone_age) & case.of_consequence[:, None]
    cells[case.fresh] &= case.age[case.fresh] == 0
    for row, column in zip(*cells.nonzero(), strict=True):
        sentence = f"{amount(case.now[row, column])} is exactly the figure of the year before."
        yield on_figure(case, (row, column), EDIT, sentence, holds=False, suspicion=1.0)


def _shifted(case: Case) -> Iterator[Finding]:
    for shift, word in ((1, "before"), (-1, "after")):
        moved = np.zeros(case.now.shape, dtype=bool)
        if shift == 1:
            moved[:, 1:] = case.now[:, 1:] == case.before[:, :-1]
        else:
            moved[:, :-1] = case.now[:, :-1] == case.before[:, 1:]
        counts = (moved & (case.now != 0) & (case.now != case.before)).sum(axis=1)
        same = ((case.now != 0) & (case.now == case.before)).sum(axis=1)
        known = (~np.isnan(case.now) & ~np.isnan(case.before)).sum(axis=1)
        enough = np.maximum(3, np.minimum(case.parameters.same_years, np.ceil(0.6 * known)))
        for row in np.flatnonzero((counts >= enough) & (counts > same)).tolist():
            sentence = f"{counts[row]} figures are those of the year {word}; its years are shifted."
            yield on_series(case, [row], EDIT, sentence, holds=True)


def _of_another_year(case: Case, rows: Integers) -> Iterator[Finding]:
    """Yield figures of another year than all others of an edition that has one figure of each series."""
    present = ~np.isnan(case.now[rows])
    counts = present.sum(axis=0)
    year = int(np.argmax(counts))
    others = present.any(axis=1) & ~present[:, year]
    if present.sum(axis=1).max(initial=0) > 1 or counts[year] < 2 or others.sum() >= counts[year]:
        return
    for row in rows[others].tolist():
        column = int(np.flatnonzero(~np.isnan(case.now[row]))[-1])
        sentence = f"all other figures of this edition are of {int(case.years[year])}."
        yield on_figure(case, (row, column), EDIT, sentence, holds=bool(case.of_consequence[row]), suspicion=5.0)
