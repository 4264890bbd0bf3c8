"""The rules of a table: each has the properties of a test of dbt, one test judges them, and each that does not hold is named.

All figures are synthetic.
"""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.core.files import write_json
from orchestration.transform.build import Build
from orchestration.transform.dbt_failures import dbt_refusal, failures
from orchestration.transform.table_rules import data_tests, judged_by, key_of, query_of_each

FACTS, HOLD, KNOWN = (
    "model.book.fct_sales",
    "test.book.rules_hold_fct_sales_.1",
    "test.book.codes_are_known_fct_sales_.2",
)
BOUND = {
    "value_between": {
        "name": "sales_are_dollars",
        "description": "Fault: millions read as dollars.",
        "arguments": {"min_value": 0, "max_value": 9},
        "config": {"where": "area <> 'W00'"},
    }
}


def described(*rules: Any) -> dict[str, Any]:
    return {"config": {"meta": {"rules": list(rules)}}}


def judge(unique_id: str, kind: str) -> dict[str, Any]:
    return {
        "unique_id": unique_id,
        "resource_type": "test",
        "name": unique_id.split(".")[2],
        "attached_node": FACTS,
        "original_file_path": "models/marts/fct_sales.yml",
        "description": "",
        "test_metadata": {"name": kind, "kwargs": {"model": "x"}},
        "config": {"severity": "ERROR", "where": None},
    }


MANIFEST: dict[str, Any] = {
    "nodes": {
        FACTS: {
            "resource_type": "model",
            "name": "fct_sales",
            **described("has_rows", {"unique_key": {"arguments": {"columns": ["area", "year"]}}}),
            "columns": {
                "area": described({"relationships": {"arguments": {"to": "ref('dim_area')", "field": "area"}}}),
                "year": {"config": {"meta": {}}},
                "value": described(BOUND, "not_null"),
            },
        },
        HOLD: judge(HOLD, "rules_hold"),
        KNOWN: judge(KNOWN, "codes_are_known"),
    },
    "unit_tests": {},
}

COMPILED = """ select * from (-- rule 1: has_rows
    select 1 as rule_number, 'has_rows' as rule, count(*) as failing_rows
    from (select 'no rows' as seen from (select count(*) as rows from sales) as counted where rows = 0) as rule_1
union all
-- rule 2: unique_key area year
    select 2 as rule_number, 'unique_key area year' as rule, count(*) as failing_rows
    from (select area, year, count(*) as n from sales group by area, year having count(*) > 1) as rule_2
union all
-- rule 3: sales_are_dollars
    select 3 as rule_number, 'sales_are_dollars' as rule, count(*) as failing_rows
    from (select * from (select * from sales where area <> 'W00') as judged where value > 9) as rule_3
union all
-- rule 4: not_null value
    select 4 as rule_number, 'not_null value' as rule, count(*) as failing_rows
    from (select value from sales where value is null) as rule_4) as counted where failing_rows > 0
"""


def a_build(folder: Path, compiled: str = COMPILED, **result: Any) -> Build:
    build = Build(folder / "build")
    payloads = build.raw / "catalogue" / "payloads" / "payloads.parquet"
    payloads.parent.mkdir(parents=True)
    pq.write_table(pa.table({"payload_sha256": pa.array([], pa.string())}), payloads)
    with duckdb.connect(str(build.database)) as connection:
        connection.execute(
            "create table sales as from (values ('CHN', 2024, 144.5), ('USA', 2024, 12.0), ('W00', 2024, 99.0), ('USA', 2023, 1.0)) "
            "as rows(area, year, value)"
        )
    found = {"unique_id": HOLD, "status": "fail", "message": "Got 1 result", "compiled_code": compiled, **result}
    write_json(build.artifacts[0], MANIFEST)
    write_json(build.artifacts[1], {"results": [found]})
    return build


