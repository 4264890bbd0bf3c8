"""What a query answered, arranged for a reader: series, one table of years and series, sources and vintages. Nothing is drawn here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import duckdb

from orchestration.core.errors import ReleaseError
from orchestration.site.chapter import COLUMNS, Figure
from orchestration.site.formatting import MARKED, NO_VALUE, Scale, scale_of

LONGEST_LINE = 8
"""Series of one chart; the table has all of them."""


@dataclass(frozen=True)
class Row:
    """One figure as the release holds it."""

    series: str
    year: int
    value: float | None
    unit: str
    obs_status: str
    source: str
    vintage: date


@dataclass(frozen=True)
class Cell:
    """A figure in a table: as shown, exact, and the mark and word of its status. ``shown`` is a word where there is no value."""

    shown: str
    exact: float | None = None
    mark: str = ""
    word: str = ""


@dataclass(frozen=True)
class Answer:
    """The rows of a figure of one page, never empty, all in one unit."""

    rows: tuple[Row, ...]

    @cached_property
    def series(self) -> tuple[str, ...]:
        """The series in the order of the query."""
        return tuple(dict.fromkeys(row.series for row in self.rows))

    @cached_property
    def drawn(self) -> tuple[str, ...]:
        """The series of a line chart: where there are too many, those with the most figures, in the order of the query."""
        counts = {name: sum(row.value is not None for row in self.rows if row.series == name) for name in self.series}
        kept = sorted(self.series, key=lambda name: -counts[name])[:LONGEST_LINE]
        return tuple(name for name in self.series if name in kept)

    @cached_property
    def years(self) -> tuple[int, ...]:
        """The years with a row, newest first."""
        return tuple(sorted({row.year for row in self.rows}, reverse=True))

    @cached_property
    def scale(self) -> Scale:
        return scale_of(self.rows[0].unit, self._values)

    @cached_property
    def digits(self) -> int:
        return self.scale.digits(self._values)

    @cached_property
    def cells(self) -> Mapping[tuple[int, str], Cell]:
        """The table's cells by year and series; a year and series without a row has none."""
        return {(row.year, row.series): self._cell(row) for row in self.rows}

    @cached_property
    def marks(self) -> Mapping[str, str]:
        """The letters of statuses that stand in the table, with their words."""
        return {cell.mark: cell.word for cell in sorted(self.cells.values(), key=lambda one: one.mark) if cell.mark}

    @cached_property
    def vintages(self) -> Mapping[str, tuple[date, ...]]:
        """The vintages of every source of the figures, sources in alphabetical order."""
        found: dict[str, set[date]] = {}
        for row in self.rows:
            for source in row.source.split("+"):
                found.setdefault(source, set()).add(row.vintage)
        return {source: tuple(sorted(days)) for source, days in sorted(found.items())}

    @cached_property
    def newest(self) -> Row | None:
        """The figure of the newest year that is not provisional, of the first series that has it; None without one."""
        held = [row for row in self.rows if row.value is not None and row.obs_status != "P"]
        return max(held, key=lambda row: row.year, default=None)

    @property
    def _values(self) -> list[float]:
        return [row.value for row in self.rows if row.value is not None]

    def _cell(self, row: Row) -> Cell:
        if row.value is None:
            return Cell(NO_VALUE.get(row.obs_status, f"no figure (status {row.obs_status})"))
        mark = "" if row.obs_status == "A" else row.obs_status
        word = MARKED.get(mark, f"SDMX status {mark}") if mark else ""
        return Cell(self.scale.number(row.value, self.digits), row.value, mark, word)


@dataclass(frozen=True)
class Table:
    """The answer of a listing: heads and rows as they came."""

    heads: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


def ask_figure(connection: duckdb.DuckDBPyConnection, figure: Figure, sql: str) -> list[Answer]:
    """The answers of a figure's query, one for each unit, since one axis has one unit; none where it has no rows.

    Raises:
        ReleaseError: the columns are not those of a figure, or a series has two figures of one year and unit.
    """
    cursor = connection.execute(sql)
    names = tuple(column[0] for column in cursor.description or ())
    if names != COLUMNS:
        raise _wrong(figure, f"the columns {', '.join(COLUMNS)}; it has {', '.join(names)}")
    rows = [Row(*row) for row in cursor.fetchall()]
    if double := _first_double(rows):
        raise _wrong(figure, f"one figure for each series and year; {double.series!r} has two of {double.year}")
    units = dict.fromkeys(row.unit for row in rows)
    return [Answer(tuple(row for row in rows if row.unit == unit)) for unit in units]


def ask_listing(connection: duckdb.DuckDBPyConnection, sql: str) -> Table:
    """The answer of a listing's query."""
    cursor = connection.execute(sql)
    return Table(tuple(str(column[0]) for column in cursor.description or ()), tuple(map(tuple, cursor.fetchall())))


def _first_double(rows: Sequence[Row]) -> Row | None:
    seen: set[tuple[str, int, str]] = set()
    for row in rows:
        if (row.series, row.year, row.unit) in seen:
            return row
        seen.add((row.series, row.year, row.unit))
    return None


def _wrong(figure: Figure, what: str) -> ReleaseError:
    return ReleaseError(
        f"the query of a figure answers with {what}",
        payload=figure.title,
        remedy="correct the chapter in orchestration/site/chapters, or tell the series apart in their names",
    )
