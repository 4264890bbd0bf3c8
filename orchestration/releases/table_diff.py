"""Compare two tables along a key: rows added, gone and changed, by column and by source, and the largest movements."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import duckdb

from orchestration.contracts.metric import NO_CLOCK, NOT_APPLICABLE
from orchestration.core.sql_quoting import name as quoted
from orchestration.core.sql_quoting import text

FIGURE = ("value", "unit", "obs_status", "is_latest", "superseded_on")
"""The columns whose change is a change of a figure; in a table without ``value`` every column counts."""

NOISE = 1e-9
"""Relative difference below which two values are one figure written with other digits: publishers' systems round the
sixteenth digit differently from one edition to the next, in up to a third of the figures of an edition."""

GROUPS = ("source", "measure")
"""Columns by whose values differing rows are counted."""

SHOWN = 10
"""Movements that are kept, the largest first, at most one of each pair of areas."""

_COUNTS = {
    "added": "count(*) filter (before is null)",
    "gone": "count(*) filter (after is null)",
    "changed": "count(*) filter (changed)",
}


@dataclass(frozen=True)
class Movement:
    """A row that changed: its key, and the compared columns before and after.

    ``factor`` is how many times larger or smaller the value became, without sign; None where either is zero or empty.
    """

    key: Mapping[str, Any]
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    factor: float | None

    def message(self) -> str:
        """Return the values of the key, and what changed."""
        row = " ".join(str(value) for value in self.key.values() if value not in (None, NO_CLOCK, NOT_APPLICABLE))
        changed = [column for column in self.before if self.before[column] != self.after[column]]
        change = ", ".join(f"{column} {self.before[column]} → {self.after[column]}" for column in changed)
        if "value" in changed or "unit" in changed:
            change = f"{_figure(self.before)} → {_figure(self.after)}"
        return f"{row}: {change}" + ("" if self.factor is None else f", a factor of {self.factor:,.4g}")

    def as_json(self) -> dict[str, Any]:
        """Return key, values of both sides and factor in one flat object."""
        before = {f"{column}_before": value for column, value in self.before.items()}
        after = {f"{column}_after": value for column, value in self.after.items()}
        return {**self.key, **before, **after, "factor": self.factor}


@dataclass(frozen=True)
class TableDiff:
    """How one table differs; ``columns`` counts the changed rows by column, ``groups`` the differing rows by ``GROUPS``."""

    rows_before: int
    rows_after: int
    added: int
    gone: int
    changed: int
    largest_factor: float | None
    columns: Mapping[str, int]
    columns_added: tuple[str, ...]
    columns_gone: tuple[str, ...]
    groups: tuple[Mapping[str, Any], ...]
    movements: tuple[Movement, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the numbers, the groups and the movements as JSON objects."""
        content = asdict(self)
        del content["movements"]
        return content | {"largest_movements": [movement.as_json() for movement in self.movements]}


def compare_tables(
    connection: duckdb.DuckDBPyConnection, old: str, new: str, key: Iterable[str], ignored: Collection[str] = ()
) -> TableDiff:
    """Compare the rows of two queries; temporary tables of the connection are replaced.

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
    differs = {column: _differs(column, {side[column] for side in types} <= {"DOUBLE", "FLOAT"}) for column in compared}
    connection.execute(_compared(old, new, key, compared, differs.values()))
    by_column = "".join(f", count(*) filter (changed and {condition})" for condition in differs.values())
    ((rows_before, rows_after, added, gone, changed, largest, *changes),) = connection.execute(
        f"select (select count(*) from ({old})), (select count(*) from ({new})), {', '.join(_COUNTS.values())}, "
        f"max(factor) filter (changed){by_column} from compared"
    ).fetchall()
    return TableDiff(
        rows_before,
        rows_after,
        added,
        gone,
        changed,
        largest,
        columns={column: count for column, count in zip(compared, changes, strict=True) if count},
        columns_added=tuple(column for column in types[1] if column not in types[0]),
        columns_gone=tuple(column for column in types[0] if column not in types[1]),
        groups=_groups(connection, [column for column in GROUPS if column in key]),
        movements=_movements(connection, [column for column in key if column in ("area", "counterpart_area")] or key),
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


def _groups(connection: duckdb.DuckDBPyConnection, columns: list[str]) -> tuple[Mapping[str, Any], ...]:
    """Count the differing rows by group, the groups with most of them first."""
    if not columns:
        return ()
    named = ", ".join(f"key.{quoted(column)} as {quoted(column)}" for column in columns)
    differing = "changed or before is null or after is null"  # the others are the same but for noise
    rows = connection.execute(
        f"select {named}, {', '.join(_COUNTS.values())} from compared where {differing} "
        f"group by all order by count(*) desc, {', '.join(map(quoted, columns))}"
    ).fetchall()
    return tuple(dict(zip((*columns, *_COUNTS), row, strict=True)) for row in rows)


def _movements(connection: duckdb.DuckDBPyConnection, largest_of: list[str]) -> tuple[Movement, ...]:
    order = "factor desc nulls last, distance desc nulls last, key"
    rows = connection.execute(
        f"select key, before, after, factor from compared where changed "
        f"qualify row_number() over (partition by {', '.join(f'key.{quoted(column)}' for column in largest_of)} "
        f"order by {order}) = 1 order by {order} limit {SHOWN}"
    ).fetchall()
    return tuple(Movement(*row) for row in rows)


def _struct(columns: Iterable[str]) -> str:
    return "{" + ", ".join(f"{text(column)}: {quoted(column)}" for column in columns) + "}"


def _figure(content: Mapping[str, Any]) -> str:
    value = content.get("value")
    return "no value" if value is None else f"{value:,.6g} {content.get('unit') or ''}".rstrip()
