"""What Great Expectations is given of a large metric decides as all its rows would. All figures are synthetic."""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from orchestration.core.errors import GuardError
from orchestration.guards import questions
from orchestration.guards.conditions import Conditions
from orchestration.guards.evaluate import NOTHING_REVIEWED, Evaluator, Said, gather, load_library
from orchestration.guards.evidence import CONDITION
from orchestration.guards.guard_columns import SAMPLE, rows_of_frame
from orchestration.guards.suites import Suite
from tests.unit.guards.synthetic_frames import frame_of

pytestmark = pytest.mark.slow

EXPECTATIONS = Path(__file__).parents[3] / "expectations"
AREAS = [f"A{number:02d}" for number in range(60)]
AMERICAN, ONE = "area == 'USA'", "area == 'A07' and year == 2005"


def large() -> pd.DataFrame:
    """Two vintages of 20 years and 61 areas: more rows than a sample has."""
    return frame_of(
        {
            "area": area,
            "year": year,
            "value": 10.0 + place + year % 10,
            "vintage": vintage,
            "is_latest": vintage == "2022-07-01",
        }
        for vintage in ("2021-07-01", "2022-07-01")
        for place, area in enumerate([*AREAS, "USA"])
        for year in range(2001, 2021)
    )


def expectation(kind: str, where: str | None = None, **kwargs: Any) -> dict[str, Any]:
    chosen = {"row_condition": where, "condition_parser": "pandas"} if where else {}
    return {"type": f"expect_{kind}", "kwargs": {**kwargs, **chosen}, "meta": {"fault": "a synthetic one"}}


ASKED = [
    expectation("column_values_to_be_between", column="value", min_value=0, max_value=100),
    expectation("column_values_to_be_between", AMERICAN, column="value", max_value=200),
    expectation("column_values_to_be_between", ONE, column="value", min_value=5),
    expectation("column_values_to_be_between", AMERICAN, column="change_ratio", min_value=0.5, max_value=2),
    expectation("column_values_to_not_be_in_set", column="change_ratio", value_set=[1]),
    expectation("column_median_to_be_between", column="vintage_ratio", min_value=0.97, max_value=1.03),
    expectation("column_values_to_not_be_null", column="value"),
    expectation("column_values_to_be_null", column="base_year"),
    expectation("column_values_to_be_in_set", column="unit", value_set=["USD"]),
    expectation("column_values_to_not_be_in_set", column="area", value_set=["WLD"]),
    expectation("column_values_to_match_regex", column="item", regex="^SH[0-9]*$"),
    expectation("column_values_to_not_match_regex", column="area", regex="^(WLD|EU[0-9]*)$"),
    expectation("column_pair_values_a_to_be_greater_than_b", column_A="vintage_year", column_B="year", or_equal=False),
    expectation("compound_columns_to_be_unique", column_list=["area", "year", "vintage", "base_year"]),
    expectation("compound_columns_to_be_unique", "is_latest == True", column_list=["area", "year"]),
    expectation("column_values_to_be_unique", f"{ONE} and is_latest == True", column="value"),
    expectation("table_row_count_to_be_between", "area.str.startswith('A0')", min_value=400, max_value=400),
    expectation("column_min_to_be_between", AMERICAN, column="year", min_value=1990, max_value=2001),
    expectation("column_max_to_be_between", AMERICAN, column="value", min_value=70, max_value=80),
    expectation("column_median_to_be_between", column="value", min_value=40, max_value=50),
    expectation("column_distinct_values_to_contain_set", column="area", value_set=["USA", "A07"]),
    expectation("column_unique_value_count_to_be_between", column="area", min_value=61, max_value=61),
    expectation("column_mean_to_be_between", column="value", min_value=40, max_value=50),
]
"""One of every type that suites use, and one that has no SQL."""


def changed(rows: str, **cells: Any) -> pd.DataFrame:
    frame = large().astype({"base_year": "Int32"})
    for column, value in cells.items():
        frame[column] = frame[column].mask(frame.index.isin(frame.query(rows).index), value)
    return frame


