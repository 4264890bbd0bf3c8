"""Aggregates beside the sum of their members: which moved as their members did, and which did not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from orchestration.admission.case import Booleans, Case, Floats, Integers
from orchestration.contracts.observation import WORLD
from orchestration.methods.membership import memberships


@dataclass(frozen=True, eq=False)
class Totals:
    """One aggregate of one kind of figures.

    ``row`` is its series, ``members`` the series of the countries and ``shares`` the weight of each in it. ``moved`` is by
    how much of the aggregate the sum of the members changed against it, NaN where that cannot be said; ``limit`` what is
    usual. ``recomposed`` is true where it moved in several years: its members are other ones now.
    """

    row: int
    members: Integers
    shares: Floats
    moved: Floats
    limit: Floats
    recomposed: bool


@lru_cache(maxsize=2)
def totals_of(case: Case) -> tuple[Totals, ...]:
    """Every aggregate of every table whose history its members explain."""
    return tuple(one for table in case.series["table"].unique() for one in _of_table(case, str(table)))


@lru_cache(maxsize=2)
def explained(case: Case) -> Booleans:
    """Cells of aggregates that agree with their members as they did before."""
    found = np.zeros(case.now.shape, dtype=bool)
    for one in totals_of(case):
        found[one.row] = np.isfinite(one.moved) & (np.abs(one.moved) <= one.limit)
    return found


def _of_table(case: Case, table: str) -> list[Totals]:
    whole_world = case.series["counterpart"].eq(WORLD).to_numpy()
    inside = (case.series["table"] == table).to_numpy() & ~case.is_ratio & whole_world
    is_whole = inside & (case.is_aggregate | case.is_world)
    is_part = inside & case.is_country & ~case.is_world
    wholes = sorted(case.series["area"][is_whole].unique())
    members = sorted(case.series["area"][is_part].unique())
    if not wholes or len(members) < case.parameters.growth_series:
        return []
    groups = [int(group) for group in np.unique(case.group[is_whole]) if (is_part & (case.group == group)).any()]
    known = _known(case)
    places = {group: (_rows(case, group, wholes), _rows(case, group, members)) for group in groups}
    recent = slice(-case.parameters.macro_fit_years, None)
    y = np.concatenate([_values(known, places[group][0])[:, recent] for group in groups], axis=1)
    x = np.concatenate([_values(known, places[group][1])[:, recent] for group in groups], axis=1)
    shares = np.round(memberships(y, x))
    shares[[name == WORLD for name in wholes]] = 1.0
    found = []
    for group in groups:
        found += _of_group(case, known, *places[group], shares)
    return found


def _known(case: Case) -> Floats:
    """Values of the vintage before; of a measure without one, those now without the newest year."""
    return np.where(case.fresh[:, None], np.where(case.age <= 0, np.nan, case.now), case.before)


def _rows(case: Case, group: int, names: Sequence[str]) -> Integers:
    """The series of each area in one kind of figures; -1 where it has none."""
    rows = np.flatnonzero((case.group == group) & case.series["counterpart"].eq(WORLD).to_numpy())
    places = dict(zip(case.series["area"].to_numpy()[rows], rows, strict=True))
    return np.array([places.get(name, -1) for name in names], dtype=np.int64)


def _values(matrix: Floats, rows: Integers) -> Floats:
    return np.where((rows >= 0)[:, None], matrix[rows], np.nan)


def _of_group(case: Case, known: Floats, wholes: Integers, members: Integers, shares: Floats) -> list[Totals]:
    settings = case.parameters
    now, before = _values(case.now, wholes), _values(known, wholes)
    beyond_now = now - shares @ np.nan_to_num(_values(case.now, members))
    beyond_before = before - shares @ np.nan_to_num(_values(known, members))
    with np.errstate(divide="ignore", invalid="ignore"):
        share_before = beyond_before / before
        revised = (beyond_now - beyond_before) / np.fmax(np.abs(now), np.abs(before))
    found = []
    for place, row in enumerate(wholes):
        held = np.isfinite(share_before[place])
        recent = share_before[place][held][-settings.macro_years :]
        if row < 0 or held.sum() < 3:
            continue
        rest = float(np.median(np.abs(recent)))
        fits = rest <= settings.macro_fit
        if not (fits or (case.is_world[row] and rest <= settings.macro_world_fit)):
            continue
        usual = settings.macro_own * float(np.quantile(np.abs(np.diff(recent)), 0.75))
        exact = rest <= settings.macro_exact
        complete = exact or (fits and bool(case.is_world[row]))
        last = int(np.flatnonzero(held)[-1])
        size = np.fmax(np.abs(now[place]), abs(before[place, last]))
        added = (beyond_now[place] - beyond_before[place, last]) / size
        moved = np.where(held, revised[place], np.where((case.age[row] <= 1) & complete, added, np.nan))
        moved[~np.isfinite(moved)] = np.nan
        others = _arrived(case, members, shares[place]) & (not exact)
        least = np.where(others, settings.macro_arrived, settings.macro_least)
        least = np.maximum(least, settings.macro_rest * rest)
        limit = np.where(held, least, max(settings.macro_newest, usual))
        used = members >= 0
        shifted = np.abs(moved[held]) > settings.macro_least
        recomposed = bool(shifted.sum() >= settings.macro_recomposed)
        found.append(Totals(int(row), members[used], shares[place][used], moved, limit, recomposed))
    return found


def _arrived(case: Case, members: Integers, shares: Floats) -> Booleans:
    """Years for which a member has a value now and had none before, or the other way round."""
    rows = members[(members >= 0) & (shares > 0)]
    return np.asarray((np.isnan(case.now[rows]) != np.isnan(case.before[rows])).any(axis=0), dtype=bool)
