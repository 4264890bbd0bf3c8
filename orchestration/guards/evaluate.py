"""Evaluation of a suite over a metric's rows by Great Expectations."""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from orchestration.core.late_modules import load_late
from orchestration.guards.evidence import CONDITION, Answer, Evidence, decisive_columns, frame_of
from orchestration.guards.groups import group_of
from orchestration.guards.guard_columns import GUARD_COLUMNS, GuardedRows, cells, rows_of_frame
from orchestration.guards.questions import AGGREGATES, COLUMNS_IN_ORDER, REPETITIONS, ROW_COUNT, Question
from orchestration.guards.reviewed_part import Reviewed
from orchestration.guards.suite_file import is_bound, is_of_presence
from orchestration.guards.suites import Suite

if TYPE_CHECKING:  # a code location loads without it, in a second less
    import pandas as pd

os.environ.setdefault("GX_ANALYTICS_ENABLED", "False")
# Great Expectations imports PySpark where that is installed, which says that it does not know pandas 3; no suite runs on it
warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas")
FAILING_ROWS_SHOWN = 20
NOTHING_REVIEWED = Reviewed()
SUPERSEDED = "a later vintage, which admission judged, is in the place of what was reviewed"
"""What is observed instead of reviewed rows that a metric of the newest figures does not hold any more."""

ResultFormat: TypeAlias = Literal["BASIC", "COMPLETE"]
NO_ROWS = "0 of 0 values unexpected"
"""What is observed where no row meets the condition of an expectation about cells."""


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


@dataclass(frozen=True)
class Verdict:
    """Whether an expectation held, what was observed, and rows that violate it."""

    passed: bool
    observed: str
    failing_rows: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class Said:
    """Whether Great Expectations accepts what it was given, and what it observed."""

    accepts: bool
    observed: str


@dataclass(frozen=True)
class Gathered:
    """How many rows a metric has, and what DuckDB found in them about the expectations of its suite.

    ``superseded`` are the positions of those about reviewed rows in whose place there are later ones.
    """

    rows: int
    evidence: Sequence[Evidence] = ()
    superseded: frozenset[int] = frozenset()


def gather(
    expectations: Sequence[Mapping[str, Any]], rows: GuardedRows, reviewed: Reviewed, *, sample: bool = True
) -> Gathered:
    """What decides each expectation: of those that are bound to reviewed vintages over their rows alone."""
    count = rows.count()
    if not count:
        return Gathered(0)
    part, numbered = reviewed.part_of(rows), list(enumerate(expectations))
    if part.whole is None:
        return Gathered(count, [Evidence(rows, numbered, sample=sample)] if numbered else [])
    general = [(place, one) for place, one in numbered if not is_bound(one)]
    bound = [(place, one) for place, one in numbered if is_bound(one)]
    gone = frozenset(
        place for place, one in bound if is_of_presence(one) and part.is_superseded(one["kwargs"].get("row_condition"))
    )
    left = [item for item in bound if item[0] not in gone]
    apart = [(some, asked) for some, asked in ((rows, general), (part.rows, left)) if asked]
    return Gathered(count, [Evidence(some, asked, sample=sample) for some, asked in apart], gone)


def load_library() -> Any:
    """Great Expectations, which takes a second and a half to import, and would take one more for what no suite uses."""
    load_late(["altair", "scipy.stats"])
    import great_expectations

    return great_expectations


