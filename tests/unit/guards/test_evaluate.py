"""Suites are evaluated on rows and on ratios to the year and vintage before; batches change no verdict."""

from collections.abc import Callable
from typing import Any

import great_expectations.expectations as gxe
import pandas as pd
import pytest

from orchestration.contracts.metric import COLUMNS
from orchestration.guards import expectation_types as own
from orchestration.guards import guard_columns
from orchestration.guards.guard_columns import GUARD_COLUMNS
from orchestration.guards.suite_results import SuiteResult
from orchestration.guards.suites import Suite
from tests.unit.guards.synthetic_frames import frame_of, receipts, rows_of_frame, validate_frame

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


def with_guard_columns(frame: pd.DataFrame) -> pd.DataFrame:
    with rows_of_frame(frame) as rows:
        return pd.concat(rows.batches())


def test_ratios_by_hand() -> None:
    old = {"vintage": "2011-07-01", "is_latest": False}
    frame = frame_of(
        [
            {"year": 2007, "value": 10.0},
            {"year": 2008, "value": 15.0},
            {"year": 2008, "value": 20.0, **old},
            {"year": 2010, "value": 30.0},
            {"year": 2011, "value": 0.0},
            {"year": 2012, "value": 5.0},
            {"year": 2008, "value": 7.0, "area": "CHN"},
            {"year": 2009, "value": None, "area": "CHN", "obs_status": "Q"},
        ]
    )
    wide = with_guard_columns(frame)
    assert list(wide.columns) == [*COLUMNS, *GUARD_COLUMNS]
    pd.testing.assert_frame_equal(wide[list(COLUMNS)].astype(object), frame.astype(object), check_names=False)
    changes = wide["change_ratio"].astype(object).where(wide["change_ratio"].notna(), None).tolist()
    assert changes == [None, 1.5, None, None, 0.0, None, None, None]
    revisions = wide["vintage_ratio"].astype(object).where(wide["vintage_ratio"].notna(), None).tolist()
    assert revisions == [None, 0.75, None, None, None, None, None, None]
    assert wide["vintage_year"].tolist() == [2012, 2012, 2011, 2012, 2012, 2012, 2012, 2012]


def test_growth_from_different_base_years_is_not_one_series() -> None:
    frame = frame_of([{"year": 2008, "base_year": 2000, "value": 2.0}, {"year": 2009, "base_year": 2001, "value": 3.0}])
    assert with_guard_columns(frame)["change_ratio"].isna().all()


@pytest.mark.parametrize("rows_of_a_batch", [109, 60, 55])
def test_every_row_is_in_one_batch(rows_of_a_batch: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard_columns, "BATCH_ROWS", rows_of_a_batch)
    with rows_of_frame(receipts()) as rows:
        sizes = [len(batch) for batch in rows.batches()]
    assert sizes == [rows_of_a_batch, 110 - rows_of_a_batch]
