"""Results of a figure's query, arranged for a reader: series, a table of years and series, sources and vintages."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import combinations

from orchestration.contracts.unit import Unit
from orchestration.core.errors import ReleaseError
from orchestration.methods.large_steps import LARGE_STEP, differ, large_steps
from orchestration.site.batch import Found
from orchestration.site.chapter import REPORT_COLUMNS, Part
from orchestration.site.formatting import (
    MARKED,
    NO_VALUE,
    PART_OF_YEAR,
    PROVISIONAL,
    STEP,
    Scale,
    quotation_of,
    scale_of,
)
from orchestration.site.sql_parts import FIGURE_COLUMNS

RATIO_COLUMNS = (*REPORT_COLUMNS, "base")
"""Columns of a chart of ratios; ``base`` is the smaller amount of the two in US dollars, where a title needs it."""

LONGEST_LINE = 8
"""Series of one chart at most; the table has all of them."""

MOST_APART = 10.0
"""The largest value of one series of ratios as a multiple of another's at most, where the two share an axis."""


@dataclass(frozen=True)
class Row:
    """One figure of the release."""

    series: str
    year: int
    value: float | None
    unit: str
    obs_status: str
    source: str
    vintage: date
    key: str = ""
    flow: str = ""
    basis: str = ""
    base: float | None = None


@dataclass(frozen=True)
class Sign:
    """The drawing of a series: colour, numbered from 1; its flow and the side that reports it, or nothing."""

    colour: int
    flow: str = ""
    basis: str = ""


@dataclass(frozen=True)
class Cell:
    """A figure in a table: as shown, exact, the mark and word of its status. Without a value, ``shown`` is a word.

    ``vintage`` is empty where all figures of the series have the same, and ``source`` where all have one source.
    """

    shown: str
    exact: float | None = None
    mark: str = ""
    word: str = ""
    vintage: str = ""
    source: str = ""


def cell_of(shown: str, value: float | None, status: str, year: int, vintage: date, *, is_step: bool = False) -> Cell:
    """Return the cell of a figure that is ``shown`` so; without a value, the word of its status instead."""
    if value is None:
        return Cell(NO_VALUE.get(status, f"no figure (status {status})"))
    mark = "" if status == "A" else status
    word = MARKED.get(mark, f"SDMX status {mark}") if mark else ""
    if mark == PROVISIONAL and vintage.year <= year:
        word = f"{PART_OF_YEAR} {vintage.isoformat()}"
    if is_step:
        mark, word = mark + STEP, "; ".join(filter(None, (word, LARGE_STEP)))
    return Cell(shown, value, mark, word)


@dataclass(frozen=True)
class ChartFigures:
    """The rows of a figure of one page, never empty, all in one unit; ``vintage`` has the words for one of a source."""

    rows: tuple[Row, ...]
    unit: Unit
    vintage: Callable[[str, date], str] = lambda _, day: day.isoformat()

    @cached_property
    def series(self) -> tuple[str, ...]:
        """The series in the order of the query."""
        return tuple(self._by_series)

    @cached_property
    def keys(self) -> Mapping[str, str]:
        """The key of every series in the addresses of its figures."""
        return {name: rows[0].key for name, rows in self._by_series.items()}

    @cached_property
    def drawn(self) -> tuple[str, ...]:
        """The series of a line chart, in the order of the query; of too many, those with the most figures."""
        counts = {name: sum(row.value is not None for row in rows) for name, rows in self._by_series.items()}
        kept = sorted(self.series, key=lambda name: -counts[name])[:LONGEST_LINE]
        return tuple(name for name in self.series if name in kept)

    @cached_property
    def signs(self) -> Mapping[str, Sign]:
        """The sign of every drawn series: series of one flow share a colour."""
        of_series = {row.series: row for row in reversed(self.rows)}
        flows = list(dict.fromkeys(of_series[name].flow for name in self.drawn))
        if flows == [""]:
            return {name: Sign(number) for number, name in enumerate(self.drawn, start=1)}
        return {
            name: Sign(1 + flows.index(of_series[name].flow), of_series[name].flow, of_series[name].basis)
            for name in self.drawn
        }

    @cached_property
    def years(self) -> tuple[int, ...]:
        """The years with a row, newest first."""
        return tuple(sorted({row.year for row in self.rows}, reverse=True))

    @cached_property
    def scale(self) -> Scale:
        return scale_of(self.unit, self._values)

    @cached_property
    def digits(self) -> int:
        return self.scale.digits(self._values)

    @cached_property
    def cells(self) -> Mapping[tuple[int, str], Cell]:
        """The table's cells by year and series, one per row."""
        mixed = {
            name for name, held in self.origins.items() if len({day for days in held.values() for day in days}) > 1
        }
        return {(row.year, row.series): self._cell(row, row.series in mixed) for row in self.rows}

    @cached_property
    def steps(self) -> frozenset[tuple[int, str]]:
        """Year and series of large steps without a known cause."""
        if self.unit.dimension != "money":
            return frozenset()
        return frozenset(
            (year, name)
            for name, rows in self._by_series.items()
            for year in large_steps((row.year, row.value, row.obs_status) for row in rows)
        )

    @cached_property
    def differing(self) -> list[tuple[Row, Row]]:
        """The newest figures that differ, of each two series of one thing by two publishers."""
        found: list[tuple[Row, Row]] = []
        for one, other in combinations(self._by_series.values(), 2):
            if one[0].source == other[0].source or _thing(one[0]) != _thing(other[0]):
                continue
            others = {row.year: row for row in other}
            pairs = [(row, others[row.year]) for row in one if row.year in others]
            differing = [pair for pair in pairs if differ(pair[0].value, pair[1].value)]
            found += [max(differing, key=lambda pair: pair[0].year)] if differing else []
        return found

    def of_year(self, year: int) -> list[Cell | None]:
        """Return the cells of a year in the order of the series; None where a series has no row."""
        return [self.cells.get((year, name)) for name in self.series]

    def of_series(self, name: str) -> list[Cell | None]:
        """Return the cells of a series in the order of the years; None where a year has no row."""
        return [self.cells.get((year, name)) for year in self.years]

    @cached_property
    def marks(self) -> Mapping[str, str]:
        """The letters of the statuses in the table, with their words."""
        found: dict[str, dict[str, None]] = {}
        for cell in sorted(self.cells.values(), key=lambda cell: (cell.mark, cell.word)):
            if cell.mark:
                found.setdefault(cell.mark, {})[cell.word] = None
        return {mark: " or ".join(words) for mark, words in found.items()}

    @cached_property
    def vintages(self) -> Mapping[str, tuple[date, ...]]:
        """The vintages of every source of the figures, in alphabetical order of the sources."""
        return _vintages(self.rows)

    @cached_property
    def origins(self) -> Mapping[str, Mapping[str, tuple[date, ...]]]:
        """The vintages of every source of each series."""
        return {name: _vintages(rows) for name, rows in self._by_series.items()}

    @property
    def _values(self) -> list[float]:
        return [row.value for row in self.rows if row.value is not None]

    @cached_property
    def _by_series(self) -> Mapping[str, Sequence[Row]]:
        """The rows of each series, both in the order of the query."""
        found: dict[str, list[Row]] = {}
        for row in self.rows:
            found.setdefault(row.series, []).append(row)
        return found

    def _cell(self, row: Row, is_mixed: bool) -> Cell:
        digits = self.scale.capped(self.digits, row.value, quotation_of(row.obs_status, row.source))
        shown = "" if row.value is None else self.scale.cell(row.value, digits, row.obs_status)
        is_step = (row.year, row.series) in self.steps
        cell = cell_of(shown, row.value, row.obs_status, row.year, row.vintage, is_step=is_step)
        if not is_mixed or row.value is None:
            return cell
        source = row.source if len(self.origins[row.series]) > 1 else ""
        return replace(cell, vintage=self.vintage(row.source, row.vintage), source=source)


