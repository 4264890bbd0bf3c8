"""Figures that were there before: of another series, of another year, of the whole earlier vintage under a new date."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from orchestration.admission.case import Booleans, Case, Floats
from orchestration.admission.figures import KEY
from orchestration.admission.reason import WORST, Reason, amount, listed, on_measure, on_series
from orchestration.core.text import with_noun

REPEATS, EXCHANGED = "repeats", "exchanged"


def findings(case: Case) -> Iterator[Reason]:
    """Yield figures of another year or vintage. One equal figure is chance; several are a copy."""
    yield from _stale(case)
    repeats = np.zeros(case.now.shape, dtype=bool)
    repeats[:, 1:] = (case.now[:, 1:] == case.history[:, :-1]) & (case.now[:, 1:] != 0)
    yield from _equal_newest(case, repeats)
    yield from _exchanged(case)
    for number in np.unique(case.measure):
        yield from _copied(case, case.measure == number, repeats)


def _stale(case: Case) -> Iterator[Reason]:
    """Yield the resources that repeat the vintage before under a new date."""
    before = case.vintage_before
    if before == case.vintage:
        return
    same = ((case.now == case.before) | (np.isnan(case.now) & np.isnan(case.before))).all(axis=1)
    missed = case.source.CARD.next_release(before)
    due = f", though a release was due in {missed:%B %Y}." if missed is not None and missed <= case.vintage else "."
    for rows in case.series.groupby("resource").indices.values():
        if same[rows].all():
            sentence = f"every figure is that of {before} under the new date {case.vintage}{due}"
            yield on_measure(case, rows, REPEATS, sentence, holds=False, score=0.1)


def _equal_newest(case: Case, repeats: Booleans) -> Iterator[Reason]:
    """Yield a remark for each measure: newest amounts of large series equal to another's or an earlier year's."""
    new = np.isnan(case.before) & (case.age == 0) & (case.is_country & ~case.is_ratio)[:, None]
    cells = _cells(case, case.now, new)
    cells["group"] = case.group[cells["row"]]
    same = np.zeros(new.shape, dtype=bool)
    same[cells["row"], cells["column"]] = cells.duplicated(["group", "column", "value"], keep=False)
    same |= new & repeats & long_enough(case.now, case.parameters.digits)
    equal = (same & case.of_consequence[:, None]).any(axis=1)
    for measure in np.unique(case.measure[equal]):
        rows = np.flatnonzero(equal & (case.measure == measure))
        names = listed([case.name(int(row)) for row in rows])
        sentence = f"newest figures that are exactly another series' or those of the year before: {names}."
        yield on_measure(case, rows, REPEATS, sentence, holds=False, score=float(case.impact[rows].max()))


def _copied(case: Case, rows: Booleans, repeats: Booleans) -> Iterator[Reason]:
    """Yield years of which a measure's series repeat the year before far more often than in any earlier year."""
    settings, repeats = case.parameters, repeats & rows[:, None]
    fresh = repeats & ~(case.now == case.before)
    both = np.isfinite(case.now[rows])[:, 1:] & np.isfinite(case.history[rows])[:, :-1]
    filled = np.pad(both.sum(axis=0), (1, 0)).clip(min=1)
    whole = fresh.sum(axis=0) > settings.whole_year * filled
    copied = repeats & (whole | long_enough(case.now, settings.digits))
    shares, new = copied.sum(axis=0) / filled, copied & fresh
    for column in np.flatnonzero(new.any(axis=0)):
        place, year = np.flatnonzero(new[:, column]), int(case.years[column])
        usual = float(np.delete(shares, column).max(initial=0.0))
        share = len(place) / float(filled[column])
        if len(place) >= settings.few and share > max(settings.repeats, 2 * usual):
            shown = listed([f"{case.name(int(row))} {amount(case.now[row, column])}" for row in place])
            what = f"{len(place)} of {filled[column]} figures of {year} are exactly those of {year - 1}"
            sentence = f"{what}, at most {usual:.0%} in another year; the year is a copy: {shown}."
            yield on_measure(case, place, REPEATS, sentence, holds=True, score=50.0 * share, year=year)


