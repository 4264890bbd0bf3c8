"""Compare two releases: the latest figures of every metric by the metric contract, every mart along its declared key."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb

from orchestration.contracts.metric import KEY, NO_CLOCK, NOT_APPLICABLE
from orchestration.core.bounded_database import bounded_database
from orchestration.core.files import read_json
from orchestration.core.sql_quoting import text
from orchestration.releases.declared_changes import DeclaredChanges
from orchestration.releases.limits import Limits
from orchestration.releases.lineage import CATALOGUE
from orchestration.releases.release_store import ALL_VINTAGES, ORIGINS, Release, parquet_path
from orchestration.releases.table_diff import Shape, TableDiff, compare_tables
from orchestration.transform.constraints import key_of

_COMMON = (NO_CLOCK, NOT_APPLICABLE)


def _figure_label(key: Mapping[str, Any]) -> str:
    """``receipts USA/W00 SH 2024 (world_bank, reported)``, with clock and authority where the key has them."""
    years = str(key["year"]) if key["base_year"] is None else f"{key['base_year']} to {key['year']}"
    details = [key.get("clock"), key.get("authority"), key["source"], key["basis"], key.get("vintage")]
    named = ", ".join(str(detail) for detail in details if detail is not None and detail not in _COMMON)
    return f"{key['measure']} {key['area']}/{key['counterpart_area']} {key['item']} {years} ({named})"


METRIC = Shape(
    # without the vintage: the newest vintage of a figure follows the one before
    key=tuple(column for column in KEY if column not in ("metric_id", "vintage")),
    ignored=frozenset({"metric_id", "is_latest", "superseded_on", "release_first_seen"}),
    groups=("source", "measure"),
    largest_of=("area", "counterpart_area"),
    label=_figure_label,
)

_BY_VINTAGE = replace(METRIC, key=(*METRIC.key, "vintage"))

_PLACE = frozenset({"resource", "payload_sha256", "payload_pointer"})
_BOOKKEEPING = _PLACE | {"is_latest", "superseded_on", "countries_reporting"}
"""Columns of marts that move when another vintage comes, though the figure stays."""

_DIMENSION = "dim_"
"""How the names of marts begin that hold names and codes and no figures."""


@dataclass(frozen=True)
class Side:
    """One of the two releases, published or about to be: its folder, rows by table, and primary keys by mart.

    ``vintages`` are those of each source that it was made of, ``inputs`` the hashes of all its inputs by source,
    ``behind`` the sources that each table is made of, where a manifest states them.
    """

    id: str
    folder: Path
    tables: Mapping[str, int]
    keys: Mapping[str, list[str]]
    vintages: Mapping[str, Collection[str]] = field(default_factory=dict)
    behind: Mapping[str, Collection[str]] = field(default_factory=dict)
    inputs: Mapping[str, Collection[str]] = field(default_factory=dict)

    def changed_inputs(self, after: Side) -> frozenset[str]:
        """The sources whose inputs are not the same on the other side."""
        names = {*self.inputs, *after.inputs}
        return frozenset(name for name in names if self.inputs.get(name) != after.inputs.get(name))


@dataclass(frozen=True)
class Moved:
    """The vintages by which two releases differ: admission or a person has judged them, and no limit judges them again."""

    gained: Mapping[str, frozenset[str]]
    lost: Mapping[str, frozenset[str]]
    pairs: frozenset[tuple[str, str]]
    """Each source with its vintages that only one side has, and with those that follow one: what they revise is another vintage."""

    @property
    def sources(self) -> frozenset[str]:
        """The sources that gained or lost a vintage."""
        return frozenset({*self.gained, *self.lost})

    def as_json(self) -> dict[str, Any]:
        """What was gained and lost, by source."""
        sides = {"gained": self.gained, "lost": self.lost}
        return {name: {source: sorted(days) for source, days in sorted(side.items())} for name, side in sides.items()}


@dataclass(frozen=True)
class ReleaseDiff:
    """How the metrics and marts of one release differ from those of another, by name.

    ``judged`` are the differences that limits and declarations apply to, ``exceeded`` what is wrong with them, one sentence
    each; ``tables`` has the rows of every table before and after, None where a release does not have it.
    """

    before: str
    after: str
    metrics: Mapping[str, TableDiff]
    marts: Mapping[str, TableDiff]
    limits: Mapping[str, Limits]
    tables: Mapping[str, tuple[int | None, int | None]]
    moved: Moved
    judged: Mapping[str, TableDiff | None]
    exceeded: Mapping[str, list[str]]

    @property
    def both(self) -> Mapping[str, TableDiff]:
        """Metrics and marts; no mart has the name of a metric."""
        return {**self.metrics, **self.marts}

    def beyond_of(self, table: str) -> list[str]:
        """Return what may not change in one metric or mart and does, one sentence each."""
        return self.exceeded.get(table, [])

    @property
    def beyond(self) -> list[str]:
        """What goes beyond a limit in any metric or mart; empty within all limits."""
        return [f"{name}: {sentence}" for name, sentences in self.exceeded.items() for sentence in sentences]

    def total(self, count: str) -> int:
        """Return ``added``, ``gone`` or ``changed`` over all metrics."""
        return sum(int(getattr(metric, count)) for metric in self.metrics.values())

    def as_json(self) -> dict[str, Any]:
        """Return the content of ``diff.json``."""
        return {
            "before": self.before,
            "after": self.after,
            **{count: self.total(count) for count in ("added", "gone", "changed")},
            "beyond": self.beyond,
            "vintages": self.moved.as_json(),
            "metrics": {name: self._table_json(name) for name in self.metrics},
            "marts": {name: self._table_json(name) for name in self.marts},
            "tables": {name: {"rows_before": rows[0], "rows_after": rows[1]} for name, rows in self.tables.items()},
        }

    def _table_json(self, name: str) -> dict[str, Any]:
        judged = {"limits": self.limits.get(name, Limits()).as_json(), "beyond": self.beyond_of(name)}
        return {**self.both[name].as_json(), **judged}


def side_of(release: Release, behind: Mapping[str, Collection[str]] | None = None) -> Side:
    """Return a release, published or about to be, as a side of a comparison; one that was published without keys has none."""
    content = release.content
    inputs: dict[str, set[str]] = {}
    for card in read_json(release.folder / ORIGINS) if (release.folder / ORIGINS).exists() else ():
        inputs.setdefault(card["source"], set()).add(f"{card['resource']} {card['sha256']}")
    inputs[f"{CATALOGUE}.claims"] = {content.get("provenance", {}).get("claims_sha256", "")}
    corrections = content.get("corrections", {})
    inputs[f"{CATALOGUE}.corrections"] = {f"{name} {day}" for name, days in corrections.items() for day in days}
    return Side(
        release.id,
        release.folder,
        content["tables"],
        content.get("keys", {}),
        {name: source["vintages"] for name, source in content.get("sources", {}).items()},
        behind or {},
        inputs,
    )


def compare_releases(
    before: Side, after: Side, limits: Mapping[str, Limits], declared: DeclaredChanges | None = None
) -> ReleaseDiff:
    """Compare two releases.

    Where no input of a table changed, every difference must be declared. Elsewhere the limits apply to the figures whose
    source and vintage both releases have, and a declaration excuses what exceeds them.

    Args:
        limits: limits by metric and mart; the defaults for one that is not named.
        declared: the declarations of changes that the release before did not have.
    """
    moved, by_code = moved_between(before.vintages, after.vintages), _changed_by_code(before, after)
    metrics, marts, judged = dict[str, TableDiff](), dict[str, TableDiff](), dict[str, TableDiff | None]()
    with bounded_database() as connection:
        for name in _metrics(connection, before, after):
            sides = _sides(ALL_VINTAGES, before, after, f"where metric_id = {text(name)}")
            old, new = (f"select * from ({side}) where is_latest" for side in sides)
            metrics[name] = compare_tables(connection, old, new, METRIC)
            if name in by_code:
                ignored = frozenset({"metric_id", "release_first_seen"})
                judged[name] = compare_tables(
                    connection, *sides, replace(_BY_VINTAGE, ignored=ignored, groups_shown=None)
                )
            elif moved.sources:
                judged[name] = compare_tables(connection, *_of_both(connection, sides, moved), _BY_VINTAGE)
        for name, key in sorted({**before.keys, **after.keys}.items()):
            sides, shape = _sides(name, before, after), Shape(tuple(key), _BOOKKEEPING, ("source", "measure"))
            marts[name] = compare_tables(connection, *sides, shape)
            if name in by_code:
                judged[name] = compare_tables(connection, *sides, replace(shape, ignored=_PLACE, groups_shown=None))
            elif moved.sources and _has_vintages(connection, sides[1]):
                judged[name] = compare_tables(connection, *_of_both(connection, sides, moved), shape)
            elif moved.sources & set(after.behind.get(name, moved.sources)):
                judged[name] = None  # it states no vintage and is made of one that moved
    judged = {**metrics, **marts, **judged}
    return ReleaseDiff(
        before.id,
        after.id,
        metrics,
        marts,
        limits,
        {name: (before.tables.get(name), after.tables.get(name)) for name in sorted({*before.tables, *after.tables})},
        moved,
        judged,
        dict(_exceeded(judged, by_code, limits, declared or DeclaredChanges({}))),
    )


def _exceeded(
    judged: Mapping[str, TableDiff | None],
    by_code: Collection[str],
    limits: Mapping[str, Limits],
    declared: DeclaredChanges,
) -> Iterator[tuple[str, list[str]]]:
    for name, table in judged.items():
        sentences = declared.undeclared(name, table) if table else []
        if table and sentences and name not in by_code:
            sentences = limits.get(name, Limits()).exceeded_by(table)
        if sentences:
            yield name, sentences


def _changed_by_code(before: Side, after: Side) -> frozenset[str]:
    """Return the tables of figures on both sides whose inputs are the same on both."""
    changed = before.changed_inputs(after)
    return frozenset(
        table
        for table, sources in after.behind.items()
        if table in before.tables and not table.startswith(_DIMENSION) and not changed.intersection(sources)
    )


def moved_between(before: Mapping[str, Collection[str]], after: Mapping[str, Collection[str]]) -> Moved:
    """Return the vintages that only one of two releases was made of, by source; none where one does not state them."""
    gained, lost, pairs = dict[str, frozenset[str]](), dict[str, frozenset[str]](), set[tuple[str, str]]()
    for source in sorted({*before, *after}) if before and after else ():
        had, has = frozenset(before.get(source, ())), frozenset(after.get(source, ()))
        gained |= {source: has - had} if has - had else {}
        lost |= {source: had - has} if had - has else {}
        for vintage in had ^ has:
            following = min((day for day in had | has if day > vintage), default=vintage)
            pairs |= {(source, vintage), (source, following)}
    return Moved(gained, lost, frozenset(pairs))


def keys_of(manifest: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the declared primary key of every mart by name; a mart without one is compared by whole rows."""
    return {
        node["name"]: key_of(node, manifest)
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["path"].startswith("marts/")
    }


