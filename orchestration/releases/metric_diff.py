"""What differs between the published metrics of two releases: counted in columns by DuckDB, judged by limits. Nothing is refused here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from orchestration.releases.limits import Limits

KEY = ("metric_id", "measure", "area", "counterpart_area", "item", "year", "base_year", "source", "basis")
"""What makes a figure the same figure in both releases. The vintage is not part of it: that is what moves on."""

NOISE = 1e-9
"""Relative difference below which two values are one figure written with other digits: publishers' systems round the
sixteenth digit differently from one edition to the next, in up to a third of the figures of an edition."""

MOVEMENTS_SHOWN = 10
"""How many movements of a metric are kept, the largest of each pair of areas, largest first."""


@dataclass(frozen=True)
class Movement:
    """One figure that changed. ``factor`` is how many times larger or smaller it became, without sign; None to or from
    zero and to or from no value. ``change_percent`` is relative to the size before, with sign."""

    measure: str
    area: str
    counterpart_area: str
    item: str
    year: int
    base_year: int | None
    source: str
    basis: str
    value_before: float | None
    value_after: float | None
    unit_before: str
    unit_after: str
    obs_status_before: str
    obs_status_after: str
    change_percent: float | None
    factor: float | None

    @property
    def figure(self) -> str:
        """Which figure it is, for a message."""
        years = str(self.year) if self.base_year is None else f"{self.base_year} to {self.year}"
        return f"{self.measure} {self.area}/{self.counterpart_area} {self.item} {years} ({self.source}, {self.basis})"

    def message(self) -> str:
        """The figure, what it was and what it is."""
        before, after = _figure(self.value_before, self.unit_before), _figure(self.value_after, self.unit_after)
        if self.value_before == self.value_after and self.unit_before == self.unit_after:
            before, after = f"status {self.obs_status_before}", f"status {self.obs_status_after}"
        by = "" if self.factor is None else f", a factor of {self.factor:,.4g}"
        return f"{self.figure}: {before} → {after}{by}"


@dataclass(frozen=True)
class MetricDiff:
    """How one metric, or mart, differs: figures before and after, how many came, went and changed, the largest movements."""

    metric: str
    rows_before: int
    rows_after: int
    added: int
    gone: int
    changed: int
    largest_factor: float | None
    limits: Limits
    movements: tuple[Any, ...] = ()
    """``Movement`` of a metric, ``RowMovement`` of a mart."""

    @property
    def gone_percent(self) -> float:
        return 100 * self.gone / self.rows_before if self.rows_before else 0.0

    @property
    def changed_percent(self) -> float:
        return 100 * self.changed / self.rows_before if self.rows_before else 0.0

    @property
    def beyond(self) -> list[str]:
        """What goes beyond a limit, one sentence each; empty within the limits."""
        of = f"of {self.rows_before:,} figures"
        tried = [
            (self.gone_percent, self.limits.gone_percent, f"{self.gone:,} {of} are gone, {self.gone_percent:.1f} %"),
            (
                self.changed_percent,
                self.limits.changed_percent,
                f"{self.changed:,} {of} changed, {self.changed_percent:.1f} %",
            ),
            (
                self.largest_factor or 0.0,
                self.limits.largest_factor,
                f"a figure moved by a factor of {self.largest_factor or 0:,.4g}",
            ),
        ]
        return [
            f"{self.metric}: {words}; the limit is {limit:g}"
            for seen, limit, words in tried
            if limit is not None and seen > limit
        ]

    def as_json(self) -> dict[str, Any]:
        """The numbers, the limits, and the movements as objects."""
        return {
            "rows_before": self.rows_before,
            "rows_after": self.rows_after,
            "added": self.added,
            "gone": self.gone,
            "gone_percent": self.gone_percent,
            "changed": self.changed,
            "changed_percent": self.changed_percent,
            "largest_factor": self.largest_factor,
            "limits": self.limits.as_json(),
            "beyond": self.beyond,
            "largest_movements": [asdict(movement) for movement in self.movements],
        }


@dataclass(frozen=True)
class Diff:
    """How the metrics of one release differ from those of another, by name, and the marts where they were compared."""

    before: str
    after: str
    metrics: Mapping[str, MetricDiff]
    tables: Mapping[str, tuple[int | None, int | None]] = field(default_factory=dict)
    """Rows of every table before and after; None where a release does not have it."""
    marts: Mapping[str, MetricDiff] = field(default_factory=dict)

    @property
    def both(self) -> tuple[MetricDiff, ...]:
        """Metrics and marts."""
        return (*self.metrics.values(), *self.marts.values())

    @property
    def beyond(self) -> list[str]:
        """What goes beyond a limit in any metric or mart; empty within all limits."""
        return [words for one in self.both for words in one.beyond]

    def total(self, count: str) -> int:
        """``added``, ``gone`` or ``changed`` over all metrics."""
        return sum(int(getattr(metric, count)) for metric in self.metrics.values())

    def as_json(self) -> dict[str, Any]:
        """The content of ``diff.json``."""
        return {
            "before": self.before,
            "after": self.after,
            "added": self.total("added"),
            "gone": self.total("gone"),
            "changed": self.total("changed"),
            "beyond": self.beyond,
            "metrics": {name: metric.as_json() for name, metric in self.metrics.items()},
            "marts": {name: mart.as_json() for name, mart in self.marts.items()},
            "tables": {name: {"rows_before": rows[0], "rows_after": rows[1]} for name, rows in self.tables.items()},
        }


def compare(
    before: Path,
    after: Path,
    limits: Mapping[str, Limits],
    *,
    ids: tuple[str, str],
    tables: tuple[Mapping[str, int], Mapping[str, int]] = ({}, {}),
) -> Diff:
    """Compare the latest figures of two releases.

    A metric whose latest figures hold several vintages of one key, such as revisions, is compared vintage by vintage.

    Args:
        before, after: the Parquet files ``metric_vintages`` of the two releases.
        limits: limits by metric; the defaults for a metric that is not named.
        ids: the two releases' ids.
        tables: rows by table of the two releases.
    """
    with duckdb.connect(":memory:") as connection:
        for side, path in (("before", before), ("after", after)):
            connection.read_parquet(str(path)).filter("is_latest").create(side)
        connection.execute(_COMPARED)
        movements: dict[str, list[Movement]] = {}
        for metric, *fields in connection.execute(_MOVEMENTS, [MOVEMENTS_SHOWN]).fetchall():
            movements.setdefault(str(metric), []).append(Movement(*fields))
        counted = [_counted(row, limits, movements) for row in connection.execute(_COUNTED).fetchall()]
    return Diff(*ids, {metric.metric: metric for metric in counted}, dict(_both(*tables)))


def _counted(row: tuple[Any, ...], limits: Mapping[str, Limits], movements: Mapping[str, list[Movement]]) -> MetricDiff:
    name, before, after, added, gone, changed, largest = row
    return MetricDiff(
        metric=name,
        rows_before=before,
        rows_after=after,
        added=added,
        gone=gone,
        changed=changed,
        largest_factor=largest,
        limits=limits.get(name, Limits()),
        movements=tuple(movements.get(name, ())),
    )


def _both(before: Mapping[str, int], after: Mapping[str, int]) -> Iterator[tuple[str, tuple[int | None, int | None]]]:
    for name in sorted({*before, *after}):
        yield name, (before.get(name), after.get(name))


def _figure(value: float | None, unit: str) -> str:
    return "no value" if value is None else f"{value:,.6g} {unit}"


_KEYS = ", ".join(KEY)
_SAME = " and ".join(f"before.{key} is not distinct from after.{key}" for key in (*KEY, "moment"))
_EITHER = ", ".join(f"coalesce(before.{key}, after.{key}) as {key}" for key in KEY)
_OF_BOTH = ", ".join(
    f"{side}.{name} as {name}_{side}" for name in ("value", "unit", "obs_status") for side in ("before", "after")
)

_COMPARED = f"""
create table compared as
with
several as (
    select metric_id from before group by {_KEYS} having count(*) > 1
    union
    select metric_id from after group by {_KEYS} having count(*) > 1
),
before as (
    select *, case when metric_id in (select metric_id from several) then vintage end as moment
    from memory.before
),
after as (
    select *, case when metric_id in (select metric_id from several) then vintage end as moment
    from memory.after
),
joined as (
    select
        {_EITHER},
        {_OF_BOTH},
        before.metric_id is not null as in_before,
        after.metric_id is not null as in_after
    from before
    full join after on {_SAME}
)
select
    *,
    in_before and in_after and (
        unit_before is distinct from unit_after
        or obs_status_before is distinct from obs_status_after
        or (value_before is null) <> (value_after is null)
        or coalesce(
            abs(value_after - value_before) > {NOISE} * greatest(abs(value_after), abs(value_before)), false
        )
    ) as changed,
    100 * (value_after - value_before) / nullif(abs(value_before), 0) as change_percent,
    case
        when value_before <> 0 and value_after <> 0
        then greatest(abs(value_before), abs(value_after)) / least(abs(value_before), abs(value_after))
    end as factor
from joined
"""

_COUNTED = """
select
    metric_id,
    count(*) filter (in_before),
    count(*) filter (in_after),
    count(*) filter (not in_before),
    count(*) filter (not in_after),
    count(*) filter (changed),
    max(factor) filter (changed)
from compared
group by metric_id
order by metric_id
"""

_MOVEMENTS = """
with
of_pairs as (
    select
        *,
        row_number() over (
            partition by metric_id, area, counterpart_area
            order by factor desc nulls last, abs(value_after - value_before) desc nulls last, all_keys
        ) as place_in_pair
    from (
        select *, (measure, item, year, coalesce(base_year, 0), source, basis) as all_keys
        from compared
        where changed
    )
),
ranked as (
    select
        *,
        row_number() over (
            partition by metric_id
            order by
                factor desc nulls last,
                abs(value_after - value_before) desc nulls last,
                area, counterpart_area, all_keys
        ) as place
    from of_pairs
    where place_in_pair = 1
)
select
    metric_id, measure, area, counterpart_area, item, year, base_year, source, basis, value_before, value_after,
    unit_before, unit_after, obs_status_before, obs_status_after, change_percent, factor
from ranked
where place <= ?
order by metric_id, place
"""