def answers_of(
    part: Part, found: Found, units: Mapping[str, Unit], vintage: Callable[[str, date], str] = ChartFigures.vintage
) -> list[ChartFigures]:
    """Return the rows of a chart's query as one answer per unit, since one axis has one unit; none without rows.

    Raises:
        ReleaseError: the columns are not those of a figure, or a series has two figures of one year and unit.
    """
    if found.columns not in (FIGURE_COLUMNS, FIGURE_COLUMNS + REPORT_COLUMNS, FIGURE_COLUMNS + RATIO_COLUMNS):
        raise _error(part, f"columns {', '.join(found.columns)}; a figure has {', '.join(FIGURE_COLUMNS)}")
    rows = [Row(*row) for row in found.rows]
    (place, count), *_ = Counter((row.series, row.year, row.unit) for row in rows).most_common(1) or [(("", 0, ""), 0)]
    if count > 1:
        raise _error(part, f"{count} figures of {place[0]!r} in {place[1]}; a series has one figure a year")
    held = dict.fromkeys(row.unit for row in rows)
    return [
        ChartFigures(tuple(row for row in rows if row.unit == unit and row.series in group), units[unit], vintage)
        for unit in held
        for group in _of_one_size([row for row in rows if row.unit == unit], units[unit])
    ]


def _of_one_size(rows: Sequence[Row], unit: Unit) -> list[set[str]]:
    """Group the series that share an axis: pure numbers do where their largest values are within ``MOST_APART``."""
    largest: dict[str, float] = {}
    for row in rows:
        largest[row.series] = max(largest.get(row.series, 0.0), abs(row.value or 0.0))
    if unit.is_scaled or unit.dimension == "count":
        return [set(largest)]
    groups: list[set[str]] = []
    bound = -1.0
    for name in sorted(largest, key=lambda one: largest[one]):
        if largest[name] > bound:
            groups.append(set())
            bound = largest[name] * MOST_APART
        groups[-1].add(name)
    order = list(largest)
    return sorted(groups, key=lambda group: min(map(order.index, group)))


def _thing(row: Row) -> list[str]:
    """Return the key of a series without its publisher; unique for a series of several publishers."""
    parts = row.key.split(".")
    return [part for part in parts if part != row.source] if row.source in parts else [row.series]


def _vintages(rows: Iterable[Row]) -> dict[str, tuple[date, ...]]:
    found: dict[str, set[date]] = {}
    for row in rows:
        for source in row.source.split("+"):
            found.setdefault(source, set()).add(row.vintage)
    return {source: tuple(sorted(days)) for source, days in sorted(found.items())}


def _error(part: Part, seen: str) -> ReleaseError:
    return ReleaseError(
        f"the query of a figure returned {seen}",
        payload=part.title,
        remedy="correct the chapter in orchestration/site/queries, or give the series distinct names",
    )
