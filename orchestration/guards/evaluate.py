"""Evaluation of a suite over a metric's frame by Great Expectations."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from orchestration.guards.groups import group_of
from orchestration.guards.guard_columns import GUARD_COLUMNS, with_guard_columns
from orchestration.guards.reviewed_part import Reviewed
from orchestration.guards.suite_file import is_bound, is_of_presence
from orchestration.guards.suites import Suite

if TYPE_CHECKING:  # a code location loads without it, in a second less
    import pandas as pd

os.environ.setdefault("GX_ANALYTICS_ENABLED", "False")
FAILING_ROWS_SHOWN = 20
NOTHING_REVIEWED = Reviewed()
SUPERSEDED = "a later vintage, which admission judged, is in the place of what was reviewed"
"""What is observed instead of reviewed rows that a metric of the newest figures does not hold any more."""

ResultFormat: TypeAlias = Literal["BOOLEAN_ONLY", "COMPLETE"]
CONDITION = ("row_condition", "condition_parser")
"""How an expectation chooses its rows: in the syntax of ``DataFrame.query``."""


@dataclass(frozen=True)
class ExpectationResult:
    """What one expectation observed.

    ``position`` is its place in the suite, -1 where it represents those not evaluated; ``group`` is one of ``groups.GROUPS``,
    empty where it represents any.
    """

    expectation: str
    kwargs: Mapping[str, Any]
    fault: str
    passed: bool
    observed: str
    failing_rows: tuple[Mapping[str, Any], ...] = ()
    position: int = -1
    group: str = ""

    @property
    def expected(self) -> str:
        """The expectation in words, with its arguments."""
        words = self.expectation.removeprefix("expect_").replace("_", " ")
        given = [f"{name} {value}" for name, value in self.kwargs.items() if name not in CONDITION]
        where = f" where {self.kwargs['row_condition']}" if "row_condition" in self.kwargs else ""
        return f"{words}: {', '.join(given)}{where}" if given or where else words

    @property
    def rank(self) -> int:
        """How near to the cause a failure is: columns, then missing and repeated rows and codes, counts, magnitudes, medians."""
        kind, column = self.expectation, self.kwargs.get("column")
        if "median" in kind or column in GUARD_COLUMNS:
            return 4
        if "between" not in kind and "greater" not in kind:
            return 0 if "table_columns" in kind else 1
        return 2 if "count" in kind or column in ("year", "base_year") else 3


@dataclass(frozen=True)
class SuiteResult:
    """The result of one suite: the rows it was evaluated over, and every expectation's result.

    ``awaits`` names the sources of a metric that has no data yet: its suite is not evaluated, and has not passed.
    """

    metric: str
    suite_sha256: str
    rows: int
    results: tuple[ExpectationResult, ...]
    awaits: tuple[str, ...] = ()

    @property
    def evaluated(self) -> int:
        return len(self.results)

    @property
    def passed(self) -> bool:
        """True only when there were rows, every expectation was evaluated, and all held."""
        return self.rows > 0 and self.evaluated > 0 and all(result.passed for result in self.results)

    @property
    def failures(self) -> list[ExpectationResult]:
        """The failed expectations, causes before their symptoms; see ``ExpectationResult.rank``."""
        return sorted((result for result in self.results if not result.passed), key=lambda result: result.rank)

    @property
    def remedy(self) -> str:
        """What to do about a failure."""
        if self.rows == 0:
            return "see which of its sources delivered no rows, with `bilateral sources`"
        return (
            "compare the rows with the publisher's own figures. If a figure is wrong, correct the source or the model; if it is "
            f"right, change expectations/{self.metric}.json and state the evidence"
        )

    def of_group(self, group: str) -> SuiteResult:
        """The part of this result that is of one group of expectations; what was not evaluated is of every group."""
        return replace(self, results=tuple(one for one in self.results if one.group in (group, "")))

    def message(self) -> str:
        """Why the suite did not pass: each failed expectation with its fault, what was expected and observed, and what to do."""
        if self.awaits:
            return (
                f"{self.metric} has no data yet, and no expectation was evaluated; it awaits {' or '.join(self.awaits)}"
            )
        if self.rows == 0:
            return f"{self.metric}: no expectation was evaluated, because its table is empty\nwhat to do: {self.remedy}"
        lines = [f"{self.metric}: {len(self.failures)} of {self.evaluated} expectations failed over {self.rows:,} rows"]
        for failure in self.failures:
            lines += [
                f"  {failure.fault}",
                f"    expected: {failure.expected}",
                f"    observed: {failure.observed}",
                *(f"    row: {dict(row)}" for row in failure.failing_rows[:3]),
            ]
        lines.append(f"what to do: {self.remedy}")
        return "\n".join(lines)


class Evaluator:
    """Runs suites in one ephemeral Great Expectations context, since importing the library takes seconds."""

    def __init__(self) -> None:
        import great_expectations as gx

        self._gx = gx
        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = {"globally": False}  # type: ignore[assignment]
        source = context.data_sources.add_pandas("metrics")
        self._definition = source.add_dataframe_asset("metric").add_batch_definition_whole_dataframe("whole")

    def evaluate(self, suite: Suite, frame: pd.DataFrame) -> SuiteResult:
        """Every expectation of the suite over the frame and its guard columns.

        See ``SuiteResult.passed`` for what counts as a pass.
        """
        if frame.empty:
            return SuiteResult(suite.metric, suite.sha256, 0, ())
        wide = with_guard_columns(frame)
        validated = self._over_parts(suite.expectations, wide, suite.reviewed, "COMPLETE")
        results = tuple(_result(suite.expectations[place], place, item, wide) for place, item in validated)
        if len(results) != len(suite.expectations):
            results += (_not_evaluated(len(suite.expectations) - len(results)),)
        return SuiteResult(suite.metric, suite.sha256, len(frame), results)

    def failing(
        self, expectations: Sequence[Mapping[str, Any]], frame: pd.DataFrame, reviewed: Reviewed = NOTHING_REVIEWED
    ) -> set[int]:
        """The positions of the expectations that fail over the frame, without their failing rows, which is faster.

        One that was not evaluated fails; over an empty frame all do.
        """
        if frame.empty:
            return set(range(len(expectations)))
        validated = self._over_parts(expectations, with_guard_columns(frame), reviewed, "BOOLEAN_ONLY")
        held = {place for place, item in validated if item is SUPERSEDED or item.success}
        return set(range(len(expectations))) - held

    def _over_parts(
        self,
        expectations: Sequence[Mapping[str, Any]],
        frame: pd.DataFrame,
        reviewed: Reviewed,
        result_format: ResultFormat,
    ) -> list[tuple[int, Any]]:
        """Each result with the position of its expectation: of what is bound to reviewed vintages over their rows alone."""
        part = reviewed.part_of(frame)
        if part.rows is frame:
            return self._validate(list(enumerate(expectations)), frame, result_format)
        general = [(place, one) for place, one in enumerate(expectations) if not is_bound(one)]
        bound = [(place, one) for place, one in enumerate(expectations) if is_bound(one)]
        gone = {
            place
            for place, one in bound
            if is_of_presence(one) and part.is_superseded(one["kwargs"].get("row_condition"))
        }
        return sorted(
            [
                *self._validate(general, frame, result_format),
                *self._validate([item for item in bound if item[0] not in gone], part.rows, result_format),
                *((place, SUPERSEDED) for place in gone),
            ],
            key=itemgetter(0),
        )

    def _validate(
        self, expectations: Iterable[tuple[int, Mapping[str, Any]]], frame: pd.DataFrame, result_format: ResultFormat
    ) -> list[tuple[int, Any]]:
        """Each result with the position of its expectation, which is given with it.

        Rows are chosen here, once for all expectations under the same condition: the library would choose them again for every
        figure that it computes, and accepts no condition in this syntax from its version 2 on.
        """
        conditions: dict[str | None, list[dict[str, Any]]] = {}
        for position, item in expectations:
            kwargs = {name: value for name, value in item["kwargs"].items() if name not in CONDITION}
            numbered = {**item, "kwargs": kwargs, "meta": {"position": position}}
            conditions.setdefault(item["kwargs"].get("row_condition"), []).append(numbered)
        found: list[tuple[int, Any]] = []
        for condition, items in conditions.items():
            rows = frame.query(condition) if condition else frame
            batch = self._definition.get_batch(batch_parameters={"dataframe": rows})
            suite = self._gx.ExpectationSuite(name="suite", expectations=items)
            results: list[Any] = batch.validate(suite, result_format=result_format).results
            found += [(int(one.expectation_config.meta["position"]), one) for one in results]
        return sorted(found, key=itemgetter(0))


def _result(expectation: Mapping[str, Any], position: int, item: Any, frame: pd.DataFrame) -> ExpectationResult:
    if item is SUPERSEDED:
        kind, kwargs, fault = expectation["type"], expectation["kwargs"], expectation["meta"]["fault"]
        return ExpectationResult(kind, kwargs, fault, True, SUPERSEDED, position=position, group=group_of(expectation))
    return ExpectationResult(
        expectation=expectation["type"],
        kwargs=expectation["kwargs"],
        fault=expectation["meta"]["fault"],
        passed=bool(item.success),
        observed=_observed(item),
        failing_rows=() if item.success else _failing_rows(item.result, frame),
        position=position,
        group=group_of(expectation),
    )


def _observed(item: Any) -> str:
    problem = item.exception_info or {}
    if problem.get("raised_exception"):
        return f"an error: {problem.get('exception_message')}"
    nested = [info for info in problem.values() if isinstance(info, dict) and info.get("raised_exception")]
    if nested:
        return f"an error: {nested[0].get('exception_message')}"
    result = item.result or {}
    if missing := result.get("partial_missing_list"):
        return f"missing: {', '.join(map(str, missing))}"
    if "observed_value" in result:
        return str(result["observed_value"])[:500]
    shown = result.get("partial_unexpected_list") or []
    return f"{result.get('unexpected_count', 0)} of {result.get('element_count', 0)} values unexpected, such as {shown[:5]}"


def _failing_rows(result: Mapping[str, Any], frame: pd.DataFrame) -> tuple[Mapping[str, Any], ...]:
    index = (result or {}).get("unexpected_index_list") or []
    labels = [label for label in index if label in frame.index][:FAILING_ROWS_SHOWN]
    rows = frame.loc[labels].astype(object).where(frame.loc[labels].notna(), None)
    return tuple({str(name): value for name, value in row.items()} for row in rows.to_dict("records"))


def _not_evaluated(count: int) -> ExpectationResult:
    return ExpectationResult(
        "every expectation is evaluated",
        {},
        "a suite of which expectations were not evaluated",
        False,
        f"{count} not evaluated",
    )
