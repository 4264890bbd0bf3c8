"""The result of a suite, and the refusal of a build whose suites failed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestration.core.errors import GuardError
from orchestration.core.text import one_line
from orchestration.methods.codes import TOTAL, WORLD

NO_ROW = "no row"
"""Start of the observation of an aggregate without rows."""

_PLACE = ("area", "counterpart_area", "item", "measure", "clock", "authority", "year")
_USUAL = {WORLD, TOTAL, "_Z", "reference_year", None}
"""Values that add nothing: the world as counterpart, a total, no authority, the usual clock."""


@dataclass(frozen=True)
class ExpectationResult:
    """What Great Expectations observed of one expectation."""

    expectation: str
    kwargs: Mapping[str, Any]
    fault: str
    passed: bool
    observed: str
    failing_rows: tuple[Mapping[str, Any], ...] = ()

    @property
    def lacks_rows(self) -> bool:
        """Return whether rows are missing, so that no failing row can be shown."""
        return not self.passed and self.observed.startswith(NO_ROW)

    def sentence(self) -> str:
        """Return the newest failing row (else the observation) and the expected value."""
        rows = self.failing_rows
        row = next((item for item in rows if item.get("is_latest")), rows[0] if rows else {})
        if (column := self.kwargs.get("column", "value")) not in row:
            return f"{one_line(self.observed)}, expected {self._expected()}"
        unit = f" {row['unit']}" if column == "value" and row.get("unit") else ""
        place = ", ".join(str(row[name]) for name in _PLACE if row.get(name) not in _USUAL)
        origin = ", ".join(str(row[name]) for name in ("source", "vintage") if row.get(name)).removesuffix(" 00:00:00")
        return f"{column} of {place} is {_number(row[column])}{unit} ({origin}), expected {self._expected()}"

    def _expected(self) -> str:
        named = {"at least": self.kwargs.get("min_value"), "at most": self.kwargs.get("max_value")}
        bounds = [f"{words} {_number(bound)}" for words, bound in named.items() if bound is not None]
        if bounds:
            where = f" where {self.kwargs['row_condition']}" if "row_condition" in self.kwargs else ""
            return f"{' and '.join(bounds)}{where}"
        arguments = ", ".join(f"{name} {value}" for name, value in self.kwargs.items())
        return f"{self.expectation.removeprefix('expect_').replace('_', ' ')}: {arguments}"


@dataclass(frozen=True)
class SuiteResult:
    """The result of one suite: the number of rows, and every expectation's result.

    ``awaits`` names the sources of a metric that has no data yet: its suite is not evaluated, and has not passed;
    ``held`` what admission holds back of the sources of a suite that has not passed.
    """

    metric: str
    suite_sha256: str
    rows: int
    results: tuple[ExpectationResult, ...]
    awaits: tuple[str, ...] = ()
    held: tuple[str, ...] = ()

    @property
    def evaluated(self) -> int:
        """The number of expectations that were evaluated."""
        return len(self.results)

    @property
    def passed(self) -> bool:
        """True only when expectations were evaluated over rows, and every one was met."""
        return bool(self.rows and self.results) and not self.failures

    @property
    def failures(self) -> list[ExpectationResult]:
        """The failed expectations in the order of the suite."""
        return [result for result in self.results if not result.passed]

    @property
    def remedy(self) -> str:
        """What to do about a failure."""
        if self.held and (not self.failures or self.failures[0].lacks_rows):
            return (
                f"admission holds back {'; '.join(self.held)}, perhaps with these rows: bilateral vintages list --held"
            )
        if not self.rows:
            return "see which of its sources delivered no rows, with `bilateral sources`"
        if self.failures and self.failures[0].lacks_rows:
            return (
                "find out why these rows are missing; correct the source or the model. Where they cannot exist, "
                f"remove the expectation from expectations/{self.metric}.py"
            )
        return (
            "compare the rows with the publisher's own figures. If a figure is wrong, correct the source or the model; "
            f"if it is right, change expectations/{self.metric}.py and state the evidence"
        )

    def message(self) -> str:
        """Return why the suite did not pass: each failed expectation with the fault that it is for."""
        if self.awaits:
            awaited = " or ".join(self.awaits)
            return f"{self.metric} has no data yet, and no expectation was evaluated; it awaits {awaited}"
        if not self.rows:
            return f"{self.metric}: no expectation was evaluated, because its table is empty"
        head = f"{self.metric}: {len(self.failures)} of {self.evaluated} expectations failed over {self.rows:,} rows"
        return "\n  ".join([head, *(f"{failure.sentence()}. Fault: {failure.fault}" for failure in self.failures)])


def refusal_of(failed: Sequence[SuiteResult], report: Path) -> GuardError:
    """Return the refusal of a build whose suites failed; ``report`` is the path of its guard report."""
    first, *more = failed
    failures = first.failures
    reasons = [failures[0].sentence() if failures else "the table is empty, and no expectation was evaluated"]
    if len(failures) > 1:
        reasons.append(f"{len(failures) - 1} more of {first.evaluated} expectations failed")
    if more:
        reasons.append(f"so did suites of {', '.join(result.metric for result in more)}")
    shown = "Every result" if not failures or failures[0].lacks_rows else "Every failing row"
    return GuardError(f"{first.metric}: {'; '.join(reasons)}", remedy=f"{first.remedy}. {shown} is in {report}")


def _number(value: object) -> str:
    if isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
        return f"{int(value):,}"
    return f"{value:,.6g}" if isinstance(value, float) else one_line(str(value))
