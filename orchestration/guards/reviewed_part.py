"""The part of a metric that a person reviewed: the rows by whose sizes and presence a suite may judge."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import duckdb

from orchestration.contracts.metric import SERIES
from orchestration.transform.build import Build
from orchestration.transform.reviewed_seeds import REVIEWED_AREAS

if TYPE_CHECKING:
    import pandas as pd

KEY = ["source", "vintage", "area", "counterpart_area"]
"""What was reviewed of a metric: by whom it was published and when, about which areas."""

WHOLE = ["measure", "clock", "authority", "source", "basis", "year"]
"""The columns within which one vintage follows another."""

Held: TypeAlias = Mapping[str, frozenset[date]]
"""The vintages of each source that a build holds."""


@dataclass(frozen=True)
class Reviewed:
    """The areas of each source and vintage of one metric that a person reviewed; empty for a metric nobody has reviewed yet."""

    keys: frozenset[tuple[str, date, str, str]] = frozenset()

    @property
    def vintages(self) -> frozenset[tuple[str, date]]:
        """Each source with each of its reviewed vintages; the source of a figure from several is ``bea+publications``."""
        return frozenset((source, vintage) for source, vintage, _, _ in self.keys)

    def lacking(self, vintage: date, held: Held) -> tuple[str, ...]:
        """The sources whose reviewed vintage of this day a build does not hold; none where it holds one of them."""
        published = {name for source, day in self.vintages if day == vintage for name in source.split("+")}
        return tuple(sorted(published)) if not any(vintage in held.get(name, ()) for name in published) else ()

    def part_of(self, frame: pd.DataFrame) -> Part:
        """What was reviewed of a frame. All of it where nobody has reviewed the metric: its suite then judges every row."""
        if not self.keys or not set(KEY) <= set(frame.columns):
            return Part(frame, frame.iloc[:0], False)
        groups = frame[KEY].drop_duplicates()
        days = groups["vintage"].dt.date
        named = zip(groups["source"], days, groups["area"], groups["counterpart_area"], strict=True)
        groups = groups.assign(is_reviewed=[one in self.keys for one in named])
        if groups["is_reviewed"].all():
            return Part(frame, frame.iloc[:0], False)
        vintages = self.vintages
        present = list(zip(groups["source"], days, strict=True))
        groups["is_later"] = [one not in vintages for one in present]
        # merge keeps the order of the rows
        known = frame[KEY].merge(groups, on=KEY, how="left")
        is_reviewed, is_later = (known[name].to_numpy(dtype=bool) for name in ("is_reviewed", "is_later"))
        return Part(as_newest(frame[is_reviewed]), frame[is_later], bool(vintages - set(present)))


@dataclass(frozen=True)
class Part:
    """The reviewed rows of a frame, those of vintages that nobody has reviewed, and whether a reviewed vintage is gone.

    A metric that holds the newest figures alone loses a reviewed vintage when a later one comes.
    """

    rows: pd.DataFrame
    later: pd.DataFrame
    has_lost: bool

    def is_superseded(self, condition: str | None) -> bool:
        """Whether later figures can have replaced reviewed rows of a condition, so that these need not be there."""
        if self.later.empty or not self.has_lost:
            return False
        return not (self.later.query(condition) if condition else self.later).empty


def as_newest(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame without what is not in it: what later rows had superseded is shown again.

    A figure that is the latest here was superseded by nothing; a bound printed after it does not take its place.
    """
    newest = frame.groupby(WHOLE, dropna=False)["vintage"].transform("max")
    has_latest = frame.groupby([*SERIES, "year"], dropna=False)["is_latest"].transform("any")
    return frame.assign(is_latest=frame["is_latest"] | ((frame["vintage"] == newest) & ~has_latest))


def vintages_held(build: Build) -> Held | None:
    """The vintages of each source that a build holds: of a reviewed one every resource. None for a build without the catalogue."""
    with duckdb.connect(str(build.database), read_only=True) as connection:
        tables = {name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()}
        if not {"stg_catalogue__vintages", "reviewed_vintages"} <= tables:
            return None
        rows = connection.execute(_HELD).fetchall()
    found: dict[str, set[date]] = {}
    for source, vintage in rows:
        found.setdefault(source, set()).add(vintage)
    return {source: frozenset(vintages) for source, vintages in found.items()}


_HELD = """
    with
        held as (select distinct source, resource, vintage from staging.stg_catalogue__vintages),
        reviewed as (select distinct source, resource, vintage from seeds.reviewed_vintages),
        naming as (select distinct source from held inner join reviewed using (source, resource)),
        lacking as (
            select source, vintage
            from reviewed semi join naming using (source)
            anti join held using (source, resource, vintage)
        )
    select distinct source, vintage from held anti join lacking using (source, vintage)
"""
"""A source whose series name resources of their own, such as one for each publication, lacks none of them."""


def read_reviewed(folder: Path, metric: str) -> Reviewed:
    """What a person reviewed of a metric, from the list in the folder of the suites."""
    path = folder / REVIEWED_AREAS
    if not path.exists():
        return Reviewed()
    with path.open(encoding="utf-8", newline="") as stream:
        return Reviewed(
            frozenset(
                (row["source"], date.fromisoformat(row["vintage"]), area, row["counterpart_area"])
                for row in csv.DictReader(stream)
                if row["metric_id"] == metric
                for area in row["areas"].split()
            )
        )