FAULTS: dict[str, pd.DataFrame] = {
    "none": large(),
    "one figure too large": changed(ONE, value=1e6),
    "an American figure too large": changed(f"{AMERICAN} and year == 2011", value=1e4),
    "a negative figure": changed(ONE, value=-1.0),
    "a frozen series": changed(f"{AMERICAN} and year > 2018", value=70.0),
    "a figure lost": changed(ONE, value=None),
    "a figure that is no number": changed(ONE, value=float("nan")),
    "a base year": changed(ONE, base_year=2000),
    "another unit": changed(ONE, unit="EUR"),
    "an aggregate": changed(ONE, area="WLD"),
    "another item": changed(ONE, item="SH1\n2"),
    "years late": changed(AMERICAN, year=2030),
    "one area under another's code": changed("area == 'A08'", area="A07"),
    "a vintage that moved": changed("is_latest == True", value=3.0),
    "an area dropped": large().query("area != 'A07'"),
    "half of the rows": large().iloc[::2],
    "a row twice": pd.concat([large(), large().query(ONE)], ignore_index=True),
}


def failing_over_all_rows(frame: pd.DataFrame) -> set[int]:
    """The positions that fail when Great Expectations is given all rows in memory, chosen by pandas."""
    with rows_of_frame(frame) as rows:
        wide = rows.with_ratios(["true"]).frame("true")
    gx = load_library()
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    source = context.data_sources.add_pandas("x").add_dataframe_asset("x").add_batch_definition_whole_dataframe("x")
    failed = set()
    for position, item in enumerate(ASKED):
        kwargs = {key: value for key, value in item["kwargs"].items() if key not in CONDITION}
        where = item["kwargs"].get("row_condition")
        batch = source.get_batch(batch_parameters={"dataframe": wide.query(where) if where else wide})
        suite = gx.ExpectationSuite(name="x", expectations=[{"type": item["type"], "kwargs": kwargs}])
        if not batch.validate(suite).success:
            failed.add(position)
    return failed


@pytest.fixture(scope="module")
def failing(evaluator: Evaluator) -> dict[str, set[int]]:
    return {fault: evaluator.failing(ASKED, frame) for fault, frame in FAULTS.items()}


@pytest.mark.parametrize("fault", FAULTS)
def test_all_rows_and_what_decides_them_fail_alike(failing: dict[str, set[int]], fault: str) -> None:
    assert len(large()) > 2 * SAMPLE
    assert failing[fault] == failing_over_all_rows(FAULTS[fault])


@pytest.fixture(scope="module")
def audited(evaluator: Evaluator) -> dict[bool, dict[str, set[int]]]:
    """What fails where answers are kept from one fault to the next, as in an audit; by whether DuckDB's count alone decides."""
    said_before: dict[Hashable, Said] = {}
    return {
        by_count: {
            fault: evaluator.failing(ASKED, frame, said_before=said_before, by_count=by_count)
            for fault, frame in FAULTS.items()
        }
        for by_count in (True, False)
    }


@pytest.mark.parametrize("fault", FAULTS)
def test_an_audit_fails_what_the_evaluation_fails(
    audited: dict[bool, dict[str, set[int]]], failing: dict[str, set[int]], fault: str
) -> None:
    assert audited[True][fault] == audited[False][fault] == failing[fault]


def test_great_expectations_is_asked_once_about_the_same_values(
    evaluator: Evaluator, monkeypatch: pytest.MonkeyPatch
) -> None:
    cells = [one for one in ASKED if one["type"] in {*questions.VIOLATIONS, *questions.AGGREGATES}]
    said_before: dict[Hashable, Said] = {}
    assert evaluator.failing(cells, large(), said_before=said_before) == set()
    assert len(said_before) == len(cells)
    monkeypatch.setattr(evaluator, "_validate", lambda *_: pytest.fail("it is asked again"))
    assert evaluator.failing(cells, large(), said_before=said_before) == set()
    with rows_of_frame(large()) as rows:
        of_another = evaluator.judge(
            Suite("another", "0" * 64, cells), gather(cells, rows, NOTHING_REVIEWED), said_before
        )
    assert of_another.passed
    assert of_another.evaluated == len(cells)
    with pytest.raises(pytest.fail.Exception, match="it is asked again"):
        evaluator.failing(cells, large().astype({"year": float}), said_before=said_before)
    with pytest.raises(pytest.fail.Exception, match="it is asked again"):
        evaluator.failing(cells, FAULTS["one figure too large"], said_before=said_before)