class Evaluator:
    """Runs suites in one ephemeral Great Expectations context, since importing the library takes seconds."""

    def __init__(self) -> None:
        gx = self._gx = load_library()
        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = {"globally": False}
        source = context.data_sources.add_pandas("metrics")
        self._definition = source.add_dataframe_asset("metric").add_batch_definition_whole_dataframe("whole")

    def evaluate(self, suite: Suite, given: GuardedRows | pd.DataFrame) -> SuiteResult:
        """Every expectation of the suite over all rows of a metric; see ``SuiteResult.passed`` for what counts as a pass.

        Great Expectations judges what decides each expectation, not all rows; see ``evidence``.
        """
        with _opened(given) as rows:
            return self.judge(suite, gather(suite.expectations, rows, suite.reviewed))

    def judge(self, suite: Suite, given: Gathered, said_before: dict[Hashable, Said] | None = None) -> SuiteResult:
        """As ``evaluate``, of what was gathered; the connection that it came from is still open. See ``failing`` for ``said_before``."""
        if not given.rows:
            return SuiteResult(suite.metric, suite.sha256, 0, ())
        found = self._verdicts(given, FAILING_ROWS_SHOWN, said_before)
        results = tuple(_result(suite.expectations[place], place, verdict) for place, verdict in sorted(found.items()))
        if len(results) != len(suite.expectations):
            results += (_not_evaluated(len(suite.expectations) - len(results)),)
        return SuiteResult(suite.metric, suite.sha256, given.rows, results)

    def failing(
        self,
        expectations: Sequence[Mapping[str, Any]],
        given: GuardedRows | pd.DataFrame,
        reviewed: Reviewed = NOTHING_REVIEWED,
        *,
        said_before: dict[Hashable, Said] | None = None,
        by_count: bool = False,
    ) -> set[int]:
        """The positions of the expectations that fail, without their failing rows, which is faster.

        One that was not evaluated fails; without any row all do.

        Args:
            said_before: what Great Expectations said, in which calls find and keep its answers: it is asked once whether the
                same values hold to the same expectation, be they of another metric or of another fault.
            by_count: DuckDB's count alone decides about cells and keys. Where it is not zero, ``evaluate`` fails too, whatever
                Great Expectations says of the sample; where it is zero, ``evaluate`` asks it besides.
        """
        everything = set(range(len(expectations)))
        with _opened(given) as rows:
            gathered = gather(expectations, rows, reviewed, sample=not by_count)
            found = self._verdicts(gathered, 1, said_before, by_count=by_count)
        return everything - {place for place, verdict in found.items() if verdict.passed}

    def _verdicts(
        self, given: Gathered, most: int, said_before: dict[Hashable, Said] | None = None, *, by_count: bool = False
    ) -> dict[int, Verdict]:
        """The verdict at each position, with at most so many failing rows."""
        found = dict.fromkeys(given.superseded, Verdict(True, SUPERSEDED))
        for evidence in given.evidence:
            found |= self._judged(evidence, most, said_before, by_count=by_count)
        return found

    def _judged(
        self, evidence: Evidence, most: int, said_before: dict[Hashable, Said] | None, *, by_count: bool
    ) -> dict[int, Verdict]:
        verdicts: dict[int, Verdict] = {}
        said = {} if said_before is None else said_before
        together: list[tuple[Question, Hashable, pd.DataFrame]] = []
        unsaid: dict[Hashable, tuple[Question, dict[str, list[Any]]]] = {}
        for one in evidence.questions:
            answer = evidence.answers.get(one.position)
            if answer is None:
                verdicts[one.position] = self._over_rows(one, evidence)
            elif by_count and one.kind not in AGGREGATES:
                observed = f"{answer.violating} of {answer.rows} values unexpected"
                verdicts[one.position] = Verdict(answer.violating == 0, observed)
            elif one.kind in AGGREGATES or answer.rows:
                violating = evidence.violating(one, most)
                if one.kind in REPETITIONS:
                    frame = _once(evidence.sample_of(one), violating)
                    (item,) = self._validate([one.expectation], frame)
                    verdicts[one.position] = _agreed(_said(item), answer, violating, one)
                else:
                    sample = evidence.sample if one.kind in AGGREGATES else evidence.sample_of(one)
                    found = decisive_columns(one, answer, sample, violating)
                    key = one.position if said_before is None else _key(one, found)
                    together.append((one, key, violating))
                    if key not in said:
                        unsaid[key] = one, found
            else:
                verdicts[one.position] = Verdict(True, NO_ROWS)
        said |= self._said_of(unsaid)
        for one, key, violating in together:
            if key in said:
                verdicts[one.position] = _agreed(said[key], evidence.answers[one.position], violating, one)
        return verdicts

    def _said_of(self, asked: Mapping[Hashable, tuple[Question, dict[str, list[Any]]]]) -> dict[Hashable, Said]:
        """What Great Expectations says of each question over the values that decide it, all in one frame."""
        columns: dict[str, list[Any]] = {}
        expectations = []
        for one, found in asked.values():
            renamed = {argument: f"{argument} of {one.position}" for argument in found}
            columns |= {renamed[argument]: values for argument, values in found.items()}
            expectations.append(_over_columns(one, renamed))
        items = self._validate(expectations, frame_of(columns)) if expectations else []
        said = {item.expectation_config.meta["position"]: _said(item) for item in items}
        return {key: said[one.position] for key, (one, _) in asked.items() if one.position in said}

    def _over_rows(self, question: Question, evidence: Evidence) -> Verdict:
        """The verdict of Great Expectations over rows in memory: of any expectation that has no SQL."""
        frame = evidence.sample if question.kind == COLUMNS_IN_ORDER else evidence.all_rows(question)
        (item,) = self._validate([question.expectation], frame, "COMPLETE")
        return Verdict(bool(item.success), _observed(item), () if item.success else _failing_rows(item.result, frame))

    def _validate(
        self, expectations: list[dict[str, Any]], frame: pd.DataFrame, result_format: ResultFormat = "BASIC"
    ) -> list[Any]:
        batch = self._definition.get_batch(batch_parameters={"dataframe": frame})
        suite = self._gx.ExpectationSuite(name="suite", expectations=expectations)
        results: list[Any] = batch.validate(suite, result_format=result_format).results
        return results


