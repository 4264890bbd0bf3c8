"""The metric contract as the dbt project tests it: columns, key and clocks are those of contracts/metric.py."""

from typing import Any

import yaml

from orchestration.contracts.metric import CLOCKS, COLUMNS, KEY
from orchestration.core.settings import Settings

PROJECT = Settings.from_environment().dbt_project


def shared_tests() -> list[dict[str, Any]]:
    """The data tests of the union of all metrics, and of its column ``clock``."""
    path = PROJECT / "models" / "intermediate" / "on_metrics" / "int_metrics_checked.yml"
    (model,) = yaml.safe_load(path.read_text(encoding="utf-8"))["models"]
    (clock,) = (column for column in model["columns"] if column["name"] == "clock")
    return [test for test in (*model["data_tests"], *clock["data_tests"]) if isinstance(test, dict)]


def arguments(name: str) -> dict[str, Any]:
    return next(dict(test[name]["arguments"]) for test in reversed(shared_tests()) if name in test)


def test_the_union_of_all_metrics_is_tested_by_the_contract() -> None:
    assert set(arguments("unique_combination_of_columns")["combination_of_columns"]) == set(KEY)
    assert {*COLUMNS, "model"} - set(arguments("no_nulls")["columns"]) == {"base_year", "value"}
    assert sorted(arguments("accepted_values")["values"]) == sorted(CLOCKS)
