"""Each fault of the catalogue changes exactly what it names, and nothing where a metric cannot have it."""

from typing import Any

import duckdb
import pytest

from orchestration.guards.faults import CATALOGUE
from tests.unit.guards.synthetic_frames import subject_of

RECEIPTS, RATIO = "book_receipts", "book_ratio"
FIRST, SECOND = "receipts of first_office", "receipts of second_office"
Rows = list[dict[str, Any]]


def injected(name: str, of: duckdb.DuckDBPyConnection) -> dict[str, tuple[Rows, Rows]]:
    """By the label of each part, the rows that a fault removed or changed, and the rows that it put instead."""
    return {
        label: (_rows(cursor, "original", "faulty"), _rows(cursor, "faulty", "original"))
        for label, cursor in CATALOGUE[name].injections(of)
    }


def _rows(cursor: Any, table: str, base: str) -> Rows:
    return [*cursor.sql(f"select * from (from {table} except all from {base}) order by all").df().to_dict("records")]


def distinct(rows: Rows, column: str) -> set[Any]:
    return {row[column] for row in rows}


# the metric, the parts, and what identifies the figures that are changed with the value that they have after it
CHANGES: dict[str, tuple[str, dict[str, tuple[int, str, set[Any]]]]] = {
    "ratio_inverted": (RATIO, {"ratio of first_office": (27, "area", {"USA", "CHN"})}),
    "another_currency": (RECEIPTS, {FIRST: (9, "area", {"CHN"}), SECOND: (1, "area", {"CHN"})}),
    "unit_slip_newest_year": (RECEIPTS, {FIRST: (6, "year", {2009})}),
    "country_doubled": (RECEIPTS, {"USA": (9, "area", {"USA"}), "CHN": (10, "area", {"CHN"})}),
    "partner_doubled": (RATIO, {"CHN": (9, "counterpart_area", {"CHN"})}),
    "outlier": (RECEIPTS, {"receipts of USA": (1, "year", {2005}), "receipts of CHN": (1, "year", {2005})}),
    "frozen_series": (RECEIPTS, {"receipts of USA": (1, "year", {2009}), "receipts of CHN": (1, "year", {2009})}),
    "empty_as_zero": (RECEIPTS, {"receipts of USA": (1, "value", {0.0}), "receipts of CHN": (1, "value", {0.0})}),
    "suppressed_as_zero": (RECEIPTS, {"second_office": (1, "obs_status", {"A"})}),
    "nulls_in_codes": (RECEIPTS, {"newest vintage": (6, "area", {None})}),
    "partners_exchanged": (RATIO, {"first_office": (27, "area", {"USA", "JPN", "CHN"})}),
    "changed_area_code": (RECEIPTS, {"USA": (9, "area", {"XUS"}), "CHN": (11, "area", {"XCH"})}),
    "changed_item_code": (RECEIPTS, {"newest vintage": (56, "item", {"ZSH"})}),
    "world_as_country": (RECEIPTS, {"all": (110, "counterpart_area", {"WLD"})}),
    "region_as_country": (RECEIPTS, {"all": (18, "area", {"EAS"})}),
    "years_late": (
        RECEIPTS,
        {"first_office": (54, "year", {*range(2002, 2011)}), "second_office": (2, "year", {2009, 2010})},
    ),
    "years_early": (
        RECEIPTS,
        {"first_office": (54, "year", {*range(2000, 2009)}), "second_office": (2, "year", {2007, 2008})},
    ),
    "all_vintages_newest": (RECEIPTS, {"all": (54, "is_latest", {True})}),
    "economies_exchanged": (RECEIPTS, {"first_office": (18, "area", {"USA", "CHN"})}),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_fault_changes_what_it_names(name: str) -> None:
    metric, parts = CHANGES[name]
    changed = injected(name, subject_of(metric))
    assert {
        label: (len(after), parts[label][1], distinct(after, parts[label][1])) for label, (_, after) in changed.items()
    } == parts
    whole = name in ("world_as_country", "region_as_country", "all_vintages_newest")
    for before, after in changed.values():
        assert len(before) == len(after)
        assert whole or distinct(before, "is_latest") == {True}, "what was published before is unchanged"


@pytest.mark.parametrize(
    ("name", "factor"), [("unit_slip_thousandfold", 1e3), ("unit_slip_thousandth", 1e-3), ("sign_flip", -1.0)]
)
def test_factors_hit_one_source_at_a_time(name: str, factor: float) -> None:
    changed = injected(name, subject_of(RECEIPTS))
    assert {label: len(after) for label, (_, after) in changed.items()} == {FIRST: 54, SECOND: 1}
    for before, after in changed.values():
        assert sum(row["value"] for row in after) == pytest.approx(sum(row["value"] for row in before) * factor)


@pytest.mark.parametrize(
    ("name", "metric", "lost"),
    [
        ("country_dropped", RECEIPTS, {"USA": 18, "CHN": 20, "NOR": 18}),
        ("partner_dropped", RATIO, {"CHN": 9, "JPN": 9}),
        ("half_page_missing", RECEIPTS, {"first_office": 54 // 8 + 1}),
        ("truncated_history", RECEIPTS, {"first_office": 24}),
        ("stale_vintage", RATIO, {"first_office": 3}),
    ],
)
def test_rows_are_lost(name: str, metric: str, lost: dict[str, int]) -> None:
    changed = injected(name, subject_of(metric))
    assert {label: len(before) for label, (before, _) in changed.items()} == lost
    assert not any(after for _, after in changed.values())


@pytest.mark.parametrize(
    ("name", "metric"),
    [
        *(("ratio_inverted", RECEIPTS), ("another_currency", RATIO), ("suppressed_as_zero", RATIO)),
        *(("partners_exchanged", RECEIPTS), ("flows_exchanged", RATIO), ("world_as_country", RATIO)),
        *(("world_among_countries", RECEIPTS), ("region_as_country", RATIO), ("half_page_missing", RATIO)),
        ("all_vintages_newest", RATIO),
    ],
)
def test_a_metric_without_such_rows_cannot_have_a_fault(name: str, metric: str) -> None:
    assert injected(name, subject_of(metric)) == {}
