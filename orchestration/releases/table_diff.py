"""Compare two tables row by row along a key: rows added, gone and changed, by column, by group, and the largest movements."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
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


def _named_values(key: Mapping[str, Any]) -> str:
    return ", ".join(f"{column}={value}" for column, value in key.items() if value is not None)


@dataclass(frozen=True)
class Shape:
    """What identifies a row of a table, and how its changes are counted.

    Args:
        key: columns that identify a row. Those that both tables have are used; without any, rows are compared whole.
        further: columns that join the key where it alone names several rows.
        ignored: columns that may change without a change of the row.
        groups: columns by whose values changes are counted.
        groups_shown: how many groups are kept, those with most changes first; None keeps all.
        largest_of: of the movements that agree in these columns only the largest is kept.
        label: names a row by its key in messages.
    """

    key: tuple[str, ...]
    further: tuple[str, ...] = ()
    ignored: frozenset[str] = frozenset()
    groups: tuple[str, ...] = ()
    groups_shown: int | None = SHOWN
    largest_of: tuple[str, ...] = ()
    label: Callable[[Mapping[str, Any]], str] = _named_values


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
        """The numbers, the groups and the movements as objects."""
        return {
            "rows_before": self.rows_before,
            "rows_after": self.rows_after,
            "added": self.added,
            "gone": self.gone,
            "gone_percent": self.gone_percent,
            "changed": self.changed,
            "changed_percent": self.changed_percent,
            "largest_factor": self.largest_factor,
            "columns": dict(self.columns),
            "columns_added": list(self.columns_added),
            "columns_gone": list(self.columns_gone),
            "groups": [dict(group) for group in self.groups],
            "largest_movements": [movement.as_json() for movement in self.movements],
        }


def compare_tables(connection: duckdb.DuckDBPyConnection, before: str, after: str, shape: Shape) -> TableDiff:
    """Compare the rows of two queries; temporary tables of the connection are replaced.

    Only rows whose key differs on the two sides are laid beside each other, and those of a key that one side lacks are counted alone:
    what is equal costs two hashes a row.
    """
    for side, query in (("before", before), ("after", after)):
        connection.execute(f"create or replace temp view {side} as {query}")
    types = [_types(connection, side) for side in _SIDES]
    shared = [column for column in types[0] if column in types[1]]
    counted = [column for column in shared if column not in shape.ignored]
    key = [column for column in shape.key if column in shared] or counted
    ambiguous = _is_ambiguous(connection, key)
    if ambiguous and (further := [column for column in shape.further if column in shared]):
        key += further
        ambiguous = _is_ambiguous(connection, key)
    compared = [column for column in counted if column not in key]
    if "value" in compared:
        compared = [column for column in FIGURE if column in compared]
    floats = {column for column in compared if {types[0][column], types[1][column]} <= _FLOATS}
    connection.execute(_differing(key, compared))
    connection.execute(_joined(key, compared, floats, ambiguous))
    of_columns = "".join(f", count(*) filter (changed and {_differs(one, one in floats)})" for one in compared)
    ((added, gone, changed, largest, *by_column),) = connection.execute(
        f"select {_COUNTED}, max(factor) filter (changed){of_columns} from compared"
    ).fetchall()
    ((only_after, only_before),) = connection.execute(
        "select coalesce(sum(has) filter (had = 0), 0), coalesce(sum(had) filter (has = 0), 0) from differing"
    ).fetchall()
    rows = [int(connection.execute(f"select count(*) from {side}").fetchall()[0][0]) for side in _SIDES]
    return TableDiff(
        rows_before=rows[0],
        rows_after=rows[1],
        added=int(added + only_after),
        gone=int(gone + only_before),
        changed=changed,
        largest_factor=largest,
        columns={column: count for column, count in zip(compared, by_column, strict=True) if count},
        columns_added=tuple(column for column in types[1] if column not in types[0]),
        columns_gone=tuple(column for column in types[0] if column not in types[1]),
        groups=_groups(connection, [one for one in shape.groups if one in key], key, shape.groups_shown),
        movements=_movements(connection, [column for column in shape.largest_of if column in key] or key, shape.label),
    )


def _differing(key: list[str], compared: list[str]) -> str:
    """SQL of the keys, by their hashes, whose rows are not the same on both sides, and how many rows each side has of them.

    A row is known by a hash of its key and one of all of it. Keys that share a hash are laid beside each other with their values; what
    a row holds is taken for the same where its hash is, which by chance happens once in 2^64 rows that changed.
    """
    whole = ", ".join(map(quoted, [*key, *compared]))
    rows = " union all ".join(
        f"select {_hash(key)} as key_hash, hash({whole}) as row_hash, {side == 'before'} as was from {side}"
        for side in _SIDES
    )
    return f"""
        create or replace temp table differing as
        with by_row as (
            select key_hash, row_hash, count(*) filter (was) as had, count(*) filter (not was) as has
            from ({rows})
            group by key_hash, row_hash
        )
        select key_hash, sum(had)::bigint as had, sum(has)::bigint as has
        from by_row
        group by key_hash
        having bool_or(had <> has)
    """


def _hash(key: list[str]) -> str:
    return f"hash({', '.join(map(quoted, key))})"


def _side(side: str, key: list[str], condition: str) -> str:
    """SQL of the rows of one side of which the counts of their key meet a condition."""
    return f"(select * from {side} where {_hash(key)} in (select key_hash from differing where {condition}))"


def _joined(key: list[str], compared: list[str], floats: set[str], ambiguous: bool) -> str:
    """SQL of the rows of both sides beside each other, and whether what they hold changed.

    Where a key names several rows on either side, rows are paired that hold the same; the others are added or gone.
    """
    whole = f"cast({_struct([*key, *compared])} as varchar)"
    both = {side: _side(side, key, "had > 0 and has > 0") for side in _SIDES}
    several = " union ".join(
        f"select {_struct(key)} from {rows} group by all having count(*) > 1" for rows in both.values()
    )
    twin = f"case when {_struct(key)} in ({several}) then " if ambiguous else "case when false then "
    twin += f"concat({whole}, ' #', row_number() over (partition by {whole})) else '' end"
    held = _struct(compared) if compared else "null"
    sides = [f"(select {_struct(key)} as key, {twin} as twin, {held} as held from {rows})" for rows in both.values()]
    differs = " or ".join(_differs(column, column in floats) for column in compared) or "false"
    values = [f"cast({side}.value as double)" if "value" in compared else "null::double" for side in _SIDES]
    return f"""
        create or replace temp table compared as
        with joined as (
            select
                coalesce(b.key, a.key) as key,
                b.key is not null as in_before,
                a.key is not null as in_after,
                b.held as before,
                a.held as after
            from {sides[0]} as b
            full join {sides[1]} as a on b.key = a.key and b.twin = a.twin
        ),
        valued as (select *, {values[0]} as value_before, {values[1]} as value_after from joined)
        select
            *,
            in_before and in_after and ({differs}) as changed,
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