def _exchanged(case: Case) -> Iterator[Reason]:
    """Yield series that match another one of the previous vintage, or of a first one, more often than themselves."""
    counts, unchanged = _moved(case), (case.now == case.before).sum(axis=1)
    enough = np.ceil(0.6 * np.isfinite(case.now).sum(axis=1)).clip(case.parameters.few, case.parameters.same_years)
    least = np.maximum(enough - 1, unchanged)[counts["row"]]
    serious = counts[counts["count"] > np.maximum(least, 2 * counts["usual"])].sort_values(["count", "row"])[::-1]
    for _, moved in serious.groupby(["measure", "shift", "other_measure", "is_new"]):
        rows, shift, holds = moved["row"].drop_duplicates().tolist(), int(moved["shift"].iloc[0]), moved["is_new"].all()
        places = zip(moved["row"], moved["other"], moved["count"], strict=True)
        pairs = [
            f"{case.words(x)} has {n} of {'its own figures' if x == other else case.words(other)}"
            for x, other, n in places
        ]
        where = f", {with_noun(abs(shift), 'year')} {'earlier' if shift < 0 else 'later'}" if shift else ""
        sentence = f"figures are in the place of others{where}: {listed(pairs, between='; ')}."
        yield on_series(case, rows, EXCHANGED, sentence, holds=bool(holds), suspicion=WORST if holds else 1.0)


def _moved(case: Case) -> pd.DataFrame:
    """Return how many new figures of each series another one had (``shift`` 0), or itself ``shift`` years away.

    ``usual`` counts those that were equal before. The world's figure of a year with one reporter is that of it, and
    economies may share a currency, so that in a first vintage no equality ``is_new``.
    """
    known = pd.DataFrame(np.isfinite(case.history) & case.is_country[:, None])
    reporters = known.groupby(case.group).transform("sum").to_numpy(float)
    single = np.where(case.is_world[:, None], reporters != 1, case.is_country[:, None])
    now = _cells(case, case.now, (case.now != case.before) & single)
    before = _cells(case, np.where(case.fresh[:, None], case.now, case.before), single)
    pairs = now.merge(before.rename(columns={"row": "other", "column": "at"}), on="value")
    pairs["shift"] = pairs["at"] - pairs["column"]
    table, measure, area, counterpart, item = (case.series[name].to_numpy() for name in KEY)
    row, other, shift = (pairs[name].to_numpy() for name in ("row", "other", "shift"))
    alike = (table[row] == table[other]) & (item[row] == item[other])
    apart = sum((codes[row] != codes[other]).astype(int) for codes in (measure, area, counterpart))
    pairs = pairs[alike & (((apart == 1) & (shift == 0)) | ((row == other) & ~case.fresh[row]))]
    counts: pd.DataFrame = pairs.groupby(["row", "other", "shift"]).size().reset_index(name="count")
    row, other, shift = (counts[name].to_numpy() for name in ("row", "other", "shift"))
    late = np.arange(len(case.years)) + shift[:, None]
    theirs = np.take_along_axis(case.before[other], late.clip(0, len(case.years) - 1), axis=1)
    usual = ((case.before[row] == theirs) & (late >= 0) & (late < len(case.years))).sum(axis=1)
    return counts.assign(measure=measure[row], other_measure=measure[other], usual=usual, is_new=~case.fresh[row])


def _cells(case: Case, values: Floats, chosen: Booleans) -> pd.DataFrame:
    """Return row, column and value of the chosen cells whose values do not repeat by chance."""
    chosen = chosen & long_enough(values, case.parameters.digits)
    return pd.DataFrame(np.argwhere(chosen), columns=["row", "column"]).assign(value=values[chosen])


def long_enough(values: Floats, digits: int) -> Booleans:
    """Return values with at least so many significant digits before trailing zeros: short ones repeat by chance."""
    power = np.floor(np.log10(np.abs(values)))
    steps = values / 10.0 ** (power - (digits - 2))
    return np.asarray(np.abs(steps - np.round(steps)) > 1e-9, dtype=bool)
