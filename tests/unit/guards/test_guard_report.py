"""The guard report: failures first, data escaped, numbers and days as people write them. All figures are synthetic."""

from dataclasses import asdict
from typing import Any

import pytest

from orchestration.guards.guard_report import report_html
from orchestration.guards.suite_results import ExpectationResult


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
