"""Compare two releases: the latest figures of every metric, and every mart along its declared key."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import duckdb

from orchestration.contracts.metric import ALL_VINTAGES, NO_CLOCK, NOT_APPLICABLE, SERIES
from orchestration.contracts.payload import ORIGINS
from orchestration.core.bounded_database import bounded_database
from orchestration.core.sql_quoting import name as quoted
from orchestration.core.sql_quoting import text
from orchestration.reading.read_only import dicts
from orchestration.reading.release import Release
from orchestration.reading.release_store import parquet_path
from orchestration.releases.lineage import CATALOGUE
from orchestration.releases.permitted_changes import Declaration, Limits, TableDiff, undeclared

FIGURE = ("value", "unit", "obs_status", "is_latest", "superseded_on")
"""Columns whose change is a change of the figure, besides every flag (``is_``); without ``value``, all columns."""

NOISE = 1e-9
"""Relative difference below which values are equal: publishers' systems round the sixteenth digit differently
between editions, in up to a third of the figures."""

GROUPS = ("source", "measure")
"""Columns by which differing rows are counted."""

SHOWN = 10
"""Number of movements kept, largest first, at most one per pair of areas."""

_COUNTS = (
    "count(*) filter (before is null) as added, count(*) filter (after is null) as gone, "
    "count(*) filter (changed) as changed"
)

_PLACE = frozenset({"resource", "payload_sha256", "payload_pointer"})
_BOOKKEEPING = _PLACE | {"is_latest", "superseded_on", "countries_reporting"}
"""Columns that may change with a new vintage of an equal figure."""

_KEY = (*SERIES, "year", "vintage")
"""Columns that identify a row of one metric."""

Vintages = Mapping[str, Collection[str]]
"""Vintages by source."""

SUMMARY = ("before", "beyond", "added", "gone", "changed")
"""Keys of a diff that ``release.json`` repeats: totals over metrics, and movements beyond a limit."""


class ReleaseDiff(NamedTuple):
    """How metrics and marts of one release differ from those of another.

    ``content`` is that of ``diff.json``; its ``vintages`` are those that only one release has. ``judged`` are the
    differences that limits and declarations apply to, ``exceeded`` their violations, one sentence each.
    """

    content: Mapping[str, Any]
    judged: Mapping[str, TableDiff]
    exceeded: Mapping[str, list[str]]


def compare_releases(
    before: Release,
    after: Release,
    limits: Mapping[str, Limits],
    behind: Vintages | None = None,
    declared: Iterable[Declaration] = (),
    decided: Collection[tuple[str, str]] = (),
) -> ReleaseDiff:
    """Compare two releases.

    If no input of a table changed, every difference must be declared, except rows of new metrics. Otherwise the
    limits apply to figures whose source and vintage both releases have, and a declaration excuses excesses.

    Args:
        limits: limits by metric and mart; others have the defaults.
        behind: sources of each table.
        declared: declarations that the previous release lacked.
        decided: sources and vintages admitted or withdrawn since the previous release.
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
            sides = _without_new_metrics(connection, sides, before, after)
            compared = sides if name in by_code else moved.without(connection, sides, key, behind.get(name))
            if compared:
                ignored = _PLACE if name in by_code else _BOOKKEEPING
                judged[name] = compare_tables(connection, *compared, key, ignored)
                sentences = undeclared(declared, name, judged[name])
                if sentences and name not in by_code:
                    sentences = limits.get(name, Limits()).exceeded_by(judged[name])
                exceeded |= {name: sentences} if sentences else {}
    rows = [release.content["tables"] for release in (before, after)]
    content = {
        "before": before.id,
        "after": after.id,
        **{count: sum(diffs[name][count] for name in metrics) for count in ("added", "gone", "changed")},
        "beyond": [f"{name}: {sentence}" for name, sentences in exceeded.items() for sentence in sentences],
        "vintages": {"gained": moved.gained, "lost": moved.lost},
        "answers": dict(_answers_changed(before, after)),
        "metrics": {name: diffs[name] for name in metrics},
        "marts": {name: diffs[name] for name in sorted(keys)},
        "tables": {
            name: {"rows_before": rows[0].get(name), "rows_after": rows[1].get(name)}
            for name in sorted({*rows[0], *rows[1]})
        },
    }
    return ReleaseDiff(content, judged, exceeded)


def _answers_changed(before: Release, after: Release) -> Iterator[tuple[str, list[str]]]:
    """Yield each metric of both releases whose bare name returns other rows, such as by source order, and how."""
    old, new = (release.content.get("answers", {}) for release in (before, after))
    for metric in sorted(old.keys() & new.keys()):
        was, now = old[metric], new[metric]
        changed = [part for part in {**was, **now} if was.get(part) != now.get(part)]
        if changed:
            yield metric, [f"{part} {_in_order(was.get(part))} → {_in_order(now.get(part))}" for part in changed]


