"""Compare two releases: the latest figures of every metric by the metric contract, every mart along its declared key."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import duckdb

from orchestration.contracts.metric import SERIES
from orchestration.core.bounded_database import bounded_database
from orchestration.core.files import read_json
from orchestration.core.sql_quoting import text
from orchestration.releases.lineage import CATALOGUE
from orchestration.releases.permitted_changes import Declaration, Limits, undeclared
from orchestration.releases.release_store import ALL_VINTAGES, ORIGINS, Release, parquet_path
from orchestration.releases.table_diff import TableDiff, compare_tables

CORRECTIONS = "fct_correction"
"""The mart that names every corrected figure."""

_PLACE = frozenset({"resource", "payload_sha256", "payload_pointer"})
_BOOKKEEPING = _PLACE | {"is_latest", "superseded_on", "countries_reporting"}
"""Columns that move when another vintage comes, though the figure stays."""

_DIMENSION = "dim_"
"""How the names of marts begin that have names and codes and no figures."""

_KEY = (*SERIES, "year", "vintage")
"""What identifies a row of one metric."""

Vintages = Mapping[str, Collection[str]]
"""Vintages by source."""


@dataclass(frozen=True)
class ReleaseDiff:
    """How the metrics and marts of one release differ from those of another, by name.

    ``tables`` has the rows of every table before and after, None where a release lacks it; ``gained`` and ``lost`` the vintages
    that only one of them was made of. ``judged`` are the differences that limits and declarations apply to, ``exceeded``
    what is wrong with them, one sentence each.
    """

    before: str
    after: str
    metrics: Mapping[str, TableDiff]
    marts: Mapping[str, TableDiff]
    tables: Mapping[str, tuple[int | None, int | None]]
    gained: Vintages
    lost: Vintages
    judged: Mapping[str, TableDiff]
    exceeded: Mapping[str, list[str]]

    @property
    def beyond(self) -> list[str]:
        """Movements beyond a limit in any metric or mart; empty within all limits."""
        return [f"{name}: {sentence}" for name, sentences in self.exceeded.items() for sentence in sentences]

    def summary(self) -> dict[str, Any]:
        """Return the counts over all metrics, and movements beyond a limit."""
        counts = ("added", "gone", "changed")
        totals = {count: sum(getattr(metric, count) for metric in self.metrics.values()) for count in counts}
        return {"before": self.before, "beyond": self.beyond, **totals}

    def as_json(self) -> dict[str, Any]:
        """Return the content of ``diff.json``."""
        return {
            **self.summary(),
            "after": self.after,
            "vintages": {"gained": self.gained, "lost": self.lost},
            "metrics": {name: asdict(metric) for name, metric in self.metrics.items()},
            "marts": {name: asdict(mart) for name, mart in self.marts.items()},
            "tables": {name: {"rows_before": rows[0], "rows_after": rows[1]} for name, rows in self.tables.items()},
        }


def compare_releases(
    before: Release,
    after: Release,
    limits: Mapping[str, Limits],
    behind: Vintages | None = None,
    declared: Iterable[Declaration] = (),
    decided: Collection[tuple[str, str]] = (),
) -> ReleaseDiff:
    """Compare two releases.

    Where no input of a table changed, every difference must be declared. Elsewhere the limits apply to the figures whose
    source and vintage both releases have, and a declaration excuses what exceeds them.

    Args:
        limits: limits by metric and mart; the defaults for one that is not named.
        behind: the sources that each table is made of.
        declared: the declarations of changes that the release before did not have.
        decided: sources and vintages that were admitted or withdrawn since the release before.
    """
    behind = behind or {}
    diffs, judged, exceeded = dict[str, TableDiff](), dict[str, TableDiff](), dict[str, list[str]]()
    metrics = sorted({*before.content["metrics"], *after.content["metrics"]})
    keys = {**before.content.get("keys", {}), **after.content.get("keys", {})}
    with bounded_database() as connection:
        moved = _Moved(before, after, decided)
        by_code = _changed_by_code(connection, before, after, behind)
        for name in (*metrics, *sorted(keys)):
            is_metric, key = name in metrics, keys.get(name, _KEY)
            sides = _sides(name, before, after, is_metric)
            if is_metric:  # the newest vintage of a figure follows the one before
                old, new = (f"select * from ({side}) where is_latest" for side in sides)
                diffs[name] = compare_tables(connection, old, new, _KEY[:-1], _BOOKKEEPING)
            else:
                diffs[name] = compare_tables(connection, *sides, key, _BOOKKEEPING)
            compared = sides if name in by_code else moved.without(connection, sides, behind.get(name))
            if compared:
                ignored = _PLACE if name in by_code else _BOOKKEEPING
                judged[name] = compare_tables(connection, *compared, key, ignored)
                sentences = undeclared(declared, name, judged[name])
                if sentences and name not in by_code:
                    sentences = limits.get(name, Limits()).exceeded_by(judged[name])
                exceeded |= {name: sentences} if sentences else {}
    rows = [release.content["tables"] for release in (before, after)]
    return ReleaseDiff(
        before.id,
        after.id,
        {name: diffs[name] for name in metrics},
        {name: diffs[name] for name in sorted(keys)},
        {name: (rows[0].get(name), rows[1].get(name)) for name in sorted({*rows[0], *rows[1]})},
        moved.gained,
        moved.lost,
        judged,
        exceeded,
    )


class _Moved:
    """Vintages that only one of two releases has: admission or an override judged them, so limits do not."""

    def __init__(self, before: Release, after: Release, decided: Collection[tuple[str, str]]) -> None:
        self.gained, self.lost = dict[str, list[str]](), dict[str, list[str]]()
        self._pairs = set[tuple[str, str]]()
        sources = [release.content.get("sources", {}) for release in (before, after)]
        for source in sorted({*sources[0], *sources[1]}) if all(sources) else ():
            had, has = (set(side.get(source, {}).get("vintages", ())) for side in sources)
            had -= {vintage for vintage in had if (source, vintage) in decided}
            self.gained |= {source: sorted(has - had)} if has - had else {}
            self.lost |= {source: sorted(had - has)} if had - has else {}
            for vintage in had ^ has:  # what follows one that moved revises another vintage than before
                following = min((day for day in had | has if day > vintage), default=vintage)
                self._pairs |= {(source, vintage), (source, following)}
        self._sources = {*self.gained, *self.lost}

    def without(
        self, connection: duckdb.DuckDBPyConnection, sides: tuple[str, str], behind: Collection[str] | None
    ) -> tuple[str, str] | None:
        """Return SQL of the rows of both sides of one table without those of vintages that moved.

        A figure of several sources (``bea+publications``) goes with each of them. A table of the newest figures alone loses
        a vintage when its source gains one: then no row of it is left, and none counts as gone. A table that states no
        vintages is not compared when one of the sources ``behind`` it moved.
        """
        if not self._sources:
            return sides
        columns = {row[0] for row in connection.execute(f"describe {sides[1]}").fetchall()}
        if not {"source", "vintage"} <= columns:
            return None if behind is None or self._sources & set(behind) else sides
        pair = "coalesce(source, ''), cast(vintage as varchar)"
        old, new = (set(connection.execute(f"select distinct {pair} from ({side})").fetchall()) for side in sides)
        out = {
            (source, vintage)
            for source, vintage in old | new
            if (source, vintage) in self._pairs
            or ("+" in source and self._sources & set(source.split("+")))
            or (source in self.gained and (source, vintage) not in new)
        }
        listed = ", ".join(f"({text(source)}, {text(vintage)})" for source, vintage in sorted(out))
        where = f"where ({pair}) not in ({listed})" if out else ""
        return f"select * from ({sides[0]}) {where}", f"select * from ({sides[1]}) {where}"


def _changed_by_code(
    connection: duckdb.DuckDBPyConnection, before: Release, after: Release, behind: Vintages
) -> set[str]:
    """Return the tables of figures on both sides whose inputs are the same on both."""
    old, new = (_inputs(connection, release) for release in (before, after))
    changed = {source for source in {*old, *new} if old.get(source) != new.get(source)}
    return {
        table
        for table, sources in behind.items()
        if table in before.content["tables"] and not table.startswith(_DIMENSION) and not changed.intersection(sources)
    }


def _inputs(connection: duckdb.DuckDBPyConnection, release: Release) -> dict[str, set[str]]:
    """Return what identifies the inputs of a release, by source."""
    claims = str(release.content.get("provenance", {}).get("claims_sha256", ""))
    inputs: dict[str, set[str]] = {f"{CATALOGUE}.claims": {claims}, f"{CATALOGUE}.corrections": set()}
    for card in read_json(release.folder / ORIGINS) if (release.folder / ORIGINS).exists() else ():
        inputs.setdefault(card["source"], set()).add(f"{card['resource']} {card['sha256']}")
    if (path := parquet_path(release.folder, CORRECTIONS)).exists():
        rows = connection.execute(f"select correction_id, vintage from read_parquet({text(path)})").fetchall()
        inputs[f"{CATALOGUE}.corrections"] = {f"{name} {vintage}" for name, vintage in rows}
    return inputs


def _sides(table: str, before: Release, after: Release, is_metric: bool) -> tuple[str, str]:
    """Return SQL of the rows of a table on both sides; none, in the columns of the other side, where one lacks it."""
    condition = f"where metric_id = {text(table)}" if is_metric else ""
    paths = [parquet_path(release.folder, ALL_VINTAGES if is_metric else table) for release in (before, after)]
    old, new = (
        f"select * from read_parquet({text(path)}) {condition}"
        if path.exists()
        else f"select * from read_parquet({text(another)}) limit 0"
        for path, another in (paths, paths[::-1])
    )
    return old, new
