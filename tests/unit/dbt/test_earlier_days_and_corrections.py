"""The dbt rules about earlier days and corrections: made-up rows that pass, and faults that each rule must show."""

from datetime import date
from typing import Any

import pandas as pd
import pytest

from orchestration.catalog.correction_files import Correction
from tests.unit.on_duckdb import PROJECT, Rows, rendered, rows_of, singular

TODAY, THEN = None, date(2018, 12, 31)


def shown(rule: str, as_of: date | None = TODAY, **tables: Rows) -> Rows:
    """The rows that a singular dbt test shows over made-up tables, in a build of today or as of a day."""
    return singular(rule, "as_of", "vintages", "reviewed", stg_catalogue__as_of=[{"as_of": as_of}], **tables)


CORRECTION: dict[str, Any] = {
    "correction_id": "slip",
    "source": "synthetic",
    "table_name": "stg_synthetic__indicators",
    "row_key": "area=USA|year=2023",
    "expected_value": 120.0,
    "value": 12.0,
    "unit": "USD",
    "file": "slip.yaml",
}
FOUND: dict[str, Any] = {"correction_id": "slip", "vintage": "2024-07-01", "published_value": 120.0, "unit": "USD"}
LATER = FOUND | {"vintage": "2025-07-01"}
NOWHERE = FOUND | {"correction_id": "of no correction in force"}


def corrected(*correction: dict[str, Any]) -> Rows:
    return shown(
        "corrections_meet_the_known_error",
        stg_catalogue__corrections=[CORRECTION],
        int_corrections_found=[NOWHERE, *correction],
    )


def test_a_correction_that_meets_its_error_in_every_vintage_passes() -> None:
    assert corrected(FOUND, LATER) == []


@pytest.mark.parametrize(
    ("rows", "what_to_do"),
    [
        (
            [FOUND, LATER | {"published_value": 12.0}],
            "if it has put the figure right, delete data/corrections/slip.yaml",
        ),
        ([FOUND | {"published_value": 121.0}], "the publisher gives another value than the known error"),
        ([], "no row of stg_synthetic__indicators is named by area=USA|year=2023"),
        ([FOUND, FOUND], "the keys name several rows; complete them in data/corrections/slip.yaml"),
        ([FOUND | {"unit": "PT"}], "give the values in the unit of the row in data/corrections/slip.yaml"),
    ],
)
def test_a_correction_that_does_not_meet_its_error_states_what_to_do(rows: Rows, what_to_do: str) -> None:
    (row,) = corrected(*rows)
    assert what_to_do in row["what_to_do"]
    assert (row["source"], row["file"], row["expected"]) == ("synthetic", "slip.yaml", 120.0)


STAGED: dict[str, Any] = {
    "source": "s",
    "vintage": "2024-07-15",
    "area": "USA",
    "item": "SH",
    "year": 2023,
    "value": 120.0,
}
SLIP: dict[str, Any] = {
    "correction_id": "slip",
    "table_name": "stg_s__indicators",
    "row_key": Correction(
        id="slip",
        table="stg_s__indicators",
        keys={"year": 2023, "item": "SH", "area": "USA"},
        column="value",
        unit="USD",
        expect=120.0,
        value=12.0,
        first_vintage=date(2024, 7, 15),
    ).row_key,
    "first_vintage": "2024-07-15",
    "last_vintage": "2025-07-15",
    "value": 12.0,
}


def unioned(**staged: Rows) -> set[tuple[Any, ...]]:
    """Return vintage, area, year, values and mark in the union of staging models and one correction."""
    call = '{{ union_corrected("__indicators", ["source", "vintage", "area", "item", "year", "value"]) }}'
    query = rendered(call, ["corrections"], models_ending=lambda suffix: sorted(staged), execute=True)
    columns = "cast(vintage as varchar), area, year, value, published_value, correction_id"
    rows = rows_of(f"select {columns} from ({query})", **staged, stg_catalogue__corrections=[SLIP])
    return {tuple(row.values()) for row in rows}


