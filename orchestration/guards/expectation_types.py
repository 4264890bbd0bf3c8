"""Expectations of Great Expectations for whole metrics: rows, years, anchors, codes, medians and keys.

Core expectations judge cells. These judge figures that DuckDB computes over every row of a metric, and that the first
row of their batch contains (see ``evidence``). ``where`` is a condition of DuckDB over the columns of the metric and
``guard_columns.GUARD_COLUMNS``.
"""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from great_expectations.expectations.expectation import BatchExpectation

from orchestration.core.sql_quoting import text
from orchestration.guards.evidence import FAILING, FIGURES, POSITION, column_name
from orchestration.guards.guard_columns import FAILING_ROWS, LISTED, RELATION, GuardedRows, cells
from orchestration.guards.suite_results import NO_ROW

HEAD = "table.head"
"""The metric of Great Expectations that yields the first rows of a batch."""

Bounds = tuple[float | None, float | None]

_NEEDS = {"vintage_ratio": "has an earlier vintage", "change_ratio": "has a figure of the year before"}
"""What a row needs to have a value in these guard columns."""


class AggregateExpectation(BatchExpectation):
    """Base of expectations about figures that DuckDB computes over every row of a metric."""

    metric_dependencies = (HEAD,)
    domain_keys: ClassVar[tuple[str, ...]] = ("batch_id",)
    aggregates: ClassVar[tuple[str, ...]] = ()
    """The SQL of the figures that decide, where ``{column}`` is the column of the expectation."""

    fault: ClassVar[str] = ""
    """The fault that the expectation catches where its ``meta`` names none."""

    demands_rows: ClassVar[bool] = True
    """Whether it fails where the rows that it chooses are missing."""

    where: str = "true"

    def figures(self) -> list[str]:
        """Return the SQL aggregates that decide."""
        chosen = "" if self.where == "true" else f" filter (where {self.where})"
        return [f"{aggregate.format(column=getattr(self, 'column', ''))}{chosen}" for aggregate in self.aggregates]

    @abstractmethod
    def is_met(self, values: Sequence[Any]) -> bool:
        """Return whether the values of ``figures`` are as expected; a missing value never is."""

    def observed(self, values: Sequence[Any]) -> Any:
        """Return what a result shows of the values: the reason where the rows to compute them from are missing."""
        if all(value is None for value in values):
            needs = next((words for column, words in _NEEDS.items() if column in self.figures()[0]), "has a value")
            return f"{NO_ROW}{'' if self.where == 'true' else f' where {self.where}'} {needs}"
        return values[0] if len(values) == 1 else list(values)

    def _validate(
        self,
        metrics: Mapping[str, Any],
        runtime_configuration: Mapping[str, Any] | None = None,
        execution_engine: Any = None,
    ) -> dict[str, Any]:
        row, place = metrics[HEAD].iloc[0], (self.meta or {})[POSITION]
        values = row[column_name(place, FIGURES)]
        result = {"observed_value": self.observed(values), "failing_rows": row.get(column_name(place, FAILING), [])}
        return {"success": self.is_met(values), "result": result}


class BoundedExpectation(AggregateExpectation):
    """Base of expectations that every figure lies within bounds."""

    between: Bounds

    def is_met(self, values: Sequence[Any]) -> bool:
        return all(_within(value, self.between) for value in values)


class ExpectRows(BoundedExpectation):
    """Expect a number of rows."""

    aggregates = ("count(*)",)
    fault = "rows are missing: an economy dropped, part of a page lost, the history cut, a source read in part"


class ExpectAnchor(BoundedExpectation):
    """Expect figures to be there, each within bounds that independent evidence (in ``meta``) gives."""

    aggregates = ("min(value)", "max(value)")
    fault = "a unit slip, a sign flip, a swapped direction, the wrong economy or year, or no such row"
    where: str


