"""An expectation with a condition looks at the rows of the condition, at no others, and is shown as it was written."""

from __future__ import annotations

from typing import Any

import pytest

from orchestration.guards.evaluate import Evaluator
from orchestration.guards.suites import Suite
from tests.unit.guards.synthetic_frames import frame_of

BETWEEN = "expect_column_values_to_be_between"


def between(condition: str | None, most: int) -> dict[str, Any]:
    chosen = {"row_condition": condition, "condition_parser": "pandas"} if condition else {}
    kwargs = {"column": "value", "min_value": 0, "max_value": most, **chosen}
    return {"type": BETWEEN, "kwargs": kwargs, "meta": {"fault": "a synthetic one"}}


@pytest.mark.parametrize(("china", "held"), [(5.0, True), (50.0, False)])
def test_only_the_rows_of_the_condition_are_looked_at(evaluator: Evaluator, china: float, *, held: bool) -> None:
    rows = frame_of([{"area": "USA", "value": 900.0}, {"area": "CHN", "value": china}])
    items = [between(None, 1000), between('area == "CHN"', 10), between(None, 2000), between('area == "CHN"', 60)]
    result = evaluator.evaluate(Suite("synthetic", "0" * 64, items), rows)
    assert [one.position for one in result.results] == [0, 1, 2, 3]
    assert [one.passed for one in result.results] == [True, held, True, True]
    assert [dict(one.kwargs) for one in result.results] == [item["kwargs"] for item in items]
    assert [row["value"] for row in result.results[1].failing_rows] == ([] if held else [china])
    assert evaluator.failing(items, rows) == (set() if held else {1})
