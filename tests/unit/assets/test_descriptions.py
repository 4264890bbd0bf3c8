"""The words of models and tests in the UI, and a red check in words."""

from __future__ import annotations

from orchestration.assets.descriptions import check_description, description, tags
from orchestration.assets.guard_checks import failure_in_words
from orchestration.guards.evaluate import ExpectationResult

METRIC = {
    "resource_type": "model",
    "name": "synthetic_ratio",
    "path": "metrics/synthetic_ratio.sql",
    "original_file_path": "models/metrics/synthetic_ratio.sql",
    "language": "sql",
    "raw_code": "select 1",
    "description": "One thing over another.",
    "config": {"meta": {"formula": "one / another", "unit": "PN", "caveats": ["Small ones give large ratios. " * 3]}},
}


def test_a_metric_says_formula_unit_caveats_and_shows_its_code() -> None:
    said = description(METRIC)
    assert said.startswith("One thing over another.")
    for words in ("**Formula:** one / another", "**Unit:** PN", "**Caveats:** \n- Small ones", "```sql\nselect 1\n```"):
        assert words in said
    assert "dbt_project/models/metrics/synthetic_ratio.sql" in said


def test_everything_of_one_source_bears_its_tag() -> None:
    assert tags({"resource_type": "source", "source_name": "wto"}) == {"bilateral/source": "wto"}
    assert tags({"resource_type": "model", "path": "staging/wto/stg_wto__x.sql"}) == {"bilateral/source": "wto"}
    assert tags(METRIC) == {}


def test_a_dbt_test_says_what_it_asks() -> None:
    kind = {"name": "unique_key", "kwargs": {"model": "{{ ref('x') }}", "columns": ["area", "year"]}}
    assert check_description({"name": "long_name", "test_metadata": kind}) == "unique key: columns: area, year"
    assert check_description({"name": "long_name", "description": "No sum of parts."}) == "No sum of parts."
    values = {"name": "accepted_values", "kwargs": {"model": "x", "column_name": "flow", "values": ["X", "M"]}}
    of_column = {"name": "long_name", "column_name": "flow", "test_metadata": values}
    assert check_description(of_column) == "`flow`: accepted values: values: X, M"


def test_a_failure_shows_expectation_observation_fault_and_the_first_rows() -> None:
    rows = tuple({"area": "USA", "year": year, "value": -5e9, "base_year": None} for year in range(1990, 2010))
    failure = ExpectationResult(
        expectation="expect_column_values_to_be_between",
        kwargs={"column": "value", "min_value": 0},
        fault="a sign was lost",
        passed=False,
        observed="20 of 100 values unexpected, such as [-5e9]",
        failing_rows=rows,
        position=0,
    )
    said = failure_in_words(failure)
    assert list(said) == ["expected", "observed", "fault", "row 1", "row 2", "row 3"]
    assert said["expected"] == "column values to be between, column: value, min_value: 0"
    assert said["observed"].startswith("20 of 100 values")
    assert said["fault"] == "a sign was lost"
    assert said["row 1"] == "area USA, year 1990, value -5,000,000,000", "empty columns are left out"
