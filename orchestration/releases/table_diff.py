"""Compare two tables row by row along a key: rows added, gone and changed, by column, by group, and the largest movements."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import duckdb

from orchestration.core.sql_quoting import name as quoted
from orchestration.core.sql_quoting import text

FIGURE = ("value", "unit", "obs_status", "is_latest", "superseded_on")
"""The columns whose change is a change of a figure; in a table without ``value`` every column counts."""

NOISE = 1e-9
"""Relative difference below which two values are one figure written with other digits: publishers' systems round the
sixteenth digit differently from one edition to the next, in up to a third of the figures of an edition."""

SHOWN = 10
"""How many movements and how many groups are kept, the largest first."""

_FLOATS = {"DOUBLE", "FLOAT"}


def _key_label(key: Mapping[str, Any]) -> str:
    return ", ".join(f"{column}={value}" for column, value in key.items() if value is not None)


@dataclass(frozen=True)
class Shape:
    """What identifies a row of a table, and how its changes are counted.

    Args:
        key: columns that identify a row. Those that both tables have are used; without any, rows are compared whole.
        ignored: columns that may change without a change of the row.
        groups: columns by whose values changes are counted.
        groups_shown: how many groups are kept, those with most changes first; None keeps all.
        largest_of: of the movements that agree in these columns only the largest is kept.
        label: names a row by its key in messages.
    """

    key: tuple[str, ...]
    ignored: frozenset[str] = frozenset()
    groups: tuple[str, ...] = ()
    groups_shown: int | None = SHOWN
    largest_of: tuple[str, ...] = ()
    label: Callable[[Mapping[str, Any]], str] = _key_label


@dataclass(frozen=True)
class Movement:
    """One row that changed: its label and key, the compared columns before and after.

    ``factor`` is how many times larger or smaller the value became, without sign; None to or from zero and to or from no
    value. ``change_percent`` is relative to the size before, with sign.
    """

    row: str
    key: Mapping[str, Any]
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    change_percent: float | None
    factor: float | None

    def message(self) -> str:
        """The row, what it was and what it is."""
        by = "" if self.factor is None else f", a factor of {self.factor:,.4g}"
        return f"{self.row}: {self._change()}{by}"

    def as_json(self) -> dict[str, Any]:
        """Key, values of both sides and the size of the movement in one flat object."""
        sides = {
            f"{column}_{side}": values[column]
            for column in self.before
            for side, values in (("before", self.before), ("after", self.after))
        }
        return {**self.key, **sides, "change_percent": self.change_percent, "factor": self.factor}

    def _change(self) -> str:
        changed = [column for column in self.before if self.before[column] != self.after[column]]
        if "value" in changed or "unit" in changed:
            return f"{_figure(self.before)} → {_figure(self.after)}"
        return ", ".join(f"{column} {self.before[column]} → {self.after[column]}" for column in changed)


@dataclass(frozen=True)
class TableDiff:
    """How one table differs: rows before and after, how many were added, are gone and changed, and where.

    ``columns`` counts the changed rows by column, ``groups`` the differing rows by the values of the shape's groups.
    """

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

    @property
    def gone_percent(self) -> float:
        return 100 * self.gone / self.rows_before if self.rows_before else 0.0

    @property
    def changed_percent(self) -> float:
        return 100 * self.changed / self.rows_before if self.rows_before else 0.0

    def as_json(self) -> dict[str, Any]:
        """Return the numbers, the groups and the movements as JSON objects."""
        content = {**asdict(self), "gone_percent": self.gone_percent, "changed_percent": self.changed_percent}
        del content["movements"]
        return content | {"largest_movements": [movement.as_json() for movement in self.movements]}


def compare_tables(connection: duckdb.DuckDBPyConnection, before: str, after: str, shape: Shape) -> TableDiff:
    """Compare the rows of two queries; temporary tables of the connection are replaced.

    Rows that both sides have are found by their hash. The remaining ones are paired by key; several of one key in their order.
    """
    for side, query in (("old", before), ("new", after)):
        connection.execute(f"create or replace temp view {side} as {query}")
    types = [_types(connection, side) for side in ("old", "new")]
    shared = [column for column in types[0] if column in types[1]]
    counted = [column for column in shared if column not in shape.ignored]
    key = [column for column in shape.key if column in shared] or counted
    compared = [column for column in counted if column not in key]
    if "value" in compared:
        compared = [column for column in FIGURE if column in compared]
    differs = {name: _differs(name, {types[0][name], types[1][name]} <= _FLOATS) for name in compared}
    connection.execute(_compared(key, compared, differs))
    of_columns = "".join(f", count(*) filter (changed and {condition})" for condition in differs.values())
    ((rows_before, rows_after, added, gone, changed, largest, *by_column),) = connection.execute(
        f"select (select count(*) from old), (select count(*) from new), {', '.join(_COUNTS.values())}, "
        f"max(factor) filter (changed){of_columns} from compared"
    ).fetchall()
    return TableDiff(
        rows_before,
        rows_after,
        added,
        gone,
        changed,
        largest,
        columns={column: count for column, count in zip(compared, by_column, strict=True) if count},
        columns_added=tuple(column for column in types[1] if column not in types[0]),
        columns_gone=tuple(column for column in types[0] if column not in types[1]),
        groups=_groups(connection, [column for column in shape.groups if column in key], shape.groups_shown),
        movements=_movements(connection, [column for column in shape.largest_of if column in key] or key, shape.label),
    )


def _compared(key: list[str], compared: list[str], differs: Mapping[str, str]) -> str:
    """Return SQL of the rows that are not the same on both sides, paired, and whether a pair changed."""
    row_hash = f"hash({', '.join(map(quoted, [*key, *compared]))})"
    content = _struct(compared) if compared else "null"
    old, new = (
        f"select {_struct(key)} as key, {content} as content, "
        f"row_number() over (partition by {_struct(key)} order by {content}) as place "
        f"from {side} where {row_hash} in (from differing)"
        for side in ("old", "new")
    )
    values = [
        f"cast({side}.value as double)" if "value" in compared else "null::double" for side in ("before", "after")
    ]
    return f"""
        create or replace temp table compared as
        with differing as (
            select row_hash
            from (select {row_hash} as row_hash, true as is_old from old union all select {row_hash}, false from new)
            group by row_hash
            having count(*) filter (is_old) <> count(*) filter (not is_old)
        ),
        paired as (
            select
                coalesce(old.key, new.key) as key,
                old.key is not null as in_before,
                new.key is not null as in_after,
                old.content as before,
                new.content as after
            from ({old}) as old
            full join ({new}) as new on old.key = new.key and old.place = new.place
        ),
        valued as (select *, {values[0]} as value_before, {values[1]} as value_after from paired)
        select
            *,
            in_before and in_after and ({" or ".join(differs.values()) or "false"}) as changed,
            100 * (value_after - value_before) / nullif(abs(value_before), 0) as change_percent,
            case
                when value_before <> 0 and value_after <> 0
                then greatest(abs(value_before), abs(value_after)) / least(abs(value_before), abs(value_after))
            end as factor
        from valued
    """


def _differs(column: str, is_float: bool) -> str:
    before, after = f"before.{quoted(column)}", f"after.{quoted(column)}"
    if not is_float:
        return f"cast({before} as varchar) is distinct from cast({after} as varchar)"
    moved = f"abs({after} - {before}) > {NOISE} * greatest(abs({after}), abs({before}))"
    return f"(({before} is null) <> ({after} is null) or coalesce({moved}, false))"


def _groups(
    connection: duckdb.DuckDBPyConnection, columns: list[str], shown: int | None
) -> tuple[Mapping[str, Any], ...]:
    """Count the differing rows by group, the groups with most of them first."""
    if not columns:
        return ()
    counts = ", ".join(f"{count} as {name}" for name, count in _COUNTS.items())
    of_key = ", ".join(f"key.{quoted(column)} as {quoted(column)}" for column in columns)
    names = (*columns, *_COUNTS)
    rows = connection.execute(
        f"select {', '.join(map(quoted, names))} from (select {of_key}, {counts} from compared group by all) "
        f"where added + gone + changed > 0 order by added + gone + changed desc, {', '.join(map(quoted, columns))} "
        f"{'' if shown is None else f'limit {shown}'}"
    ).fetchall()
    return tuple(dict(zip(names, row, strict=True)) for row in rows)


def _movements(
    connection: duckdb.DuckDBPyConnection, largest_of: list[str], label: Callable[[Mapping[str, Any]], str]
) -> tuple[Movement, ...]:
    order = "factor desc nulls last, abs(value_after - value_before) desc nulls last"
    rows = connection.execute(f"""
        with largest as (
            select * from compared where changed
            qualify row_number() over (partition by {_struct(largest_of, "key.")} order by {order}, key) = 1
        )
        select key, before, after, change_percent, factor from largest order by {order}, key limit {SHOWN}
    """).fetchall()
    return tuple(Movement(label(key), key, *row) for key, *row in rows)


def _types(connection: duckdb.DuckDBPyConnection, table: str) -> dict[str, str]:
    return dict(connection.execute(f"select column_name, column_type from (describe {table})").fetchall())


def _struct(columns: Iterable[str], of: str = "") -> str:
    return "{" + ", ".join(f"{text(column)}: {of}{quoted(column)}" for column in columns) + "}"


def _figure(content: Mapping[str, Any]) -> str:
    value = content.get("value")
    return "no value" if value is None else f"{value:,.6g} {content.get('unit') or ''}".rstrip()


_COUNTS = {
    "added": "count(*) filter (not in_before)",
    "gone": "count(*) filter (not in_after)",
    "changed": "count(*) filter (changed)",
}
