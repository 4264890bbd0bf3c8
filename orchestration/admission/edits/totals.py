"""Macro and balance edits: the world and regions against their members, declared wholes against their parts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import compress

import numpy as np

from orchestration.admission.case import Case, Floats, Integers
from orchestration.admission.reason import Reason, amount, beyond, largest, listed, on_series, percent
from orchestration.contracts.observation import Balance
from orchestration.methods.codes import WORLD
from orchestration.methods.membership import memberships
from orchestration.methods.ratio_edits import NORMAL

AGGREGATES, BALANCE = "aggregates", "balance"


@dataclass(frozen=True, eq=False)
class Totals:
    """An aggregate's series and its members', its change beyond theirs as a share (NaN if unknown), and the limit."""

    row: int
    members: Integers
    moved: Floats
    limit: float


@lru_cache(maxsize=2)
def sums_of(case: Case) -> tuple[tuple[int, Integers, Floats], ...]:
    """Return every aggregate with its members, whatever their fit, and the figures by which these were found."""
    return tuple(sums for table in case.series["table"].unique() for sums in _of_table(case, str(table)))


@lru_cache(maxsize=2)
def totals_of(case: Case) -> tuple[Totals, ...]:
    """Return every aggregate whose history its members explain."""
    settings, found = case.parameters, []
    for row, rows, known in sums_of(case):
        shares = 1 - np.nansum(known[rows], axis=0) / known[row]
        recent = shares[np.isfinite(shares)][-settings.macro_years :]
        rest = float(np.median(np.abs(recent))) if len(recent) >= settings.few else np.inf
        if rest <= (settings.macro_world_fit if case.is_world[row] else settings.macro_fit):
            moved = _beyond_members(case.now, known, row, rows, exact=rest <= settings.macro_exact)
            found.append(Totals(row, rows, moved, max(settings.macro_least, settings.macro_rest * rest)))
    return tuple(found)


def _of_table(case: Case, table: str) -> list[tuple[int, Integers, Floats]]:
    whole_world = case.series["counterpart"].eq(WORLD).to_numpy()
    inside = (case.series["table"] == table).to_numpy() & ~case.is_ratio & whole_world
    is_whole, is_part = inside & case.is_aggregate, inside & case.is_country
    wholes, members = (sorted(case.series["area"][chosen].unique()) for chosen in (is_whole, is_part))
    groups = np.unique(case.group[is_whole]).tolist()
    if not groups or len(members) < case.parameters.peers_least:
        return []
    known = np.where(case.fresh[:, None], np.where(case.age <= 0, np.nan, case.now), case.before)
    rows_of = {group: np.flatnonzero((case.group == group) & whole_world).tolist() for group in groups}
    places = {group: dict(zip(case.series["area"][rows], rows, strict=True)) for group, rows in rows_of.items()}
    # members are estimated from resources with an earlier vintage, where there are any
    settled = [group for group in groups if not case.fresh[case.group == group].any()] or groups
    recent = slice(-case.parameters.macro_fit_years, None)
    y, x = (
        np.concatenate([_values(known, places[group], names)[:, recent] for group in settled], axis=1)
        for names in (wholes, members)
    )
    is_member = np.round(memberships(y, x)) == 1
    is_member[[name == WORLD for name in wholes]] = True
    return [
        (at[name], np.array([at[each] for each in compress(members, inside) if each in at], dtype=np.int64), known)
        for at in places.values()
        for name, inside in zip(wholes, is_member, strict=True)
        if name in at
    ]


def _values(matrix: Floats, rows: Mapping[str, int], names: Sequence[str]) -> Floats:
    """Return the figures of each area, NaN for one without a series."""
    return np.array([matrix[rows[name]] if name in rows else np.full(matrix.shape[1], np.nan) for name in names])


def _beyond_members(now: Floats, base: Floats, row: int, rows: Integers, *, exact: bool) -> Floats:
    """Return the change of an aggregate from ``base`` that neither its members nor arrivals and departures explain.

    Of an exact sum these are in it wholly or not at all; elsewhere they may be estimated, and any part explains it.
    """
    arrived = np.nansum(np.where(np.isnan(base[rows]), now[rows], 0.0), axis=0)
    departed = np.nansum(np.where(np.isnan(now[rows]), base[rows], 0.0), axis=0)
    change = now[row] - base[row] - np.nansum(now[rows] - base[rows], axis=0)
    recomposed = change - arrived + departed
    beyond = np.where(np.abs(change) < np.abs(recomposed), change, recomposed)
    if not exact:
        beyond = change - np.clip(change, -np.maximum(departed, 0.0), np.maximum(arrived, 0.0))
    share = beyond / np.fmax(np.abs(now[row]), np.abs(base[row]))
    return np.where(np.isfinite(share), share, np.nan)


def findings(case: Case) -> Iterator[Reason]:
    """Yield aggregates that moved apart from their members, and wholes that are no longer the sum of their parts."""
    moved = np.full(case.now.shape, np.nan)
    for totals in totals_of(case):
        columns = np.flatnonzero(np.abs(totals.moved) > totals.limit)
        moved[totals.row, columns] = np.log1p(np.clip(totals.moved[columns], -0.999, None))
        if case.is_world[totals.row]:
            yield from (_apart(case, totals, int(column)) for column in columns)
    regions = np.isfinite(moved) & ~case.is_world[:, None]
    yield from largest(case, AGGREGATES, "moved apart from their members in known years", moved, regions)
    yield from _newest_years(case)
    for balance, whole, parts in wholes(case):
        yield from _unbalanced(case, balance, whole, parts)


def _apart(case: Case, totals: Totals, column: int) -> Reason:
    moved = float(totals.moved[column])
    now, base = case.now[totals.members, column], case.before[totals.members, column]
    change = np.abs(np.nan_to_num(now) - np.nan_to_num(base))
    suspects = [int(totals.members[place]) for place in np.argsort(-change)[:3] if change[place]]
    names = listed([case.name(row) for row in suspects]) or "none"
    what = f"{'rose' if moved > 0 else 'fell'} against the sum of its members, by {abs(moved):.2%} of "
    what += amount(float(case.now[totals.row, column]))
    sentence = f"{what}, compared with before; members that changed most: {names}."
    rows, holds = [totals.row, *suspects], bool(0 < case.gap[totals.row] <= case.parameters.stale_years)
    return on_series(case, rows, AGGREGATES, sentence, column=column, holds=holds, suspicion=abs(moved) / totals.limit)


def _newest_years(case: Case) -> Iterator[Reason]:
    """Yield aggregates whose newest growth is outside the range from members with both years to all members.

    Publishers estimate who has not reported, or add up what there is; the distance is compared with earlier years'.
    """
    settings, history = case.parameters, case.history
    off, limit = (np.full(case.now.shape, np.nan) for _ in range(2))
    for row, rows, _ in sums_of(case):
        column = int(case.newest[row])
        first = max(0, column - settings.growth_years)
        is_new = column > 0 and np.isfinite(case.now[row, column]) and np.isnan(case.before[row, column])
        if not is_new or not len(rows) or case.is_ratio[row]:
            continue
        own, members = history[row, first : column + 1], history[rows, first : column + 1]
        later, earlier = members[:, 1:], members[:, :-1]
        both, sums = np.isfinite(later) & np.isfinite(earlier), np.nansum(members, axis=0)
        alike = np.log(np.sum(later, axis=0, where=both) / np.sum(earlier, axis=0, where=both))
        added, growth = np.log(sums[1:] / sums[:-1]), np.log(own[1:] / own[:-1])
        apart = growth - np.clip(growth, np.fmin(alike, added), np.fmax(alike, added))
        past = apart[:-1][np.isfinite(apart[:-1])]
        if len(past) >= settings.few and np.isfinite(apart[-1]):
            usual = settings.other_remark_deviations * NORMAL * float(np.median(np.abs(past)))
            off[row, column], limit[row, column] = apart[-1], max(settings.headline_remark, usual)
    noted = np.abs(off) > limit
    for row, column in np.argwhere(noted & case.is_world[:, None]).tolist():
        doubt = float(abs(off[row, column]) / limit[row, column])
        nearest = f"{amount(case.now[row, column] * np.exp(-off[row, column]))} ({percent(float(off[row, column]))})"
        what = f"{_after(case, row, column)}, where its members with both years, and the sums of all, allow {nearest}"
        sentence = f"{what}; {beyond(doubt)}."
        holds = bool(doubt > settings.headline_held)
        yield on_series(case, [row], AGGREGATES, sentence, column=column, holds=holds, suspicion=doubt)
    others = noted & ~case.is_world[:, None]
    yield from largest(case, AGGREGATES, "moved apart from their members in their newest year", off, others)


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
    rest, rest_before = (values[whole] - values[parts].sum(axis=0) for values in (case.now, case.before))
    rows, allowed = [whole, *parts], max(balance.rounding, 0.5)
    for column in np.flatnonzero((np.abs(rest) > allowed) & ~(np.abs(rest - rest_before) <= allowed)).tolist():
        stated, off = float(case.now[whole, column]), float(rest[column])
        each = [f"{part} {_after(case, row, column)}" for part, row in zip(balance.parts, parts, strict=True)]
        sum_of_parts = f"{amount(abs(off))} {'above' if off > 0 else 'below'} the sum of its parts"
        sentence = f"{_after(case, whole, column)} is stated, {sum_of_parts}: {listed(each)}."
        off_by = abs(off) / max(abs(stated), abs(stated - off))
        holds = off_by > 0.5 or bool(case.of_consequence[rows].any())
        yield on_series(case, rows, BALANCE, sentence, column=column, holds=holds, suspicion=20 * off_by)


def _after(case: Case, row: int, column: int) -> str:
    """Return a figure and that of the year before, which a person compares."""
    return f"{amount(case.now[row, column])} after {amount(case.history[row, column - 1] if column else None)}"