def test_a_correction_changes_one_row_and_keeps_the_published_value() -> None:
    others: Rows = [{"vintage": "2024-07-14"}, {"vintage": "2025-07-16"}, {"area": "CHN"}, {"year": 2022}]
    rows = unioned(
        stg_s__indicators=[STAGED, STAGED | {"vintage": "2025-07-15"}, *(STAGED | table for table in others)],
        stg_t__indicators=[STAGED],
    )
    assert rows == {
        ("2024-07-15", "USA", 2023, 12.0, 120.0, "slip"),
        ("2025-07-15", "USA", 2023, 12.0, 120.0, "slip"),
        ("2024-07-14", "USA", 2023, 120.0, None, None),
        ("2025-07-16", "USA", 2023, 120.0, None, None),
        ("2024-07-15", "CHN", 2023, 120.0, None, None),
        ("2024-07-15", "USA", 2022, 120.0, None, None),
        ("2024-07-15", "USA", 2023, 120.0, None, None),
    }


VINTAGE: dict[str, Any] = {"source": "s", "resource": "r", "series": "x", "vintage": "2018-08-01", "observations": 3}
METRIC: dict[str, Any] = {"source": "s", "metric_id": "m", "vintage": "2018-08-01"}


@pytest.mark.parametrize(
    ("as_of", "vintage", "offences"), [(THEN, "2018-12-31", 0), (THEN, "2019-01-01", 2), (TODAY, "2026-07-01", 0)]
)
def test_nothing_later_than_the_day_is_in_a_build(as_of: date | None, vintage: str, offences: int) -> None:
    rows = shown(
        "no_vintage_is_later_than_the_day",
        as_of,
        int_vintages_written=[VINTAGE | {"vintage": vintage}],
        int_metrics_unioned=[METRIC | {"vintage": vintage}],
    )
    assert [row["seen"] for row in rows] == [date.fromisoformat(vintage)] * offences


@pytest.mark.parametrize(
    ("as_of", "rows", "at_least", "offences"), [(TODAY, 0, 1, 1), (TODAY, 1, 1, 0), (TODAY, 10, 21, 1), (THEN, 0, 1, 0)]
)
def test_a_table_of_today_lacks_no_rows(as_of: date | None, rows: int, at_least: int, offences: int) -> None:
    text = (PROJECT / "tests/generic/has_rows.sql").read_text(encoding="utf-8")
    arguments = f"{{% set model, at_least = 'figures', {at_least} %}}"
    text = text.replace("{% test has_rows(model, at_least=1) %}", arguments).replace("{% endtest %}", "")
    sql = rendered(text, source=lambda _, table: table)
    figures = pd.DataFrame({"year": range(rows)})
    assert len(rows_of(sql, as_of=[{"as_of": as_of}], figures=figures)) == offences


def test_large_economies_may_break_only_where_a_vintage_is_known_to() -> None:
    broken = [
        {
            "source": "world_bank",
            "resource": "ip_receipts",
            "indicator": "ip_receipts",
            "area": "MEX",
            "year": year,
            "vintage": "2018-08-01",
            "value": value,
            "unit": "USD",
            "is_latest": True,
        }
        for year, value in ((2005, 69507630.0), (2006, 1848215.8))
    ]
    rule = "large_economies_move_steadily"

    def shown_of(rows: Rows, *, reviewed: bool = True) -> Rows:
        seed = [{name: row[name] for name in ("source", "vintage", "area")} for row in rows]
        return shown(
            rule, fct_indicator=rows, int_vintages_reviewed=[row | ({} if reviewed else {"area": "-"}) for row in seed]
        )

    assert shown_of(broken) == []
    for change in ({"area": "CAN"}, {"vintage": "2025-12-17"}, {"source": "imf"}):
        changed = [row | change for row in broken]
        assert len(shown_of(changed)) == 1
        assert shown_of(changed, reviewed=False) == [], "admission judges what nobody has reviewed"
