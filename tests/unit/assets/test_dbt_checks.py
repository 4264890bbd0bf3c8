"""dbt tests as few checks: every test is in one, and a failed one is named with its rows. All figures are synthetic."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import dagster as dg
import duckdb

from orchestration.assets.dbt_checks import WHOLE, CheckResults, check_groups, table_of
from orchestration.core.files import write_json
from orchestration.transform.build import Build

FACTS = "model.bilateral.fct_synthetic"


def a_test(name: str, kind: str | None = None, table: str = FACTS, severity: str = "ERROR") -> dict[str, Any]:
    """A test as the manifest holds it; without a kind it is a test of SQL."""
    generic = {"attached_node": table, "test_metadata": {"name": kind, "kwargs": {"model": "x"}}} if kind else {}
    return {
        "unique_id": f"test.bilateral.{name}",
        "name": name,
        "resource_type": "test",
        "original_file_path": f"models/{name}.yml",
        "depends_on": {"nodes": [table]},
        "config": {"severity": severity},
        **generic,
    }


def manifest_of(*tests: dict[str, Any]) -> dict[str, Any]:
    tables = {
        FACTS: {"unique_id": FACTS, "resource_type": "model", "path": "marts/fct_synthetic.sql"},
        "model.bilateral.share": {
            "unique_id": "model.bilateral.share",
            "resource_type": "model",
            "path": "metrics/share.sql",
        },
        "seed.bilateral.units": {"unique_id": "seed.bilateral.units", "resource_type": "seed", "path": "units.csv"},
    }
    return {"nodes": {**tables, **{one["unique_id"]: one for one in tests}}, "sources": {}}


TESTS = (
    a_test("unique_fct", "unique_combination_of_columns"),
    a_test("filled_fct", "no_nulls"),
    a_test("rows_fct", "has_rows"),
    a_test("parts_fct", "parts_sum_to_total"),
    a_test("adds_up"),
    a_test("rows_share", "has_rows", "model.bilateral.share"),
    a_test("unique_units", "unique", "seed.bilateral.units"),
)


def test_every_test_is_in_one_group_of_its_table() -> None:
    groups = check_groups(manifest_of(*TESTS))
    held = {(one.table.split(".")[-1], one.name): {test["name"] for test in one.tests} for one in groups}
    assert held == {
        ("fct_synthetic", "keys"): {"unique_fct"},
        ("fct_synthetic", "completeness"): {"filled_fct", "rows_fct"},
        ("fct_synthetic", "agreement"): {"parts_fct", "adds_up"},
        ("share", WHOLE): {"rows_share"},
        ("units", WHOLE): {"unique_units"},
    }
    assert all(f"\n- {test['test_metadata']['name'].replace('_', ' ')}" in one.description
               for one in groups for test in one.tests if "test_metadata" in test)  # fmt: skip


def test_a_test_of_several_tables_is_about_the_one_that_it_judges() -> None:
    read = ["model.bilateral.dim_area", "seed.bilateral.reviewed_vintages", FACTS]
    assert table_of({"depends_on": {"nodes": read}}) == FACTS
    assert table_of({"depends_on": {"nodes": read[:1]}}) == read[0], "where there is no other"


def test_a_check_passes_once_all_its_tests_have_and_a_failed_one_shows_rows(tmp_path: Path) -> None:
    groups = {
        dg.AssetCheckKey(dg.AssetKey(["marts", one.table.split(".")[-1]]), one.name): one
        for one in check_groups(manifest_of(*TESTS))
    }
    results, build = CheckResults(groups, manifest_of(*TESTS)), Build(tmp_path)
    assert list(results.add("test.bilateral.filled_fct", "pass")) == []
    (complete,) = results.add("test.bilateral.rows_fct", "pass")
    assert (complete.check_name, complete.passed) == ("completeness", True)
    assert list(results.add("test.bilateral.adds_up", "fail")) == []
    assert list(results.add("test.bilateral.parts_fct", "pass")) == [], "the group has failed"

    with duckdb.connect(str(build.database)) as connection:
        connection.execute(
            "create table synthetic as select 'CHN' as area, 2024 as year, 144500000000::double as value"
        )
    write_json(
        build.artifacts[1],
        {
            "results": [
                {
                    "unique_id": "test.bilateral.adds_up",
                    "status": "fail",
                    "message": "Got 1 result, configured to fail if != 0",
                    "compiled_code": "select * from synthetic",
                }
            ]
        },
    )
    (failed,) = results.others(build)
    assert (failed.check_name, failed.passed, failed.severity) == ("agreement", False, dg.AssetCheckSeverity.ERROR)
    assert failed.metadata is not None
    shown = {name: one.value for name, one in failed.metadata.items() if isinstance(one, dg.MetadataValue)}
    assert (shown["tests"], shown["tests failed"]) == (2, 1)
    assert shown["failed 1: test"] == "adds_up (models/adds_up.yml)"
    assert shown["failed 1: observed"] == "Got 1 result, configured to fail if != 0"
    assert shown["failed 1: row 1"] == "area CHN, year 2024, value 144,500,000,000"
    assert "| CHN | 2024 |" in str(shown["failed 1: rows"])
    assert "payload" in str(shown["what to do"])


def test_what_only_warns_stops_nothing(tmp_path: Path) -> None:
    manifest = manifest_of(a_test("steady", "accepted_range", severity="WARN"))
    (group,) = check_groups(manifest)
    assert not group.stops
    results = CheckResults({dg.AssetCheckKey(dg.AssetKey("t"), group.name): group}, manifest)
    assert list(results.add("test.bilateral.steady", "warn")) == []
    (warned,) = results.others(Build(tmp_path))
    assert (warned.passed, warned.severity) == (False, dg.AssetCheckSeverity.WARN)


def test_a_test_that_dbt_skipped_gives_no_result(tmp_path: Path) -> None:
    manifest = manifest_of(a_test("one", "no_nulls"), a_test("two", "has_rows"))
    (group,) = check_groups(manifest)
    results = CheckResults({dg.AssetCheckKey(dg.AssetKey("t"), group.name): group}, manifest)
    assert list(results.add("test.bilateral.one", "pass")) == []
    assert list(results.others(Build(tmp_path))) == []
