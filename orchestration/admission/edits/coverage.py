"""Coverage: areas, items, years, aggregates and values that appear or vanish, by name; years that cannot be."""

from collections.abc import Iterator
from datetime import date
from itertools import product

import numpy as np
import pandas as pd

from orchestration.admission.case import Booleans, Case, Floats, Integers, last_places
from orchestration.admission.figures import AGGREGATE, UNKNOWN
from orchestration.admission.reason import Reason, listed, on_measure
from orchestration.methods.codes import WORLD

EDIT = "coverage"
_PLURAL = {"area": "areas", "counterpart": "partners", "item": "items"}


def findings(case: Case) -> Iterator[Reason]:
    """Yield what is missing from the vintage, and what is new in it."""
    yield from _unknown_areas(case)
    yield from _arrivals(case)
    for number in np.unique(case.measure):
        yield from _unfinished_year(case, case.measure == number)
        rows = (case.measure == number) & ~case.fresh
        if np.isfinite(case.before[rows]).sum() >= case.parameters.rows_judged and case.restates[rows].all():
            yield from _losses(case, rows)
            yield from _lost_values(case, rows)
            yield from _incomplete_year(case, rows)
    if case.fresh.any():
        names = sorted({case.title(measure) for measure in case.series.loc[case.fresh, "measure"]})
        sentence = f"No earlier vintage of {listed(names)} was admitted; its figures were judged by themselves."
        yield Reason(EDIT, False, sentence, 0.0)


def _unknown_areas(case: Case) -> Iterator[Reason]:
    """Yield areas that no seed knows: they are left out of the build. With a vanished area it may be a renaming."""
    for resource, column in product(case.series["resource"].unique(), ("area", "counterpart")):
        rows = (case.series["resource"] == resource).to_numpy()
        unknown = rows & case.has_now & ~case.has_before & case.series[f"{column}_kind"].eq(UNKNOWN).to_numpy()
        now, before = (set(case.series[column][rows & has]) for has in (case.has_now, case.has_before))
        vanished = sorted(case.areas.name(area) for area in before - now)
        if codes := sorted(set(case.series[column][unknown])):
            sentence = f"Area codes that are in no seed are left out: {listed(codes)}; add them to dbt_project/seeds."
            if vanished:
                sentence = f"{listed(codes)} is in no seed, while {listed(vanished)} vanished; a code may be renamed."
            yield Reason(EDIT, bool(vanished), sentence, 60.0 if vanished else 1.0, resources=(resource,))


def _arrivals(case: Case) -> Iterator[Reason]:
    """Yield one remark for all areas, partners and items that are new."""
    known = set(case.series["measure"][case.has_before])
    for column, plural in _PLURAL.items():
        pairs = case.series[["measure", column]]
        now, before = (set(pairs[has].itertuples(index=False, name=None)) for has in (case.has_now, case.has_before))
        if new := {(measure, code) for measure, code in now - before if measure in known}:
            names = sorted({case.areas.name(code) for _, code in new})
            titles = listed(sorted({case.title(measure) for measure, _ in new}))
            sentence = f"New {plural} in {titles}: {listed(names)}. Their figures are judged as new series."
            yield Reason(EDIT, False, sentence, 0.5)


def _losses(case: Case, rows: Booleans) -> Iterator[Reason]:
    """Yield areas, partners, items and newest years of one measure that vanished."""
    has_now, everything = rows & case.has_now, np.flatnonzero(rows)
    if not has_now.any():
        yield on_measure(case, everything, EDIT, "no figure is left.", holds=True, score=100.0)
        return
    for column in _PLURAL:
        before = set(case.series[column][rows & case.has_before])
        if lost := sorted(before - set(case.series[column][has_now])):
            yield _lost(case, rows, column, lost, before)
    now, year = (_newest_year(case, values[rows]) for values in (case.now, case.before))
    if now and year and now < year:
        sentence = f"the newest year is {now}; {year} was there before and is missing."
        yield on_measure(case, everything, EDIT, sentence, holds=True, score=100.0, year=year)


def _newest_year(case: Case, values: Floats) -> int:
    """Return the newest year with a value, or 0 if no year has one."""
    return int(case.years[np.isfinite(values).any(axis=0)].max(initial=0))


