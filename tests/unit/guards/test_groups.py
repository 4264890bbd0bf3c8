"""Every expectation is in the group under which a reader looks for it, and a failure turns its own group red alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from orchestration.core.files import write_json
from orchestration.guards.evaluate import Evaluator, ExpectationResult, SuiteResult
from orchestration.guards.groups import GROUPS, group_of
from orchestration.guards.suites import SHARED, load_suite


def expectation(kind: str, entry: str = "expectations[0]", **kwargs: Any) -> dict[str, Any]:
    return {"type": f"expect_{kind}", "kwargs": kwargs, "meta": {"fault": "synthetic", "entry": entry}}


@pytest.mark.parametrize(
    ("item", "group"),
    [
        (expectation("compound_columns_to_be_unique", column_list=["area", "year"]), "keys"),
        (expectation("column_unique_value_count_to_be_between", column="area", min_value=3), "completeness"),
        (expectation("column_values_to_not_be_null", column="value"), "completeness"),
        (expectation("table_row_count_to_be_between", "rows[0]", min_value=3), "completeness"),
        (expectation("column_max_to_be_between", "history[0]", column="year", min_value=2024), "completeness"),
        (expectation("column_values_to_be_in_set", column="unit", value_set=["USD"]), "codes"),
        (expectation("column_values_to_not_match_regex", column="area", regex="^1"), "codes"),
        (expectation("table_columns_to_match_ordered_list", column_list=["area"]), "codes"),
        (expectation("column_values_to_be_between", column="value", max_value=1e12), "magnitudes"),
        (expectation("column_max_to_be_between", "anchors[0]", column="value", max_value=1e12), "anchors"),
        (expectation("column_values_to_not_be_in_set", column="change_ratio", value_set=[1.0]), "growth"),
        (expectation("column_median_to_be_between", column="vintage_ratio", max_value=2), "revisions"),
    ],
)
def test_an_expectation_is_in_the_group_of_what_it_proves(item: dict[str, Any], group: str) -> None:
    assert group_of(item) == group
    assert group in GROUPS


def test_a_failure_is_of_its_own_group_alone(tmp_path: Path) -> None:
    items = [
        {"type": "expect_column_values_to_not_be_null", "kwargs": {"column": "value"}, "meta": {"fault": "lost"}},
        {
            "type": "expect_column_values_to_be_between",
            "kwargs": {"column": "value", "max_value": 10},
            "meta": {"fault": "a unit slip"},
        },
    ]
    write_json(tmp_path / "synthetic.json", {"name": "synthetic", "expectations": items})
    write_json(tmp_path / SHARED, {"expectations": []})
    whole = Evaluator().evaluate(load_suite(tmp_path, "synthetic"), pd.DataFrame({"value": [1.0, 1000.0]}))
    assert not whole.passed
    assert whole.of_group("completeness").passed
    assert [one.fault for one in whole.of_group("magnitudes").failures] == ["a unit slip"]


def test_what_was_not_evaluated_fails_every_group() -> None:
    lost = ExpectationResult("every expectation is evaluated", {}, "not evaluated", False, "2 not evaluated")
    whole = SuiteResult("synthetic", "", 5, (lost,))
    assert not any(whole.of_group(group).passed for group in GROUPS)
