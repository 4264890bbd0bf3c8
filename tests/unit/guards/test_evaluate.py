"""A suite that evaluated nothing has failed, and a failed suite reports its causes first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from orchestration.core.errors import GuardError
from orchestration.core.files import write_json
from orchestration.guards.evaluate import Evaluator
from orchestration.guards.suites import SHARED, Suite, load_suite, metrics_of

NOT_NULL = {
    "type": "expect_column_values_to_not_be_null",
    "kwargs": {"column": "value"},
    "meta": {"fault": "a value got lost"},
}
POSITIVE = {
    "type": "expect_column_values_to_be_between",
    "kwargs": {"column": "value", "min_value": 0, "max_value": 10},
    "meta": {"fault": "a sign flip or a unit slip"},
}


@pytest.fixture(scope="module")
def evaluator() -> Evaluator:
    return Evaluator()


def write_suite(folder: Path, name: str = "synthetic_metric", **changes: Any) -> Path:
    write_json(folder / "synthetic_metric.json", {"name": name, "expectations": [NOT_NULL, POSITIVE]} | changes)
    write_json(folder / SHARED, {"expectations": []})
    return folder


def test_a_suite_passes_on_good_rows(tmp_path: Path, evaluator: Evaluator) -> None:
    suite = load_suite(write_suite(tmp_path), "synthetic_metric")
    result = evaluator.evaluate(suite, pd.DataFrame({"value": [1.0, 2.0]}))
    assert result.passed
    assert (result.rows, result.evaluated) == (2, 2)


def test_a_bad_row_fails_and_is_shown_with_the_fault_it_is_for(tmp_path: Path, evaluator: Evaluator) -> None:
    suite = load_suite(write_suite(tmp_path), "synthetic_metric")
    result = evaluator.evaluate(suite, pd.DataFrame({"area": ["USA", "CHN"], "value": [1.0, 1000.0]}))
    assert not result.passed
    (failure,) = result.failures
    assert failure.failing_rows == ({"area": "CHN", "value": 1000.0},)
    assert "a sign flip or a unit slip" in result.message()
    assert "CHN" in result.message()


def test_an_empty_frame_fails(tmp_path: Path, evaluator: Evaluator) -> None:
    suite = load_suite(write_suite(tmp_path), "synthetic_metric")
    result = evaluator.evaluate(suite, pd.DataFrame({"value": pd.Series(dtype="float64")}))
    assert not result.passed
    assert "empty" in result.message()


def test_an_expectation_that_raises_fails(tmp_path: Path, evaluator: Evaluator) -> None:
    suite = load_suite(write_suite(tmp_path), "synthetic_metric")
    result = evaluator.evaluate(suite, pd.DataFrame({"another": [1.0]}))
    assert not result.passed
    assert all("error" in failure.observed for failure in result.failures)


def test_causes_come_before_their_symptoms(evaluator: Evaluator) -> None:
    def expectation(kind: str, fault: str, **kwargs: Any) -> dict[str, Any]:
        return {"type": f"expect_{kind}", "kwargs": kwargs, "meta": {"fault": fault}}

    items = [
        expectation("column_median_to_be_between", "the median moved", column="value", min_value=9),
        expectation("column_max_to_be_between", "a unit slip", column="value", min_value=9),
        expectation("table_row_count_to_be_between", "rows lost", min_value=9),
        expectation("column_distinct_values_to_contain_set", "China is lost", column="area", value_set=["USA", "CHN"]),
    ]
    frame = pd.DataFrame({"area": ["USA"], "value": [1.0]})
    result = evaluator.evaluate(Suite("synthetic_metric", "0" * 64, items), frame)
    assert [one.fault for one in result.failures] == ["China is lost", "rows lost", "a unit slip", "the median moved"]
    lines = result.message().splitlines()
    assert lines[:4] == [
        "synthetic_metric: 4 of 4 expectations failed over 1 rows",
        "  China is lost",
        "    expected: column distinct values to contain set: column area, value_set ['USA', 'CHN']",
        "    observed: missing: CHN",
    ]
    assert lines[-1].startswith("what to do: ")
    assert "expectations/synthetic_metric.json" in lines[-1]


@pytest.mark.parametrize("lacking", ["formula", "unit", "owner", "sources", "description"])
def test_a_metric_without_description_unit_or_owner_does_not_build(lacking: str) -> None:
    meta = dict.fromkeys(("formula", "unit", "grain", "owner", "cadence", "sources"), "x")
    meta.pop(lacking, None)
    node = {
        "resource_type": "model",
        "path": "metrics/synthetic_metric.sql",
        "name": "synthetic_metric",
        "original_file_path": "models/metrics/synthetic_metric.sql",
        "description": "" if lacking == "description" else "A synthetic metric.",
        "config": {"meta": meta},
    }
    with pytest.raises(GuardError, match=lacking):
        metrics_of({"nodes": {"model.x": node}})