def _lost(case: Case, rows: Booleans, column: str, lost: list[str], before: set[str]) -> Reason:
    settings, scale = case.parameters, max(1.0, float(case.gap[rows].max()))
    gone = rows & case.series[column].isin(lost).to_numpy()
    countries = gone & case.is_country
    # an area that reported most of its measures in the three newest years of the vintage before
    places = pd.Series(last_places(case.before))
    recent = case.has_before & (places >= places.groupby(case.measure).transform("max") - 2)
    areas = case.series.assign(recent=np.where(case.has_before, recent, np.nan)).groupby(["table", "area"])
    current = countries & np.asarray(recent & (areas["recent"].transform("mean") > 0.5), dtype=bool)
    aggregates = {code for code in before if case.areas.kind(code) == AGGREGATE}
    # of a total and its parts, which overlap, the larger counts
    weight = float(np.bincount(case.group[countries], case.weight[countries]).max(initial=0.0))
    is_heavy = weight > settings.weight_lost * scale or bool(case.of_consequence[current].any())
    is_area = column == "area" and weight >= settings.least_visible and (case.gap[rows] <= settings.stale_years).all()
    holds = (
        WORLD in lost
        or len(lost) > max(1.0, settings.areas_lost * scale * len(before))
        or len(aggregates.intersection(lost)) > max(1.0, 0.25 * scale * len(aggregates))
        or bool(current.any() and (is_heavy or is_area))
    )
    names = [name for _, name in sorted((code in aggregates, case.areas.name(code)) for code in lost)]
    share = f" ({weight:.1%} of the total)" if weight >= 0.001 else ""
    faded = (
        "" if holds or current.any() else "; without figures of the newest years, so that it may have been withdrawn"
    )
    sentence = f"{len(lost)} of {len(before)} {_PLURAL[column]} vanished{share}: {listed(names)}{faded}."
    score = 100.0 * max(weight, 0.01 * len(lost) / len(before)) + (100.0 if WORLD in lost else 0.0)
    return on_measure(case, np.flatnonzero(gone), EDIT, sentence, holds=holds, score=score)


def _lost_values(case: Case, rows: Booleans) -> Iterator[Reason]:
    """Yield values that are gone from series that are still there."""
    settings = case.parameters
    still = rows & case.has_now
    gone = np.isnan(case.now) & np.isfinite(case.before) & still[:, None]
    count, known = int(gone.sum()), int(np.isfinite(case.before[still]).sum())
    if not count:
        return
    many = count > max(3.0, settings.values_lost * max(1.0, float(case.gap[rows].max())) * known)
    heavy = case.of_consequence & gone.any(axis=1)
    recent = bool((gone & (case.age < settings.values_lost_age))[heavy].any())
    holds = (many or recent) and bool((case.gap[rows] <= settings.distant_years).all())
    touched = np.flatnonzero(gone.any(axis=1))
    touched = touched[np.lexsort((-case.impact[touched], ~heavy[touched]))]
    names = listed([f"{case.name(int(row))} {case.span(gone[row])}" for row in touched])
    sentence = f"values that are gone, {count:,} of {known:,}: {names}."
    score = float(case.impact[touched[0]]) if heavy.any() else count / known * 100
    touched = touched[heavy[touched]] if heavy.any() else touched
    yield on_measure(case, touched, EDIT, sentence, holds=holds, score=score)


def _incomplete_year(case: Case, rows: Booleans) -> Iterator[Reason]:
    """Yield a newest year with fewer reporters than the one before, which holds if that was as old then."""
    settings, countries = case.parameters, np.flatnonzero(rows & case.is_country)
    absent, missing, count, column = _absent(case, countries, case.now)
    _, missing_before, count_before, column_before = _absent(case, countries, case.before)
    least, of_count = settings.newest_year_remark, (count - count_before) / settings.newest_year_count
    apart = max(missing - missing_before, of_count * least)
    if column < 1 or apart < least:
        return
    year, earlier = int(case.years[column]), int(case.years[column_before])
    days, days_before = (case.vintage - date(year, 12, 31)).days, (case.vintage_before - date(earlier, 12, 31)).days
    side = "after" if days >= 0 else "before"
    names = [case.name(int(row)) for row in absent[np.argsort(-case.weight[absent], kind="stable")]]
    what = f"{year} lacks {len(absent)} series that have {year - 1}, {missing:.0%} of the total"
    usual = f", {abs(days)} days {side} its end; {earlier} lacked {missing_before:.0%} after {days_before} days"
    sentence = f"{what}{usual}. Largest: {listed(names)}."
    holds = missing - missing_before >= settings.newest_year_held and days_before <= days + settings.same_age_days
    yield on_measure(case, absent, "completeness", sentence, holds=holds, score=100.0 * apart, year=year)


def _absent(case: Case, countries: Integers, values: Floats) -> tuple[Integers, float, float, int]:
    """Return countries' series without the newest year that have the one before, their parts, and its place."""
    newest = int(last_places(values[countries]).max(initial=-1))
    if newest < 1:
        return countries[:0], 0.0, 0.0, newest
    known = countries[np.isfinite(values[countries, newest - 1])]
    absent = known[np.isnan(values[known, newest])]
    weights = np.where(case.is_ratio, 1.0, case.weight)
    whole = float(weights[known].sum())
    return absent, float(weights[absent].sum()) / whole if whole else 0.0, len(absent) / max(len(known), 1), newest


def _unfinished_year(case: Case, rows: Booleans) -> Iterator[Reason]:
    """Yield a newest year that was not over on the date of the vintage, unless the vintage before led as far."""
    newest, before = (_newest_year(case, values[rows]) for values in (case.now, case.before))
    lead, lead_before = newest - case.vintage.year, before - case.vintage_before.year
    if newest and lead >= 0 and lead > lead_before:
        sentence = f"{newest} has figures, but was not over on {case.vintage}; years may be shifted."
        holds = lead > 0 or before > 0
        yield on_measure(case, np.flatnonzero(rows), "dates", sentence, holds=holds, score=50.0, year=newest)
