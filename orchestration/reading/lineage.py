"""The lineage of an open release: inputs of its tables and of single rows, and the definitions of its metrics.

A row is identified by table and row number; for metrics, in the table of all vintages.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from orchestration.contracts.lineage import Input, Lineage
from orchestration.contracts.metric import ALL_VINTAGES
from orchestration.core.sql_quoting import name as quoted
from orchestration.core.sql_quoting import text

if TYPE_CHECKING:
    import duckdb

NAME = "lineage.json"


@dataclass(frozen=True)
class ReleaseLineage:
    """Inputs of the tables of a release; ``metrics`` has the reader-facing descriptions by name."""

    metrics: Mapping[str, Mapping[str, Any]]
    tables: Mapping[str, Lineage]


def lineage_of(content: Mapping[str, Any]) -> ReleaseLineage:
    """Return the lineage that ``lineage.json`` has."""
    tables = {name: Lineage.from_json(name, declared) for name, declared in content["lineages"].items()}
    return ReleaseLineage(content["metrics"], tables)


class Inputs:
    """The inputs of one row, or of all rows, of an open release."""

    def __init__(
        self, connection: "duckdb.DuckDBPyConnection", lineages: Mapping[str, Lineage], metrics: Iterable[str]
    ) -> None:
        self._connection = connection
        self._lineages = lineages
        self._metrics = frozenset(metrics)

    def of(self, table: str, rows: Iterable[int]) -> list[tuple[int, str, str, int, float | None]]:
        """Return the inputs of rows of a table, in the order of declaration.

        Columns: row number, role of the input in the formula, table and row number of the input, and the value that
        enters the formula.
        """
        wanted, lineage = ", ".join(str(int(row)) for row in rows), self._lineages[table]
        if not lineage.inputs:
            return []
        edges = self.edges(lineage, f"(select * from {self.rows(table)} where row_id in ({wanted}))")
        return self._connection.execute(
            f"select figure_row, role, input_table, input_row, value from ({edges}) "
            "order by figure_row, place, key, input_row"
        ).fetchall()

    def rows(self, table: str) -> str:
        """Return SQL of a published table with its row numbers as ``row_id``; metrics in all vintages."""
        if table not in self._metrics:
            return f"(select rowid as row_id, * from {quoted(table)})"
        return f"(select rowid as row_id, * from {ALL_VINTAGES} where metric_id = {text(table)})"

    def columns(self, table: str) -> set[str]:
        """Return the names of the columns of a published table."""
        described = self._connection.execute(f"describe select * from {self.rows(table)}").fetchall()
        return {str(column[0]) for column in described}

    def edges(self, lineage: Lineage, figures: str) -> str:
        """Return SQL of the inputs of the rows in ``figures``, by the first declaration of each role that matches."""
        by_role: dict[str, list[str]] = {}
        for place, item in enumerate(lineage.inputs):
            by_role.setdefault(item.role, []).append(self._edges_of(item, place, figures))
        first = "qualify place = min(place) over (partition by figure_row)"
        return " union all ".join(
            f"(select * from ({' union all '.join(queries)}) {first if len(queries) > 1 else ''})"
            for queries in by_role.values()
        )

    def _edges_of(self, item: Input, place: int, figures: str) -> str:
        conditions = [f"input.{quoted(column)} = figure.{quoted(column)}" for column in item.same]
        conditions += [f"({condition})" for condition in (item.where, item.when) if condition]
        newest = ""
        if item.newest_known:
            conditions.append("input.vintage <= figure.vintage")
            conditions.append("list_contains(string_split(figure.source, '+'), input.source)")
            newest = " qualify input.vintage = max(input.vintage) over (partition by figure.row_id, input.source)"
        has = self.columns(item.table)
        marks = (f"input.{name}" if name in has else f"null as {name}" for name in ("obs_status", "is_latest"))
        input_table = "input.metric_id" if item.table == ALL_VINTAGES else text(item.table)
        key = f"input.{quoted(item.many)}" if item.many else "null"
        return (
            f"select figure.row_id as figure_row, {place} as place, {text(item.role)} as role, "
            f"{input_table} as input_table, input.row_id as input_row, "
            f"cast(input.{quoted(item.value)} as double) as value, {', '.join(marks)}, cast({key} as varchar) as key "
            f"from {figures} as figure, {self.rows(item.table)} as input "
            f"where {' and '.join(conditions) or 'true'}{newest}"
        )
