"""Validation of a suite over the rows of a metric: a checkpoint of Great Expectations over pandas batches."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from orchestration.guards.guard_columns import FAILING_ROWS, GuardedRows, cells
from orchestration.guards.reviewed_part import reviewed_part
from orchestration.guards.suite_results import ExpectationResult, SuiteResult

if TYPE_CHECKING:
    import pandas as pd
    from great_expectations.expectations.expectation import Expectation

    from orchestration.guards.suites import Suite

os.environ.setdefault("GX_ANALYTICS_ENABLED", "False")
# Great Expectations imports PySpark where that is installed, which warns that it does not know pandas 3; no suite runs on it
warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas")
warnings.filterwarnings("ignore", "Passing a string to the row_condition parameter is deprecated")
SUPERSEDED = "later vintages, which admission judged, replaced the reviewed rows"
"""The observation of an expectation about reviewed rows that a metric of newest figures no longer contains."""

PUBLISHED_LATER = "not judged: some reviewed rows of the metric were published after the day of the build"
"""The observation of an expectation that demands rows, in a build as of an earlier day."""

_POSITION = "position"


def validate(suite: Suite, rows: GuardedRows, day: date | None = None) -> SuiteResult:
    """Evaluate every expectation of a suite over all rows of a metric, in a build as of a day where one is given.

    Expectations that are bound to reviewed vintages see the reviewed rows alone; see ``reviewed_part``.
    """
    if not (count := rows.count()):
        return SuiteResult(suite.metric, suite.sha256, 0, ())
    part = reviewed_part(suite.reviewed, rows)
    results: dict[int, ExpectationResult] = {}
    bound: dict[int, Expectation] = {}
    whole: dict[int, Expectation] = {}
    for place, item in enumerate(suite.expectations):
        if suite.is_published_later(item, day):
            results[place] = _stated(item, PUBLISHED_LATER)
        elif part.rows is rows or not suite.is_bound(item):
            whole[place] = item
        elif part.is_superseded(item):
            results[place] = _stated(item, SUPERSEDED)
        else:
            bound[place] = item
    results |= _validated(whole, rows) | _validated(bound, part.rows)
    return SuiteResult(suite.metric, suite.sha256, count, tuple(results[place] for place in sorted(results)))


def _validated(expectations: Mapping[int, Expectation], rows: GuardedRows) -> dict[int, ExpectationResult]:
    """Return the result of each expectation: of aggregates over one small batch, of all others over batches of rows.

    Of several batches of rows, the result is that of the first in which the expectation fails, or else of the last.
    """
    from orchestration.guards.expectation_types import AggregateExpectation

    aggregates = {at: item for at, item in expectations.items() if isinstance(item, AggregateExpectation)}
    of_rows = {at: item for at, item in expectations.items() if at not in aggregates}
    results = _run_checkpoint(aggregates, rows.aggregates(aggregates.values())) if aggregates else {}
    for frame in rows.batches() if of_rows else ():
        for place, result in _run_checkpoint(of_rows, frame).items():
            if place not in results or results[place].passed:
                results[place] = result
    return results


def _run_checkpoint(expectations: Mapping[int, Expectation], frame: pd.DataFrame) -> dict[int, ExpectationResult]:
    """Return the results of a checkpoint over one batch, by the positions of the expectations.

    The unexpected rows of expectations that fail are listed by the same checkpoint in a fuller format, which takes twice the time.
    """
    seen = _results_by_position(expectations, frame, "BASIC")
    if failed := {place: item for place, item in expectations.items() if not seen[place].success}:
        seen |= _results_by_position(failed, frame, "COMPLETE")
    return {place: _result(item, seen[place], frame) for place, item in expectations.items()}


def _results_by_position(
    expectations: Mapping[int, Expectation], frame: pd.DataFrame, result_format: Literal["BASIC", "COMPLETE"]
) -> dict[int, Any]:
    """Return the results of a checkpoint of Great Expectations over a data frame."""
    import great_expectations as gx

    numbered = [
        item.copy(update={"meta": {**(item.meta or {}), _POSITION: place}}) for place, item in expectations.items()
    ]
    # A new context costs 5 ms. `add_or_update` in an old one compares the suites, which takes as long as the validation.
    context: Any = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    suite = context.suites.add(gx.ExpectationSuite(name="suite", expectations=numbered))
    asset = context.data_sources.add_pandas("metrics").add_dataframe_asset("metric")
    batch = asset.add_batch_definition_whole_dataframe("rows")
    validation = context.validation_definitions.add(gx.ValidationDefinition(name="metric", data=batch, suite=suite))
    checkpoint = gx.Checkpoint(name="guards", validation_definitions=[validation], result_format=result_format)
    result = context.checkpoints.add(checkpoint).run(batch_parameters={"dataframe": frame})
    (run,) = result.run_results.values()
    return {item.expectation_config.meta[_POSITION]: item for item in run.results}


def _result(expectation: Expectation, validation: Any, frame: pd.DataFrame) -> ExpectationResult:
    result = validation.result or {}
    rows = result.get("failing_rows", ())
    if unexpected := result.get("unexpected_index_list"):
        rows = cells(frame.loc[unexpected[:FAILING_ROWS]])
    passed = bool(validation.success)
    return _stated(expectation, _observed(validation, result), passed=passed, rows=() if passed else rows)


def _stated(
    expectation: Expectation, observed: str, *, passed: bool = True, rows: Iterable[Mapping[str, Any]] = ()
) -> ExpectationResult:
    config = config_of(expectation)
    return ExpectationResult(config["type"], config["kwargs"], fault_of(expectation), passed, observed, tuple(rows))


def _observed(validation: Any, result: Mapping[str, Any]) -> str:
    if error := _error(validation.exception_info or {}):
        return f"an error: {error}"
    if "observed_value" in result:
        return str(result["observed_value"])[:500]
    counted = f"{result.get('unexpected_count')} of {result.get('element_count')} values unexpected"
    shown = result.get("partial_unexpected_list")
    return f"{counted}, such as {shown[:5]}" if shown else counted


def _error(info: Mapping[str, Any]) -> str | None:
    """Return the message of the exception that Great Expectations caught while it evaluated, if there was one."""
    for problem in (info, *(value for value in info.values() if isinstance(value, dict))):
        if problem.get("raised_exception"):
            return str(problem.get("exception_message"))
    return None


def fault_of(expectation: Expectation) -> str:
    """Return the fault that an expectation is for, with its evidence."""
    meta = expectation.meta or {}
    fault = str(meta.get("fault") or getattr(expectation, "fault", ""))
    return f"{fault}; evidence: {meta['evidence']}" if "evidence" in meta else fault


def config_of(expectation: Expectation) -> dict[str, Any]:
    """Return an expectation as JSON: type, arguments and meta, without what depends on the version of the library."""
    config: dict[str, Any] = expectation.configuration.to_json_dict()
    kwargs = {name: value for name, value in config["kwargs"].items() if value is not None}
    if isinstance(condition := kwargs.get("row_condition"), dict):
        kwargs["row_condition"] = condition["pass_through_filter"]
    return {"type": config["type"], "kwargs": kwargs, "meta": config.get("meta") or {}}
