"""Suite files are read strictly, and expand to the shared expectations and those of the metric."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from orchestration.contracts.metric import COLUMNS, KEY
from orchestration.core.errors import GuardError
from orchestration.core.files import write_json
from orchestration.guards.guard_columns import GUARD_COLUMNS
from orchestration.guards.suites import SHARED, load_suite

METRIC = "book_receipts"
SUITES = Path(__file__).resolve().parents[3] / "expectations"
UNITS = {
    "type": "expect_column_values_to_be_in_set",
    "kwargs": {"column": "unit", "value_set": "$codes.unit"},
    "meta": {"fault": "a unit that the definition does not name"},
}
ITEMS = {
    "type": "expect_column_values_to_be_in_set",
    "kwargs": {"column": "item", "value_set": "$codes.item"},
    "meta": {"fault": "an unknown item"},
    "optional": True,
}
NO_BASE = {
    "type": "expect_column_values_to_be_null",
    "kwargs": {"column": "base_year"},
    "meta": {"fault": "a base year on a figure that compares no years"},
}
OWN = {
    "type": "expect_column_values_to_not_be_null",
    "kwargs": {"column": "value"},
    "meta": {"fault": "a value got lost", "faults": ["nulls"], "since": "2020-01-01"},
}


def write(folder: Path, shared: list[Any] | None = None, **content: Any) -> Path:
    write_json(folder / f"{METRIC}.json", {"name": METRIC, "codes": {"unit": ["USD"]}, "expectations": [OWN]} | content)
    write_json(folder / SHARED, {"expectations": [UNITS, ITEMS, NO_BASE] if shared is None else shared})
    return folder


def expanded(folder: Path) -> list[tuple[str, dict[str, Any]]]:
    return [(one["type"], one["kwargs"]) for one in load_suite(folder, METRIC).expectations]


def test_shared_expectations_take_the_codes_of_the_metric(tmp_path: Path) -> None:
    suite = load_suite(write(tmp_path), METRIC)
    units, base, own = suite.expectations
    assert units["kwargs"] == {"column": "unit", "value_set": ["USD"]}
    assert base["kwargs"] == {"column": "base_year"}
    assert own == {**OWN, "meta": {**OWN["meta"], "entry": "expectations[0]"}}  # type: ignore[dict-item]
    with_items = expanded(write(tmp_path, codes={"unit": ["PT"], "item": ["SH"]}))
    assert [kwargs.get("value_set") for _, kwargs in with_items] == [["PT"], ["SH"], None, None]


def test_a_shared_expectation_is_left_out_with_a_reason(tmp_path: Path) -> None:
    folder = write(tmp_path, without={"to_be_null(base_year)": "growth compares a year with a base year"})
    assert "expect_column_values_to_be_null" not in dict(expanded(folder))


def test_an_anchor_is_a_smallest_and_a_largest_value(tmp_path: Path) -> None:
    anchor = {"where": "area == 'USA' and year == 2019", "between": [1, 2.5], "evidence": "a yearbook: 2 dollars"}
    suite = load_suite(write(tmp_path, shared=[], codes={}, expectations=[], anchors=[anchor]), METRIC)
    low, high = suite.expectations
    bounds = {"column": "value", "min_value": 1, "max_value": 2.5, "row_condition": anchor["where"]}
    assert low["kwargs"] == high["kwargs"] == bounds | {"condition_parser": "pandas"}
    assert (low["type"], high["type"]) == ("expect_column_min_to_be_between", "expect_column_max_to_be_between")
    assert low["meta"] == high["meta"]
    assert "a yearbook: 2 dollars" in low["meta"]["fault"]


def test_rows_and_history_are_counts_and_years(tmp_path: Path) -> None:
    where = "source == 'wto'"
    folder = write(
        tmp_path,
        shared=[],
        codes={},
        expectations=[],
        rows=[{"between": [5, 9]}, {"where": where, "between": [5, None], "since": "2020-01-01"}],
        history=[{"where": where, "first": [1950, 2000], "last": [2020, 2045]}],
    )
    chosen = {"row_condition": where, "condition_parser": "pandas"}
    assert expanded(folder) == [
        ("expect_table_row_count_to_be_between", {"min_value": 5, "max_value": 9}),
        ("expect_table_row_count_to_be_between", {"min_value": 5, "max_value": None, **chosen}),
        ("expect_column_min_to_be_between", {"column": "year", "min_value": 1950, "max_value": 2000, **chosen}),
        ("expect_column_max_to_be_between", {"column": "year", "min_value": 2020, "max_value": 2045, **chosen}),
    ]
    assert load_suite(folder, METRIC).expectations[1]["meta"]["since"] == "2020-01-01"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"expectatoins": []}, r"book_receipts.json: expectatoins: Extra"),
        (
            {"anchors": [{"where": "x", "between": [1, 2], "evidence": "a", "sinse": "2020-01-01"}]},
            r"anchors\[0\].sinse",
        ),
        ({"anchors": [{"where": "x", "between": [1, 2]}]}, r"anchors\[0\]: .*evidence and fault"),
        ({"anchors": [{"where": "x", "between": ["1", 2], "evidence": "a"}]}, r"anchors\[0\].between"),
        ({"history": [{"where": "x"}]}, r"history\[0\]: .*first and last"),
        ({"expectations": [OWN | {"meta": {}}]}, r"expectations\[0\].meta.fault"),
        ({"expectations": [OWN | {"meta": {"fault": "x", "since": "soon"}}]}, r"expectations\[0\].meta.since"),
        ({"codes": {}}, "codes.unit is missing; the shared expectation to_be_in_set"),
        ({"codes": {"unit": ["USD"], "colour": ["red"]}}, r"no shared expectation uses \$codes.colour"),
        (
            {"without": {"to_be_null(value)": "a reason of some length"}},
            r"no shared expectation uses to_be_null\(value\)",
        ),
        ({"without": {"to_be_null(base_year)": "because"}}, "without.to_be_null"),
        ({"name": "another_metric"}, "names another metric: 'another_metric'"),
    ],
)
def test_what_a_suite_file_may_not_hold_is_refused_by_its_place(
    tmp_path: Path, content: dict[str, Any], message: str
) -> None:
    with pytest.raises(GuardError, match=message):
        load_suite(write(tmp_path, **content), METRIC)


def test_a_missing_an_empty_and_a_broken_suite_are_refused(tmp_path: Path) -> None:
    with pytest.raises(GuardError, match=r"has no suite: book_receipts.json is missing"):
        load_suite(tmp_path, METRIC)
    with pytest.raises(GuardError, match="expects nothing"):
        load_suite(write(tmp_path, shared=[], codes={}, expectations=[]), METRIC)
    (tmp_path / f"{METRIC}.json").write_text("{")
    with pytest.raises(GuardError, match=r"book_receipts.json: not JSON"):
        load_suite(tmp_path, METRIC)
    (tmp_path / f"{METRIC}.json").write_text('{"name": "a", "name": "b"}')
    with pytest.raises(GuardError, match="'name' is given twice"):
        load_suite(tmp_path, METRIC)
    (write(tmp_path) / SHARED).unlink()
    with pytest.raises(GuardError, match=r"has no suite: contract.json is missing"):
        load_suite(tmp_path, METRIC)


def test_the_hash_covers_the_shared_file_and_the_metrics_own(tmp_path: Path) -> None:
    first = load_suite(write(tmp_path), METRIC).sha256
    assert load_suite(write(tmp_path), METRIC).sha256 == first
    assert load_suite(write(tmp_path, shared=[UNITS, ITEMS]), METRIC).sha256 != first
    assert load_suite(write(tmp_path, codes={"unit": ["PT"]}), METRIC).sha256 != first


@pytest.mark.parametrize("metric", sorted(path.stem for path in SUITES.glob("*.json")))
def test_every_suite_guards_the_metric_contract(metric: str) -> None:
    expectations = load_suite(SUITES, metric).expectations
    kwargs = [(one["type"].removeprefix("expect_"), one["kwargs"]) for one in expectations]
    assert ("table_columns_to_match_ordered_list", {"column_list": [*COLUMNS, *GUARD_COLUMNS]}) in kwargs
    assert ("compound_columns_to_be_unique", {"column_list": list(KEY)}) in kwargs
    for column in set(COLUMNS) - {"base_year", "value"}:
        assert ("column_values_to_not_be_null", {"column": column}) in kwargs
    chosen = {given["column"] for kind, given in kwargs if kind == "column_values_to_be_in_set"}
    assert {"metric_id", "clock", "authority", "unit", "obs_status", "basis"} <= chosen
    assert json.dumps(kwargs).count('"$') == 0