def _metrics(connection: duckdb.DuckDBPyConnection, before: Side, after: Side) -> list[str]:
    old, new = _sides(ALL_VINTAGES, before, after)
    rows = connection.execute(f"select metric_id from ({old}) union select metric_id from ({new}) order by metric_id")
    return [metric for (metric,) in rows.fetchall()]


def _sides(table: str, before: Side, after: Side, condition: str = "") -> tuple[str, str]:
    """Return SQL of the rows of a table on both sides; none, in the columns of the other side, where one does not have it."""
    paths = [parquet_path(side.folder, table) for side in (before, after)]
    old, new = (
        f"select * from read_parquet({text(path)}) {condition}"
        if path.exists()
        else f"select * from read_parquet({text(another)}) limit 0"
        for path, another in (paths, paths[::-1])
    )
    return old, new


def _has_vintages(connection: duckdb.DuckDBPyConnection, rows: str) -> bool:
    return {"source", "vintage"} <= {row[0] for row in connection.execute(f"describe {rows}").fetchall()}


def _of_both(connection: duckdb.DuckDBPyConnection, sides: tuple[str, str], moved: Moved) -> tuple[str, str]:
    """Return SQL of the rows of both sides of one table without those of vintages that moved.

    A figure of several sources (``bea+publications``) goes with each of them. A table of the newest figures alone loses
    a vintage when its source gains one: then no row of it is left, and none counts as gone.
    """
    pair = "coalesce(source, '') as source, cast(vintage as varchar) as vintage"
    old, new = (
        {tuple(row) for row in connection.execute(f"select distinct {pair} from ({side})").fetchall()} for side in sides
    )
    out = {
        (source, vintage)
        for source, vintage in old | new
        if (source, vintage) in moved.pairs
        or ("+" in source and moved.sources & set(source.split("+")))
        or (source in moved.gained and (source, vintage) not in new)
    }
    if not out:
        return sides
    listed = ", ".join(f"({text(source)}, {text(vintage)})" for source, vintage in sorted(out))
    where = f"(coalesce(source, ''), cast(vintage as varchar)) not in ({listed})"
    return f"select * from ({sides[0]}) where {where}", f"select * from ({sides[1]}) where {where}"
