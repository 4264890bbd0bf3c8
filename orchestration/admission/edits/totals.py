"""Macro and balance edits: the world and regions against their members, declared wholes against their parts.

Aggregates are compared with the sum of their members like with like: members that arrive or leave are in neither sum.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import compress

import numpy as np

from orchestration.admission.case import Booleans, Case, Floats, Integers
from orchestration.admission.reason import Reason, amount, listed, on_series
from orchestration.contracts.observation import WORLD, Balance
from orchestration.methods.membership import memberships

AGGREGATES, BALANCE = "aggregates", "balance"


@dataclass(frozen=True, eq=False)
class Totals:
    """One aggregate of one kind of figures.

    ``row`` is its series and ``members`` the series of the countries in it. ``moved`` is the change of the aggregate beyond
    that of its members, as a share of it (NaN where that is unknown); ``limit`` what is usual.
    """

    row: int
    members: Integers
    moved: Floats
    limit: Floats


@lru_cache(maxsize=2)
def totals_of(case: Case) -> tuple[Totals, ...]:
    """Return every aggregate whose history its members explain."""
    return tuple(totals for table in case.series["table"].unique() for totals in _of_table(case, str(table)))


@lru_cache(maxsize=2)
def explained(case: Case) -> Booleans:
    """Return the cells of aggregates that agree with their members as they did before."""
    cells = np.zeros(case.now.shape, dtype=bool)
    for totals in totals_of(case):
        cells[totals.row] = np.abs(totals.moved) <= totals.limit
    return cells


def _of_table(case: Case, table: str) -> list[Totals]:
    whole_world = case.series["counterpart"].eq(WORLD).to_numpy()
    inside = (case.series["table"] == table).to_numpy() & ~case.is_ratio & whole_world
    is_whole, is_part = inside & case.is_aggregate, inside & case.is_country
    wholes, members = (sorted(case.series["area"][chosen].unique()) for chosen in (is_whole, is_part))
    groups = np.unique(case.group[is_whole]).tolist()
    if not groups or len(members) < case.parameters.peers_least:
        return []
    known = np.where(case.fresh[:, None], np.where(case.age <= 0, np.nan, case.now), case.before)
    places = {group: _rows(case, group) for group in groups}
    recent = slice(-case.parameters.macro_fit_years, None)
    y, x = (
        np.concatenate([_values(known, places[group], names)[:, recent] for group in groups], axis=1)
        for names in (wholes, members)
    )
    is_member = np.round(memberships(y, x)) == 1
    is_member[[name == WORLD for name in wholes]] = True
    return [
        totals
        for group in groups
        for name, inside in zip(wholes, is_member, strict=True)
        if name in places[group]
        for totals in _of_whole(case, known, places[group], name, list(compress(members, inside)))
    ]


def _rows(case: Case, group: int) -> dict[str, int]:
    """Return the series of each area in one kind of figures."""
    rows = np.flatnonzero((case.group == group) & case.series["counterpart"].eq(WORLD).to_numpy())
    return dict(zip(case.series["area"].to_numpy()[rows], rows.tolist(), strict=True))


def _values(matrix: Floats, rows: Mapping[str, int], names: Sequence[str]) -> Floats:
    """Return the figures of each area, NaN for one without a series."""
    missing = np.full(matrix.shape[1], np.nan)
    return np.array([matrix[rows[name]] if name in rows else missing for name in names])


def _of_whole(
    case: Case, known: Floats, places: Mapping[str, int], name: str, members: Sequence[str]
) -> Iterator[Totals]:
    """Yield one aggregate where its members explain its history."""
    settings, row = case.parameters, places[name]
    rows = np.array([places[member] for member in members if member in places], dtype=np.int64)
    beyond = known[row] - np.nansum(known[rows], axis=0)
    share = beyond / known[row]
    present = np.isfinite(share)
    recent = share[present][-settings.macro_years :]
    if present.sum() < settings.few:
        return
    rest = float(np.median(np.abs(recent)))
    fits = rest <= settings.macro_fit
    if not (fits or (case.is_world[row] and rest <= settings.macro_world_fit)):
        return
    exact = rest <= settings.macro_exact
    usual = settings.macro_own * float(np.quantile(np.abs(np.diff(recent)), 0.75))
    last = int(np.flatnonzero(present)[-1])
    moved = _beyond_members(case.now, known, row, rows, exact=exact)
    if exact or (fits and case.is_world[row]):
        newest = np.arange(len(present)) > last
        base = np.repeat(known[:, [last]], known.shape[1], axis=1)
        moved = np.where(newest, _beyond_members(case.now, base, row, rows, exact=exact), moved)
    least = max(settings.macro_least, settings.macro_rest * rest)
    limit = np.where(present, least, max(settings.macro_newest, usual))
    yield Totals(row, rows, moved, limit)


def _beyond_members(now: Floats, base: Floats, row: int, rows: Integers, *, exact: bool) -> Floats:
    """Return the change of an aggregate from ``base`` that neither its members nor arrivals and departures explain.

    Where the aggregate is the exact sum of its members, arrivals and departures are in it wholly or not at all; elsewhere
    the publisher may have estimated them, and any part of them explains a change.
    """
    arrived = np.nansum(np.where(np.isnan(base[rows]), now[rows], 0.0), axis=0)
    departed = np.nansum(np.where(np.isnan(now[rows]), base[rows], 0.0), axis=0)
    change = now[row] - base[row] - np.nansum(now[rows] - base[rows], axis=0)
    if exact:
        recomposed = change - arrived + departed
        beyond = np.where(np.abs(change) < np.abs(recomposed), change, recomposed)
    else:
        beyond = change - np.clip(change, -np.maximum(departed, 0.0), np.maximum(arrived, 0.0))
    share = beyond / np.fmax(np.abs(now[row]), np.abs(base[row]))
    return np.where(np.isfinite(share), share, np.nan)


def findings(case: Case) -> Iterator[Reason]:
    """Yield aggregates that moved apart from their members, and wholes that are no longer the sum of their parts."""
    recomposed = []
    for totals in totals_of(case):
        columns = np.flatnonzero(np.abs(totals.moved) > totals.limit)
        if len(columns) >= case.parameters.macro_recomposed and not case.is_world[totals.row]:
            recomposed.append(totals.row)
        else:
            yield from (_apart(case, totals, int(column)) for column in columns)
    if recomposed:
        names = listed(sorted({case.name(row) for row in recomposed}))
        sentence = f"{len(recomposed)} aggregates moved apart from their members in many years; these may be others now: {names}."
        yield Reason(AGGREGATES, False, sentence, 1.0)
    for balance, whole, parts in wholes(case):
        yield from _unbalanced(case, balance, whole, parts)


def _apart(case: Case, totals: Totals, column: int) -> Reason:
    moved, limit = float(totals.moved[column]), float(totals.limit[column])
    now, base = case.now[totals.members, column], case.before[totals.members, column]
    if np.isnan(case.before[totals.row, column]):
        base = case.history[totals.members, column - 1]
    change = np.abs(np.nan_to_num(now) - np.nan_to_num(base))
    suspects = [int(totals.members[place]) for place in np.argsort(-change)[:3] if change[place]]
    names = listed([case.name(row) for row in suspects]) or "none"
    sentence = (
        f"{'rose' if moved > 0 else 'fell'} against the sum of its members, by {abs(moved):.2%} of "
        f"{amount(float(case.now[totals.row, column]))}, compared with before; members that changed most: {names}."
    )
    settled = not (case.fresh[totals.row] or case.is_stale[totals.row])
    alike = bool((np.isfinite(now) == np.isfinite(base)).all())
    of_region = alike and case.is_heavy[totals.row] and bool(case.of_consequence[suspects[:1]].any())
    holds = bool(settled and (case.is_world[totals.row] or of_region))
    rows, doubt = [totals.row, *suspects], abs(moved) / limit
    return on_series(case, rows, AGGREGATES, sentence, column=column, holds=holds, suspicion=doubt)


def wholes(case: Case) -> Iterator[tuple[Balance, int, list[int]]]:
    """Yield every declared balance with the series of its whole and those of all its parts."""
    for table, how in case.declared.items():
        inside = case.series[case.series["table"] == table]
        for balance in how.balances:
            along = balance.along.split("/")
            rest = inside[[name for name in ("measure", "area", "counterpart", "item") if name not in along]]
            members = map("/".join, inside[along].itertuples(index=False, name=None))
            keys = list(zip(rest.itertuples(index=False, name=None), members, strict=True))
            places = dict(zip(keys, inside.index.tolist(), strict=True))
            for key, member in keys:
                if member == balance.whole and all((key, part) in places for part in balance.parts):
                    yield balance, places[key, member], [places[key, part] for part in balance.parts]


def _unbalanced(case: Case, balance: Balance, whole: int, parts: list[int]) -> Iterator[Reason]:
    rest = case.now[whole] - case.now[parts].sum(axis=0)
    rest_before = case.before[whole] - case.before[parts].sum(axis=0)
    allowed = max(balance.rounding, 0.5)
    for column in np.flatnonzero((np.abs(rest) > allowed) & ~(np.abs(rest - rest_before) <= allowed)):
        stated, off = float(case.now[whole, column]), float(rest[column])
        sentence = (
            f"{amount(stated)} is stated and the parts {' + '.join(balance.parts)} add up to {amount(stated - off)}, "
            f"{amount(abs(off))} {'less' if off > 0 else 'more'}."
        )
        off_by = abs(off) / max(abs(stated), abs(stated - off))
        holds = bool(case.of_consequence[[whole, *parts]].any()) or off_by > 0.5
        rows, doubt = [whole, *parts], 20 * off_by
        yield on_series(case, rows, BALANCE, sentence, column=int(column), holds=holds, suspicion=doubt)
