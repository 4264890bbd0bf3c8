"""The sentence of a build whose suites failed, and the guard report. All figures are synthetic."""

from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from orchestration.guards.guard_report import report_html
from orchestration.guards.suite_results import ExpectationResult, SuiteResult, refusal_of
from tests.unit.synthetic_project import figure

ROW = figure(area="USA", measure="receipts", value=-123_456_789.0, vintage="2026-07-01 00:00:00")
ROW["change_ratio"] = -0.00083301


def result(metric: str, *failures: ExpectationResult) -> SuiteResult:
    held = ExpectationResult("expect_column_values_to_be_in_set", {"column": "unit"}, "fault", True, "")
    return SuiteResult(metric, "", 2, (*failures, held))


def failed(column: str, **kwargs: Any) -> ExpectationResult:
    older = {**ROW, "is_latest": False, "vintage": "2025-07-01 00:00:00"}
    expectation = "expect_column_values_to_be_between"
    return ExpectationResult(expectation, {"column": column, **kwargs}, "fault", False, "2 of 2", (older, ROW))


def test_the_sentence_names_metric_figure_expected_observed_and_what_to_do() -> None:
    jump = failed("change_ratio", min_value=0.6, max_value=2, row_condition="year >= 1990")
    first = result("ip_receipts", failed("value", min_value=-100_000_000, max_value=2e12), jump)
    error = refusal_of([first, result("ip_cover_ratio", jump)], Path("report.html"))
    assert error.failure == (
        "ip_receipts: value of USA, SH, receipts, 2024 is -123,456,789 USD (synthetic, 2026-07-01), "
        "expected at least -100,000,000 and at most 2,000,000,000,000; 1 more of 3 expectations failed; "
        "so did suites of ip_cover_ratio"
    )
    assert "report.html" in str(error.remedy)
    assert "expectations/ip_receipts.py" in str(error.remedy)
    assert "\n" not in error.failure


@pytest.mark.parametrize(
    "suite", [SuiteResult("m", "", 0, ()), result("m", replace(failed("value"), observed="no row"))]
)
def test_rows_that_admission_holds_back_are_named_where_rows_are_missing(suite: SuiteResult) -> None:
    held = replace(suite, held=("bank 2026-07-01: gdp",))
    assert "admission holds back bank 2026-07-01: gdp" in held.remedy
    assert "held" not in suite.remedy
    assert "holds back" not in replace(held, rows=2, results=(failed("value", min_value=0),)).remedy


@pytest.mark.parametrize(
    ("suite", "passed", "words"),
    [
        (result("m"), True, "0 of 1 expectations failed over 2 rows"),
        (replace(result("m"), rows=1), True, "0 of 1 expectations failed over 1 rows"),
        (result("m", failed("value", min_value=0)), False, "1 of 2 expectations failed over 2 rows"),
        (SuiteResult("m", "", 2, ()), False, "0 of 0 expectations failed over 2 rows"),
        (replace(result("m"), rows=0), False, "no expectation was evaluated, because its table is empty"),
        (
            SuiteResult("m", "", 0, (), ("bea", "safe")),
            False,
            "m has no data yet, and no expectation was evaluated; it awaits bea or safe",
        ),
    ],
)
def test_a_suite_needs_rows_and_every_expectation(suite: SuiteResult, passed: bool, words: str) -> None:
    assert suite.passed is passed
    assert words in suite.message()


def report(value: Any = 1.0, **kwargs: Any) -> str:
    result = ExpectationResult("expect_rows", kwargs, "a fault", False, "2 rows", ({"value": value},))
    passed = {"suite_sha256": "aa", "rows": 2, "evaluated": 1, "passed": True, "no_data": [], "results": []}
    suites = {
        "a_waiting": passed | {"rows": 0, "passed": False, "no_data": ["bea"]},
        "b_passed": passed,
        "c_failed": passed | {"passed": False, "results": [asdict(result)]},
    }
    receipt = {"suites": suites, "dbt": {"success": 3}, "evaluated_at": "2026-07-01T00:00:00", "as_of": None}
    return report_html(receipt, "build <1>")


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (5.0, "5"),
        (0.5, "0.5"),
        (999_999_999_999_999.0, "999999999999999"),
        (1e15, "1000000000000000.0"),
        (2026, "2026"),
        (None, ""),
        ("2026-07-01 00:00:00", "2026-07-01"),
        (["USD", 2.0], "USD, 2"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("a\u202eb\nc", "a\\u202eb\\nc"),
    ],
)
def test_cells_and_arguments_are_escaped_and_written_plainly(value: Any, cell: str) -> None:
    page = report(value, bound=value)
    assert f"<td>{cell}</td>" in page
    assert f"bound: {cell}</td>" in page
