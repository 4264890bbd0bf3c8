"""A candidate beside the vintage before it, as matrices of series by year: what every edit looks at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from orchestration.admission.figures import AGGREGATE, COUNTRY, Areas, areas_of, long_form, observations_of, paired
from orchestration.admission.parameters import Parameters
from orchestration.contracts.observation import ByTable
from orchestration.contracts.source import Source
from orchestration.core.bounded_database import bounded_database
from orchestration.core.settings import Settings
from orchestration.ingestion.raw_tables import RawFile
from orchestration.methods.codes import TOTAL, WORLD
from orchestration.methods.ratio_edits import row_quantiles

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class CaseContext:
    """The settings, and by source the raw files that were admitted, of the judged source and of the others."""

    settings: Settings
    admitted: Mapping[str, Sequence[RawFile]]


@dataclass(frozen=True, eq=False)
class Case:
    """One candidate vintage: matrices of series (KEY, resource, kinds of areas) by year, NaN without a value."""

    source: Source
    files: tuple[RawFile, ...]
    files_before: tuple[RawFile, ...]  # the oldest first
    context: CaseContext
    parameters: Parameters
    areas: Areas
    series: pd.DataFrame
    years: Integers
    now: Floats
    before: Floats

    @cached_property
    def declared(self) -> ByTable:
        return observations_of(self.source)

    @cached_property
    def vintage(self) -> date:
        return max(file.vintage for file in self.files)

    @cached_property
    def vintage_before(self) -> date:
        """The newest earlier vintage of the resources that the candidate brings, or its own if they have none."""
        brought = {(file.table, file.resource) for file in self.files}
        earlier = (file.vintage for file in self.files_before if (file.table, file.resource) in brought)
        return max(earlier, default=self.vintage)

    @cached_property
    def gap(self) -> Floats:
        """Years from the earlier vintage of its table and resource for each series; 0 without an earlier one."""
        newest = {(file.table, file.resource): file.vintage for file in self.files_before}
        days = {pair: max((self.vintage - vintage).days, 1) for pair, vintage in newest.items()}
        pairs = zip(self.series["table"], self.series["resource"], strict=True)
        return np.array([days.get(pair, 0) / 365.25 for pair in pairs], dtype=np.float64)

    @property
    def fresh(self) -> Booleans:
        """Series of which no vintage of the same table and resource was admitted before."""
        return np.asarray(self.gap == 0, dtype=bool)

    @cached_property
    def wider(self) -> Floats:
        """By how much the limits of each series widen with the time between the vintages, at least 1."""
        return np.asarray(np.sqrt(np.maximum(1.0, self.gap / self.parameters.revision_gap)), dtype=np.float64)

    @cached_property
    def history(self) -> Floats:
        """The value now where there is one, else the one before."""
        return np.where(np.isnan(self.now), self.before, self.now)

    @cached_property
    def has_now(self) -> Booleans:
        """Which series have a value now."""
        return np.asarray(np.isfinite(self.now).any(axis=1), dtype=bool)

    @cached_property
    def has_before(self) -> Booleans:
        return np.asarray(np.isfinite(self.before).any(axis=1), dtype=bool)

    @cached_property
    def group(self) -> Integers:
        """The number of each series' kind: one measure of one item in one table."""
        return np.asarray(self.series.groupby(["table", "measure", "item"]).ngroup(), dtype=np.int64)

    @cached_property
    def newest(self) -> Integers:
        """For each series, the place of the newest year in which its measure has a value now; -1 where it has none."""
        return np.asarray(pd.Series(last_places(self.now)).groupby(self.measure).transform("max"), dtype=np.int64)

    @cached_property
    def measure(self) -> Integers:
        """The number of each series' measure."""
        return np.asarray(self.series.groupby(["table", "measure"]).ngroup(), dtype=np.int64)

    @cached_property
    def age(self) -> Integers:
        """Years between each cell and the newest year of its measure, a matrix."""
        return np.asarray(self.newest[:, None] - np.arange(len(self.years))[None, :], dtype=np.int64)

    @cached_property
    def is_ratio(self) -> Booleans:
        pairs = zip(self.series["table"], self.series["measure"], strict=True)
        return np.array([measure in self.declared[table].ratios for table, measure in pairs], dtype=bool)

    @cached_property
    def restates(self) -> Booleans:
        return np.array([self.declared[table].restates for table in self.series["table"]], dtype=bool)

    @cached_property
    def is_country(self) -> Booleans:
        """Series of one country, or of two."""
        partner = self.series["counterpart_kind"].eq(COUNTRY) | self.series["counterpart"].eq(WORLD)
        return np.asarray(self.series["area_kind"].eq(COUNTRY) & partner, dtype=bool)

    @cached_property
    def is_world(self) -> Booleans:
        return np.asarray(self.series["area"].eq(WORLD) & self.series["counterpart"].eq(WORLD), dtype=bool)

    @cached_property
    def is_aggregate(self) -> Booleans:
        partner = self.series["counterpart_kind"].eq(AGGREGATE) & self.series["counterpart"].ne(WORLD)
        return np.asarray(self.series["area_kind"].eq(AGGREGATE) | partner, dtype=bool)

    @cached_property
    def weight(self) -> Floats:
        """Each series' share of its kind, 0 to 1: the median over the newest years of value over total; 0 of ratios."""
        shares = self._base / self.total
        years_since = np.cumsum(np.isfinite(shares)[:, ::-1], axis=1)[:, ::-1]
        newest = np.where(years_since <= self.parameters.weight_years, shares, np.nan)
        middle = np.nan_to_num(row_quantiles(newest, 0.5))
        return np.where(self.is_ratio, 0.0, np.minimum(middle, 1.0))

    @cached_property
    def _base(self) -> Floats:
        """Sizes before, where there are any: a wrong figure does not make itself important."""
        return np.abs(np.where(np.isnan(self.before), self.now, self.before))

    @cached_property
    def total(self) -> Floats:
        """For every cell the total of its measure in that year: the largest item, summed over countries or stated."""
        countries = pd.DataFrame(np.where(self.is_country[:, None], self._base, np.nan))
        sums = countries.groupby(self.group).transform("sum", min_count=1).to_numpy(float)
        stated = np.where(self.is_world[:, None], self._base, np.nan)
        return pd.DataFrame(np.fmax(sums, stated)).groupby(self.measure).transform("max").to_numpy(float)

    @cached_property
    def of_consequence(self) -> Booleans:
        """Series whose error moves what is published: major economies, the world, any economy with a large share."""
        major, heavy = self.parameters.major_economies | {WORLD}, self.weight >= self.parameters.share_of_consequence
        parties = self.series["area"].isin(major) & self.series["counterpart"].isin(major)
        large_item = pd.Series(heavy).groupby(self.group).transform("any").to_numpy()
        is_own = self.is_country | self.is_world
        return np.asarray(is_own & (heavy | (parties & (large_item | self.is_ratio))), dtype=bool)

    @cached_property
    def is_leader(self) -> Booleans:
        """The largest economies of each kind of figures."""
        shares = pd.Series(np.where(self.is_country & ~self.is_ratio, self.weight, np.nan))
        rank = shares.groupby(self.group).rank(ascending=False, method="first")
        return np.asarray((rank <= self.parameters.leaders).to_numpy() & self.of_consequence, dtype=bool)

    @cached_property
    def flow(self) -> Integers:
        """The number of each series' flow: series that differ only in the item have one."""
        keys = ["table", "resource", "area", "counterpart", "measure"]
        return np.asarray(self.series.groupby(keys).ngroup(), dtype=np.int64)

    @cached_property
    def impact(self) -> Floats:
        """Share of the published total in percent, at least 1 for series of consequence."""
        return np.where(self.of_consequence, np.maximum(self.weight * 100, 1.0), self.weight * 100)

    def label(self, number: int) -> str:
        """How reasons name a series: measure, area, counterpart, item, in the codes of the warehouse."""
        measure, area, counterpart, item = self._codes[number]
        return "/".join([measure, area, *(code for code in (counterpart, item) if code not in (WORLD, TOTAL))])

    def words(self, number: int) -> str:
        """How sentences name a series: "United States, receipts of charges for IP"."""
        return f"{self.name(number)}, {self.title(self._codes[number][0])}"

    def name(self, number: int) -> str:
        """How lists of one measure name a series: "United States", "United States with China (SH)"."""
        _, area, counterpart, item = self._codes[number]
        parties = map(self.areas.name, (area, counterpart) if counterpart != WORLD else (area,))
        return " with ".join(parties) + (f" ({item})" if item != TOTAL else "")

    @cached_property
    def _codes(self) -> list[tuple[str, str, str, str]]:
        columns = (self.series[name].tolist() for name in ("measure", "area", "counterpart", "item"))
        return list(zip(*columns, strict=True))

    def span(self, columns: Booleans | Integers) -> str:
        """How sentences name years: 2019, 2019-2021."""
        return "-".join(dict.fromkeys(map(str, self.years[columns][[0, -1]])))

    def title(self, measure: str) -> str:
        titles = {resource.key: resource.title for resource in self.source.RESOURCES}
        return titles.get(measure, measure)


