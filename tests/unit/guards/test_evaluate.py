"""A suite that evaluated nothing has failed, a failed suite reports its causes first, and batches change no verdict."""

from collections.abc import Callable
from typing import Any

import great_expectations.expectations as gxe
import pandas as pd
import pytest

from orchestration.guards import expectation_types as own
from orchestration.guards import guard_columns
from orchestration.guards.suite_results import SuiteResult
from orchestration.guards.suites import Suite
from tests.unit.guards.synthetic_frames import frame_of, receipts, validate_frame

METRIC = "synthetic_metric"
POSITIVE = gxe.ExpectColumnValuesToBeBetween(column="value", min_value=0, max_value=10, meta={"fault": "a unit slip"})
FULL = gxe.ExpectColumnValuesToNotBeNull(column="value", meta={"fault": "a value got lost"})


def judged(frame: pd.DataFrame, *expectations: Any) -> SuiteResult:
    return validate_frame(Suite(METRIC, expectations), frame)


def test_a_bad_row_fails_and_is_shown_with_the_fault_it_is_for() -> None:
    good, bad = {"value": 1.0}, {"area": "CHN", "value": 1000.0}
    result = judged(frame_of([good]), FULL, POSITIVE)
    assert (result.passed, result.rows, result.evaluated) == (True, 1, 2)
    (failure,) = judged(frame_of([good, bad]), FULL, POSITIVE).failures
    assert [(row["area"], row["value"]) for row in failure.failing_rows] == [("CHN", 1000.0)]
    assert failure.observed == "1 of 2 values unexpected, such as [1000.0]"
    six = judged(frame_of([bad] * 6), POSITIVE)
    assert six.failures[0].observed == f"6 of 6 values unexpected, such as {[1000.0] * 5}"
    assert "a unit slip" in six.message()


@pytest.mark.parametrize(
    ("rows", "expectations", "message"),
    [
        (0, [FULL], "its table is empty"),
        (1, [], "0 of 0 expectations failed"),
        (1, [FULL.copy(update={"column": "another"})], "an error"),
    ],
    ids=["no rows", "no expectations", "an expectation that raises"],
)
def test_what_evaluates_nothing_fails(rows: int, expectations: list[Any], message: str) -> None:
    result = judged(receipts().head(rows), *expectations)
    assert not result.passed
    assert message in result.message()


ROWS = frame_of(
    {"area": area, "year": year, "value": value}
    for area, year, value in (("USA", 2019, 1.0), ("USA", 2020, 2.0), ("CHN", 2020, float("nan")), (None, 2020, 4.0))
)


@pytest.mark.parametrize(
    ("expectation", "observed"),
    [
        (lambda met: own.ExpectRows(where="area = 'USA'", between=(2 if met else 3, None)), "2"),
        (lambda met: own.ExpectYears(where="area = 'USA'", last=(2020 if met else 2021, 2045)), "[2019, 2020]"),
        (lambda met: own.ExpectYears(where="area = 'USA'", first=(2019, 2019 if met else 2018)), "[2019, 2020]"),
        (lambda met: own.ExpectYears(where=f"area = '{'USA' if met else 'JPN'}'"), None),
        (lambda met: own.ExpectAnchor(where="area = 'USA'", between=(1, 2 if met else 1.5)), "[1.0, 2.0]"),
        (lambda met: own.ExpectAnchor(where=f"area = '{'USA' if met else 'JPN'}'", between=(1, 2)), None),
        (lambda met: own.ExpectAnchor(where=f"area = '{'USA' if met else 'CHN'}'", between=(1, 2)), None),
        (lambda met: own.ExpectFigure(aggregate="max(value)", between=(3, 4 if met else 3)), "4.0"),
        (lambda met: own.ExpectCodes(column="area", codes=["USA", "CHN" if met else "J'N"]), None),
        (lambda met: own.ExpectComplete(columns=["year"] if met else ["year", "area"]), None),
        (lambda met: own.ExpectOnlyCodes(column="area", codes=["USA", "CHN"] if met else ["USA"]), None),
        (lambda met: own.ExpectUniqueKey(columns=["area", "year"] if met else ["year"]), None),
        (lambda met: own.ExpectUniqueKey(columns=["year"], where="area = 'USA'" if met else "true"), None),
    ],
)
def test_own_types_fail_on_what_they_are_for(expectation: Callable[[bool], Any], observed: str | None) -> None:
    met, unmet = judged(ROWS, expectation(True)), judged(ROWS, expectation(False))
    assert met.passed, met.message()
    assert not unmet.passed
    assert "error" not in unmet.results[0].observed
    assert observed in (None, met.results[0].observed, unmet.results[0].observed)


def test_rows_that_violate_an_own_type_are_shown() -> None:
    (repeated,) = judged(ROWS, own.ExpectUniqueKey(columns=["year"])).failures
    assert {row["area"] for row in repeated.failing_rows} == {"USA", "CHN", None}
    (empty,) = judged(ROWS, own.ExpectComplete(columns=["area"])).failures
    assert [row["value"] for row in empty.failing_rows] == [4.0]


def test_a_metric_in_several_batches_has_the_verdicts_of_one(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = receipts().assign(value=lambda rows: rows["value"].where(rows.index != 3))
    suite = [
        gxe.ExpectColumnValuesToNotBeNull(column="value"),
        gxe.ExpectColumnValuesToBeInSet(column="area", value_set=["USA"]),
        gxe.ExpectColumnValuesToBeInSet(column="unit", value_set=["USD"]),
        own.ExpectUniqueKey(columns=["area"]),
        own.ExpectFigure(aggregate="median(value)", between=(0, 1)),
    ]
    whole = judged(frame, *suite)
    monkeypatch.setattr(guard_columns, "BATCH_ROWS", 60)
    parts = judged(frame, *suite)
    assert [item.passed for item in parts.results] == [item.passed for item in whole.results]
    assert [item.passed for item in parts.results] == [False, False, True, False, False]