def _in_order(part: Any) -> str:
    """Return part of an answer as text; alternative sources are joined by ``or``."""
    if not isinstance(part, list):
        return "none" if part is None else str(part).lower() if isinstance(part, bool) else str(part)
    return ", ".join(item if isinstance(item, str) else " or ".join(item) for item in part)


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
        self,
        connection: duckdb.DuckDBPyConnection,
        sides: tuple[str, str],
        key: Iterable[str],
        behind: Collection[str] | None,
    ) -> tuple[str, str] | None:
        """Return SQL of the rows of both sides of a table, without vintages that moved.

        A figure of several sources (``bea+publications``) goes with each of them. A table of only the newest figures
        loses a vintage when its source gains one, and a row replaced by the new vintage is not gone; resources held
        or not fetched keep the previous vintage. A table without vintages is not compared if a source moved.
        """
        if not self._sources:
            return sides
        columns = {row[0] for row in connection.execute(f"describe {sides[1]}").fetchall()}
        if not {"source", "vintage"} <= columns:
            return None if behind is None or self._sources & set(behind) else sides
        pair = "(coalesce(source, ''), coalesce(cast(vintage as varchar), ''))"
        moved = ", ".join(f"({text(source)}, {text(vintage)})" for source, vintage in self._pairs)
        where = (
            f"where {pair} not in ({moved}) and not coalesce("
            f"contains(source, '+') and list_has_any(string_split(source, '+'), {sorted(self._sources)}) "
            f"or list_contains({sorted(self.gained)}::varchar[], source) "
            f"and {pair} not in (select {pair} from ({sides[1]})), false)"
        )
        old = f"select * from ({sides[0]}) {where}{self._unreplaced(connection, sides[1], set(key) & columns)}"
        return old, f"select * from ({sides[1]}) {where}"

    def _unreplaced(self, connection: duckdb.DuckDBPyConnection, after: str, key: Collection[str]) -> str:
        """Return the condition that no row of a gained vintage replaced a row, for tables of newest figures."""
        figure = ", ".join(map(quoted, sorted({*key} - {"vintage"})))
        gained = ", ".join(f"({text(source)}, {text(day)})" for source, days in self.gained.items() for day in days)
        if not figure or not gained:
            return ""
        of_source = f"list_contains({sorted(self.gained)}, source)"
        rows = f"select count(*) = count(distinct ({figure})) from ({after}) where {of_source}"
        (is_newest_alone,) = connection.execute(rows).fetchall()[0]
        new = f"select ({figure}) from ({after}) where (source, cast(vintage as varchar)) in ({gained})"
        return f" and not coalesce({of_source} and ({figure}) in ({new}), false)" if is_newest_alone else ""


def _changed_by_code(
    connection: duckdb.DuckDBPyConnection, before: Release, after: Release, behind: Vintages
) -> set[str]:
    """Return the tables of figures whose inputs are equal on both sides."""
    old, new = (_inputs(connection, release) for release in (before, after))
    changed = {source for source in {*old, *new} if old.get(source) != new.get(source)}
    return {
        table
        for table, sources in behind.items()
        if table in before.content["tables"] and not table.startswith("dim_") and not changed.intersection(sources)
    }


def _inputs(connection: duckdb.DuckDBPyConnection, release: Release) -> dict[str, set[str]]:
    """Return what identifies the inputs of a release, by source."""
    claims = str(release.content.get("provenance", {}).get("claims_sha256", ""))
    inputs: dict[str, set[str]] = {f"{CATALOGUE}.claims": {claims}, f"{CATALOGUE}.corrections": set()}
    for card in release.json(ORIGINS) if (release.folder / ORIGINS).exists() else ():
        inputs.setdefault(card["source"], set()).add(f"{card['resource']} {card['sha256']}")
    if (path := parquet_path(release.folder, "fct_correction")).exists():
        rows = connection.execute(f"select correction_id, vintage from read_parquet({text(path)})").fetchall()
        inputs[f"{CATALOGUE}.corrections"] = {f"{name} {vintage}" for name, vintage in rows}
    return inputs


def _sides(table: str, before: Release, after: Release, is_metric: bool) -> tuple[str, str]:
    """Return SQL of the rows of a table on both sides; empty, with the other side's columns, if one lacks it."""
    condition = f"where metric_id = {text(table)}" if is_metric else ""
    paths = [parquet_path(release.folder, ALL_VINTAGES if is_metric else table) for release in (before, after)]
    old, new = (
        f"select * from read_parquet({text(path)}) {condition}"
        if path.exists()
        else f"select * from read_parquet({text(another)}) limit 0"
        for path, another in (paths, paths[::-1])
    )
    return old, new


def _without_new_metrics(
    connection: duckdb.DuckDBPyConnection, sides: tuple[str, str], before: Release, after: Release
) -> tuple[str, str]:
    """Return SQL of the rows of both sides of a table, without those about metrics new in the later release."""
    added = sorted({*after.content["metrics"]} - {*before.content["metrics"]})
    columns = {row[0] for row in connection.execute(f"describe {sides[1]}").fetchall()} if added else set()
    if "metric_id" not in columns:
        return sides
    return sides[0], f"select * from ({sides[1]}) where metric_id not in ({', '.join(map(text, added))})"


