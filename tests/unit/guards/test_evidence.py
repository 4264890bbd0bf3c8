"""A few values decide what all rows decide: the same verdicts, and no suite of the project reads rows to pass."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import duckdb
import great_expectations.expectations as gxe
import pytest

from orchestration.contracts.metric import COLUMN_TYPES
from orchestration.guards import evidence
from orchestration.guards.expectation_types import AggregateExpectation
from orchestration.guards.guard_columns import GuardedRows, guarded_rows
from orchestration.guards.suites import Suite, load_suite
from tests.unit.guards.synthetic_frames import frame_of, validate_frame

EXPECTATIONS = Path(__file__).resolve().parents[3] / "expectations"
SUITES = sorted(path.stem for path in EXPECTATIONS.glob("*.py") if path.stem not in ("__init__", "shared"))
NAN = float("nan")
ROWS = frame_of(
    {"area": area, "year": year, "value": value, "base_year": base, "obs_status": status, "measure": measure}
    for area, year, value, base, status, measure in (
        ("USA", 2018, 1.0, None, "A", "ip_receipts_2018"),
        ("USA", 2019, 4.0, None, "A", "ip_receipts_2018"),
        ("CHN", 2019, 9.0, 2009, "E", "payments"),
        ("CHN", 2030, NAN, 2020, "Q", "payments"),
        ("W00", 2019, None, None, "L", "share_grants"),
    )
)
CONDITIONS = [
    None,
    "area == 'USA'",
    "area != 'USA' and obs_status in ['A', 'E']",
    "obs_status not in ['Q', 'L']",
    "year - base_year == 10",
    "not measure.str.startswith('ip_') or measure.str.endswith('_2018')",
    "measure.str.contains('_(?:19|20)[0-9][0-9]$') and measure.str[-4:] != year.astype('str')",
    "area.str.len() == 3 and is_latest and area == 'FRA'",
]
KINDS: list[Callable[[str | None], Any]] = [
    lambda where: gxe.ExpectColumnValuesToBeBetween(column="value", min_value=2, max_value=5, row_condition=where),
    lambda where: gxe.ExpectColumnValuesToBeBetween(column="year", max_value=2020, row_condition=where),
    lambda where: gxe.ExpectColumnValuesToBeBetween(column="change_ratio", max_value=3, row_condition=where),
    lambda where: gxe.ExpectColumnValuesToBeInSet(column="area", value_set=["USA"], row_condition=where),
    lambda where: gxe.ExpectColumnValuesToBeInSet(column="base_year", value_set=[2009], row_condition=where),
    lambda where: gxe.ExpectColumnValuesToNotBeInSet(column="area", value_set=["W00"], row_condition=where),
    lambda where: gxe.ExpectColumnValuesToNotBeInSet(column="value", value_set=[4], row_condition=where),
    lambda where: gxe.ExpectColumnValuesToMatchRegex(column="measure", regex="^ip_", row_condition=where),
    lambda where: gxe.ExpectColumnValuesToNotMatchRegex(column="measure", regex="2018$", row_condition=where),
    lambda where: gxe.ExpectColumnValuesToBeNull(column="value", row_condition=where),
    lambda where: gxe.ExpectColumnValuesToBeNull(column="base_year", row_condition=where),
    lambda where: gxe.ExpectColumnValuesToNotBeNull(column="value", row_condition=where),
    lambda where: gxe.ExpectColumnValuesToNotBeNull(column="base_year", row_condition=where),
    lambda where: gxe.ExpectColumnPairValuesAToBeGreaterThanB(
        column_A="vintage_year", column_B="year", row_condition=where
    ),
    lambda where: gxe.ExpectColumnValuesToBeBetween(column="value", max_value=5, mostly=0.6, row_condition=where),
]


@pytest.mark.slow
def test_a_few_values_give_the_verdicts_of_all_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    suite = Suite("synthetic", tuple(kind(where) for kind in KINDS for where in CONDITIONS))
    fast = validate_frame(suite, ROWS)
    monkeypatch.setattr(evidence, "_DECIDING", {})
    slow = validate_frame(suite, ROWS)
    assert fast == slow
    verdicts = {result.passed for result in fast.results}
    assert verdicts == {True, False}


@pytest.mark.parametrize("metric", SUITES)
def test_values_decide_every_expectation_about_cells(metric: str) -> None:
    with duckdb.connect() as connection:
        columns = ", ".join(f"{name} {kind}" for name, kind in COLUMN_TYPES.items())
        connection.execute(f"create table figures ({columns})")
        of_cells = {
            place: item
            for place, item in enumerate(load_suite(EXPECTATIONS, metric).expectations)
            if not isinstance(item, AggregateExpectation)
        }
        assert evidence.deciding_values(of_cells, guarded_rows(connection, "figures")).keys() == of_cells.keys()


def test_rows_are_read_only_for_what_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    read = Mock(wraps=GuardedRows.batches)
    monkeypatch.setattr(GuardedRows, "batches", lambda rows: read(rows))
    met = gxe.ExpectColumnValuesToBeBetween(column="value", min_value=0, row_condition="area == 'USA'")
    assert validate_frame(Suite("synthetic", (met,)), ROWS).passed
    assert not read.called
    unmet = met.copy(update={"max_value": 3})
    (failure,) = validate_frame(Suite("synthetic", (met, unmet)), ROWS).failures
    assert [(row["area"], row["year"], row["value"]) for row in failure.failing_rows] == [("USA", 2019, 4.0)]
    assert read.call_count == 1
