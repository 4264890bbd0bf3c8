"""The audit distinguishes caught from missed, and reports false alarms."""

from typing import Any

import great_expectations.expectations as gxe
import pytest

from orchestration.guards.expectation_types import ExpectCodes, ExpectFigure
from orchestration.guards.faults import CATALOGUE, Fault
from orchestration.guards.suite_audit import SuiteAudit, audit_metric
from orchestration.guards.suites import Suite
from tests.unit.guards.synthetic_frames import VINTAGES, subject_of

METRIC = "book_receipts"
FIRST, SECOND = "receipts of first_office", "receipts of second_office"
TRIED = {name: CATALOGUE[name] for name in ("sign_flip", "unit_slip_thousandfold", "ratio_inverted")}
NOT_BELOW_ZERO = gxe.ExpectColumnValuesToBeBetween(column="value", min_value=0, meta={"fault": "a sign flip"})
AMERICAN_BOUND = gxe.ExpectColumnValuesToBeBetween(
    column="value", max_value=1000, row_condition='area == "USA"', meta={"fault": "a unit slip"}
)
CHINA_TOO_LARGE = ExpectFigure(aggregate="max(value)", between=(None, 700), meta={"fault": "another unit slip"})


def audited(*expectations: Any) -> SuiteAudit:
    return audit_metric(subject_of(METRIC), Suite(METRIC, expectations), TRIED)


@pytest.mark.slow
def test_a_suite_without_an_expectation_for_a_fault_misses_it() -> None:
    audit = audited(NOT_BELOW_ZERO, AMERICAN_BOUND)
    american = ('be_between(value where area == "USA")',)
    assert {(item.fault, item.part): item.caught_by for item in audit.outcomes} == {
        ("sign_flip", FIRST): ("be_between(value)",),
        ("sign_flip", SECOND): ("be_between(value)",),
        ("unit_slip_thousandfold", FIRST): american,
        ("unit_slip_thousandfold", SECOND): (),
    }
    assert [(item.fault, item.part) for item in audit.missed] == [("unit_slip_thousandfold", SECOND)]
    assert not audit.holds
    assert audited(NOT_BELOW_ZERO, AMERICAN_BOUND, CHINA_TOO_LARGE).missed == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("expectation", "days"),
    [
        (ExpectCodes(column="source", codes=["second_office"]), []),
        (ExpectCodes(column="source", codes=["third_office"]), VINTAGES[1:]),
        (gxe.ExpectColumnValuesToBeInSet(column="unit", value_set=["PT"]), [VINTAGES[0], "2012-01-01", VINTAGES[1]]),
    ],
)
def test_a_false_alarm_is_complained_of(expectation: Any, days: list[str]) -> None:
    """Before the newest vintage, rows that an expectation demands may not have been published."""
    complaints = audited(expectation).complaints
    assert [complaint.rpartition(" ")[2] for complaint in complaints] == [*days]
    assert all("is a false alarm on what was known" in complaint for complaint in complaints)


@pytest.mark.slow
def test_a_fault_that_leaves_no_rows_is_caught() -> None:
    emptied = Fault("all_rows", "truncate faulty")
    suite = Suite(METRIC, (NOT_BELOW_ZERO,))
    (outcome,) = audit_metric(subject_of(METRIC), suite, {"emptied": emptied}).outcomes
    assert outcome.caught_by == ("has rows",)


def test_an_audit_without_faults_fails() -> None:
    assert not SuiteAudit((), ()).holds
