"""Figures of one metric, latest vintages, and the series that its page shows first."""

import math
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from itertools import accumulate, groupby
from operator import attrgetter
from typing import Any, NamedTuple

from duckdb import DuckDBPyConnection

from orchestration.contracts.metric import ALL_ROWS
from orchestration.core.sql_quoting import name
from orchestration.methods.codes import TOTAL, WORLD
from orchestration.methods.large_steps import large_steps
from orchestration.reading.read_only import dicts
from orchestration.site.query_files import sql_of

SELECTED = (
    "measure",
    "item",
    "counterpart_area",
    "basis",
    "source",
    "clock",
    "authority",
    "base_year",
    "unit",
    "vintage",
)
"""Columns with one value in each ranking, in the order in which a reader chooses; no ranking mixes them."""

BASES = ("reported", "derived", "mirrored", "reconciled", "balanced")
"""Bases of figures in the order in which they are offered: reports first, estimates for what nobody reported last."""

FEWEST = 5
"""Economies or pairs that make a ranking; fewer are shown without ranks."""

ALL_PAIRS = "all_pairs"
"""The counterpart in the coverage table that stands for all pairs of economies together."""

MOST_FIGURES = 50_000
"""Figures of one data file at most, about 700 kB; the Parquet file of a metric has all."""

NO_COLUMNS = ("pairs", "pair", "leader")
"""A metric's first view besides the series; ``leader`` are the words for the highest of changes."""

PAIR = "{area} with {counterpart}"
"""Words of a pair of a metric that declares none."""

Code = str | int | None
Selection = Mapping[str, Code]


def codes_of(key: Sequence[Code]) -> Selection:
    """Return the codes of a series by their columns, as in ``SELECTED``."""
    return dict(zip(SELECTED, key, strict=True))


class Held(NamedTuple):
    """One figure of the release, under the codes of ``SELECTED``; one has a vintage where a series has several figures
    of one year."""

    key: tuple[Code, ...]
    area: str
    year: int
    value: float | None
    obs_status: str
    vintage: date

    @property
    def series(self) -> tuple[Code, ...]:
        """The codes of ``SELECTED``, and the area."""
        return (*self.key, self.area)


@dataclass(frozen=True)
class View:
    """A series and year that a page shows: economies, or pairs of them.

    Args:
        economies: members with a figure in the year.
        pairs: "" for economies; "directed" for pairs in both directions; "mutual" for pairs of which both directions
            are the same.
        pair: words of a pair, with ``{area}`` and ``{counterpart}``, which say who is at which end.
    """

    selection: Selection
    year: int
    economies: int
    pairs: str = ""
    pair: str = PAIR


class Counted(NamedTuple):
    """Numbers of figures of one series, year and vintage: all, those with a value, and those of countries."""

    key: tuple[Code, ...]
    year: int
    vintage: date
    figures: int
    valued: int
    countries: int

    @property
    def source(self) -> str:
        return str(self.key[SELECTED.index("source")])


