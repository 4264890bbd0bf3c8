"""Suites that did not pass, as one refusal: the figure nearest to the cause, what was expected of it, and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from orchestration.core.errors import GuardError
from orchestration.core.text import one_line
from orchestration.guards.evaluate import ExpectationResult, SuiteResult

_PLACE = ("area", "counterpart_area", "item", "measure", "clock", "authority", "year")
_USUAL = {"W00", "_T", "_Z", "reference_year", None}
"""Values that add nothing: the world as counterpart, a total, no authority, the usual clock."""


def refusal_of(failed: Sequence[SuiteResult], report: Path) -> GuardError:
    """Return the refusal of a build of which these suites failed; ``report`` is the path of its guard report."""
    first, *more = failed
    failures = first.failures
    reasons = [_failure(failures[0]) if failures else "the table is empty, and no expectation was evaluated"]
    if len(failures) > 1:
        reasons.append(f"{len(failures) - 1} more of {first.evaluated} expectations failed")
    if more:
        reasons.append(f"so did suites of {', '.join(result.metric for result in more)}")
    return GuardError(
        f"{first.metric}: {'; '.join(reasons)}", remedy=f"{first.remedy}. Every failing row is in {report}"
    )


def _failure(failure: ExpectationResult) -> str:
    """Return one failed expectation: the newest row that fails it, or what was observed where no single row does."""
    rows = failure.failing_rows
    row = next((item for item in rows if item.get("is_latest")), rows[0] if rows else None)
    column = failure.kwargs.get("column", "value")
    if row is None or column not in row:
        return f"{one_line(failure.observed)}, expected {_expected(failure)}"
    unit = f" {row['unit']}" if column == "value" and row.get("unit") else ""
    place = ", ".join(str(row[name]) for name in _PLACE if row.get(name) not in _USUAL)
    origin = ", ".join(str(row[name]) for name in ("source", "vintage") if row.get(name)).removesuffix(" 00:00:00")
    return f"{column} of {place} is {_number(row[column])}{unit} ({origin}), expected {_expected(failure)}"


def _expected(failure: ExpectationResult) -> str:
    named = {"at least": failure.kwargs.get("min_value"), "at most": failure.kwargs.get("max_value")}
    bounds = [f"{words} {_number(bound)}" for words, bound in named.items() if bound is not None]
    if "between" not in failure.expectation or not bounds:
        return failure.expected
    where = f" where {failure.kwargs['row_condition']}" if "row_condition" in failure.kwargs else ""
    return f"{' and '.join(bounds)}{where}"


def _number(value: object) -> str:
    if isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
        return f"{int(value):,}"
    return f"{value:,.6g}" if isinstance(value, float) else one_line(str(value))