def test_good_rows_pass_and_every_expectation_has_rows_that_it_stops(failing: dict[str, set[int]]) -> None:
    assert failing["none"] == set()
    assert set[int]().union(*failing.values()) == set(range(len(ASKED)))
    assert all(found for fault, found in failing.items() if fault != "none")


def test_violations_are_counted_and_shown_although_no_sample_holds_them(evaluator: Evaluator) -> None:
    result = evaluator.evaluate(Suite("synthetic", "0" * 64, ASKED[:1]), FAULTS["one figure too large"])
    (failure,) = result.failures
    assert failure.observed == "2 of 2440 values unexpected, such as [1000000.0, 1000000.0]"
    assert [(row["area"], row["year"], row["value"]) for row in failure.failing_rows] == [("A07", 2005, 1e6)] * 2


def test_a_count_that_great_expectations_contradicts_is_no_pass(
    evaluator: Evaluator, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = ASKED[0]["type"]
    arguments, _ = questions.VIOLATIONS[kind]
    nothing = {**questions.VIOLATIONS, kind: (arguments, lambda question, rows: "false")}
    monkeypatch.setattr(questions, "VIOLATIONS", nothing)
    result = evaluator.evaluate(Suite("synthetic", "0" * 64, ASKED[:1]), FAULTS["one figure too large"])
    assert [one.observed for one in result.failures] == [
        "an error: 0 violate by DuckDB's count, and Great Expectations refuses the sample"
    ]
    assert evaluator.failing(ASKED[:1], FAULTS["one figure too large"]) == {0}
    assert evaluator.failing(ASKED[:1], FAULTS["one figure too large"], by_count=True) == set(), (
        "no fault is caught by it"
    )


def conditions() -> Iterator[str]:
    """Every condition of the suites."""
    for path in sorted(EXPECTATIONS.glob("**/*.json")):
        suite: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        for entry in (one for name in ("rows", "history", "anchors") for one in suite.get(name, ())):
            yield entry.get("where") or "year > 0"
        for entry in suite["expectations"]:
            yield entry["kwargs"].get("row_condition", "year > 0")


def test_a_condition_chooses_in_sql_what_it_chooses_in_pandas() -> None:
    frame = frame_of(
        {"area": area, "counterpart_area": other, "item": item, "year": year, "measure": measure, "base_year": base}
        for area in ("USA", "CHN", "W00")
        for other in ("CHN", "USA", "W00")
        for item in ("S", "SH", "_T")
        for year in (2005, 2018, 2022)
        for measure, base in (("balance", None), ("ip_grants_2005", 2001), ("pct_share", None), ("share_of_x", None))
    )
    frame.loc[frame.index % 7 == 0, "basis"] = None
    frame.loc[frame.index % 5 == 0, "value"] = float("nan")
    frame.loc[frame.index % 3 == 0, "is_latest"] = False
    own = ["base_year > 2000", "not base_year > 2000", "value != 1", "basis != 'x'", "not (basis == 'reported')",
           "year == [2005, 2018]", "vintage == '2012-07-01'", "year != base_year", "value < -1 or year >= 2018"]  # fmt: skip
    with rows_of_frame(frame) as rows:
        translated = Conditions(rows.connection, rows.relation, rows.types)
        for condition in sorted({*own, *conditions()}):
            chosen = rows.connection.execute(
                f"select guard_row from {rows.relation} where {translated.sql(condition)} order by all"
            ).fetchall()
            assert [row for (row,) in chosen] == list(frame.query(condition).index), condition


@pytest.mark.parametrize("condition", ["area ==", "country == 'USA'"])
def test_a_condition_that_does_not_apply_is_named(evaluator: Evaluator, condition: str) -> None:
    item = expectation("column_values_to_not_be_null", condition, column="value")
    with pytest.raises(GuardError, match=condition):
        evaluator.failing([item], large())