@dataclass(frozen=True)
class MetricFigures:
    """The latest figures of a metric, counted; and those of its data file, in the order of their series, then of their
    years.

    Args:
        countries: codes of the countries with at least one figure, at either end.
        levels: levels of items by code, as in `dim_service_item`; a total has 0.
        coverage: the newest complete year of every series.
        declared: ``first_view`` of the metric's description.
        published: the rows of the data file; see ``kept``.
    """

    metric: str
    counted: Sequence[Counted]
    countries: Sequence[str]
    kinds: Mapping[str, str]
    levels: Mapping[str, int]
    coverage: Sequence[Mapping[str, Any]] = ()
    declared: Mapping[str, Any] = field(default_factory=dict)
    published: Sequence[Held] = ()

    @cached_property
    def figures(self) -> int:
        return sum(series.figures for series in self.counted)

    @cached_property
    def years(self) -> range:
        """From the first to the newest year with a figure."""
        held = [series.year for series in self.counted if series.valued]
        return range(min(held), max(held) + 1)

    @cached_property
    def sources(self) -> Mapping[str, list[Counted]]:
        """The series with a value, by the sources that they were taken or derived from."""
        found: dict[str, list[Counted]] = {}
        for series in self.counted:
            for source in series.source.split("+") if series.valued else ():
                found.setdefault(source, []).append(series)
        return dict(sorted(found.items()))

    @cached_property
    def first(self) -> View:
        """The series and year that the page shows first: as the metric declares, in the newest complete year.

        Of several series that fit: a ranking before a few economies, reports before balanced estimates, the world
        before one counterpart, a total before its parts, then the one with most economies.
        """
        fitting = [series for series in self.coverage if _fits(series, self.declared)]
        fitting = fitting or [series for series in self.coverage if _fits(series, {})]
        if not fitting:
            return self._view_without_economies
        best = min(fitting, key=self._order)
        year, growth, economies = (best[column] for column in ("year", "years_of_growth", "economies"))
        codes = {**best, "base_year": year - growth if growth else None}
        pairs = str(self.declared.get("pairs", "")) if best["counterpart_area"] == ALL_PAIRS else ""
        words = str(self.declared.get("pair", PAIR))
        columns = [column for column in SELECTED[:-1] if not (pairs and column == "counterpart_area")]
        selection = {column: codes[column] for column in columns}
        own = (series.key for series in self.counted if series.year == year)
        editions = [key[-1] for key in own if _is_of(key, selection)]
        return View(selection | {"vintage": max(editions, key=str, default=None)}, year, economies, pairs, words)

    @property
    def _view_without_economies(self) -> View:
        """The newest year of the series with most figures, where no economy has one."""
        sizes: Counter[tuple[Code, ...]] = Counter()
        for series in self.counted:
            sizes[series.key] += series.valued
        key = min(sizes, key=lambda key: (-sizes[key], *map(str, key)))
        _, year = max((bool(series.valued), series.year) for series in self.counted if series.key == key)
        return View(codes_of(key), year, 0)

    @cached_property
    def steps(self) -> Mapping[tuple[Code, ...], Collection[int]]:
        """The years with a large step of every series; none of a series that is not in US dollars."""
        series = {key: list(rows) for key, rows in groupby(self.published, key=attrgetter("series"))}
        return {
            key: large_steps((row.year, row.value, row.obs_status) for row in rows)
            if codes_of(rows[0].key)["unit"] == "USD"
            else ()
            for key, rows in series.items()
        }

    @cached_property
    def kept(self) -> set[tuple[Code, ...]]:
        """The series in the data file: all, or those of the first view, then as many by ``first`` as fit."""
        sizes: Counter[tuple[Code, ...]] = Counter()
        for series in self.counted:
            sizes[series.key] += series.figures
        first = {key for key in sizes if _is_of(key, self.first.selection)}
        ordered = sorted(
            sizes, key=lambda key: (key not in first, *self._place(codes_of(key)), -sizes[key], *map(str, key))
        )
        ends = accumulate(sizes[key] for key in ordered)
        return {key for key, end in zip(ordered, ends, strict=True) if key in first or end <= MOST_FIGURES}

    @cached_property
    def newest_year(self) -> int:
        """The newest year with a value of an economy in the series of the first view, complete or not."""
        selection = {
            column: code for column, code in self.first.selection.items() if column not in ("vintage", "base_year")
        }
        matched = [series.year for series in self.counted if series.countries and _is_of(series.key, selection)]
        return max(matched, default=self.first.year)

    def options(self, column: str) -> list[Code]:
        """Return the codes of a column in the order in which they are offered."""
        held = {series.key[SELECTED.index(column)] for series in self.counted}
        order: dict[str, Callable[[Any], Any]] = {
            "basis": lambda code: (BASES.index(code) if code in BASES else len(BASES), code),
            "item": lambda code: (code != TOTAL, self.levels.get(code, math.inf), code),
            "counterpart_area": lambda code: (code != WORLD, code),
            "base_year": lambda code: -(code or 0),
        }
        return sorted(held, key=order.get(column, lambda code: code or ""))

    def _order(self, series: Mapping[str, Any]) -> tuple[Any, ...]:
        """Return the rank of a complete series among others that fit."""
        size = (-series["economies"], -series["year"], *series.values())
        return (series["economies"] < FEWEST, *self._place(series), *size)

    def _place(self, codes: Mapping[str, Any]) -> tuple[Any, ...]:
        """Return the rank of a series among others that fit."""
        return (
            codes["basis"] == BASES[-1],
            codes["counterpart_area"] not in (WORLD, ALL_PAIRS),
            self.levels.get(str(codes["item"]), math.inf),
        )


def read_figures(
    connection: DuckDBPyConnection, metric: str, declared: Mapping[str, Any] | None = None
) -> MetricFigures:
    """Return a metric's figures of the latest vintages: their counts, and those of its data file."""

    def rows(file: str, **values: Any) -> list[tuple[Any, ...]]:
        return connection.execute(sql_of(f"metric/{file}.sql", metric=metric, **values)).fetchall()

    has_editions = bool(rows("editions"))
    figures = MetricFigures(
        metric,
        [_count_of_row(row) for row in rows("counted", has_editions=has_editions)],
        [area for (area,) in rows("countries", has_editions=has_editions)],
        dict(connection.execute("select area, kind from dim_area").fetchall()),
        dict(connection.execute("select item, level from dim_service_item").fetchall()),
        dicts(connection.execute(sql_of("metric/coverage.sql", metric=metric))),
        declared or {},
    )
    kept = figures.kept if figures.figures > MOST_FIGURES else ()
    columns = (*SELECTED[:-1], "edition")
    published = rows("published", has_editions=has_editions, kept=kept, columns=columns)
    return replace(figures, published=[Held(_key(row), *row[len(SELECTED) :]) for row in published])


def _is_of(key: Sequence[Code], selection: Selection) -> bool:
    return selection.items() <= codes_of(key).items()


def _count_of_row(row: Sequence[Any]) -> Counted:
    return Counted(_key(row), *row[len(SELECTED) :])


def _key(row: Sequence[Any]) -> tuple[Code, ...]:
    *key, edition = row[: len(SELECTED)]
    return (*key, edition.isoformat() if edition else None)


def _fits(series: Mapping[str, Any], declared: Mapping[str, Any]) -> bool:
    """Return whether a metric declares a series as its first view; dimensions that it leaves open match anything."""
    if (series["counterpart_area"] == ALL_PAIRS) != bool(declared.get("pairs")):
        return False
    return all(series[column] == code for column, code in declared.items() if column not in NO_COLUMNS)


def ranking_query(metric: str, view: View) -> str:
    """Return the SQL of a ranking, as run and as shown: ranked economies or pairs, then all other areas."""
    file = "ranking_of_pairs" if view.pairs else "ranking"
    return sql_of(f"metric/{file}.sql", table=name(f"{metric}{ALL_ROWS}"), view=view)


def missing_query(metric: str, view: View, newest: int) -> str:
    """Return the SQL for the largest economies that lack the newest year, with their part of the ranked sum."""
    return sql_of("metric/missing.sql", table=name(f"{metric}{ALL_ROWS}"), view=view, newest=newest)
