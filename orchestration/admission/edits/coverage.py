"""Coverage: areas, items, years, aggregates and values that appear or vanish, by name."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

import numpy as np

from orchestration.admission.areas import AGGREGATE, UNKNOWN
from orchestration.admission.case import Booleans, Case, any_in
from orchestration.admission.finding import Finding, listed, on_measure, on_vintage
from orchestration.admission.verdict import Reason
from orchestration.contracts.observation import WORLD

EDIT = "coverage"
_PLURAL = {"area": "areas", "counterpart": "partners", "item": "items"}


def findings(case: Case) -> Iterator[Finding]:
    """Yield what is missing from the vintage, and what is new in it."""
    yield from _shrunk_files(case)
    yield from _unknown_areas(case)
    yield from _arrivals(case)
    for number in np.unique(case.measure[~case.fresh]):
        rows = (case.measure == number) & ~case.fresh
        if case.stated_before[rows].sum() >= case.parameters.rows_judged and case.restates[rows].all():
            yield from _losses(case, rows)
            yield from _newest_year(case, rows)
            yield from _values(case, rows)
    if len(case.series) and case.fresh.any():
        names = sorted({case.title(measure) for measure in case.series.loc[case.fresh, "measure"]})
        sentence = f"No earlier vintage of {listed(names)} was admitted; its figures were judged by themselves."
        yield on_vintage(EDIT, 2, sentence, holds=False, score=0.0)


def _shrunk_files(case: Case) -> Iterator[Finding]:
    """Yield raw files that shrank to little or nothing, also of tables without figures."""
    before: Counter[tuple[str, str]] = Counter()
    now: Counter[tuple[str, str]] = Counter()
    for counts, files in ((before, case.files_before), (now, case.files)):
        for file in files:
            counts[file.table, file.resource] += file.rows
    for (table, resource), rows in now.items():
        how, earlier = case.declared.get(table), before[table, resource]
        if how is not None and not how.restates:
            continue
        settings = case.parameters
        if (earlier >= settings.rows_judged and earlier - rows > settings.rows_lost * earlier) or (
            earlier and not rows
        ):
            sentence = f"{resource} has {rows:,} rows, {earlier:,} before; the answer may have been cut short."
            reason = Reason(2, EDIT, True, f"{table}/{resource}", None, float(earlier), float(rows), 100.0, sentence)
            yield Finding(reason, (), (resource,))


def _unknown_areas(case: Case) -> Iterator[Finding]:
    """Yield areas that no seed knows: they are left out of the build. With a vanished area it may be a renaming."""
    arrived = any_in(case.stated_now) & ~any_in(case.stated_before)
    vanished = _vanished(case)
    for column in ("area", "counterpart"):
        rows = np.flatnonzero(arrived & case.series[f"{column}_kind"].eq(UNKNOWN).to_numpy())
        codes = sorted(set(case.series[column].iloc[rows]))
        if not codes:
            continue
        sentence = (
            f"{len(codes)} area codes are in no seed and left out: {listed(codes)}; add them to dbt_project/seeds."
        )
        if vanished:
            sentence = (
                f"{listed(codes)} is new and in no seed while {listed(vanished)} vanished; a code may be renamed."
            )
        touched = tuple(int(row) for row in rows) if vanished else ()
        yield Finding(
            Reason(2, EDIT, bool(vanished), "", None, None, None, 60.0 if vanished else 1.0, sentence), touched
        )


def _vanished(case: Case) -> list[str]:
    """Return the names of countries that the vintage before had and this one has in no series."""
    rows = case.is_country & ~case.fresh & case.restates & ~case.is_world
    now, before = (set(case.series["area"][rows & any_in(stated)]) for stated in (case.stated_now, case.stated_before))
    return sorted(case.areas.name(area) for area in before - now)


def _arrivals(case: Case) -> Iterator[Finding]:
    """Yield one remark for all areas, partners and items that are new."""
    for column, plural in _PLURAL.items():
        measures: dict[str, set[str]] = defaultdict(set)
        for number in np.unique(case.measure[~case.fresh]):
            rows = (case.measure == number) & ~case.fresh
            now, before = (
                set(case.series[column][rows & any_in(one)]) for one in (case.stated_now, case.stated_before)
            )
            for code in now - before if before else ():
                measures[code].add(case.title(str(case.series["measure"][rows].iloc[0])))
        if measures:
            names = listed(sorted(case.areas.name(code) for code in measures))
            titles = listed(sorted(set().union(*measures.values())), 3)
            sentence = f"{len(measures)} {plural} are new in {titles}: {names}. Their figures are judged as new series."
            yield on_vintage(EDIT, 2, sentence, holds=False, score=0.5)


def _losses(case: Case, rows: Booleans) -> Iterator[Finding]:
    """Yield areas, partners and items of one measure that vanished."""
    has_now = rows & any_in(case.stated_now)
    if not has_now.any():
        yield on_measure(case, np.flatnonzero(rows), EDIT, "no figure is left.", holds=True, score=100.0)
        return
    for column in _PLURAL:
        before = set(case.series[column][rows & any_in(np.isfinite(case.before))])
        if lost := sorted(before - set(case.series[column][has_now])):
            yield _lost(case, rows, column, lost, before)


def _lost(case: Case, rows: Booleans, column: str, lost: list[str], before: set[str]) -> Finding:
    settings, scale = case.parameters, max(1.0, float(case.gap[rows].max()))
    gone = rows & case.series[column].isin(lost).to_numpy()
    kinds = {code: case.areas.kinds.get(code, AGGREGATE if code == WORLD else UNKNOWN) for code in before}
    aggregates = [code for code in lost if kinds[code] == AGGREGATE]
    of_all = sum(kind == AGGREGATE for kind in kinds.values())
    # of a total and its parts, which overlap, the larger counts
    weight = float(
        np.bincount(case.group[gone & case.is_country], case.weight[gone & case.is_country]).max(initial=0.0)
    )
    current = gone & case.is_country & _is_current(case)
    holds = (
        WORLD in lost
        or bool((case.of_consequence & gone & _is_current(case)).any())
        or bool(column == "area" and current.any() and case.gap[rows].max() <= settings.stale_years)
        or (weight > settings.weight_lost * scale and bool(current.any()))
        or len(lost) > max(1.0, settings.areas_lost * scale * len(before))
        or (len(aggregates) > 1 and len(aggregates) > 0.25 * of_all)
    )
    names = [case.areas.name(code) for code in lost if kinds[code] != AGGREGATE or code == WORLD]
    names += [case.areas.name(code) for code in aggregates if code != WORLD]
    share = f" ({weight:.1%} of the total)" if weight >= 0.001 else ""
    faded = "" if holds else "; without figures of the newest years, so that it may have been withdrawn"
    sentence = f"{len(lost)} of {len(before)} {_PLURAL[column]} vanished{share}: {listed(names)}{faded}."
    score = 100.0 * max(weight, 0.01 * len(lost) / len(before)) + (100.0 if WORLD in lost else 0.0)
    return on_measure(case, np.flatnonzero(gone), EDIT, sentence, holds=holds, score=score)


def _is_current(case: Case) -> Booleans:
    """Return series of areas of which most measures had a value in the three newest years of the vintage before."""
    places = np.where(~np.isnan(case.before), np.arange(len(case.years)), -1).max(axis=1, initial=-1)
    newest = np.zeros(case.measure.max(initial=0) + 1)
    np.maximum.at(newest, case.measure, places)
    recent = (places >= newest[case.measure] - 2) & (places >= 0)
    known = places >= 0
    share = case.series.assign(recent=recent & known, known=known).groupby(["table", "area"])[["recent", "known"]]
    sums = share.transform("sum")
    return np.asarray(recent & (sums["recent"] > 0.5 * sums["known"]).to_numpy(), dtype=bool)


def _newest_year(case: Case, rows: Booleans) -> Iterator[Finding]:
    has_now, has_before = ~np.isnan(case.now[rows]), ~np.isnan(case.before[rows])
    if not has_now.any() or not has_before.any():
        return
    now, before = (int(case.years[np.flatnonzero(one.any(axis=0))[-1]]) for one in (has_now, has_before))
    if now < before:
        sentence = f"the newest year is {now}; {before} was there before and is missing."
        yield on_measure(case, np.flatnonzero(rows), EDIT, sentence, holds=True, score=100.0, year=before)


def _values(case: Case, rows: Booleans) -> Iterator[Finding]:
    """Yield values that are gone from series that are still there."""
    settings = case.parameters
    still = rows & case.stated_now.any(axis=1)
    gone = np.isnan(case.now) & ~np.isnan(case.before) & still[:, None]
    count, known = int(gone.sum()), int((~np.isnan(case.before[still])).sum())
    if not count:
        return
    many = count > max(3.0, settings.values_lost * max(1.0, float(case.gap[rows].max())) * known)
    heavy = case.of_consequence & gone.any(axis=1)
    recent = bool((gone & (case.age < settings.values_lost_age))[heavy].any())
    place = np.flatnonzero(heavy if heavy.any() else gone.any(axis=1))
    place = place[np.argsort(-case.impact[place], kind="stable")]
    names = listed([f"{case.words(int(row)).split(',')[0]} {_span(case.years[gone[row]])}" for row in place])
    sentence = f"{count} of {known:,} values are gone: {names}."
    score = float(case.impact[place[0]]) if heavy.any() else count / known * 100
    yield on_measure(case, place, EDIT, sentence, holds=many or recent, score=score)


def _span(years: np.ndarray) -> str:
    return f"{years[0]}" if len(years) == 1 else f"{years[0]}-{years[-1]}"
