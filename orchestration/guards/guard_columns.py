"""A metric's rows in DuckDB, with columns that a suite may use beside the metric's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from orchestration.contracts.metric import COLUMNS, SERIES
from orchestration.core.sql_quoting import name

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

GUARD_COLUMNS = {
    "vintage_year": "the year of the vintage; a year that has not begun by then has no figure yet",
    "change_ratio": "the value divided by the value of the year before in the same series and vintage",
    "vintage_ratio": "the value divided by the same figure in the vintage before",
}
"""What a suite may use behind a metric's own columns; a ratio is empty where there is no earlier value or it is zero."""

RATIOS = ("change_ratio", "vintage_ratio")
ROW = "guard_row"
"""The number of a row, by which a part of the rows is joined to its ratios."""

SAMPLE = 1_000
"""Rows of a metric that Great Expectations sees whatever its size: about so many, in whole series."""

_SERIES_OF_ROW = f"hash({', '.join(map(name, SERIES))})"


@dataclass(frozen=True)
class GuardedRows:
    """Some rows of a metric: a relation of the connection with ``ROW``, the metric's columns and ``vintage_year``.

    ``whole`` is the relation of all rows of the metric, in which a figure's earlier ones are looked up. Columns that the
    metric lacks add no guard columns. A number that is none (NaN) is an empty cell, as it is to pandas.
    """

    connection: duckdb.DuckDBPyConnection
    relation: str
    whole: str
    types: Mapping[str, str]

    @property
    def is_metric(self) -> bool:
        return set(COLUMNS) <= set(self.types)

    @property
    def columns(self) -> list[str]:
        """The columns that a suite sees, in their order."""
        return [column for column in self.types if column != ROW]

    def count(self) -> int:
        ((rows,),) = self.connection.execute(f"select count(*) from {self.relation}").fetchall()
        return int(rows)

    def part(self, relation: str) -> GuardedRows:
        """Some of the rows, as another relation of the connection."""
        return replace(self, relation=relation)

    def frame(self, sql: str, *, limit: int | None = None) -> pd.DataFrame:
        """The rows of a condition in a fixed order, in the columns that a suite sees and ``ROW`` as index."""
        listed = ", ".join(map(name, self.columns))
        cut = "" if limit is None else f" limit {limit}"
        found: pd.DataFrame = self.connection.execute(
            f"select {ROW}, {listed} from {self.relation} where {sql} order by {listed}, {ROW}{cut}"
        ).df()
        return found.set_index(ROW)

    def with_ratios(self, conditions: Sequence[str]) -> GuardedRows:
        """The same rows with ratios, which are computed in the series that hold a row of one of the conditions.

        In all other series they are empty. A series is known by a hash of its codes, which takes a tenth of their memory.
        """
        if not self.is_metric:
            return self
        wide = f"{self.relation}_with_ratios"
        types = {**self.types, **dict.fromkeys(RATIOS, "DOUBLE")}
        chosen = " or ".join(f"({condition})" for condition in conditions if condition != "false")
        if not chosen:
            empty = ", ".join(f"null::double as {ratio}" for ratio in RATIOS)
            self.connection.execute(f"create or replace temp view {wide} as select *, {empty} from {self.relation}")
            return replace(self, relation=wide, types=types)
        self.connection.execute(f"""
            create or replace temp table {wide}_only as
            with
                chosen as (select distinct {_SERIES_OF_ROW} from {self.relation} where {chosen}),
                every as (select {ROW}, {_SERIES_OF_ROW} as series, vintage, year, value from {self.whole}),
                held as (select * from every where series in (from chosen))
            select {ROW}, {_ratio("vintage", "year", "- 1")} as change_ratio, {_ratio("year", "vintage")} as vintage_ratio
            from held
        """)
        self.connection.execute(
            f"create or replace temp view {wide} as select rows.*, ratios.change_ratio, ratios.vintage_ratio "
            f"from {self.relation} as rows left join {wide}_only as ratios using ({ROW})"
        )
        return replace(self, relation=wide, types=types)

    def sampled(self) -> str:
        """A condition for whole series of about ``SAMPLE`` rows in all: all rows where there are no more."""
        count = self.count()
        if count <= SAMPLE:
            return "true"
        if not self.is_metric:
            return f"{ROW} < {SAMPLE}"
        return f"{_SERIES_OF_ROW} % {-(-count // SAMPLE)} = 0"


def metric_rows(connection: duckdb.DuckDBPyConnection, metric: str) -> GuardedRows:
    """The rows of a metric in the database of a build, which are read where they are.

    What is made for them stays with the connection, which is to be one for each metric.
    """
    return _guarded(connection, f"metrics.{name(metric)}", "rowid")


@contextmanager
def rows_of_frame(frame: pd.DataFrame, database: duckdb.DuckDBPyConnection | None = None) -> Iterator[GuardedRows]:
    """The rows of a frame, in a database of their own or, for many frames in turn, in one that is open.

    Nothing of them is left in it: what is made for them are temporary tables of another connection to it.
    """
    import duckdb
    import pyarrow as pa

    with database.cursor() if database else duckdb.connect() as connection:
        connection.register("arrow_rows", pa.Table.from_pandas(frame, preserve_index=False))
        connection.execute("create temp table frame_rows as from arrow_rows")
        yield _guarded(connection, "frame_rows", "rowid")


def _guarded(connection: duckdb.DuckDBPyConnection, table: str, row: str) -> GuardedRows:
    held = {column: kind for column, kind, *_ in connection.execute(f"describe {table}").fetchall()}
    shown = [f"{row} as {ROW}", *(_cell(column, kind) for column, kind in held.items())]
    if set(COLUMNS) <= set(held):
        shown.append("year(vintage) as vintage_year")
    connection.execute(f"create temp view guarded_rows as select {', '.join(shown)} from {table}")
    types = {column: kind for column, kind, *_ in connection.execute("describe guarded_rows").fetchall()}
    return GuardedRows(connection, "guarded_rows", "guarded_rows", types)


def _cell(column: str, kind: str) -> str:
    if kind in ("DOUBLE", "FLOAT"):
        return f"nullif({name(column)}, 'nan') as {name(column)}"
    return f"{name(column)}::date as {name(column)}" if kind.startswith("TIMESTAMP") else name(column)


def _ratio(within: str, along: str, step: str = "") -> str:
    """The value by the one before it along a column, in the same series and ``within``."""
    window = f"over (partition by series, {within} order by {along}, {ROW})"
    follows = f"lag({along}) {window} = {along} {step}" if step else f"lag({along}) {window} < {along}"
    return f"case when {follows} then nullif(value / nullif(lag(value) {window}, 0), 'nan') end"


def cells(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as dictionaries, empty cells as None."""
    plain = rows.astype(object).where(rows.notna(), None)
    return [{str(column): value for column, value in row.items()} for row in plain.to_dict("records")]
