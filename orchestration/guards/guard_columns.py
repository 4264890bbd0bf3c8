"""The rows of a metric as its suite sees them, with columns for guards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from orchestration.contracts.metric import COLUMNS, SERIES
from orchestration.core.sql_quoting import name

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

RATIOS = ("change_ratio", "vintage_ratio")
"""The value divided by that of the year before in the same series and vintage, and by the same figure in the vintage
before; empty without an earlier value or where it is zero."""

GUARD_COLUMNS = ("vintage_year", *RATIOS)
"""Columns that a suite may use besides a metric's own."""

RELATION = "{relation}"
"""Name of a metric's rows in the SQL of a figure."""

ROW = "guard_row"
BATCH_ROWS = 500_000
"""Most rows of a batch; a larger metric is judged in several."""

FAILING_ROWS = 20
LISTED = ", ".join(map(name, [*COLUMNS, *GUARD_COLUMNS]))
"""The columns of a row that a result shows."""

_RATIO = "nullif(value / nullif(lag(value) over {}, 0), 'nan')"


@dataclass(frozen=True)
class GuardedRows:
    """A relation of a DuckDB connection with ``ROW``, the columns of a metric and ``GUARD_COLUMNS``."""

    connection: duckdb.DuckDBPyConnection
    relation: str

    def count(self) -> int:
        """Return the number of rows."""
        ((rows,),) = self.query("count(*)").fetchall()
        return int(rows)

    def batches(self) -> Iterator[pd.DataFrame]:
        """Yield all rows in frames of at most ``BATCH_ROWS``, texts as categories."""
        from pandas.api.types import is_string_dtype

        ((last,),) = self.query(f"coalesce(max({ROW}), 0)").fetchall()
        for first in range(0, last + 1, BATCH_ROWS):
            chosen = f"where {ROW} >= {first} and {ROW} < {first + BATCH_ROWS} order by {ROW}"
            frame = self.query(LISTED, chosen).df()
            # conditions on categories take half the time of conditions on texts
            texts = [column for column, kind in frame.dtypes.items() if is_string_dtype(kind)]
            yield frame.astype(dict.fromkeys(texts, "category"))

    def query(self, columns: str, rest: str = "") -> duckdb.DuckDBPyConnection:
        """Run a query of these columns over the rows."""
        query = f"select {columns} from {self.relation} {rest}"
        return self.connection.execute(query.replace(RELATION, self.relation))


def guarded_rows(connection: duckdb.DuckDBPyConnection, table: str) -> GuardedRows:
    """Return the rows of a metric's table with guard columns. Temporary tables stay with the connection."""
    connection.execute(f"""
        create temp table guarded_ratios as
        with series as (
            select rowid as {ROW}, hash({", ".join(map(name, SERIES))}) as series, vintage, year, value from {table}
        )
        select
            {ROW},
            case when lag(year) over years = year - 1 then {_RATIO.format("years")} end as change_ratio,
            case when lag(vintage) over vintages < vintage then {_RATIO.format("vintages")} end as vintage_ratio
        from series
        window
            years as (partition by series, vintage order by year, {ROW}),
            vintages as (partition by series, year order by vintage, {ROW})
    """)
    connection.execute(f"""
        create temp view guarded_rows as
        select figures.rowid as {ROW}, figures.*, year(vintage) as vintage_year, change_ratio, vintage_ratio
        from {table} as figures left join guarded_ratios as ratios on figures.rowid = ratios.{ROW}
    """)
    return GuardedRows(connection, "guarded_rows")


def cells(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Return rows as dictionaries, empty cells as None."""
    records: list[Any] = rows.astype(object).where(rows.notna(), None).to_dict("records")
    return records
