"""Expectations of Great Expectations for whole metrics: rows, years, anchors, codes, medians and keys.

Core expectations judge the rows of one batch. These judge figures that DuckDB computes over every row of a metric: their batch is a
frame with one row, in which each column is named by the SQL aggregate that it contains (see ``guard_columns.aggregates``).
``where`` is a condition of DuckDB over the columns of the metric and ``guard_columns.GUARD_COLUMNS``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from great_expectations.core.metric_domain_types import MetricDomainTypes
from great_expectations.execution_engine import PandasExecutionEngine
from great_expectations.expectations.expectation import BatchExpectation
from great_expectations.expectations.metrics.metric_provider import metric_value
from great_expectations.expectations.metrics.table_metric_provider import TableMetricProvider

FIGURES = "table.figures"

Bounds = tuple[float | None, float | None]


class Figures(TableMetricProvider):
    """The figures of an aggregate batch by name."""

    metric_name = FIGURES

    @metric_value(engine=PandasExecutionEngine)
    def _pandas(
        cls,  # noqa: N805 (the decorator makes it a class method)
        execution_engine: PandasExecutionEngine,
        metric_domain_kwargs: dict[str, Any],
        **_: Any,
    ) -> dict[str, Any]:
        domain: Any = execution_engine.get_compute_domain(metric_domain_kwargs, domain_type=MetricDomainTypes.TABLE)
        frame = domain[0]
        return {str(name): frame[name].iloc[0] for name in frame.columns}


class AggregateExpectation(BatchExpectation):
    """Base of expectations about figures that DuckDB computes over every row of a metric."""

    metric_dependencies = (FIGURES,)
    domain_keys: ClassVar[tuple[str, ...]] = ("batch_id",)
    fault: ClassVar[str] = ""
    """The fault that the expectation catches where its ``meta`` names none."""

    demands_rows: ClassVar[bool] = True
    """Whether it fails where the rows that it chooses are missing."""

    where: str = "true"

    def figures(self) -> list[str]:
        """Return the SQL aggregates that decide."""
        raise NotImplementedError

    def is_met(self, values: Sequence[Any]) -> bool:
        """Return whether the values of ``figures`` are as expected; a missing value never is."""
        raise NotImplementedError

    def observed(self, values: Sequence[Any]) -> Any:
        """Return what a result shows of the values."""
        return values[0] if len(values) == 1 else list(values)

    def _validate(
        self,
        metrics: Mapping[str, Any],
        runtime_configuration: Mapping[str, Any] | None = None,
        execution_engine: Any = None,
    ) -> dict[str, Any]:
        values = [_plain(metrics[FIGURES][name]) for name in self.figures()]
        rows = metrics[FIGURES].get(failing_rows_of(self), [])
        result = {"observed_value": self.observed(values), "failing_rows": list(rows)}
        return {"success": self.is_met(values), "result": result}

    def _over_rows(self, aggregate: str) -> str:
        return aggregate if self.where == "true" else f"{aggregate} filter (where {self.where})"


class ExpectRows(AggregateExpectation):
    """Expect a number of rows."""

    success_keys: ClassVar[tuple[str, ...]] = ("where", "between")
    fault: ClassVar[str] = (
        "rows are missing: an economy dropped, part of a page lost, the history cut, a source read in part"
    )
    between: Bounds

    def figures(self) -> list[str]:
        return [self._over_rows("count(*)")]

    def is_met(self, values: Sequence[Any]) -> bool:
        return _within(values[0], self.between)


class ExpectYears(AggregateExpectation):
    """Expect a series to begin and to end within given years."""

    success_keys: ClassVar[tuple[str, ...]] = ("column", "where", "first", "last")
    fault: ClassVar[str] = "the beginning or the newest year of a series is missing, or every year is shifted by one"
    column: str = "year"
    first: Bounds = (None, None)
    last: Bounds = (None, None)

    def figures(self) -> list[str]:
        return [self._over_rows(f"min({self.column})"), self._over_rows(f"max({self.column})")]

    def is_met(self, values: Sequence[Any]) -> bool:
        return _within(values[0], self.first) and _within(values[1], self.last)


class ExpectAnchor(AggregateExpectation):
    """Expect figures to be there, each within bounds that independent evidence (in ``meta``) gives."""

    success_keys: ClassVar[tuple[str, ...]] = ("where", "between")
    fault: ClassVar[str] = "a unit slip, a sign flip, a swapped direction, the wrong economy or year, or no such row"
    where: str
    between: Bounds

    def figures(self) -> list[str]:
        return [self._over_rows("min(value)"), self._over_rows("max(value)")]

    def is_met(self, values: Sequence[Any]) -> bool:
        return all(_within(value, self.between) for value in values)


class ExpectLargest(AggregateExpectation):
    """Expect the largest figure to be within bounds."""

    success_keys: ClassVar[tuple[str, ...]] = ("where", "between")
    between: Bounds

    def figures(self) -> list[str]:
        return [self._over_rows("max(value)")]

    def is_met(self, values: Sequence[Any]) -> bool:
        return _within(values[0], self.between)


class ExpectCodes(AggregateExpectation):
    """Expect a column to contain every one of these codes."""

    success_keys: ClassVar[tuple[str, ...]] = ("where", "column", "codes")
    fault: ClassVar[str] = "a measure, a source, an item or an economy was dropped, or has another code"
    column: str
    codes: list[str]

    def figures(self) -> list[str]:
        listed = _literals(self.codes)
        return [f"list(distinct {self.column}) filter (where ({self.where}) and {self.column} in ({listed}))"]

    def is_met(self, values: Sequence[Any]) -> bool:
        return not self._missing(values)

    def observed(self, values: Sequence[Any]) -> Any:
        return {"missing": self._missing(values)}

    def _missing(self, values: Sequence[Any]) -> list[str]:
        return sorted(set(self.codes) - set(values[0] or ()))


class ExpectCodeCount(AggregateExpectation):
    """Expect a number of different codes in a column."""

    success_keys: ClassVar[tuple[str, ...]] = ("where", "column", "between")
    fault: ClassVar[str] = "an economy dropped, or aggregates counted as countries"
    column: str
    between: Bounds

    def figures(self) -> list[str]:
        return [self._over_rows(f"count(distinct {self.column})")]

    def is_met(self, values: Sequence[Any]) -> bool:
        return _within(values[0], self.between)


class ExpectMedian(AggregateExpectation):
    """Expect the median of a column to be within bounds."""

    success_keys: ClassVar[tuple[str, ...]] = ("where", "column", "between")
    fault: ClassVar[str] = "a vintage in other units, of other years or of other economies: half of its figures moved"
    column: str
    between: Bounds

    def figures(self) -> list[str]:
        return [self._over_rows(f"median({self.column})")]

    def is_met(self, values: Sequence[Any]) -> bool:
        return _within(values[0], self.between)


class RowsExpectation(AggregateExpectation):
    """Base of expectations that some rows violate: DuckDB counts them and yields the first ones."""

    demands_rows: ClassVar[bool] = False

    def violation(self) -> str:
        """Return the SQL condition of the rows that violate; ``where`` restricts them further."""
        raise NotImplementedError

    def figures(self) -> list[str]:
        return [f"count(*) filter (where ({self.where}) and ({self.violation()}))"]

    def is_met(self, values: Sequence[Any]) -> bool:
        return bool(values[0] == 0)

    def observed(self, values: Sequence[Any]) -> Any:
        return f"{values[0]} rows unexpected"


class ExpectComplete(RowsExpectation):
    """Expect no empty cell in these columns."""

    success_keys: ClassVar[tuple[str, ...]] = ("where", "columns")
    columns: list[str]

    def violation(self) -> str:
        return " or ".join(f"{column} is null" for column in self.columns)


class ExpectOnlyCodes(RowsExpectation):
    """Expect a column to contain no other than these codes."""

    success_keys: ClassVar[tuple[str, ...]] = ("where", "column", "codes")
    column: str
    codes: list[str]

    def violation(self) -> str:
        return f"{self.column} not in ({_literals(self.codes)})"


class ExpectUniqueKey(RowsExpectation):
    """Expect that no two rows have the same values in these columns."""

    success_keys: ClassVar[tuple[str, ...]] = ("where", "columns")
    columns: list[str]

    def violation(self) -> str:
        return f"{', '.join(self.columns)} repeat"

    def figures(self) -> list[str]:
        return [f"rows where {self.where} in which {self.violation()}"]


def _literals(codes: Sequence[str]) -> str:
    return ", ".join("'" + code.replace("'", "''") + "'" for code in codes)


def failing_rows_of(expectation: AggregateExpectation) -> str:
    """Return the name of the column of an aggregate batch that contains the first rows that violate an expectation."""
    return f"failing rows of {expectation.figures()[0]}"


def _within(value: Any, bounds: Bounds) -> bool:
    low, high = bounds
    if value is None:
        return low is None and high is None
    return bool((low is None or value >= low) and (high is None or value <= high))


def _plain(value: Any) -> Any:
    """Return a cell as Python's own value; NaN, as pandas has it for no value, as None."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    return None if isinstance(value, float) and value != value else value
