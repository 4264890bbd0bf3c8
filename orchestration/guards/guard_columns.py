"""The rows of a metric as its suite sees them: pandas batches of rows, and one small batch of aggregates that DuckDB computes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from orchestration.contracts.metric import COLUMNS, SERIES
from orchestration.core.sql_quoting import name

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

    from orchestration.guards.expectation_types import AggregateExpectation

GUARD_COLUMNS = {
    "vintage_year": "the year of the vintage; a year that has not begun by then has no figure yet",
    "change_ratio": "the value divided by the value of the year before in the same series and vintage",
    "vintage_ratio": "the value divided by the same figure in the vintage before",
}
"""Columns that a suite may use besides a metric's own; a ratio is empty where there is no earlier value or it is zero."""

RELATION = "{relation}"
"""What stands for the rows of a metric in the SQL of a figure."""

RATIOS = ("change_ratio", "vintage_ratio")
ROW = "guard_row"
BATCH_ROWS = 500_000
"""Rows of a batch: a metric with more is judged in several batches."""

FAILING_ROWS = 20
_LISTED = ", ".join(map(name, [*COLUMNS, *GUARD_COLUMNS]))


@dataclass(frozen=True)
class GuardedRows:
    """A relation of a DuckDB connection with ``ROW``, the columns of a metric and ``GUARD_COLUMNS``."""

    connection: duckdb.DuckDBPyConnection
    relation: str

    def count(self) -> int:
        """Return the number of rows."""
        ((rows,),) = self._query("count(*)").fetchall()
        return int(rows)

    def batches(self) -> Iterator[pd.DataFrame]:
        """Yield all rows in frames of at most ``BATCH_ROWS``, texts as categories."""
        from pandas.api.types import is_string_dtype

        ((last,),) = self._query(f"coalesce(max({ROW}), 0)").fetchall()
        for first in range(0, last + 1, BATCH_ROWS):
            chosen = f"where {ROW} >= {first} and {ROW} < {first + BATCH_ROWS} order by {ROW}"
            frame = self._query(_LISTED, chosen).df()
            # conditions on categories take half the time of conditions on texts
            texts = [column for column, kind in frame.dtypes.items() if is_string_dtype(kind)]
            yield frame.astype(dict.fromkeys(texts, "category"))

    def aggregates(self, expectations: Iterable[AggregateExpectation]) -> pd.DataFrame:
        """Return one row in which each figure of the expectations is in a column named by its SQL.

        Where rows violate an expectation, another column contains the first of them.
        """
        import pandas as pd

        from orchestration.guards.expectation_types import ViolationExpectation, failing_rows_of

        named = list(expectations)
        figures = list(dict.fromkeys(figure for item in named for figure in item.figures()))
        (values,) = self._query(", ".join(figures)).fetchall()
        row = dict(zip(figures, values, strict=True))
        for item in named:
            if isinstance(item, ViolationExpectation) and row[item.figures()[0]]:
                first = self._query(_LISTED, f"where {item.violating()} order by all limit {FAILING_ROWS}").df()
                row[failing_rows_of(item)] = cells(first)
        return pd.DataFrame({name: pd.Series([value], dtype=object) for name, value in row.items()})

    def _query(self, columns: str, rest: str = "") -> duckdb.DuckDBPyConnection:
        query = f"select {columns} from {self.relation} {rest}"
        return self.connection.execute(query.replace(RELATION, self.relation))


def guarded_rows(connection: duckdb.DuckDBPyConnection, table: str) -> GuardedRows:
    """Return the rows of a metric's table with guard columns. Temporary tables stay with the connection."""
    connection.execute(f"""
        create temp table guarded_ratios as
        with series as (
            select rowid as {ROW}, hash({", ".join(map(name, SERIES))}) as series, vintage, year, value from {table}
        )
        select {ROW}, {_ratio("vintage", "year", "- 1")} as change_ratio, {_ratio("year", "vintage")} as vintage_ratio
        from series
    """)
    connection.execute(f"""
        create temp view guarded_rows as
        select figures.rowid as {ROW}, figures.*, year(vintage) as vintage_year, change_ratio, vintage_ratio
        from {table} as figures left join guarded_ratios as ratios on figures.rowid = ratios.{ROW}
    """)
    return GuardedRows(connection, "guarded_rows")


def _ratio(within: str, along: str, step: str = "") -> str:
    """Return the SQL of the value divided by the one before it along a column, in the same series and ``within``."""
    window = f"over (partition by series, {within} order by {along}, {ROW})"
    follows = f"lag({along}) {window} = {along} {step}" if step else f"lag({along}) {window} < {along}"
    return f"case when {follows} then nullif(value / nullif(lag(value) {window}, 0), 'nan') end"


def cells(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Return rows as dictionaries, empty cells as None."""
    plain = rows.astype(object).where(rows.notna(), None)
    return [{str(column): value for column, value in row.items()} for row in plain.to_dict("records")]
