"""Figures of one metric, latest vintages, and the series that its page shows first."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
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


class Counted(NamedTuple):
    """How many figures a series of economies has of one year and vintage, how many with a value, and of those how many of countries."""

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
    """The latest figures of a metric, counted; and those of its data file, in the order of their series, then of their years.

    Args:
        countries: codes of the countries with at least one figure.
        kinds: kinds of areas by code, as in `dim_area`.
        levels: levels of items by code, as in `dim_service_item`; a total has 0.
        published: the rows of the data file; see ``kept``.
    """

    metric: str
    counted: Sequence[Counted]
    countries: Sequence[str]
    kinds: Mapping[str, str]
    levels: Mapping[str, int]
    published: Sequence[Held] = ()

    @cached_property
    def figures(self) -> int:
        return sum(one.figures for one in self.counted)

    @cached_property
    def years(self) -> range:
        """From the first to the newest year with a figure."""
        held = [one.year for one in self.counted if one.valued]
        return range(min(held), max(held) + 1) if held else range(0)

    @cached_property
    def sources(self) -> Mapping[str, list[Counted]]:
        """What has a value, by the sources that it was taken or derived from."""
        found: dict[str, list[Counted]] = {}
        for one in self.counted:
            for source in one.source.split("+") if one.valued else ():
                found.setdefault(source, []).append(one)
        return dict(sorted(found.items()))

    @cached_property
    def first(self) -> Covered:
        """The series that the page shows first.

        A ranking of at least ``FEWEST`` countries comes before one of fewer, reports before balanced estimates, a total before its
        parts, the world before one counterpart; then the series with most countries in its newest well covered year.
        """
        return min(self._covered(), key=self._preference)

    @cached_property
    def kept(self) -> set[tuple[Code, ...]]:
        """The series in the data file: all, or by the order of ``first`` those that together are few enough."""
        sizes: Counter[tuple[Code, ...]] = Counter()
        for one in self.counted:
            sizes[one.key] += one.figures
        if self.figures <= MOST_FIGURES:
            return set(sizes)
        ordered = [one.key for one in sorted(self._covered(), key=self._preference)]
        ends = accumulate(sizes[key] for key in ordered)
        return {
            key for place, (key, end) in enumerate(zip(ordered, ends, strict=True)) if not place or end <= MOST_FIGURES
        }

    def options(self, column: str) -> list[Code]:
        """The codes of a column in the order in which they are offered."""
        held = {one.key[SELECTED.index(column)] for one in self.counted}
        order: dict[str, Callable[[Any], Any]] = {
            "basis": lambda code: (BASES.index(code) if code in BASES else len(BASES), code),
            "item": lambda code: (code != TOTAL, self.levels.get(code, 9), code),
            "counterpart_area": lambda code: (code != WORLD, code),
            "base_year": lambda code: -(code or 0),
        }
        return sorted(held, key=order.get(column, lambda code: code or ""))

    def _covered(self) -> list[Covered]:
        counts: dict[tuple[Code, ...], Counter[int]] = defaultdict(Counter)
        for one in self.counted:
            counts[one.key][one.year] += one.countries
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
    """The figures of a metric from `metric_vintages`, latest vintages only: their counts, and those of its data file."""
    several = connection.execute(_SEVERAL.format(metric=text(metric))).fetchall()
    figures = _LATEST.format(metric=text(metric), edition="vintage" if several else "cast(null as date)")
    areas = connection.execute(f"{figures} {_COUNTRIES}").fetchall()
    found = MetricFigures(
        metric,
        [_counted(row) for row in connection.execute(f"{figures} {_COUNTED}").fetchall()],
        [area for (area,) in areas],
        dict(connection.execute("select area, kind from dim_area").fetchall()),
        dict(connection.execute("select item, level from dim_service_item").fetchall()),
    )
    kept = f"semi join (values {_listed(found.kept)}) as kept({', '.join(_KEY)}) on {_SAME}"
    chosen = "" if found.figures <= MOST_FIGURES else kept
    rows = connection.execute(f"{figures} select figures.* from figures {chosen} order by all").fetchall()
    return replace(found, published=[Held(*row) for row in rows])


def _counted(row: Sequence[Any]) -> Counted:
    edition = row[len(_KEY) - 1]
    return Counted((*row[: len(_KEY) - 1], edition.isoformat() if edition else None), *row[len(_KEY) :])


def _listed(keys: Iterable[tuple[Code, ...]]) -> str:
    """The keys as rows of SQL, in a fixed order."""
    types = {"base_year": "integer", "edition": "date"}
    rows = [
        [
            f"{'null' if code is None else _literal(code)}::{types.get(column, 'varchar')}"
            for column, code in zip(_KEY, key, strict=True)
        ]
        for key in keys
    ]
    return ", ".join(f"({', '.join(row)})" for row in sorted(rows))


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


_KEY = (*SELECTED[:-1], "edition")
"""The columns of a series of economies as the queries below name them."""

_SAME = " and ".join(f"figures.{column} is not distinct from kept.{column}" for column in _KEY)

_ONE_YEAR = "measure, area, counterpart_area, item, clock, authority, base_year, source, basis, unit, year"

_SEVERAL = f"""
with
latest as (
    select *, hash({_ONE_YEAR}) as hash_of_key from metric_vintages where is_latest and metric_id = {{metric}}
)
select 1
from latest
where hash_of_key in (select hash_of_key from latest group by hash_of_key having count(*) > 1)
group by {_ONE_YEAR}
having count(*) > 1
limit 1
"""
"""Hashes are counted first: all keys of a metric take many times the memory."""

_LATEST = """
with
figures as (
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
        {edition} as edition,
        area,
        year,
        value,
        obs_status,
        vintage
    from metric_vintages
    where is_latest and metric_id = {metric}
)
"""

_COUNTRIES = """
select distinct figures.area
from figures
semi join (select area from dim_area where kind = 'country') as countries on figures.area = countries.area
where value is not null
order by all
"""

_COUNTED = f"""
select
    {", ".join(f"figures.{column}" for column in _KEY)},
    figures.year,
    figures.vintage,
    count(*) as figures,
    count(figures.value) as valued,
    count(figures.value) filter (where dim_area.kind = 'country') as countries
from figures
left join dim_area on figures.area = dim_area.area
group by all
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
