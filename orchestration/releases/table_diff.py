"""Compare two tables along a key: rows added, gone and changed, by source and measure, and the largest movements."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import duckdb

from orchestration.contracts.metric import NO_CLOCK, NOT_APPLICABLE
from orchestration.core.sql_quoting import name as quoted
from orchestration.core.sql_quoting import text
from orchestration.releases.read_only import dicts

FIGURE = ("value", "unit", "obs_status", "is_latest", "superseded_on")
"""The columns whose change is a change of a figure; in a table without ``value`` every column counts."""

NOISE = 1e-9
"""Relative difference below which two values are one figure written with other digits: publishers' systems round the
sixteenth digit differently from one edition to the next, in up to a third of the figures of an edition."""

GROUPS = ("source", "measure")
"""Columns by whose values differing rows are counted."""

SHOWN = 10
"""Movements that are kept, the largest first, at most one of each pair of areas."""

_COUNTS = "count(*) filter (before is null) as added, count(*) filter (after is null) as gone, count(*) filter (changed) as changed"


@dataclass(frozen=True)
class TableDiff:
    """How one table differs, as ``diff.json`` states it; ``groups`` counts the differing rows by ``GROUPS``.

    A movement has the key of a row that changed, its compared columns before and after, the factor by which the value
    became larger or smaller (None where either is zero or empty), and the change in ``words``.
    """

    rows_before: int
    rows_after: int
    added: int
    gone: int
    changed: int
    largest_factor: float | None
    groups: list[dict[str, Any]]
    largest_movements: list[dict[str, Any]]


def compare_tables(
    connection: duckdb.DuckDBPyConnection, old: str, new: str, key: Iterable[str], ignored: Collection[str] = ()
) -> TableDiff:
    """Compare the rows of two queries; a temporary table of the connection is replaced.

    Args:
        key: columns that identify a row. Those that both sides have are used; without any, rows are compared whole.
        ignored: columns that may change without a change of the row.
    """
    types = [
        dict(connection.execute(f"select column_name, column_type from (describe {side})").fetchall())
        for side in (old, new)
    ]
    counted = [column for column in types[0] if column in types[1] and column not in ignored]
    key = [column for column in key if column in types[0] and column in types[1]] or counted
    compared = [column for column in counted if column not in key]
    if "value" in compared:
        compared = [column for column in FIGURE if column in compared]
    differs = [_differs(column, {side[column] for side in types} <= {"DOUBLE", "FLOAT"}) for column in compared]
    connection.execute(_compared(old, new, key, compared, differs))
    counts = connection.execute(
        f"select (select count(*) from ({old})) as rows_before, (select count(*) from ({new})) as rows_after, "
        f"{_COUNTS}, max(factor) filter (changed) as largest_factor from compared"
    )
    (row,) = dicts(counts)
    groups = [quoted(column) for column in GROUPS if column in key]
    named = "".join(f"key.{group} as {group}, " for group in groups)
    grouped = connection.execute(
        f"select {named}{_COUNTS} from compared where changed or before is null or after is null "  # the others differ by noise
        f"group by all order by {', '.join(['count(*) desc', *groups])}"
    )
    largest_of = [column for column in key if column in ("area", "counterpart_area")] or key
    order = "factor desc nulls last, distance desc nulls last, key"
    return TableDiff(
        **row,
        groups=dicts(grouped) if groups else [],
        largest_movements=[
            _movement(*movement)
            for movement in connection.execute(
                "select key, before, after, factor from compared where changed "
                f"qualify row_number() over (partition by {', '.join(f'key.{quoted(column)}' for column in largest_of)} "
                f"order by {order}) = 1 order by {order} limit {SHOWN}"
            ).fetchall()
        ],
    )


def _compared(old: str, new: str, key: list[str], compared: list[str], differs: Iterable[str]) -> str:
    """Return SQL of the rows that are not the same on both sides, paired along the key, several of one key in their order."""
    row_hash = f"hash({', '.join(map(quoted, [*key, *compared]))})"
    identity, content = _struct(key), _struct(compared) if compared else "{'row': 1}"
    before, after = (
        f"select {identity} as key, {content} as content, "
        f"row_number() over (partition by {identity} order by {content}) as place "
        f"from ({side}) where {row_hash} in (from differing)"
        for side in (old, new)
    )
    values = [f"{side}.value::double" if "value" in compared else "null::double" for side in ("before", "after")]
    sizes = ", ".join(f"abs({value})" for value in values)
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
            abs({values[1]} - {values[0]}) as distance,
            case when {values[0]} <> 0 and {values[1]} <> 0 then greatest({sizes}) / least({sizes}) end as factor
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
