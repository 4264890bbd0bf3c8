"""Figures of one metric, latest vintages, and the series that its page shows first."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import accumulate
from typing import Any, NamedTuple

from orchestration.contracts.connection import Connection
from orchestration.core.sql_quoting import name, text
from orchestration.releases.figure_lookup import TOTAL, WORLD
from orchestration.site.ranking import WELL_COVERED

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
"""What one ranking has one of, in the order in which a reader chooses. Figures that differ in one of them are never mixed."""

BASES = ("reported", "derived", "mirrored", "reconciled", "balanced")
"""Bases of figures in the order in which they are offered: reports first, estimates for what nobody reported last."""

FEWEST = 3
"""Countries that make a ranking; a series with fewer is shown first only where no series has more."""

MOST_FIGURES = 100_000
"""Figures of one data file at most, about 1.5 MB; the Parquet file of a metric has all."""

Code = str | int | None
Selection = Mapping[str, Code]


class Held(NamedTuple):
    """One figure of the release; ``edition`` is its vintage where a series has several figures of one year, else None."""

    measure: str
    item: str
    counterpart_area: str
    basis: str
    source: str
    clock: str
    authority: str
    base_year: int | None
    unit: str
    edition: date | None
    area: str
    year: int
    value: float | None
    obs_status: str
    vintage: date

    @property
    def key(self) -> tuple[Code, ...]:
        """The codes of ``SELECTED``."""
        return (*self[:9], self.edition.isoformat() if self.edition else None)


@dataclass(frozen=True)
class Covered:
    """A series of economies: its newest year that is well covered, with its countries, and those of its best year."""

    key: tuple[Code, ...]
    year: int
    countries: int
    most: int

    @property
    def selection(self) -> Selection:
        return dict(zip(SELECTED, self.key, strict=True))


@dataclass(frozen=True)
class MetricFigures:
    """The latest figures of a metric in the order of their series, then of their years.

    Args:
        kinds: kinds of areas by code, as in `dim_area`.
        levels: levels of items by code, as in `dim_service_item`; a total has 0.
    """

    metric: str
    rows: Sequence[Held]
    kinds: Mapping[str, str]
    levels: Mapping[str, int]

    @cached_property
    def countries(self) -> list[str]:
        """Codes of the countries with at least one figure."""
        return sorted({row.area for row in self.rows if row.value is not None and self.is_country(row.area)})

    @cached_property
    def years(self) -> range:
        """From the first to the newest year with a figure."""
        held = [row.year for row in self.rows if row.value is not None]
        return range(min(held), max(held) + 1) if held else range(0)

    @cached_property
    def sources(self) -> Mapping[str, list[Held]]:
        """The figures with a value by the sources that they were taken or derived from."""
        found: dict[str, list[Held]] = {}
        for row in self.rows:
            for source in row.source.split("+") if row.value is not None else ():
                found.setdefault(source, []).append(row)
        return dict(sorted(found.items()))

    @cached_property
    def first(self) -> Covered:
        """The series that the page shows first.

        A ranking of at least ``FEWEST`` countries comes before one of fewer, reports before balanced estimates, a total before its
        parts, the world before one counterpart; then the series with most countries in its newest well covered year.
        """
        return min(self._covered(), key=self._preference)

    @cached_property
    def published(self) -> Sequence[Held]:
        """The rows of the data file: all, or those of the first series by the order of ``first`` that are together few enough."""
        if len(self.rows) <= MOST_FIGURES:
            return self.rows
        sizes = Counter(row.key for row in self.rows)
        ordered = [one.key for one in sorted(self._covered(), key=self._preference)]
        ends = accumulate(sizes[key] for key in ordered)
        kept = {
            key for place, (key, end) in enumerate(zip(ordered, ends, strict=True)) if not place or end <= MOST_FIGURES
        }
        return [row for row in self.rows if row.key in kept]

    def options(self, column: str) -> list[Code]:
        """The codes of a column in the order in which they are offered."""
        held = {row.key[SELECTED.index(column)] for row in self.rows}
        order: dict[str, Callable[[Any], Any]] = {
            "basis": lambda code: (BASES.index(code) if code in BASES else len(BASES), code),
            "item": lambda code: (code != TOTAL, self.levels.get(code, 9), code),
            "counterpart_area": lambda code: (code != WORLD, code),
            "base_year": lambda code: -(code or 0),
        }
        return sorted(held, key=order.get(column, lambda code: code or ""))

    def is_country(self, area: str) -> bool:
        return self.kinds.get(area) == "country"

    def _covered(self) -> list[Covered]:
        counts: dict[tuple[Code, ...], Counter[int]] = defaultdict(Counter)
        for row in self.rows:
            counts[row.key][row.year] += row.value is not None and self.is_country(row.area)
        return [_best(key, years) for key, years in counts.items()]

    def _preference(self, one: Covered) -> tuple[Any, ...]:
        chosen = one.selection
        return (
            one.countries < FEWEST,
            chosen["basis"] == BASES[-1],
            chosen["counterpart_area"] != WORLD,
            self.levels.get(str(chosen["item"]), 9),
            -one.countries,
            -one.year,
            -int(chosen["base_year"] or 0),
            *map(str, one.key),
        )


def _best(key: tuple[Code, ...], years: Counter[int]) -> Covered:
    most = max(years.values())
    newest = max(year for year, countries in years.items() if countries >= WELL_COVERED * most)
    return Covered(key, newest, years[newest], most)


def read_figures(connection: Connection, metric: str) -> MetricFigures:
    """The figures of a metric from `metric_vintages`, latest vintages only."""
    rows = connection.execute(_FIGURES.replace("$metric", text(metric))).fetchall()
    return MetricFigures(
        metric,
        [Held(*row) for row in rows],
        dict(connection.execute("select area, kind from dim_area").fetchall()),
        dict(connection.execute("select item, level from dim_service_item").fetchall()),
    )


def ranking_query(metric: str, chosen: Selection, year: int) -> str:
    """The SQL of a ranking, as run and as shown: countries by value with ranks, then all other areas without."""
    kept = [
        f"figures.{column} is null" if code is None else f"figures.{column} = {_literal(code)}"
        for column, code in chosen.items()
        if not (code is None and column == "vintage")
    ]
    return _RANKING.format(metric=name(metric), kept="\n    and ".join([f"figures.year = {year}", *kept]))


def _literal(code: str | int) -> str:
    return str(code) if isinstance(code, int) else text(code)


_FIGURES = """
with
figures as (select * from metric_vintages where is_latest and metric_id = $metric),
editions as (
    select
        *,
        count(*) over (
            partition by
                measure, area, counterpart_area, item, clock, authority, base_year, source, basis, unit, year
        ) as several
    from figures
)
select
    measure,
    item,
    counterpart_area,
    basis,
    source,
    clock,
    authority,
    base_year,
    unit,
    case when max(several) over () > 1 then vintage end as edition,
    area,
    year,
    value,
    obs_status,
    vintage
from editions
order by all
"""

_RANKING = """
select
    case
        when dim_area.kind = 'country' and figures.value is not null
        then rank() over (partition by dim_area.kind order by figures.value desc nulls last)
    end as rank,
    figures.area,
    dim_area.name,
    dim_area.kind,
    figures.value,
    figures.unit,
    figures.obs_status,
    figures.source,
    figures.vintage
from {metric} as figures
join dim_area on figures.area = dim_area.area
where
    {kept}
order by dim_area.kind <> 'country', figures.value desc nulls last, dim_area.name
""".strip()
