"""Macro edit: the growth of a whole against that of the parts an edition lists, where they are not all of it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from orchestration.admission.areas import COUNTRY
from orchestration.admission.case import Case, Floats, Integers
from orchestration.admission.edits.balances import wholes
from orchestration.admission.edits.growth import LONGEST_STEP
from orchestration.admission.finding import Finding, listed, on_figure, percent
from orchestration.admission.members import totals_of
from orchestration.contracts.observation import WORLD

EDIT = "listed parts"


def findings(case: Case) -> Iterator[Finding]:
    """Yield wholes that grew apart from the parts an edition lists."""
    known = np.zeros(case.now.shape, dtype=bool)
    for one in totals_of(case):
        known[one.row] = np.isfinite(one.moved)
    for row, parts in _wholes(case):
        if case.gap[row] > case.parameters.stale_years:
            continue
        both = [row, *parts]
        moved = ~np.isnan(case.now[both]) & (case.now[both] != case.before[both])
        moved &= (case.age[both] <= case.parameters.lone_age) & (case.age[both] >= 0)
        moved[:, case.fresh[row] & (case.age[row] > 0)] = False
        columns = np.flatnonzero(moved.any(axis=0) & ~known[row])
        if len(columns):
            yield from _years(case, row, parts, columns)


def _wholes(case: Case) -> Iterator[tuple[int, Integers]]:
    """Yield the world with its economies, an economy with its partners, and the lists that a source declares."""
    for balance, whole, members in wholes(case):
        if balance.steady:  # of a declared list two parts are enough
            yield whole, np.array(members, dtype=np.int64)
    by_area = case.series["counterpart"].eq(WORLD).to_numpy()
    country = case.series["area_kind"].eq(COUNTRY).to_numpy()
    partner = case.series["counterpart_kind"].eq(COUNTRY).to_numpy()
    areas = case.series["area"].to_numpy()
    for row in np.flatnonzero(case.of_consequence & by_area & ~case.is_ratio):
        kind = case.group == case.group[row]
        own = by_area & country if case.is_world[row] else partner & (areas == areas[row])
        parts = np.flatnonzero(kind & own)
        if len(parts) >= case.parameters.growth_few:
            yield int(row), parts


def _years(case: Case, row: int, parts: Integers, columns: Integers) -> Iterator[Finding]:
    apart = np.array([_apart(case, row, parts, place) for place in range(int(columns[-1]) + 1)])
    past = np.abs(np.delete(apart, columns))
    past = past[np.isfinite(past)][-case.parameters.growth_years :]
    if len(past) < case.parameters.growth_few:
        return
    limit = max(_least(case, float(past.max()), len(past)), case.parameters.listed_own * float(past.max()))
    for column in columns[np.abs(np.nan_to_num(apart[columns])) > limit]:
        yield _finding(case, row, parts, int(column), float(apart[column]), limit)


def _least(case: Case, most: float, years: int) -> float:
    """Return the smallest limit: less where the parts always added up to the whole but for rounding."""
    settings = case.parameters
    if years < settings.same_years:
        return settings.listed_least
    return min(settings.listed_least, max(settings.listed_exact, settings.listed_rounding * most))


def _finding(case: Case, row: int, parts: Integers, column: int, apart: float, limit: float) -> Finding:
    steps = _steps(case, parts, column)
    suspects = [int(parts[place]) for place in np.argsort(-np.abs(np.nan_to_num(steps - np.nanmedian(steps))))[:2]]
    names = listed([case.words(suspect) for suspect in suspects])
    sentence = (
        f"the parts that are listed grew {percent(apart)} against the whole, {abs(apart) / limit:.1f} times the limit from "
        f"other years; furthest from the others: {names}, or the whole."
    )
    rows = [row, *suspects]
    return on_figure(case, (row, column), EDIT, sentence, holds=True, suspicion=abs(apart) / limit, rows=rows)


def _apart(case: Case, row: int, parts: Integers, column: int) -> float:
    """Return the growth of the parts that both years have less that of the whole (logarithm); NaN where unknown."""
    for years in range(1, LONGEST_STEP + 1):
        if column < years:
            break
        now, base = case.history[parts, column], case.history[parts, column - years]
        whole, whole_base = case.history[row, column], case.history[row, column - years]
        both = (now > 0) & (base > 0)
        if both.sum() < min(case.parameters.growth_few, len(parts)) or not (whole > 0 and whole_base > 0):
            continue
        if base[both].sum() < case.parameters.listed_share * whole_base:
            continue
        return float(np.log(now[both].sum() / base[both].sum()) - np.log(whole / whole_base)) / float(np.sqrt(years))
    return float("nan")


def _steps(case: Case, parts: Integers, column: int) -> Floats:
    now, base = case.history[parts, column], case.history[parts, column - 1]
    both = (now > 0) & (base > 0)
    return np.where(both, np.log(np.where(both, now / np.where(both, base, 1.0), 1.0)), np.nan)
