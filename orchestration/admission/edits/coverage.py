"""Coverage: areas, items, years, aggregates and values that appear or vanish, by name."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from orchestration.admission.areas import AGGREGATE, COUNTRY, UNKNOWN
from orchestration.admission.case import Booleans, Case, any_in
from orchestration.admission.finding import Finding, listed
from orchestration.admission.verdict import Reason
from orchestration.contracts.observation import WORLD

EDIT = "coverage"
LEVEL = 2


def findings(case: Case) -> Iterator[Finding]:
    yield from _empty(case)
    yield from _new_codes(case)
    for number in np.unique(case.measure[~case.fresh]):
        rows = (case.measure == number) & ~case.fresh
        if case.stated_before[rows].sum() < case.parameters.rows_judged:
            continue
        yield from _areas(case, rows)
        yield from _newest_year(case, rows)
        yield from _values(case, rows)
    if case.series.empty or not case.fresh.any():
        return
    names = sorted({case.title(one) for one in case.series.loc[case.fresh, "measure"]})
    sentence = f"No earlier vintage of {listed(names)} was admitted; figures were judged by themselves."
    yield Finding(Reason(LEVEL, EDIT, False, "", None, None, None, 0.0, sentence))


def _empty(case: Case) -> Iterator[Finding]:
    """Raw files that shrank to little or nothing, also of tables that hold no figures."""
    rows_before: dict[tuple[str, str], int] = {}
    rows_now: dict[tuple[str, str], int] = {}
    for counts, files in ((rows_before, case.files_before), (rows_now, case.files)):
        for one in files:
            counts[one.table, one.resource] = counts.get((one.table, one.resource), 0) + one.rows
    for key, now in rows_now.items():
        how = case.declared.get(key[0])
        before = rows_before.get(key, 0)
        if how is not None and not how.restates:
            continue
        many = before >= case.parameters.rows_judged and before - now > case.parameters.rows_lost * before
        if many or (before and not now):
            sentence = (
                f"{key[1]} has {now:,} rows, {before:,} before; see whether the answer was cut short, then ask again."
            )
            yield Finding(
                Reason(LEVEL, EDIT, True, "/".join(key), None, float(before), float(now), 100.0, sentence), None
            )


def _new_codes(case: Case) -> Iterator[Finding]:
    arrived = case.series[any_in(case.stated_now) & ~any_in(case.stated_before)]
    unknown = sorted(
        {
            code
            for column in ("area", "counterpart")
            for code in arrived.loc[arrived[f"{column}_kind"] == UNKNOWN, column]
        }
    )
    if unknown:
        sentence = f"{len(unknown)} areas are new and in no seed: {listed(unknown)}; add them to area_codes."
        yield Finding(Reason(LEVEL, EDIT, False, "", None, None, None, 1.0, sentence))


def _areas(case: Case, rows: Booleans) -> Iterator[Finding]:
    """Areas, partners and items of one measure that vanished or appeared."""
    has_now, has_before = any_in(case.stated_now[rows]), any_in(case.stated_before[rows])
    series = case.series[rows]
    title = case.title(str(series["measure"].iloc[0]))
    restates = bool(case.restates[rows].all())
    if not has_now.any():
        sentence = f"No figure of {title} is left."
        if restates:
            yield Finding(Reason(LEVEL, EDIT, True, title, None, None, None, 100.0, sentence), None)
        return
    for column in ("area", "counterpart", "item"):
        now, before = set(series[column][has_now]), set(series[column][has_before])
        lost, gained = sorted(before - now), sorted(now - before)
        if gained and before:
            names = listed([case.areas.name(one) for one in gained])
            sentence = f"{title}: {len(gained)} of {len(now)} {_PLURAL[column]} are new: {names}."
            yield Finding(Reason(LEVEL, EDIT, False, title, None, None, None, 0.5, sentence))
        if lost and restates:
            yield _lost(case, rows, column, lost, before)


_PLURAL = {"area": "areas", "counterpart": "partners", "item": "items"}


def _lost(case: Case, rows: Booleans, column: str, lost: list[str], before: set[str]) -> Finding:
    series = case.series[rows]
    title = case.title(str(series["measure"].iloc[0]))
    gone = rows & case.series[column].isin(lost).to_numpy()
    kinds = {one: case.areas.kinds.get(one, AGGREGATE if one == WORLD else UNKNOWN) for one in before}
    aggregates = [one for one in lost if kinds[one] == AGGREGATE]
    countries = [one for one in lost if kinds[one] == COUNTRY]
    weight = _weight(case, gone & case.is_country)
    scale = max(1.0, float(case.gap[rows].max()))
    all_aggregates = [one for one in before if kinds[one] == AGGREGATE]
    holds = (
        WORLD in lost
        or bool((case.of_consequence & gone).any())
        or weight > case.parameters.weight_lost * scale
        or len(lost) > max(1.0, case.parameters.areas_lost * scale * len(before))
        or (len(aggregates) > 1 and len(aggregates) > 0.25 * len(all_aggregates))
    )
    what = (
        f"{len(lost)} items are missing: {listed(lost)}"
        if column == "item"
        else _words(case, column, aggregates, countries, lost, before, kinds)
    )
    share = f" ({weight:.1%} of the total)" if weight >= 0.001 else ""
    sentence = f"{title}: {what}{share}."
    score = 100.0 * max(weight, 0.01 * len(lost) / len(before)) + (100.0 if WORLD in lost else 0.0)
    return Finding(
        Reason(LEVEL, EDIT, holds, title, None, None, None, score, sentence),
        tuple(int(i) for i in np.flatnonzero(gone)),
    )


def _weight(case: Case, rows: Booleans) -> float:
    """The share of the total in these series, 0 to 1: of the item in which it is largest, since a total and its parts overlap."""
    return float(np.bincount(case.group[rows], case.weight[rows]).max(initial=0.0))


def _words(
    case: Case,
    column: str,
    aggregates: list[str],
    countries: list[str],
    lost: list[str],
    before: set[str],
    kinds: dict[str, str],
) -> str:
    others = [one for one in aggregates if one != WORLD]
    parts = []
    if WORLD in lost:
        parts.append("World")
    if len(others) > 3:
        parts.append(f"{len(others)} aggregates")
    elif others:
        parts.append(listed([case.areas.name(one) for one in others]))
    rest = [one for one in lost if kinds[one] != AGGREGATE]
    if rest:
        count = sum(kind == COUNTRY for kind in kinds.values())
        names = listed([case.areas.name(one) for one in rest])
        parts.append(f"{len(rest)} of {count} countries, {names}")
    verb = "is" if len(lost) == 1 else "are"
    complete = "; countries are complete" if column == "area" and aggregates and not countries else ""
    return f"{' and '.join(parts)} {verb} missing{complete}"


def _newest_year(case: Case, rows: Booleans) -> Iterator[Finding]:
    """A newest year that is gone, for a measure or for series of consequence."""
    if not case.restates[rows].all():
        return
    has_now, has_before = ~np.isnan(case.now[rows]), ~np.isnan(case.before[rows])
    if not has_now.any() or not has_before.any():
        return
    now, before = (case.years[np.flatnonzero(held.any(axis=0))[-1]] for held in (has_now, has_before))
    title = case.title(str(case.series["measure"][rows].iloc[0]))
    if now < before:
        sentence = f"{title}: the newest year is {now}; {before} was there before and is missing."
        yield Finding(
            Reason(LEVEL, EDIT, True, title, int(before), None, None, 100.0, sentence),
            tuple(int(i) for i in np.flatnonzero(rows)),
        )


def _values(case: Case, rows: Booleans) -> Iterator[Finding]:
    """Values that are gone from series that are still there, and whole years of series of consequence."""
    if not case.restates[rows].all():
        return
    still = rows & case.stated_now.any(axis=1)
    gone = np.isnan(case.now) & ~np.isnan(case.before) & still[:, None]
    count, held = int(gone.sum()), int((~np.isnan(case.before[still])).sum())
    if not count:
        return
    title = case.title(str(case.series["measure"][rows].iloc[0]))
    recent = gone & (case.age < case.parameters.values_lost_age)
    hit = case.of_consequence & gone.any(axis=1)
    many = count > max(3.0, case.parameters.values_lost * max(1.0, float(case.gap[rows].max())) * held)
    worst = np.flatnonzero(hit)[np.argsort(-case.impact[hit])]
    if len(worst):
        names = listed([f"{case.words(i).split(',')[0]} {_span(case.years[gone[i]])}" for i in worst])
        holds = bool(recent[hit].any())
        score = float(case.impact[worst[0]])
    else:
        names = listed(sorted({case.areas.name(one) for one in case.series["area"][any_in(gone)]}))
        holds, score = many, count / held * 100
    sentence = f"{title}: {count} of {held:,} values are gone: {names}."
    place = tuple(int(i) for i in (worst if len(worst) else np.flatnonzero(gone.any(axis=1))))
    yield Finding(Reason(LEVEL, EDIT, holds or many, title, None, None, None, score, sentence), place)


def _span(years: np.ndarray) -> str:
    return f"{years[0]}" if len(years) == 1 else f"{years[0]}-{years[-1]}"
