"""The metric contract as the dbt project writes it: columns, defaults, key and clocks are those of contracts/metric.py."""

from __future__ import annotations

import re
from typing import Any

import yaml

from orchestration.contracts.metric import CLOCKS, COLUMNS, KEY, NO_CLOCK, NOT_APPLICABLE
from orchestration.core.settings import Settings

PROJECT = Settings.from_environment().dbt_project


def macro(name: str) -> str:
    """The body of a macro in macros/metrics.sql."""
    text = (PROJECT / "macros" / "metrics.sql").read_text(encoding="utf-8")
    found = re.search(rf"{{%-? macro {name}\(.*?%}}(.*?){{%-? endmacro", text, re.DOTALL)
    assert found, name
    return found[1]


def shared_rules() -> dict[str, Any]:
    """The rules that hold for every metric, by column; those of the whole table under the empty name."""
    path = PROJECT / "models" / "intermediate" / "int_metrics_checked.yml"
    (model,) = yaml.safe_load(path.read_text(encoding="utf-8"))["models"]
    described = {"": model, **{column["name"]: column for column in model["columns"]}}
    return {name: one.get("config", {}).get("meta", {}).get("rules", []) for name, one in described.items()}


def arguments(column: str, test: str) -> dict[str, Any]:
    (one,) = [one[test]["arguments"] for one in shared_rules()[column] if isinstance(one, dict) and test in one]
    return dict(one)


def test_the_macro_lists_the_columns_of_the_contract() -> None:
    assert re.findall(r'"(\w+)"', macro("metric_columns")) == list(COLUMNS)


def test_the_defaults_are_those_of_the_contract() -> None:
    defaults = dict(re.findall(r'"(\w+)": "(.+)"', macro("metric_defaults")))
    assert defaults["clock"] == f"'{NO_CLOCK}'"
    assert defaults["authority"] == f"'{NOT_APPLICABLE}'"
    assert set(defaults) <= set(COLUMNS)


def test_the_key_of_all_metrics_is_that_of_the_contract() -> None:
    assert set(arguments("", "unique_key")["columns"]) == set(KEY)


def test_only_the_base_year_and_the_value_may_be_empty() -> None:
    assert {*COLUMNS, "model"} - set(arguments("", "no_nulls")["columns"]) == {"base_year", "value"}


def test_the_clocks_are_those_of_the_contract() -> None:
    assert arguments("clock", "matches_pattern")["pattern"] == f"^({'|'.join(CLOCKS)})$"
