"""Compare two releases: the latest figures of every metric by the metric contract, every mart along its declared key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from orchestration.contracts.metric import KEY, NO_CLOCK, NOT_APPLICABLE
from orchestration.core.sql_quoting import text
from orchestration.releases.limits import Limits
from orchestration.releases.release_store import ALL_VINTAGES, Release, parquet_path
from orchestration.releases.table_diff import Shape, TableDiff, compare_tables

_COMMON = (NO_CLOCK, NOT_APPLICABLE)


def _figure_label(key: Mapping[str, Any]) -> str:
    """``receipts USA/W00 SH 2024 (world_bank, reported)``, with clock and authority where the key has them."""
    years = str(key["year"]) if key["base_year"] is None else f"{key['base_year']} to {key['year']}"
    details = [key.get("clock"), key.get("authority"), key["source"], key["basis"], key.get("vintage")]
    named = ", ".join(str(one) for one in details if one is not None and one not in _COMMON)
    return f"{key['measure']} {key['area']}/{key['counterpart_area']} {key['item']} {years} ({named})"


METRIC = Shape(
    key=tuple(column for column in KEY if column not in ("metric_id", "vintage")),
    # the newest vintage of a figure follows the one before; a metric such as revisions holds several side by side
    further=("vintage",),
    ignored=frozenset({"metric_id", "is_latest", "release_first_seen"}),
    groups=("source", "measure"),
    largest_of=("area", "counterpart_area"),
    label=_figure_label,
)

_BOOKKEEPING = frozenset({"resource", "payload_sha256", "payload_pointer", "is_latest", "countries_reporting"})
"""Columns of marts that move when another vintage comes, though the row holds what it held."""


@dataclass(frozen=True)
class Side:
    """One of the two releases, published or about to be: its folder, rows by table, and primary keys by mart."""

    id: str
    folder: Path
    tables: Mapping[str, int]
    keys: Mapping[str, list[str]]


@dataclass(frozen=True)
class ReleaseDiff:
    """How the metrics and marts of one release differ from those of another, by name, and the limits they are held to."""

    before: str
    after: str
    metrics: Mapping[str, TableDiff]
    marts: Mapping[str, TableDiff]
    limits: Mapping[str, Limits]
    tables: Mapping[str, tuple[int | None, int | None]]
    """Rows of every table before and after; None where a release does not have it."""

    @property
    def both(self) -> Mapping[str, TableDiff]:
        """Metrics and marts; no mart has the name of a metric."""
        return {**self.metrics, **self.marts}

    def beyond_of(self, table: str) -> list[str]:
        """What goes beyond a limit of one metric or mart, one sentence each."""
        return self.limits.get(table, Limits()).exceeded_by(self.both[table])

    @property
    def beyond(self) -> list[str]:
        """What goes beyond a limit in any metric or mart; empty within all limits."""
        return [f"{name}: {sentence}" for name in self.both for sentence in self.beyond_of(name)]

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
            "metrics": {name: self._table_json(name) for name in self.metrics},
            "marts": {name: self._table_json(name) for name in self.marts},
            "tables": {name: {"rows_before": rows[0], "rows_after": rows[1]} for name, rows in self.tables.items()},
        }

    def _table_json(self, name: str) -> dict[str, Any]:
        judged = {"limits": self.limits.get(name, Limits()).as_json(), "beyond": self.beyond_of(name)}
        return {**self.both[name].as_json(), **judged}


def side_of(release: Release) -> Side:
    """A published release as a side of a comparison; one that was published without keys has none."""
    return Side(release.id, release.folder, release.content["tables"], release.content.get("keys", {}))


def compare_releases(before: Side, after: Side, limits: Mapping[str, Limits]) -> ReleaseDiff:
    """Compare two releases.

    Args:
        limits: limits by metric and mart; the defaults for one that is not named.
    """
    with duckdb.connect(":memory:") as connection:
        metrics, marts = _metrics(connection, before, after), _marts(connection, before, after)
    names = sorted({*before.tables, *after.tables})
    tables = {name: (before.tables.get(name), after.tables.get(name)) for name in names}
    return ReleaseDiff(before.id, after.id, metrics, marts, limits, tables)


def keys_of(manifest: Mapping[str, Any]) -> dict[str, list[str]]:
    """The declared primary key of every mart that has one, by name; a mart without one is compared by whole rows."""
    return {
        node["name"]: [
            column
            for constraint in node.get("constraints", ())
            if constraint["type"] == "primary_key"
            for column in constraint["columns"]
        ]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["path"].startswith("marts/")
    }


def _metrics(connection: duckdb.DuckDBPyConnection, before: Side, after: Side) -> dict[str, TableDiff]:
    for name, side in (("figures_before", before), ("figures_after", after)):
        figures = text(parquet_path(side.folder, ALL_VINTAGES))
        connection.execute(f"create temp table {name} as select * from read_parquet({figures}) where is_latest")
    named = connection.execute(
        "select metric_id from figures_before union select metric_id from figures_after order by metric_id"
    ).fetchall()
    return {metric: compare_tables(connection, *_figures(metric), METRIC) for (metric,) in named}


def _figures(metric: str) -> tuple[str, str]:
    of = f"where metric_id = {text(metric)}"
    return f"select * from figures_before {of}", f"select * from figures_after {of}"


def _marts(connection: duckdb.DuckDBPyConnection, before: Side, after: Side) -> dict[str, TableDiff]:
    keys = {**before.keys, **after.keys}
    return {
        name: compare_tables(
            connection,
            _rows(name, before, after),
            _rows(name, after, before),
            Shape(key=tuple(key), ignored=_BOOKKEEPING, groups=("source", "measure")),
        )
        for name, key in sorted(keys.items())
    }


def _rows(table: str, side: Side, other: Side) -> str:
    """The rows of a table as a query; none, in the columns of the other side, where this side does not have it."""
    path = parquet_path(side.folder, table)
    if path.exists():
        return f"select * from read_parquet({text(path)})"
    return f"select * from read_parquet({text(parquet_path(other.folder, table))}) limit 0"