def _is_ambiguous(connection: duckdb.DuckDBPyConnection, key: list[str]) -> bool:
    several = " union all ".join(
        f"(select 1 from {side} where {_hash(key)} in "
        f"(select {_hash(key)} as one from {side} group by one having count(*) > 1) "
        f"group by {_struct(key)} having count(*) > 1)"
        for side in _SIDES
    )
    return bool(connection.execute(f"select 1 from ({several}) limit 1").fetchall())


def _groups(
    connection: duckdb.DuckDBPyConnection, columns: list[str], key: list[str], shown: int | None
) -> tuple[Mapping[str, Any], ...]:
    """Count the differing rows by group, the groups with most of them first."""
    if not columns:
        return ()
    group = ", ".join(map(quoted, columns))
    of_key = ", ".join(f"key.{quoted(column)} as {quoted(column)}" for column in columns)
    alone = {"before": "has = 0", "after": "had = 0"}
    counts = [
        f"select {group}, {int(side == 'after')} * count(*) as added, {int(side == 'before')} * count(*) as gone, 0 as changed "
        f"from {_side(side, key, condition)} group by {group}"
        for side, condition in alone.items()
    ]
    named = dict(zip(("added", "gone", "changed"), _COUNTED.split(", "), strict=True))
    together = ", ".join(f"{count} as {name}" for name, count in named.items())
    counts.append(f"select {group}, {together} from (select {of_key}, * from compared) group by {group}")
    connection.execute(
        f"create or replace temp table differing_group as select {group}, {', '.join(f'sum({name})::bigint as {name}' for name in named)} "
        f"from ({' union all '.join(counts)}) group by {group} having sum(added + gone + changed) > 0 "
        f"order by sum(added + gone + changed) desc, {group}{'' if shown is None else f' limit {shown}'}"
    )
    same = " and ".join(f"rows.{quoted(one)} is not distinct from differing_group.{quoted(one)}" for one in columns)
    whole = ", ".join(f"(select count(*) from {side} as rows where {same}) as rows_{side}" for side in _SIDES)
    rows = connection.execute(f"select {group}, {whole}, {', '.join(named)} from differing_group").fetchall()
    names = (*columns, "rows_before", "rows_after", *named)
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
    return tuple(Movement(label(key), key, *held) for key, *held in rows)


def _types(connection: duckdb.DuckDBPyConnection, table: str) -> dict[str, str]:
    return dict(connection.execute(f"select column_name, column_type from (describe {table})").fetchall())


def _struct(columns: Iterable[str], of: str = "") -> str:
    return "{" + ", ".join(f"{text(column)}: {of}{quoted(column)}" for column in columns) + "}"


def _figure(held: Mapping[str, Any]) -> str:
    value = held.get("value")
    return "no value" if value is None else f"{value:,.6g} {held.get('unit') or ''}".rstrip()


_SIDES = ("before", "after")
_COUNTED = "count(*) filter (not in_before), count(*) filter (not in_after), count(*) filter (changed)"
