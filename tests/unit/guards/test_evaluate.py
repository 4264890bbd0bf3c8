"""A guard that looked at nothing has failed, and a failed guard says what it saw."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from orchestration.core.errors import GuardError
from orchestration.core.files import write_json
from orchestration.guards.evaluate import Evaluator
from orchestration.guards.suites import load_suite, metrics_of

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
    content = {"name": name, "expectations": [NOT_NULL, POSITIVE], "meta": {}} | changes
    write_json(folder / "synthetic_metric.json", content)
    return folder


def test_a_suite_passes_on_good_rows(tmp_path: Path, evaluator: Evaluator) -> None:
    suite = load_suite(write_suite(tmp_path), "synthetic_metric")
    result = evaluator.evaluate(suite, pd.DataFrame({"value": [1.0, 2.0]}))
    assert result.passed
    assert (result.rows, result.evaluated) == (2, 2)


def test_a_bad_row_fails_and_is_shown_with_the_fault_it_stands_for(tmp_path: Path, evaluator: Evaluator) -> None:
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


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"expectations": []}, "expects something"),
        ({"name": "another_metric"}, "bears its metric's name"),
    ],
)
def test_a_suite_that_guards_nothing_is_refused(tmp_path: Path, changes: dict[str, Any], said: str) -> None:
    with pytest.raises(GuardError, match=said):
        load_suite(write_suite(tmp_path, **changes), "synthetic_metric")


def test_a_missing_or_broken_suite_is_refused(tmp_path: Path) -> None:
    with pytest.raises(GuardError, match="has none"):
        load_suite(tmp_path, "synthetic_metric")
    (tmp_path / "synthetic_metric.json").write_text("{")
    with pytest.raises(GuardError, match="a suite is JSON"):
        load_suite(tmp_path, "synthetic_metric")


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