def compare_tables(
    connection: duckdb.DuckDBPyConnection, old: str, new: str, key: Iterable[str], ignored: Collection[str] = ()
) -> TableDiff:
    """Compare the rows of two queries; replaces a temporary table of the connection.

    Args:
        key: columns that identify a row, as far as both sides have them; without any, whole rows are compared.
        ignored: columns that may change without changing the row.
    """
    before, after = (
        dict(connection.execute(f"select column_name, column_type from (describe {side})").fetchall())
        for side in (old, new)
    )
    shared = [column for column in before if column in after]
    counted = [column for column in shared if column not in ignored]
    key = [column for column in key if column in shared] or counted
    compared = [column for column in counted if column not in key]
    if "value" in compared:
        flags = [column for column in compared if column.startswith("is_") and column not in FIGURE]
        compared = [*(column for column in FIGURE if column in compared), *flags]
    differs = [_differs(column, {before[column], after[column]} <= {"DOUBLE", "FLOAT"}) for column in compared]
    connection.execute(_compared(old, new, key, compared, differs))
    counts = connection.execute(
        f"select (select count(*) from ({old})) as rows_before, (select count(*) from ({new})) as rows_after, "
        f"{_COUNTS}, max(factor) filter (changed) as largest_factor from compared"
    )
    (diff,) = dicts(counts)
    groups = [quoted(column) for column in GROUPS if column in key]
    named = "".join(f"key.{group} as {group}, " for group in groups)
    differing = "changed or before is null or after is null"  # the others are the same but for noise
    order = ", ".join(["count(*) desc", *groups])
    sql = f"select {named}{_COUNTS} from compared where {differing} group by all order by {order}"
    by_group = dicts(connection.execute(sql)) if groups else []
    largest_of = [column for column in key if column in ("area", "counterpart_area")] or key
    order = "factor desc nulls last, distance desc nulls last, key"
    moved = connection.execute(
        "select key, before, after, factor from compared where changed "
        f"qualify row_number() over (partition by {', '.join(f'key.{quoted(column)}' for column in largest_of)} "
        f"order by {order}) = 1 order by {order} limit {SHOWN}"
    ).fetchall()
    return diff | {"groups": by_group, "largest_movements": [_movement(*movement) for movement in moved]}


def _compared(old: str, new: str, key: list[str], compared: list[str], differs: Iterable[str]) -> str:
    """Return SQL of the rows that differ, paired along the key; rows of equal key are paired in order."""
    row_hash = f"hash({', '.join(map(quoted, [*key, *compared]))})"
    identity, content = _struct(key), _struct(compared) if compared else "{'row': 1}"
    before, after = (
        f"select {identity} as key, {content} as content, "
        f"row_number() over (partition by {identity} order by {content}) as place "
        f"from ({side}) where {row_hash} in (from differing)"
        for side in (old, new)
    )
    was, now = (f"{side}.value::double" if "value" in compared else "null::double" for side in ("before", "after"))
    sizes = f"abs({was}), abs({now})"
    return f"""
        create or replace temp table compared as
        with differing as (
            select row_hash
            from (select {row_hash} as row_hash, 1 as side from ({old}) union all select {row_hash}, -1 from ({new}))
            group by row_hash
            having sum(side) <> 0
        ),
        paired as (
            select coalesce(old.key, new.key) as key, old.content as before, new.content as after
            from ({before}) as old
            full join ({after}) as new on old.key = new.key and old.place = new.place
        )
        select
            *,
            before is not null and after is not null and ({" or ".join(differs) or "false"}) as changed,
            abs({now} - {was}) as distance,
            case when {was} <> 0 and {now} <> 0 then greatest({sizes}) / least({sizes}) end as factor
        from paired
    """


def _differs(column: str, is_float: bool) -> str:
    before, after = f"before.{quoted(column)}", f"after.{quoted(column)}"
    if not is_float:
        return f"cast({before} as varchar) is distinct from cast({after} as varchar)"
    moved = f"abs({after} - {before}) > {NOISE} * greatest(abs({after}), abs({before}))"
    return f"(({before} is null) <> ({after} is null) or coalesce({moved}, false))"


def _struct(columns: Iterable[str]) -> str:
    return "{" + ", ".join(f"{text(column)}: {quoted(column)}" for column in columns) + "}"


def _movement(
    key: Mapping[str, Any], before: Mapping[str, Any], after: Mapping[str, Any], factor: float | None
) -> dict[str, Any]:
    row = " ".join(str(value) for value in key.values() if value not in (None, NO_CLOCK, NOT_APPLICABLE))
    changed = [column for column in before if before[column] != after[column]]
    change = ", ".join(f"{column} {before[column]} → {after[column]}" for column in changed)
    if "value" in changed or "unit" in changed:
        change = f"{_figure(before)} → {_figure(after)}"
    return {
        **key,
        **{f"{column}_before": value for column, value in before.items()},
        **{f"{column}_after": value for column, value in after.items()},
        "factor": factor,
        "words": f"{row}: {change}" + ("" if factor is None else f", a factor of {factor:,.4g}"),
    }


def _figure(content: Mapping[str, Any]) -> str:
    value = content.get("value")
    return "no value" if value is None else f"{value:,.6g} {content.get('unit') or ''}".rstrip()