def last_places(values: Floats) -> Integers:
    """Return the column of the last value of each row; -1 where there is none."""
    places = np.where(np.isfinite(values), np.arange(values.shape[1]), -1)
    return np.asarray(places.max(axis=1, initial=-1), dtype=np.int64)


def case_of(source: Source, new: Sequence[RawFile], context: CaseContext, parameters: Parameters) -> Case:
    """Read a candidate and the newest admitted files of its tables and resources, and join them.

    Resources that the candidate does not bring are there as last admitted, now and before: so no judgement depends on
    which others come. Where vintages repeat nothing, or without figures, all editions are the vintage before.
    """
    brought, vintage = {(file.table, file.resource) for file in new}, max(file.vintage for file in new)
    tables = {table for table, _ in brought}
    restated = {table for table, how in observations_of(source).items() if how.restates}
    admitted = [
        file
        for file in sorted(context.admitted.get(source.CARD.id, ()), key=lambda file: file.vintage)
        if file.payload_sha256 and file.table in tables and file not in new
        if file.vintage < vintage or (file.vintage == vintage and (file.table, file.resource) in brought)
    ]
    newest = {(file.table, file.resource): file.vintage for file in admitted}
    files_before = tuple(
        file
        for file in admitted
        if file.vintage == newest[file.table, file.resource] or (file.table not in restated and file.vintage < vintage)
    )
    beside = [file for file in files_before if file.table in restated and (file.table, file.resource) not in brought]
    areas = areas_of(context.settings.dbt_project / "seeds", source.CARD.id)
    with bounded_database() as connection:
        connection.execute("set threads to 2")
        long_form(source, [*new, *beside], areas, connection, "figures_now")
        long_form(source, files_before, areas, connection, "figures_before")
        series, cells = paired("figures_now", "figures_before", connection, parameters.series_judged)
    for column in ("area", "counterpart"):
        series[f"{column}_kind"] = [areas.kind(area) for area in series[column]]
    years = np.arange(cells["year"].min(), cells["year"].max() + 1) if len(cells) else np.array([], np.int64)
    wide = (cells.pivot(index="series", columns="year", values=name) for name in ("now", "before"))
    values = [matrix.reindex(index=series.index, columns=years).to_numpy(float) for matrix in wide]
    return Case(source, tuple(new), files_before, context, parameters, areas, series, years, *values)
