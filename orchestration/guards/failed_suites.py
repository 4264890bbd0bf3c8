"""Suites that did not pass, as one refusal: the figure nearest to the cause, what was expected of it, and what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from orchestration.core.errors import GuardError
from orchestration.core.text import one_line
from orchestration.guards.evaluate import ExpectationResult, SuiteResult

_PLACE = ("area", "counterpart_area", "item", "measure", "clock", "authority", "year")
_UNSAID = {"W00", "_T", "_Z", "reference_year", None}
"""Values that say nothing: the world as counterpart, a total, no authority, the usual clock."""


def refusal_of(failed: Sequence[SuiteResult], report: Path) -> GuardError:
    """The refusal of a build of which these suites failed; ``report`` is the path of its guard report."""
    first, others = failed[0], [result.metric for result in failed[1:]]
    failures = first.failures
    said = _failure(failures[0]) if failures else "the table is empty, and no expectation was evaluated"
    more = [
        *([f"{len(failures) - 1} more of {first.evaluated} expectations failed"] if len(failures) > 1 else []),
        *([f"so did suites of {', '.join(others)}"] if others else []),
    ]
    return GuardError(
        "; ".join([f"{first.metric}: {said}", *more]),
        remedy=f"{first.remedy}. Every failing row is in {report}",
    )


def _failure(failure: ExpectationResult) -> str:
    """One failed expectation: the newest row that fails it, or what was observed where no single row does."""
    rows = failure.failing_rows
    row = next((one for one in rows if one.get("is_latest")), rows[0] if rows else None)
    column = failure.kwargs.get("column", "value")
    if row is None or column not in row:
        return f"{one_line(failure.observed)}, expected {_expected(failure)}"
    unit = f" {row['unit']}" if column == "value" and row.get("unit") else ""
    place = ", ".join(str(row[name]) for name in _PLACE if row.get(name) not in _UNSAID)
    origin = ", ".join(str(row[name]) for name in ("source", "vintage") if row.get(name)).removesuffix(" 00:00:00")
    return f"{column} of {place} is {_number(row[column])}{unit} ({origin}), expected {_expected(failure)}"


def _expected(failure: ExpectationResult) -> str:
    kwargs: Mapping[str, Any] = failure.kwargs
    low, high = kwargs.get("min_value"), kwargs.get("max_value")
    if "between" not in failure.expectation or (low is None and high is None):
        return failure.expected
    bounds = [
        *([f"at least {_number(low)}"] if low is not None else []),
        *([f"at most {_number(high)}"] if high is not None else []),
    ]
    where = f" where {kwargs['row_condition']}" if "row_condition" in kwargs else ""
    return f"{' and '.join(bounds)}{where}"


def _number(value: object) -> str:
    if isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
        return f"{int(value):,}"
    return f"{value:,.6g}" if isinstance(value, float) else one_line(str(value))
