"""Faults of new vintages: synthetic changes of real figures, drawn at random from distributions that are declared here.

A fault changes a good candidate and reports what it did. Adding a kind is adding a function with ``@fault(...)``.
Changes are synthetic; the figures that they change are the publishers'.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, TypeAlias

import numpy as np

from orchestration.admission.case import Booleans, Case, Floats, Integers
from orchestration.admission.edits.totals import totals_of, wholes
from orchestration.methods.ratio_edits import row_quantiles

SIZES = (1.05, 1000.0)
"""Smallest and largest factor of an error of size, log-uniform, up or down alike."""

OLDEST, YEARLY = 10, 0.5
"""Ages of wrong figures: 0 to 10 years, each half as likely as the one before."""

RANKS = ((1, 10), (11, 30), (31, 9999))
"""Classes of economies by rank in the table; each is as likely as the others."""

CURRENCIES = (0.0067, 0.014, 0.14, 0.74, 0.79, 0.92, 1.09, 1.27, 1.36, 7.1, 83.0, 149.0)
PARTS_OF_A_YEAR = (0.25, 0.5, 0.75)
SHIFT = (0.85, 0.95)
"""Common shift of one to three years, uniform."""

STALE_DAYS = (30, 700)
"""Days by which a vintage that repeats the one before claims to be newer, uniform."""

HISTORY = 3
"""Earlier figures that a series must have for a fault to be put into it."""


class NotApplicable(Exception):  # noqa: N818 (an answer, not an error)
    """A vintage cannot have a fault; the message says why."""


@dataclass(frozen=True)
class Target:
    """A good candidate and the one of its tables that gets a fault, with the random numbers that decide where."""

    case: Case
    table: str
    random: np.random.Generator

    @property
    def inside(self) -> Booleans:
        """Series of the table that the candidate brings: resources that it does not bring can have no fault."""
        brought = {file.resource for file in self.case.files if file.table == self.table}
        series = self.case.series
        return (series["table"].eq(self.table) & series["resource"].isin(brought)).to_numpy()

    def ranks(self) -> Integers:
        """Return the rank of each series in its kind of figures, 1 for the largest; 0 where it cannot get a fault."""
        case = self.case
        known = (case.before > 0).sum(axis=1) >= HISTORY
        usable = self.inside & case.is_country & ~case.is_world & known & (case.now > 0).any(axis=1)
        sizes = np.where(usable, np.nan_to_num(row_quantiles(np.where(case.history > 0, case.history, np.nan), 0.9)), 0)
        ranks = np.zeros(len(sizes), dtype=np.int64)
        for group in np.unique(case.group[usable]):
            rows = np.flatnonzero(usable & (case.group == group))
            ranks[rows[np.argsort(-sizes[rows], kind="stable")]] = np.arange(1, len(rows) + 1)
        return ranks

    def row(self) -> int:
        """Draw a series: a class of ranks, then a series of the class."""
        ranks = self.ranks()
        classes = [rows for first, last in RANKS if len(rows := np.flatnonzero((ranks >= first) & (ranks <= last)))]
        if not classes:
            raise NotApplicable("the table has no series with a history")
        return int(self.random.choice(classes[int(self.random.integers(len(classes)))]))

    def cell(self) -> tuple[int, int]:
        """Draw a positive figure: a series, then an age."""
        row = self.row()
        columns = np.flatnonzero((self.case.now[row] > 0) & (self.case.age[row] <= OLDEST) & (self.case.age[row] >= 0))
        if not len(columns):
            raise NotApplicable("the series has no figure of the last ten years")
        chances = YEARLY ** self.case.age[row, columns].astype(np.float64)
        return row, int(self.random.choice(columns, p=chances / chances.sum()))

    def measure(self) -> tuple[Integers, int]:
        """Draw a measure; return its series and the column of its newest year."""
        case = self.case
        rows = np.flatnonzero(case.measure == case.measure[self.row()])
        newest = int(case.newest[rows].max())
        if newest < 1:
            raise NotApplicable("the measure has only one year")
        return rows, newest

    def factor(self) -> float:
        """Draw the size of an error."""
        size = self.random.uniform(*np.log(SIZES)) * self.random.choice((-1.0, 1.0))
        return float(np.exp(size))

    def neighbours(self) -> tuple[int, int]:
        """Draw a series and the one next in size of its kind."""
        row, ranks = self.row(), self.ranks()
        beside = np.flatnonzero(
            (self.case.group == self.case.group[row]) & (np.abs(ranks - ranks[row]) == 1) & (ranks > 0)
        )
        if not len(beside):
            raise NotApplicable("the table has only one economy")
        return row, int(beside[-1])


@dataclass(frozen=True)
class Injection:
    """A vintage with a fault.

    ``size`` is the largest absolute logarithm of wrong over right, NaN where there is no such ratio; ``of_total`` the
    largest change in percent of the published total; ``age`` that of the youngest changed year; ``rank`` that of the
    largest changed economy; ``rows`` the changed series.
    """

    case: Case
    rows: tuple[int, ...]
    size: float
    of_total: float
    age: int
    rank: int


Function: TypeAlias = Callable[[Target], Injection]
CATALOGUE: dict[str, tuple[str, Function]] = {}
"""Every kind of fault: what happened, and the function that does it."""


def fault(words: str) -> Callable[[Function], Function]:
    """Register a function as a kind of fault."""

    def register(function: Function) -> Function:
        CATALOGUE[function.__name__] = (words, function)
        return function

    return register


def injected(target: Target, now: Floats, case: Case | None = None, **changes: Any) -> Injection:
    """Return a case with other values, and how far they are from the right ones."""
    case = case or target.case
    differs = ~((case.now == now) | (np.isnan(case.now) & np.isnan(now)))
    if not differs.any() and not changes:
        raise NotApplicable("its figures remain as they are")
    rows, columns = differs.nonzero()
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.abs(np.log(now[differs] / case.now[differs]))
    finite = logs[np.isfinite(logs)]
    shares = np.abs(np.expm1(np.where(np.isfinite(logs), logs, np.log(2.0)))) * case.weight[rows]
    ranks = target.ranks()[rows]
    return Injection(
        replace(case, now=now, **changes),
        tuple(int(row) for row in np.unique(rows)),
        float(finite.max()) if finite.size == logs.size and finite.size else float("nan"),
        float(shares.max(initial=0.0) * 100),
        int(case.age[rows, columns].min(initial=99)),
        int(ranks[ranks > 0].min(initial=9999)),
    )


def summed(case: Case, now: Floats) -> Floats:
    """Return the figures with aggregates that move with their members: the fault was there before the publisher added
    up."""
    added, moved = np.nan_to_num(now - case.now), now.copy()
    totals = totals_of(case)
    for total in totals:
        moved[total.row] += added[total.members].sum(axis=0)
    for balance, whole, parts in wholes(case):
        if balance.along == "area" and whole not in {total.row for total in totals}:
            moved[whole] += np.nansum(moved[parts] - case.now[parts], axis=0)
    return moved


def _changed(target: Target, rows: Any, columns: Any, values: Any) -> Injection:
    """Return the case with other values at these places; in half of the draws the aggregates move with them."""
    now = target.case.now.copy()
    now[rows, columns] = values
    injection = injected(target, now)
    follow = target.random.random() < 0.5
    return replace(injection, case=replace(target.case, now=summed(target.case, now))) if follow else injection


@fault("a figure is wrong by a factor")
def wrong_figure(target: Target) -> Injection:
    place = target.cell()
    return _changed(target, *place, target.case.now[place] * target.factor())


@fault("two digits of a figure are exchanged")
def transposed_digits(target: Target) -> Injection:
    place = target.cell()
    value = float(target.case.now[place])
    digits = list(f"{value:.6e}".replace(".", "")[:4])
    places = [at for at in range(3) if digits[at] != digits[at + 1]]
    if not places:
        raise NotApplicable("its digits are all the same")
    at = int(target.random.choice(places))
    power = 10.0 ** (np.floor(np.log10(value)) - at - 1)
    return _changed(target, *place, value + (int(digits[at + 1]) - int(digits[at])) * 9 * power)


@fault("a digit of a figure is lost or doubled")
def lost_digit(target: Target) -> Injection:
    place = target.cell()
    return _changed(target, *place, target.case.now[place] * float(target.random.choice((0.1, 10.0))))


@fault("a figure has the wrong sign")
def wrong_sign(target: Target) -> Injection:
    place = target.cell()
    return _changed(target, *place, -target.case.now[place])


@fault("a figure is zero")
def zero_for_a_figure(target: Target) -> Injection:
    return _changed(target, *target.cell(), 0.0)


@fault("a newest figure is that of the year before")
def copied_figure(target: Target) -> Injection:
    row = target.row()
    newest = int(target.case.newest[row])
    if newest < 1 or not np.isfinite(target.case.now[row, newest] * target.case.history[row, newest - 1]):
        raise NotApplicable("the series has no figures of its two newest years")
    return _changed(target, row, newest, target.case.history[row, newest - 1])


@fault("the three newest figures of an economy are missing")
def missing_figures(target: Target) -> Injection:
    row = target.row()
    known = np.flatnonzero(~np.isnan(target.case.before[row]) & ~np.isnan(target.case.now[row]))[-3:]
    if not len(known) or not target.case.restates[row]:
        raise NotApplicable("no earlier vintage has this series")
    now = target.case.now.copy()
    now[row, known] = np.nan
    return injected(target, now)


@fault("an economy is in another currency")
def other_currency(target: Target) -> Injection:
    row = target.row()
    return _changed(target, row, slice(None), target.case.now[row] * float(target.random.choice(CURRENCIES)))


@fault("an economy is some powers of ten off for 2 to 12 years")
def scaled_series(target: Target) -> Injection:
    row = target.row()
    columns = slice(max(0, int(target.case.newest[row]) + 1 - int(target.random.integers(2, 13))), None)
    return _changed(
        target, row, columns, target.case.now[row, columns] * 10.0 ** target.random.choice((-3, -2, -1, 1, 2, 3))
    )


@fault("two economies of like size have each other's figures, of all years or of the newest")
def exchanged_neighbours(target: Target) -> Injection:
    pair = list(target.neighbours())
    columns = slice(None) if target.random.random() < 0.5 else slice(int(target.case.newest[pair[0]]), None)
    return _changed(target, pair, columns, target.case.now[pair[::-1], columns])


@fault("an economy has the figures of another")
def equal_series(target: Target) -> Injection:
    row, neighbour = target.neighbours()
    values = np.where(np.isnan(target.case.now[row]), np.nan, target.case.now[neighbour])
    return _changed(target, row, slice(None), values)


@fault("an economy's figures are one year too late or too early")
def shifted_years(target: Target) -> Injection:
    row, step = target.row(), int(target.random.choice((-1, 1)))
    case = _with_another_year(target.case) if step == 1 else target.case
    now = case.now.copy()
    now[row] = np.roll(now[row], step)
    now[row, 0 if step == 1 else -1] = np.nan
    return injected(target, now, case)


def _with_another_year(case: Case) -> Case:
    """Return the same case with an empty column for the year after its last."""
    now, before = (np.pad(matrix, ((0, 0), (0, 1)), constant_values=np.nan) for matrix in (case.now, case.before))
    return replace(case, years=np.append(case.years, case.years[-1] + 1), now=now, before=before)


@fault("two measures of an economy are exchanged, such as receipts and payments")
def exchanged_flows(target: Target) -> Injection:
    row = target.row()
    keys = target.case.series[["table", "area", "counterpart", "item"]]
    others = np.flatnonzero((keys == keys.iloc[row]).all(axis=1).to_numpy() & (np.arange(len(keys)) != row))
    alike = [series for series in others if (target.case.before[series] > 0).sum() >= HISTORY]
    if not alike or target.case.is_ratio[row]:
        raise NotApplicable("the economy has one measure only")
    pair = [row, int(target.random.choice(alike))]
    return _changed(target, pair, slice(None), target.case.now[pair[::-1]])


@fault("an economy is missing")
def lost_economy(target: Target) -> Injection:
    _require_restated(target)
    case = target.case
    lost = target.inside & (case.series["area"] == case.series["area"].iloc[target.row()]).to_numpy()
    if (lost | ~target.inside).all():
        raise NotApplicable("it has this economy only")
    return _without(target, lost)


@fault("the newest year copies the year before")
def copied_year(target: Target) -> Injection:
    rows, newest = target.measure()
    earlier, present = target.case.history[rows, newest - 1], target.case.now[rows, newest]
    return _changed(target, rows, newest, np.where(np.isnan(present) | np.isnan(earlier), present, earlier))


@fault("the newest year is three, six or nine months")
def part_of_a_year(target: Target) -> Injection:
    rows, newest = target.measure()
    if target.case.is_ratio[rows].any():
        raise NotApplicable("a ratio is not smaller after half a year")
    part = float(target.random.choice(PARTS_OF_A_YEAR)) * float(target.random.uniform(0.97, 1.03))
    return _everywhere(target, rows, slice(newest, None), part)


@fault("a measure is in another currency")
def other_currency_of_all(target: Target) -> Injection:
    rows, _ = target.measure()
    return _everywhere(target, rows, slice(None), float(target.random.choice(CURRENCIES)))


@fault("all figures of the newest one to three years are shifted")
def common_shift(target: Target) -> Injection:
    rows, newest = target.measure()
    first = newest + 1 - int(target.random.integers(1, 4))
    return _everywhere(target, rows, slice(max(0, first), None), float(target.random.uniform(*SHIFT)))


def _everywhere(target: Target, rows: Integers, columns: slice, factor: float) -> Injection:
    now = target.case.now.copy()
    now[rows, columns] *= factor
    return injected(target, now)


@fault("the world and all aggregates are missing")
def lost_aggregates(target: Target) -> Injection:
    _require_restated(target)
    rows = (target.case.is_world | target.case.is_aggregate) & target.inside
    if not rows.any() or (rows == target.inside).all():
        raise NotApplicable("it has no aggregates beside countries")
    return _without(target, rows)


@fault("the newest year is missing")
def missing_newest_year(target: Target) -> Injection:
    _require_restated(target)
    rows, _ = target.measure()
    known = np.flatnonzero((~np.isnan(target.case.before[rows])).any(axis=0))
    now = target.case.now.copy()
    now[rows, known[-1] :] = np.nan
    return replace(injected(target, now), of_total=100.0)


@fault("the answer is cut short after a tenth to nine tenths of its rows")
def cut_short(target: Target) -> Injection:
    _require_restated(target)
    left, inside = float(target.random.uniform(0.1, 0.9)), np.flatnonzero(target.inside)
    order = inside[np.argsort(target.case.series["area"].to_numpy().astype(str)[inside], kind="stable")]
    lost = np.zeros(len(target.case.series), dtype=bool)
    lost[order[int(left * len(order)) :]] = True
    files = tuple(
        replace(file, rows=int(file.rows * left)) if file.table == target.table else file for file in target.case.files
    )
    return _without(target, lost, files=files)


def _require_restated(target: Target) -> None:
    """Raise for a publication that repeats nothing: what is missing from it cannot be known."""
    if not target.case.restates[target.inside].all():
        raise NotApplicable("its vintages repeat nothing, so that none is incomplete")


def _without(target: Target, rows: Booleans, **changes: Any) -> Injection:
    now = target.case.now.copy()
    now[rows] = np.nan
    return injected(target, now, **changes)


@fault("all figures are one year too late")
def shifted_vintage(target: Target) -> Injection:
    wide = _with_another_year(target.case)
    now = np.where(target.inside[:, None], np.roll(wide.now, 1, axis=1), wide.now)
    return replace(injected(target, now, wide), of_total=100.0, age=0)


@fault("the whole earlier vintage comes under a new date, after a release was due")
def stale_vintage(target: Target) -> Injection:
    case = target.case
    if not case.files_before or not case.source.CARD.release_months:
        raise NotApplicable("no earlier vintage was admitted, or no release month is known")
    if np.array_equal(case.now, case.before, equal_nan=True):
        raise NotApplicable("it repeats the vintage before, and is true")
    day = case.vintage_before + timedelta(days=int(target.random.integers(*STALE_DAYS)))
    missed = case.source.CARD.next_release(case.vintage_before)
    if missed is None or missed > day:
        raise NotApplicable("no release was due by then, so that an unchanged vintage is true")
    files = tuple(replace(file, vintage=day) for file in case.files)
    return replace(injected(target, case.before.copy(), files=files), of_total=100.0)


@fault("the world's figure is wrong by a factor")
def wrong_headline(target: Target) -> Injection:
    case = target.case
    known = ((case.before > 0).sum(axis=1) >= HISTORY) & (case.now > 0).any(axis=1)
    rows = np.flatnonzero(target.inside & case.is_world & ~case.is_ratio & known)
    if not len(rows):
        raise NotApplicable("it has no figure of the world with a history")
    row = int(target.random.choice(rows))
    now, columns = case.now.copy(), np.flatnonzero(case.now[row] > 0)[-OLDEST:]
    now[row, int(target.random.choice(columns))] *= target.factor()
    return replace(injected(target, now), rank=1)


@fault("three years of an economy are restated by 3 to 9 percent")
def restated_years(target: Target) -> Injection:
    _require_restated(target)
    row = target.row()
    known = np.flatnonzero(np.isfinite(target.case.before[row] * target.case.now[row]))[-3:]
    if len(known) < HISTORY:
        raise NotApplicable("the series has no three known years")
    factors = target.random.uniform(1.03, 1.09, HISTORY)
    return _changed(target, row, known, target.case.now[row, known] * factors)


@fault("a part of the newest year has not been reported")
def incomplete_year(target: Target) -> Injection:
    _require_restated(target)
    rows, newest = target.measure()
    case, rows = target.case, rows[target.case.is_country[rows]]
    reported = rows[np.isfinite(case.now[rows, newest]) & np.isnan(case.before[rows, newest])]
    if len(reported) < 10:
        raise NotApplicable("the newest year was known before, or has few figures")
    lost = target.random.choice(reported, int(len(reported) * target.random.uniform(0.3, 0.8)), replace=False)
    now = case.now.copy()
    now[lost, newest] = np.nan
    return replace(injected(target, now), of_total=float(100.0 * case.weight[lost].sum()))
