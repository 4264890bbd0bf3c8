"""Validation of a suite by Great Expectations over the values that decide its expectations."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from orchestration.guards.evidence import POSITION, column_name, deciding_values, frame_of, over_frame
from orchestration.guards.guard_columns import FAILING_ROWS, GuardedRows, cells
from orchestration.guards.reviewed_part import reviewed_part
from orchestration.guards.suite_results import ExpectationResult, SuiteResult
from orchestration.guards.suites import Suite, fault_of

if TYPE_CHECKING:
    import pandas as pd
    from great_expectations.expectations.expectation import Expectation

SUPERSEDED = "later vintages, which admission judged, replaced the reviewed rows"
"""Observation if a metric of newest figures no longer contains the reviewed rows."""

PUBLISHED_LATER = "not judged: some reviewed rows of the metric were published after the day of the build"
"""Observation if a build as of an earlier day cannot have the demanded rows."""


class Verdict(NamedTuple):
    """Whether an expectation is met, what was observed, and the first rows that fail it."""

    passed: bool
    observed: str
    rows: tuple[Mapping[str, Any], ...] = ()


def validate(suite: Suite, rows: GuardedRows, day: date | None = None) -> SuiteResult:
    """Evaluate every expectation of a suite over all rows of a metric, in a build as of a day where one is given.

    Expectations that are bound to reviewed vintages see the reviewed rows alone; see ``reviewed_part``.
    """
    if not (count := rows.count()):
        return SuiteResult(suite.metric, suite.sha256, 0, ())
    part = reviewed_part(suite.reviewed, rows)
    verdicts: dict[int, Verdict] = {}
    bound: dict[int, Expectation] = {}
    whole: dict[int, Expectation] = {}
    for place, item in enumerate(suite.expectations):
        if suite.is_published_later(item, day):
            verdicts[place] = Verdict(True, PUBLISHED_LATER)
        elif part.rows is rows or not suite.is_bound(item):
            whole[place] = item
        elif part.is_superseded(item):
            verdicts[place] = Verdict(True, SUPERSEDED)
        else:
            bound[place] = item
    verdicts |= _validated(whole, rows) | _validated(bound, part.rows)
    results = (
        ExpectationResult(config["type"], config["kwargs"], fault_of(item), *verdicts[place])
        for place, (item, config) in enumerate(zip(suite.expectations, suite.configs, strict=True))
    )
    return SuiteResult(suite.metric, suite.sha256, count, tuple(results))


def _validated(expectations: Mapping[int, Expectation], rows: GuardedRows) -> dict[int, Verdict]:
    """Return the verdict on each expectation: of one validation of what decides them.

    The rows themselves are read where nothing else decides, and where an expectation about cells fails, for the rows
    that fail it.
    """
    from orchestration.guards.expectation_types import AggregateExpectation, figures_of

    aggregates = {place: item for place, item in expectations.items() if isinstance(item, AggregateExpectation)}
    of_cells = {place: item for place, item in expectations.items() if place not in aggregates}
    decided = deciding_values(of_cells, rows)
    columns = figures_of(aggregates, rows)
    judged: dict[int, Expectation] = {**aggregates}
    verdicts: dict[int, Verdict] = {}
    for place, (count, values) in decided.items():
        verdicts[place] = Verdict(True, f"0 of {count} values unexpected")
        if count:
            judged[place] = over_frame(expectations[place], place, values)
            columns |= {column_name(place, argument): column for argument, column in values.items()}
    seen = _results_by_position(judged, frame_of(columns), "BASIC") if judged else {}
    verdicts |= {place: _verdict(seen[place]) for place in aggregates}
    unmet = {place for place in judged if place in of_cells and not seen[place].success}
    read = {place: item for place, item in of_cells.items() if place in unmet or place not in decided}
    verdicts |= _over_rows(read, rows)
    return verdicts | {place: _verdict(seen[place]) for place in unmet if verdicts[place].passed}


def _over_rows(expectations: Mapping[int, Expectation], rows: GuardedRows) -> dict[int, Verdict]:
    """Return verdicts over all rows: that of the first failing batch, else that of the last."""
    verdicts: dict[int, Verdict] = {}
    for frame in rows.batches() if expectations else ():
        seen = _results_by_position(expectations, frame, "COMPLETE")
        for place in expectations:
            if place not in verdicts or verdicts[place].passed:
                verdicts[place] = _verdict(seen[place], frame)
    return verdicts


def _results_by_position(
    expectations: Mapping[int, Expectation], frame: pd.DataFrame, result_format: Literal["BASIC", "COMPLETE"]
) -> dict[int, Any]:
    """Return the results of Great Expectations over a data frame."""
    import great_expectations as gx

    numbered = [
        item.copy(update={"meta": {**(item.meta or {}), POSITION: place}}) for place, item in expectations.items()
    ]
    context: Any = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    asset = context.data_sources.add_pandas("metrics").add_dataframe_asset("metric")
    rows = asset.add_batch_definition_whole_dataframe("rows").get_batch(batch_parameters={"dataframe": frame})
    # without a checkpoint, which would write and compare each suite several times: twice the time for the same verdicts
    run = rows.validate(gx.ExpectationSuite(name="suite", expectations=numbered), result_format=result_format)
    return {item.expectation_config.meta[POSITION]: item for item in run.results}


def _verdict(validation: Any, frame: pd.DataFrame | None = None) -> Verdict:
    result = validation.result or {}
    rows = result.get("failing_rows", ())
    if frame is not None and (unexpected := result.get("unexpected_index_list")):
        rows = cells(frame.loc[unexpected[:FAILING_ROWS]])
    passed = bool(validation.success)
    return Verdict(passed, _observed(validation, result), () if passed else tuple(rows))


def _observed(validation: Any, result: Mapping[str, Any]) -> str:
    if error := _error(validation.exception_info or {}):
        return f"an error: {error}"
    if "observed_value" in result:
        return str(result["observed_value"])[:500]
    counted = f"{result.get('unexpected_count')} of {result.get('element_count')} values unexpected"
    shown = result.get("partial_unexpected_list")
    return f"{counted}, such as {shown[:5]}" if shown else counted


def _error(info: Mapping[str, Any]) -> str | None:
    """Return the message of the exception that Great Expectations caught, if any."""
    for problem in (info, *(value for value in info.values() if isinstance(value, dict))):
        if problem.get("raised_exception"):
            return str(problem.get("exception_message"))
    return None