@contextmanager
def _opened(given: GuardedRows | pd.DataFrame) -> Iterator[GuardedRows]:
    if isinstance(given, GuardedRows):
        yield given
    else:
        with rows_of_frame(given) as rows:
            yield rows


def _once(sample: pd.DataFrame, violating: pd.DataFrame) -> pd.DataFrame:
    """Both together, each row once; the index is the number of a row."""
    import pandas as pd

    both = pd.concat([sample, violating])
    return both[~both.index.duplicated()]


def _over_columns(question: Question, renamed: Mapping[str, str]) -> dict[str, Any]:
    """The expectation over columns that hold what decides it: a count of rows is the largest value of one."""
    kind = "expect_column_max_to_be_between" if question.kind == ROW_COUNT else question.kind
    return {**question.expectation, "type": kind, "kwargs": {**question.kwargs, **renamed}}


def _key(question: Question, found: Mapping[str, list[Any]]) -> Hashable:
    """What Great Expectations' answer depends on: which values there are and of which types, as 1 is also 1.0 and true to Python; not how
    many of each and in which order."""
    import pandas as pd

    columns = [[None if pd.isna(value) else value for value in column] for column in found.values()]
    types = tuple(frozenset(map(type, column)) for column in columns)
    return (
        question.kind,
        json.dumps(question.kwargs, sort_keys=True, default=str),
        types,
        frozenset(zip_longest(*columns)),
    )


def _said(item: Any) -> Said:
    return Said(bool(item.success), _observed(item))


def _agreed(said: Said, answer: Answer, violating: pd.DataFrame, question: Question) -> Verdict:
    """A pass needs that nothing violates by DuckDB's count and that Great Expectations accepts what it was given."""
    observed, passed = said.observed, said.accepts
    if observed.startswith("an error") or question.kind in AGGREGATES:
        return Verdict(passed, observed)
    if passed == (answer.violating > 0):
        word = "accepts" if passed else "refuses"
        return Verdict(
            False, f"an error: {answer.violating} violate by DuckDB's count, and Great Expectations {word} the sample"
        )
    if passed:
        return Verdict(True, f"0 of {answer.rows} values unexpected")
    such = [tuple(row) if len(row) > 1 else row[0] for row in violating[question.columns].head(5).to_numpy().tolist()]
    observed = f"{answer.violating} of {answer.rows} values unexpected, such as {such}"
    return Verdict(False, observed, tuple(cells(violating)))


def _result(expectation: Mapping[str, Any], position: int, verdict: Verdict) -> ExpectationResult:
    return ExpectationResult(
        expectation=expectation["type"],
        kwargs=expectation["kwargs"],
        fault=expectation["meta"]["fault"],
        passed=verdict.passed,
        observed=verdict.observed,
        failing_rows=verdict.failing_rows,
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
    return tuple(cells(frame.loc[labels]))


def _not_evaluated(count: int) -> ExpectationResult:
    return ExpectationResult(
        "every expectation is evaluated",
        {},
        "a suite of which expectations were not evaluated",
        False,
        f"{count} not evaluated",
    )
