"""Fault catalogue of new vintages: synthetic changes of real figures, drawn at random, each with a size.

A fault changes a good candidate and says what it did. Adding one is adding a function with ``@fault(...)``. Changes are
synthetic; the figures that they change are the publishers'.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, TypeAlias

import numpy as np

from orchestration.admission.case import Case, Floats, Integers
from orchestration.admission.edits.totals import wholes
from orchestration.admission.members import totals_of
from orchestration.methods.ratio_edits import row_quantiles

Draw: TypeAlias = np.random.Generator
HISTORY = 3
"""Earlier figures that a series must have for a fault to be put into it."""

YEARS_STALE = 500
"""Days by which a vintage that repeats the one before claims to be newer."""


class NotApplicable(Exception):  # noqa: N818 (an answer, not an error)
    """A vintage cannot have a fault; the message says why."""


@dataclass(frozen=True)
class Injection:
    """A vintage with a fault.

    ``size`` is the largest absolute logarithm of wrong over right among the changed figures, NaN where there is no such
    ratio; ``of_total`` the change in percent of the published total; ``age`` the youngest changed year's; ``rows`` the
    changed series.
    """

    case: Case
    rows: tuple[int, ...]
    size: float
    of_total: float
    age: int


Function: TypeAlias = Callable[[Case, Draw], Injection]


@dataclass(frozen=True)
class Fault:
    """One fault: ``whole`` faults touch a vintage at large and are of consequence whatever their size."""

    id: str
    words: str
    whole: bool
    inject: Function


CATALOGUE: dict[str, Fault] = {}
"""Every fault by its id, in the order of this file."""


def fault(words: str, *, whole: bool = False) -> Callable[[Function], Function]:
    """Register a function as a fault.

    Args:
        words: what happened.
        whole: it touches the vintage at large.
    """

    def register(function: Function) -> Function:
        CATALOGUE[function.__name__] = Fault(function.__name__, words, whole, function)
        return function

    return register


def injected(case: Case, now: Floats, **changes: Any) -> Injection:
    """A case with other values, and how far they are from the right ones."""
    differs = ~((case.now == now) | (np.isnan(case.now) & np.isnan(now)))
    if not differs.any() and not changes:
        raise NotApplicable("its figures remain as they are")
    rows, columns = differs.nonzero()
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.abs(np.log(now[differs] / case.now[differs]))
    finite = logs[np.isfinite(logs)]
    shares = np.abs(np.expm1(np.where(np.isfinite(logs), logs, np.log(2.0)))) * case.weight[rows]
    stated = changes.pop("stated_now", case.stated_now)
    return Injection(
        replace(case, now=now, stated_now=stated, **changes),
        tuple(int(row) for row in np.unique(rows)),
        float(finite.max()) if finite.size == logs.size and finite.size else float("nan"),
        float(shares.max(initial=0.0) * 100),
        int(case.age[rows, columns].min(initial=99)),
    )


def major(case: Case) -> Integers:
    """Series of consequence of single countries, with figures in both vintages: one that is new has nothing to be judged by."""
    known = (case.before > 0).sum(axis=1) >= HISTORY
    rows = np.flatnonzero(case.of_consequence & case.is_country & ~case.is_world & known & (case.now > 0).any(axis=1))
    if not len(rows):
        raise NotApplicable("it has no series of a major economy with a history")
    return rows


def cell(case: Case, draw: Draw) -> tuple[int, int]:
    """A figure of a major economy: a third of the draws in the newest year, a third in the three before, a third in older ones."""
    for _ in range(50):
        row = int(draw.choice(major(case)))
        held = np.flatnonzero(case.now[row] > 0)
        ages = case.age[row, held]
        least, most = ((0, 0), (1, 3), (4, 99))[int(draw.integers(3))]
        chosen = held[(ages >= least) & (ages <= most)]
        if len(chosen):
            return row, int(draw.choice(chosen))
    raise NotApplicable("no figure of a major economy has this age")


def with_totals(case: Case, now: Floats, draw: Draw) -> Floats:
    """In half of the draws, aggregates that move with their members: the fault was there before the publisher added up."""
    if draw.random() < 0.5:
        return now
    added = np.nan_to_num(now - case.now)
    moved = now.copy()
    totals = totals_of(case)
    for total in totals:
        moved[total.row] += total.shares @ added[total.members]
    for balance, whole, parts in wholes(case):
        if balance.along == "area" and whole not in {total.row for total in totals}:
            moved[whole] += np.nansum(moved[parts] - case.now[parts], axis=0)
    return moved


def _one(case: Case, draw: Draw, change: Callable[[float], float]) -> Injection:
    row, column = cell(case, draw)
    now = case.now.copy()
    now[row, column] = change(float(now[row, column]))
    found = injected(case, now)
    return replace(found, case=replace(case, now=with_totals(case, now, draw)))


@fault("one figure is wrong by a factor drawn at random, 2 % to threefold")
def wrong_figure(case: Case, draw: Draw) -> Injection:
    size = float(np.exp(draw.uniform(np.log(0.02), np.log(1.1))))
    return _one(case, draw, lambda value: value * float(np.exp(size * draw.choice((-1.0, 1.0)))))


@fault("two digits of a figure are exchanged")
def transposed_digits(case: Case, draw: Draw) -> Injection:
    def change(value: float) -> float:
        digits = list(f"{value:.6e}".replace(".", "")[:4])
        places = [at for at in range(3) if digits[at] != digits[at + 1]]
        if not places:
            raise NotApplicable("its digits are all the same")
        at = int(draw.choice(places))
        power = 10.0 ** (np.floor(np.log10(value)) - at - 1)
        return float(value + (int(digits[at + 1]) - int(digits[at])) * 9 * power)

    return _one(case, draw, change)


@fault("a digit of a figure is lost or doubled: a tenth or ten times")
def lost_digit(case: Case, draw: Draw) -> Injection:
    return _one(case, draw, lambda value: value * float(draw.choice((0.1, 10.0))))


@fault("a figure has the wrong sign")
def wrong_sign(case: Case, draw: Draw) -> Injection:
    return _one(case, draw, lambda value: -value)


@fault("a figure is zero where there is one")
def zero_for_a_figure(case: Case, draw: Draw) -> Injection:
    return _one(case, draw, lambda value: 0.0)


@fault("a major economy's newest figure is that of the year before")
def copied_figure(case: Case, draw: Draw) -> Injection:
    rows = major(case)
    newest = case.newest[rows]
    held = (newest > 0) & (case.now[rows, newest] > 0) & (case.history[rows, newest - 1] > 0)
    if not held.any():
        raise NotApplicable("no major economy has figures of its two newest years")
    row = int(draw.choice(rows[held]))
    now = case.now.copy()
    now[row, case.newest[row]] = case.history[row, case.newest[row] - 1]
    return injected(case, now)


@fault("the newest year of a measure is a copy of the year before", whole=True)
def copied_year(case: Case, draw: Draw) -> Injection:
    rows, newest = _measure(case, draw)
    now = case.now.copy()
    earlier = case.history[rows, newest - 1]
    now[rows, newest] = np.where(np.isnan(now[rows, newest]) | np.isnan(earlier), now[rows, newest], earlier)
    return injected(case, now)


def _measure(case: Case, draw: Draw) -> tuple[Integers, int]:
    """The series of one measure that has major economies, and the place of its newest year."""
    number = int(draw.choice(np.unique(case.measure[major(case)])))
    rows = np.flatnonzero(case.measure == number)
    newest = int(case.newest[rows].max())
    if newest < 1:
        raise NotApplicable("it has one year only")
    return rows, newest


@fault("two economies of like size have each other's figures")
def exchanged_neighbours(case: Case, draw: Draw) -> Injection:
    one, other = _neighbours(case, draw)
    now, stated = case.now.copy(), case.stated_now.copy()
    now[[one, other]], stated[[one, other]] = now[[other, one]], stated[[other, one]]
    return injected(case, now, stated_now=stated)


@fault("two economies of like size have each other's figures of the newest year")
def exchanged_newest(case: Case, draw: Draw) -> Injection:
    one, other = _neighbours(case, draw)
    column = int(case.newest[one])
    now = case.now.copy()
    now[[one, other], column] = now[[other, one], column]
    return injected(case, now)


def _neighbours(case: Case, draw: Draw) -> tuple[int, int]:
    """A series of a major economy and the one next in size of its kind."""
    row = int(draw.choice(major(case)))
    rows = np.flatnonzero((case.group == case.group[row]) & case.is_country & (case.now > 0).any(axis=1))
    if len(rows) < 2:
        raise NotApplicable("it has one economy only")
    sizes = row_quantiles(np.where(case.now[rows] > 0, case.now[rows], np.nan)[:, -10:], 0.5)
    order = rows[np.argsort(np.nan_to_num(sizes))]
    place = int(np.flatnonzero(order == row)[0])
    return row, int(order[place - 1 if place else 1])


@fault("an economy's figures are entered one year too late or too early")
def shifted_years(case: Case, draw: Draw) -> Injection:
    row = int(draw.choice(major(case)))
    step = int(draw.choice((-1, 1)))
    case = _with_another_year(case) if step == 1 else case
    now, stated = case.now.copy(), case.stated_now.copy()
    for matrix, empty in ((now, np.nan), (stated, False)):
        matrix[row] = np.roll(matrix[row], step)
        matrix[row, 0 if step == 1 else -1] = empty
    return injected(case, now, stated_now=stated)


def _with_another_year(case: Case) -> Case:
    """The same case with an empty column for the year after its last."""
    wide: dict[str, Any] = {}
    for name, empty in (
        ("now", np.nan),
        ("before", np.nan),
        ("stated_now", False),
        ("stated_before", False),
    ):
        matrix = getattr(case, name)
        wide[name] = np.concatenate([matrix, np.full((len(matrix), 1), empty, dtype=matrix.dtype)], axis=1)
    return replace(case, years=np.append(case.years, case.years[-1] + 1), **wide)


@fault("all figures are entered one year too late", whole=True)
def shifted_vintage(case: Case, draw: Draw) -> Injection:
    wide = _with_another_year(case)
    moved = replace(wide, now=np.roll(wide.now, 1, axis=1), stated_now=np.roll(wide.stated_now, 1, axis=1))
    return Injection(moved, tuple(int(row) for row in major(case)), float("nan"), 100.0, 0)


@fault("one to ten economies are missing, a major one among them", whole=True)
def lost_countries(case: Case, draw: Draw) -> Injection:
    rows = major(case)
    _require_whole(case)
    areas = case.series["area"].to_numpy()
    lost = {str(areas[int(draw.choice(rows))])}
    every = np.unique(areas[case.is_country])
    lost |= {str(one) for one in draw.choice(every, size=int(draw.integers(0, min(10, len(every)))), replace=False)}
    if set(areas[case.stated_now.any(axis=1)]) <= lost:
        raise NotApplicable("it has these economies only")
    return _without(case, np.isin(areas, list(lost)))


@fault("the world and all aggregates are missing", whole=True)
def lost_aggregates(case: Case, draw: Draw) -> Injection:
    _require_whole(case)
    rows = case.is_world | case.is_aggregate
    if not rows.any() or rows.all():
        raise NotApplicable("it has no aggregates beside countries")
    return _without(case, rows)


def _require_whole(case: Case) -> None:
    """Of a publication that repeats nothing, what is missing cannot be known."""
    if not case.restates.all():
        raise NotApplicable("its vintages repeat nothing, so that none is incomplete")


def _without(case: Case, rows: np.ndarray) -> Injection:
    now, stated = case.now.copy(), case.stated_now.copy()
    now[rows], stated[rows] = np.nan, False
    return replace(injected(case, now, stated_now=stated), of_total=100.0)


@fault("the newest year is missing", whole=True)
def missing_newest_year(case: Case, draw: Draw) -> Injection:
    _require_whole(case)
    rows, _ = _measure(case, draw)
    held = np.flatnonzero((~np.isnan(case.before[rows])).any(axis=0))
    if not len(held):
        raise NotApplicable("no earlier vintage has this measure")
    now, stated = case.now.copy(), case.stated_now.copy()
    now[rows, held[-1] :], stated[rows, held[-1] :] = np.nan, False
    return replace(injected(case, now, stated_now=stated), of_total=100.0)


@fault("a major economy's newest figures are missing", whole=True)
def missing_figures(case: Case, draw: Draw) -> Injection:
    row = int(draw.choice(major(case)))
    held = np.flatnonzero(~np.isnan(case.before[row]) & ~np.isnan(case.now[row]))[-3:]
    if not len(held) or not case.restates[row]:
        raise NotApplicable("no earlier vintage has this series")
    now = case.now.copy()
    now[row, held] = np.nan
    return injected(case, now)


@fault("an economy's figures are in another currency")
def other_currency(case: Case, draw: Draw) -> Injection:
    row = int(draw.choice(major(case)))
    now = case.now.copy()
    now[row] = now[row] * float(draw.choice((0.79, 0.92, 1.36, 7.1, 83.0, 149.0, 1350.0)))
    return injected(case, now)


@fault("all figures of a measure are in another currency", whole=True)
def other_currency_of_all(case: Case, draw: Draw) -> Injection:
    rows, _ = _measure(case, draw)
    now = case.now.copy()
    now[rows] = now[rows] * float(draw.choice((0.79, 0.92, 1.36, 7.1)))
    return injected(case, now)


@fault("the newest year is half a year", whole=True)
def half_a_year(case: Case, draw: Draw) -> Injection:
    rows, newest = _measure(case, draw)
    if case.is_ratio[rows].any():
        raise NotApplicable("a ratio is not smaller after half a year")
    now = case.now.copy()
    now[rows, newest] = now[rows, newest] * float(draw.uniform(0.45, 0.55))
    return injected(case, now)


@fault("a block of series is a thousand, a hundred or ten times too large or too small")
def scaled_block(case: Case, draw: Draw) -> Injection:
    rows, newest = _measure(case, draw)
    chosen = {int(draw.choice(major(case)[np.isin(major(case), rows)]))}
    chosen |= {int(one) for one in draw.choice(rows, size=min(len(rows), int(draw.integers(1, 6))), replace=False)}
    first = max(0, newest - int(draw.integers(2, 12)))
    now = case.now.copy()
    now[np.ix_(np.array(sorted(chosen)), np.arange(first, newest + 1))] *= float(
        10.0 ** draw.choice((-3, -2, -1, 1, 2, 3))
    )
    return injected(case, now)


@fault("two economies' figures are those of one")
def equal_series(case: Case, draw: Draw) -> Injection:
    one, other = _neighbours(case, draw)
    now = case.now.copy()
    now[one] = np.where(np.isnan(now[one]), np.nan, now[other])
    return injected(case, now)


@fault("receipts and payments, or exports and imports, are exchanged", whole=True)
def exchanged_measures(case: Case, draw: Draw) -> Injection:
    names = list(dict.fromkeys(case.series.loc[case.of_consequence & ~case.is_ratio, "measure"]))
    if len(names) < 2:
        raise NotApplicable("it has one measure only")
    one, other = (str(name) for name in draw.choice(names, size=2, replace=False))
    keys = ["area", "counterpart", "item"]
    places = {
        name: {
            tuple(values): int(row)
            for row, *values in case.series.loc[case.series["measure"] == name, keys].itertuples()
        }
        for name in (one, other)
    }
    pairs = [[row, places[other][key]] for key, row in places[one].items() if key in places[other]]
    known = (case.before > 0).sum(axis=1) >= HISTORY
    if not any(known[pair].any() for pair in pairs):
        raise NotApplicable("no series of the two has a history")
    now = case.now.copy()
    for pair in pairs:
        now[pair] = now[pair[::-1]]
    return injected(case, now)


@fault("the whole earlier vintage under a new date, after a release was due", whole=True)
def stale_vintage(case: Case, draw: Draw) -> Injection:
    if case.vintage_before is None or not case.source.CARD.release_months:
        raise NotApplicable("no earlier vintage was admitted, or no release month is known")
    day = case.vintage_before + timedelta(days=YEARS_STALE)
    files = tuple(replace(file, vintage=day) for file in case.files)
    context = replace(case.context, fetched=day)
    changed = {"files": files, "context": context, "stated_now": case.stated_before}
    return replace(injected(case, case.before.copy(), **changed), of_total=100.0)


@fault("the update stamp lies after the fetch", whole=True)
def future_stamp(case: Case, draw: Draw) -> Injection:
    days = int(draw.integers(1, 400))
    files = tuple(replace(file, vintage=case.context.fetched + timedelta(days=days)) for file in case.files)
    return replace(injected(case, case.now, files=files), of_total=100.0)


@fault("the answer was cut short: a tenth to nine tenths of its rows", whole=True)
def cut_short(case: Case, draw: Draw) -> Injection:
    _require_whole(case)
    left = float(draw.uniform(0.1, 0.9))
    order = np.argsort(case.series["area"].to_numpy().astype(str), kind="stable")
    gone = order[int(left * len(order)) :]
    now, stated = case.now.copy(), case.stated_now.copy()
    now[gone], stated[gone] = np.nan, False
    files = tuple(replace(file, rows=int(file.rows * left)) for file in case.files)
    return replace(injected(case, now, stated_now=stated, files=files), of_total=100.0)


@fault("the world's figure is wrong by 2 % to threefold")
def wrong_headline(case: Case, draw: Draw) -> Injection:
    rows = np.flatnonzero(
        case.is_world & ~case.is_ratio & ((case.before > 0).sum(axis=1) >= HISTORY) & (case.now > 0).any(axis=1)
    )
    if not len(rows):
        raise NotApplicable("it has no figure of the world with a history")
    row = int(draw.choice(rows))
    held = np.flatnonzero(case.now[row] > 0)[-10:]
    now = case.now.copy()
    size = float(np.exp(draw.uniform(np.log(0.02), np.log(1.1)))) * float(draw.choice((-1.0, 1.0)))
    now[row, int(draw.choice(held))] *= float(np.exp(size))
    return injected(case, now)


def faults(names: Sequence[str] = ()) -> list[Fault]:
    """The faults with these ids, all where none is named."""
    return [one for name, one in CATALOGUE.items() if not names or name in names]