class ExpectFigure(BoundedExpectation):
    """Expect a SQL aggregate over the rows, such as ``median(value)``, to lie within bounds."""

    aggregate: str

    def figures(self) -> list[str]:
        return [f"{self.aggregate} filter (where {self.where})"]


class ExpectYears(AggregateExpectation):
    """Expect a series to begin and to end within given years."""

    aggregates = ("min({column})", "max({column})")
    fault = "the beginning or the newest year of a series is missing, or every year is shifted by one"
    column: str = "year"
    first: Bounds = (None, None)
    last: Bounds = (None, None)

    def is_met(self, values: Sequence[Any]) -> bool:
        return _within(values[0], self.first) and _within(values[1], self.last)


class ExpectCodes(AggregateExpectation):
    """Expect a column to contain every one of these codes."""

    fault = "a measure, a source, an item or an economy was dropped, or has another code"
    column: str
    codes: list[str]

    def figures(self) -> list[str]:
        listed = ", ".join(map(text, self.codes))
        return [f"list(distinct {self.column}) filter (where ({self.where}) and {self.column} in ({listed}))"]

    def is_met(self, values: Sequence[Any]) -> bool:
        return not self._missing(values)

    def observed(self, values: Sequence[Any]) -> Any:
        return {"missing": self._missing(values)}

    def _missing(self, values: Sequence[Any]) -> list[str]:
        return sorted(set(self.codes) - set(values[0] or ()))


class ViolationExpectation(AggregateExpectation):
    """Base of expectations that no row may violate: DuckDB counts those that do and yields the first ones."""

    demands_rows = False

    @abstractmethod
    def violation(self) -> str:
        """Return the SQL condition of the rows that violate."""

    def violating(self) -> str:
        """Return the SQL condition of the chosen rows that violate."""
        return f"({self.where}) and ({self.violation()})"

    def figures(self) -> list[str]:
        return [f"count(*) filter (where {self.violating()})"]

    def is_met(self, values: Sequence[Any]) -> bool:
        return bool(values[0] == 0)

    def observed(self, values: Sequence[Any]) -> Any:
        return f"{values[0]} rows unexpected"


class ExpectComplete(ViolationExpectation):
    """Expect no empty cell in these columns."""

    columns: list[str]

    def violation(self) -> str:
        return " or ".join(f"{column} is null" for column in self.columns)


class ExpectOnlyCodes(ViolationExpectation):
    """Expect a column to contain no other than these codes."""

    column: str
    codes: list[str]

    def violation(self) -> str:
        return f"{self.column} not in ({', '.join(map(text, self.codes))})"


class ExpectUniqueKey(ViolationExpectation):
    """Expect that no two rows have the same values in these columns, which are compared by a hash of 64 bits."""

    columns: list[str]

    def violation(self) -> str:
        key = f"hash({', '.join(self.columns)})"
        repeated = f"select {key} from {RELATION} where ({self.where}) group by all having count(*) > 1"
        return f"{key} in ({repeated})"


def figures_of(expectations: Mapping[int, AggregateExpectation], rows: GuardedRows) -> dict[str, list[Any]]:
    """Return each expectation's figures in a column of one row, and the first rows that violate it in another."""
    if not expectations:
        return {}
    figures = list(dict.fromkeys(figure for item in expectations.values() for figure in item.figures()))
    (values,) = rows.query(", ".join(figures)).fetchall()
    value_of = dict(zip(figures, values, strict=True))
    columns: dict[str, list[Any]] = {}
    for place, item in expectations.items():
        columns[column_name(place, FIGURES)] = [[value_of[figure] for figure in item.figures()]]
        if isinstance(item, ViolationExpectation) and value_of[item.figures()[0]]:
            first = rows.query(LISTED, f"where {item.violating()} order by all limit {FAILING_ROWS}").df()
            columns[column_name(place, FAILING)] = [cells(first)]
    return columns


def _within(value: Any, bounds: Bounds) -> bool:
    low, high = bounds
    return value is not None and bool((low is None or value >= low) and (high is None or value <= high))
