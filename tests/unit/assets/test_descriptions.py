"""The words, links and files of models in the UI, and a failed suite in words."""

from pathlib import Path

import dagster as dg

from orchestration.assets.descriptions import (
    code_references,
    description,
    kinds,
    page_links,
)
from orchestration.assets.guard_checks import failure_in_words
from orchestration.core.settings import Settings
from orchestration.guards.suite_results import ExpectationResult

SETTINGS = Settings(Path("/code"), Path("/data"))
METRIC = {
    "resource_type": "model",
    "name": "synthetic_ratio",
    "path": "metrics/synthetic_ratio.sql",
    "language": "sql",
    "raw_code": "select 1",
    "description": "One thing over another.",
    "config": {"meta": {"formula": "one / another", "unit": "PN", "caveats": ["Small ones give large ratios. " * 3]}},
}
MART = {"name": "int_x", "resource_type": "model", "path": "intermediate/int_x.py", "language": "python"}


def test_a_metric_shows_formula_unit_caveats_code_and_links() -> None:
    text = description(METRIC)
    assert text.startswith("One thing over another.")
    for words in ("**Formula:** one / another", "**Unit:** PN", "**Caveats:** \n- Small ones", "```sql\nselect 1\n```"):
        assert words in text
    assert {name: value.value for name, value in page_links(METRIC).items()} == {
        "page in the release": "/pages/release/site/metrics/synthetic_ratio.html",
        "guard report": "/pages/guards/latest#synthetic_ratio",
    }
    assert kinds(METRIC) == {"dbt", "duckdb", "greatexpectations"}
    assert (page_links(MART), kinds(MART)) == ({}, {"dbt", "pandas"})


def test_files_of_an_asset_are_those_of_this_machine() -> None:
    (reference,) = code_references(SETTINGS, "orchestration/sources/wto.py")["dagster/code_references"].code_references
    assert isinstance(reference, dg.LocalFileCodeReference)
    assert reference.file_path == "/code/orchestration/sources/wto.py"


def test_a_failure_shows_expectation_observation_fault_and_the_first_rows() -> None:
    rows = tuple({"area": "USA", "year": year, "value": -5e9, "base_year": None} for year in range(1990, 2010))
    kwargs = {"column": "value", "min_value": 0}
    failure = ExpectationResult(
        "expect_column_values_to_be_between",
        kwargs,
        fault="a sign was lost",
        passed=False,
        observed="20 of 100",
        failing_rows=rows,
    )
    assert failure_in_words(failure) == {
        "expected": "column values to be between, column: value, min_value: 0",
        "observed": "20 of 100",
        "fault": "a sign was lost",
        **{f"row {number}": f"area USA, year {1989 + number}, value -5,000,000,000" for number in (1, 2, 3)},
    }