def test_a_rule_has_the_properties_that_dbt_gives_a_test() -> None:
    has_rows, key, bound, filled = judged_by(MANIFEST["nodes"][HOLD], MANIFEST)
    assert (has_rows["name"], key["name"], filled["name"]) == ("has_rows", "unique_key area+year", "not_null value")
    assert (bound["name"], bound["description"]) == ("sales_are_dollars", "Fault: millions read as dollars.")
    assert (bound["column_name"], bound["config"]["where"]) == ("value", "area <> 'W00'")
    assert bound["test_metadata"] == {
        "name": "value_between",
        "kwargs": {"min_value": 0, "max_value": 9, "column_name": "value"},
    }
    assert {one["unique_id"] for one in (has_rows, key, bound, filled)} == {HOLD}
    assert {one["original_file_path"] for one in (has_rows, bound)} == {"models/marts/fct_sales.yml"}


def test_rules_that_look_codes_up_are_judged_apart_and_every_rule_once() -> None:
    (known,) = judged_by(MANIFEST["nodes"][KNOWN], MANIFEST)
    assert (known["column_name"], known["test_metadata"]["kwargs"]["to"]) == ("area", "ref('dim_area')")
    assert [one["test_metadata"]["name"] for one in data_tests(MANIFEST)] == [
        "has_rows",
        "unique_key",
        "value_between",
        "not_null",
        "relationships",
    ]


def test_the_key_of_a_contract_is_the_first_rule_of_its_table() -> None:
    keyed = copy.deepcopy(MANIFEST)
    keyed["nodes"][FACTS]["constraints"] = [{"type": "primary_key", "columns": ["area", "year"]}]
    keyed["nodes"][FACTS]["config"]["contract"] = {"enforced": True}
    assert key_of(keyed["nodes"][FACTS]) == ["area", "year"]
    first = judged_by(keyed["nodes"][HOLD], keyed)[0]
    assert first["test_metadata"] == {"name": "unique_key", "kwargs": {"columns": ["area", "year"]}}
    keyed["nodes"][FACTS]["config"]["contract"] = {"enforced": False}
    assert len(judged_by(keyed["nodes"][HOLD], keyed)) == len(judged_by(MANIFEST["nodes"][HOLD], MANIFEST))


def test_a_weaker_test_weakens_its_rules() -> None:
    weaker = copy.deepcopy(MANIFEST)
    weaker["nodes"][HOLD]["config"] = {"severity": "WARN", "where": "year > 2020"}
    has_rows, _, bound, _ = judged_by(weaker["nodes"][HOLD], weaker)
    assert (has_rows["config"]["severity"], has_rows["config"]["where"]) == ("WARN", "year > 2020")
    assert bound["config"]["where"] == "year > 2020 and area <> 'W00'"


def test_a_test_of_another_kind_judges_itself() -> None:
    singular = {"resource_type": "test", "name": "sums_fit", "unique_id": "test.book.sums_fit"}
    assert list(data_tests({"nodes": {"test.book.sums_fit": singular}})) == [singular]


def test_each_rule_keeps_its_own_query() -> None:
    queries = query_of_each(COMPILED)
    assert len(queries) == 4
    assert queries[3] == "select value from sales where value is null"
    assert query_of_each("select 1") == []


def test_the_refusal_names_the_rule_that_does_not_hold_and_its_rows(tmp_path: Path) -> None:
    refusal = dbt_refusal(a_build(tmp_path))
    assert refusal is not None
    assert "dbt test fct_sales: sales_are_dollars: 2 rows break the rule" in refusal.failure
    assert "Fault: millions read as dollars." in refusal.failure
    assert "area=CHN, year=2024, value=144.5" in refusal.failure
    assert "area=W00" not in refusal.failure, "the rule does not judge these rows"
    assert "declared in models/marts/fct_sales.yml" in refusal.failure
    assert "has_rows" not in refusal.failure, "that rule holds"


def test_a_query_that_ends_with_an_error_is_reported_in_the_engines_words(tmp_path: Path) -> None:
    build = a_build(tmp_path, status="error", message="Binder Error: no such column")
    (failure,) = failures(build, MANIFEST, build.run_results()[0])
    assert (failure.test["name"], failure.observed) == ("rules_hold_fct_sales_", "Binder Error: no such column")


def test_where_duckdb_cannot_ask_again_the_test_itself_is_named(tmp_path: Path) -> None:
    build = a_build(tmp_path, COMPILED.replace("value > 9", "regexp_like(area, r'W')"))
    (failure,) = failures(build, MANIFEST, build.run_results()[0])
    assert (failure.test["name"], failure.observed, failure.rows) == ("rules_hold_fct_sales_", "Got 1 result", [])
