"""Repeats: last year's values under a new year, figures of another year, and a whole earlier vintage under a new date."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from orchestration.admission.case import Booleans, Case, Integers
from orchestration.admission.edits.exchanged import long_enough
from orchestration.admission.finding import Finding, listed, on_figure, on_measure, on_vintage

EDIT = "repeats"


def findings(case: Case) -> Iterator[Finding]:
    """Yield figures of another year or vintage. One equal figure is chance; several are a copy."""
    yield from _stale(case)
    if case.now.shape[1] < 2:
        return
    repeats = np.zeros(case.now.shape, dtype=bool)
    repeats[:, 1:] = (case.now[:, 1:] == case.history[:, :-1]) & (case.now[:, 1:] != 0)
    for number in np.unique(case.measure):
        rows = case.measure == number
        yield from _copied(case, rows, repeats)
        if not case.restates[rows].any():
            yield from _of_another_year(case, np.flatnonzero(rows))


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


def _copied(case: Case, rows: Booleans, repeats: Booleans) -> Iterator[Finding]:
    """Yield years of which a measure's series repeat the year before far more often than in any earlier year.

    Single large series that repeat the year before are a remark.
    """
    settings, repeats = case.parameters, repeats & rows[:, None]
    fresh = repeats & ~(case.now == case.before)
    counted = np.maximum((np.isfinite(case.now[rows])[:, 1:] & np.isfinite(case.history[rows])[:, :-1]).sum(axis=0), 1)
    whole = fresh[:, 1:].sum(axis=0) > settings.whole_year * counted
    copied = np.zeros(repeats.shape, dtype=bool)
    copied[:, 1:] = np.where(whole, repeats[:, 1:], (repeats & long_enough(case.now, settings.digits))[:, 1:])
    shares = copied[:, 1:].sum(axis=0) / counted
    for column in np.flatnonzero((copied & fresh).any(axis=0)):
        place, year = np.flatnonzero((copied & fresh)[:, column]), int(case.years[column])
        usual = float(np.delete(shares, column - 1).max(initial=0.0))
        share = len(place) / float(counted[column - 1])
        if len(place) >= settings.few and share > max(settings.repeats, 2 * usual):
            sentence = f"{len(place)} of {counted[column - 1]} figures of {year} are exactly those of {year - 1}; the year is a copy."
            yield on_measure(case, place, EDIT, sentence, holds=True, score=50.0 * share, year=year)
            continue
        young = (case.age[:, column] <= np.where(case.fresh, 0, settings.lone_age)) & case.of_consequence
        if len(place := place[young[place]]):
            names = listed([case.words(int(row)).split(",")[0] for row in place])
            sentence = f"figures of {year} are exactly those of {year - 1}: {names}."
            yield on_measure(case, place, EDIT, sentence, holds=False, score=1.0, year=year)


def _of_another_year(case: Case, rows: Integers) -> Iterator[Finding]:
    """Yield figures of another year than all others of an edition that has one figure of each series."""
    present = np.isfinite(case.now[rows])
    counts = present.sum(axis=0)
    year = int(np.argmax(counts))
    others = present.any(axis=1) & ~present[:, year]
    if present.sum(axis=1).max(initial=0) > 1 or counts[year] < 2 or others.sum() >= counts[year]:
        return
    for row in rows[others].tolist():
        column = int(np.flatnonzero(np.isfinite(case.now[row]))[-1])
        sentence = f"all other figures of this edition are of {int(case.years[year])}."
        yield on_figure(case, (row, column), EDIT, sentence, holds=bool(case.of_consequence[row]), suspicion=5.0)
