"""Compare two releases: the latest figures of every metric by the metric contract, every mart along its declared key."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb

from orchestration.contracts.metric import KEY, NO_CLOCK, NOT_APPLICABLE
from orchestration.core.bounded_database import bounded_database
from orchestration.core.sql_quoting import text
from orchestration.releases.declared_changes import DeclaredChanges
from orchestration.releases.limits import Limits
from orchestration.releases.lineage import CATALOGUE
from orchestration.releases.release_store import ALL_VINTAGES, ORIGINS, Release, parquet_path, read_paper
from orchestration.releases.table_diff import Shape, TableDiff, compare_tables
from orchestration.transform.constraints import key_of

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
    ignored=frozenset({"metric_id", "is_latest", "superseded_on", "release_first_seen"}),
    groups=("source", "measure"),
    largest_of=("area", "counterpart_area"),
    label=_figure_label,
)

_BY_VINTAGE = Shape(
    key=(*METRIC.key, "vintage"),
    ignored=METRIC.ignored,
    groups=METRIC.groups,
    largest_of=METRIC.largest_of,
    label=_figure_label,
)

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
        return frozenset(one for one in names if self.inputs.get(one) != after.inputs.get(one))


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
    """How the metrics and marts of one release differ from those of another, by name, and the limits they are held to."""

    before: str
    after: str
    metrics: Mapping[str, TableDiff]
    marts: Mapping[str, TableDiff]
    limits: Mapping[str, Limits]
    tables: Mapping[str, tuple[int | None, int | None]]
    """Rows of every table before and after; None where a release does not have it."""
    moved: Moved
    judged: Mapping[str, TableDiff | None]
    """What is judged of a table instead of its latest rows; None for one that states no vintage and is made of a moved one."""
    by_code: frozenset[str] = frozenset()
    """Tables whose inputs are the same on both sides: whatever differs in them is a change of the code."""
    declared: DeclaredChanges = field(default_factory=lambda: DeclaredChanges({}))

    @property
    def both(self) -> Mapping[str, TableDiff]:
        """Metrics and marts; no mart has the name of a metric."""
        return {**self.metrics, **self.marts}

    def beyond_of(self, table: str) -> list[str]:
        """Return what may not change in one metric or mart and does, one sentence each.

        Where no input changed, every difference must be declared. Elsewhere the limits judge the figures whose source
        and vintage both releases have, and a declaration excuses what exceeds them.
        """
        judged = self.judged_of(table)
        if not judged:
            return []
        undeclared = self.declared.undeclared(table, judged)
        if table in self.by_code:
            return undeclared
        return self.limits.get(table, Limits()).exceeded_by(judged) if undeclared else []

    def judged_of(self, table: str) -> TableDiff | None:
        """What the limits judge of a metric or mart; None where they judge nothing."""
        return self.judged.get(table, self.both[table])

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
            "vintages": self.moved.as_json(),
            "metrics": {name: self._table_json(name) for name in self.metrics},
            "marts": {name: self._table_json(name) for name in self.marts},
            "tables": {name: {"rows_before": rows[0], "rows_after": rows[1]} for name, rows in self.tables.items()},
        }

    def _table_json(self, name: str) -> dict[str, Any]:
        judged = {"limits": self.limits.get(name, Limits()).as_json(), "beyond": self.beyond_of(name)}
        return {**self.both[name].as_json(), **judged}


def side_of(release: Release) -> Side:
    """A published release as a side of a comparison; one that was published without keys has none."""
    content = release.content
    vintages = {name: source["vintages"] for name, source in content.get("sources", {}).items()}
    cards = read_paper(release.folder, ORIGINS) if (release.folder / ORIGINS).exists() else ()
    payloads = ((card["source"], card["resource"], card["sha256"]) for card in cards)
    claims = content.get("provenance", {}).get("claims_sha256", "")
    return Side(
        release.id,
        release.folder,
        content["tables"],
        content.get("keys", {}),
        vintages,
        inputs=inputs_of(payloads, claims, content.get("corrections", {})),
    )


def inputs_of(
    payloads: Iterable[tuple[str, str, str]], claims_sha256: str, corrections: Mapping[str, Iterable[str]]
) -> dict[str, frozenset[str]]:
    """The inputs of a release by source: payloads (source, resource, SHA-256), claim files, and corrections by vintage."""
    inputs: dict[str, set[str]] = {}
    for source, resource, sha256 in payloads:
        inputs.setdefault(source, set()).add(f"{resource} {sha256}")
    inputs[f"{CATALOGUE}.claims"] = {claims_sha256}
    inputs[f"{CATALOGUE}.corrections"] = {f"{name} {day}" for name, days in corrections.items() for day in days}
    return {source: frozenset(hashes) for source, hashes in inputs.items()}


def compare_releases(
    before: Side, after: Side, limits: Mapping[str, Limits], declared: DeclaredChanges | None = None
) -> ReleaseDiff:
    """Compare two releases.

    Args:
        limits: limits by metric and mart; the defaults for one that is not named.
        declared: the declarations of changes that the release before did not have.
    """
    moved = moved_between(before.vintages, after.vintages)
    by_code = _changed_by_code(before, after)
    with bounded_database() as connection:
        metrics, marts = _metrics(connection, before, after), _marts(connection, before, after)
        judged = _judged(connection, before, after, moved, metrics, marts) if moved.sources else {}
        judged |= _of_code(connection, before, after, by_code, metrics)
    names = sorted({*before.tables, *after.tables})
    tables = {name: (before.tables.get(name), after.tables.get(name)) for name in names}
    return ReleaseDiff(
        before.id,
        after.id,
        metrics,
        marts,
        limits,
        tables,
        moved,
        judged,
        by_code,
        declared or DeclaredChanges({}),
    )


def _changed_by_code(before: Side, after: Side) -> frozenset[str]:
    """The tables of figures on both sides whose inputs are the same on both."""
    changed = before.changed_inputs(after)
    return frozenset(
        table
        for table, sources in after.behind.items()
        if table in before.tables and not table.startswith(_DIMENSION) and not changed.intersection(sources)
    )


def moved_between(before: Mapping[str, Collection[str]], after: Mapping[str, Collection[str]]) -> Moved:
    """The vintages that only one of two releases was made of, by source, in ISO 8601; none where one does not state them."""
    gained, lost, pairs = {}, {}, set()
    for source in sorted({*before, *after}) if before and after else ():
        had, has = frozenset(before.get(source, ())), frozenset(after.get(source, ()))
        gained[source], lost[source] = has - had, had - has
        for vintage in had ^ has:
            following = min((day for day in had | has if day > vintage), default=vintage)
            pairs |= {(source, vintage), (source, following)}
    return Moved(_not_empty(gained), _not_empty(lost), frozenset(pairs))


def _not_empty(found: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    return {source: vintages for source, vintages in found.items() if vintages}


def keys_of(manifest: Mapping[str, Any]) -> dict[str, list[str]]:
    """The declared primary key of every mart that has one, by name; a mart without one is compared by whole rows."""
    return {
        node["name"]: key_of(node, manifest)
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["path"].startswith("marts/")
    }


def _metrics(connection: duckdb.DuckDBPyConnection, before: Side, after: Side) -> dict[str, TableDiff]:
    for name, side in (("figures_before", before), ("figures_after", after)):
        figures = text(parquet_path(side.folder, ALL_VINTAGES))
        connection.execute(f"create temp view {name} as select * from read_parquet({figures}) where is_latest")
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
            _mart(key),
        )
        for name, key in sorted(keys.items())
    }


def _judged(
    connection: duckdb.DuckDBPyConnection,
    before: Side,
    after: Side,
    moved: Moved,
    metrics: Mapping[str, TableDiff],
    marts: Mapping[str, TableDiff],
) -> dict[str, TableDiff | None]:
    """What the limits judge of every table: the rows of vintages that both releases have, in all vintages."""
    found: dict[str, TableDiff | None] = {}
    for name, side in (("every_before", before), ("every_after", after)):
        figures = text(parquet_path(side.folder, ALL_VINTAGES))
        connection.execute(f"create temp view {name} as from read_parquet({figures})")
    for metric in metrics:
        of = f"where metric_id = {text(metric)}"
        sides = f"from every_before {of}", f"from every_after {of}"
        found[metric] = compare_tables(connection, *_of_both(connection, sides, moved), _BY_VINTAGE)
    keys = {**before.keys, **after.keys}
    for mart in marts:
        sides = _rows(mart, before, after), _rows(mart, after, before)
        columns = {row[0] for row in connection.execute(f"describe {sides[1]}").fetchall()}
        if {"source", "vintage"} <= columns:
            found[mart] = compare_tables(connection, *_of_both(connection, sides, moved), _mart(keys[mart]))
        elif moved.sources & set(after.behind.get(mart, moved.sources)):
            found[mart] = None
    return found


def _of_code(
    connection: duckdb.DuckDBPyConnection,
    before: Side,
    after: Side,
    by_code: Collection[str],
    metrics: Collection[str],
) -> dict[str, TableDiff]:
    """Compare all rows of the tables that only a change of the code can change, with every group of differing rows."""
    keys = {**before.keys, **after.keys}
    diffs: dict[str, TableDiff] = {}
    for table in sorted(by_code):
        if table in metrics:
            of = f"where metric_id = {text(table)}"
            sides = f"{_rows(ALL_VINTAGES, before, after)} {of}", f"{_rows(ALL_VINTAGES, after, before)} {of}"
            shape = replace(_BY_VINTAGE, ignored=frozenset({"metric_id", "release_first_seen"}), groups_shown=None)
        elif table in keys:
            sides = _rows(table, before, after), _rows(table, after, before)
            shape = replace(_mart(keys[table]), ignored=_PLACE, groups_shown=None)
        else:
            continue
        diffs[table] = compare_tables(connection, *sides, shape)
    return diffs


def _of_both(connection: duckdb.DuckDBPyConnection, sides: tuple[str, str], moved: Moved) -> tuple[str, str]:
    """The rows of both sides of one table without those of vintages that moved.

    A figure of several sources (``bea+publications``) goes with each of them. A table of the newest figures alone loses
    a vintage when its source gains one: then no row of it is left, and none counts as gone.
    """
    held = "coalesce(source, '') as source, cast(vintage as varchar) as vintage"
    groups = [
        {tuple(row) for row in connection.execute(f"select distinct {held} from ({side})").fetchall()} for side in sides
    ]
    out = {
        (source, vintage)
        for source, vintage in groups[0] | groups[1]
        if (source, vintage) in moved.pairs
        or ("+" in source and moved.sources & set(source.split("+")))
        or (source in moved.gained and (source, vintage) not in groups[1])
    }
    if not out:
        return sides
    listed = ", ".join(f"({text(source)}, {text(vintage)})" for source, vintage in sorted(out))
    where = f"(coalesce(source, ''), cast(vintage as varchar)) not in ({listed})"
    return f"select * from ({sides[0]}) where {where}", f"select * from ({sides[1]}) where {where}"


def _mart(key: Collection[str]) -> Shape:
    return Shape(key=tuple(key), ignored=_BOOKKEEPING, groups=("source", "measure"))


def _rows(table: str, side: Side, other: Side) -> str:
    """The rows of a table as a query; none, in the columns of the other side, where this side does not have it."""
    path = parquet_path(side.folder, table)
    if path.exists():
        return f"select * from read_parquet({text(path)})"
    return f"select * from read_parquet({text(parquet_path(other.folder, table))}) limit 0"
