"""The audit distinguishes caught from missed, accepts only exceptions that are needed, and reports false alarms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import great_expectations.expectations as gxe
import pytest

from orchestration.guards.expectation_types import ExpectCodes, ExpectLargest
from orchestration.guards.faults import CATALOGUE
from orchestration.guards.suite_audit import (
    CAUGHT,
    EXCEPTED,
    MISSED,
    STALE_EXCEPTION,
    Audit,
    audit_metric,
)
from orchestration.guards.suites import Suite
from tests.unit.guards.synthetic_frames import subject_of

METRIC = "book_receipts"
FIRST, SECOND = "receipts of first_office", "receipts of second_office"
TRIED = {name: CATALOGUE[name] for name in ("sign_flip", "unit_slip_thousandfold", "ratio_inverted")}
NOT_BELOW_ZERO = gxe.ExpectColumnValuesToBeBetween(column="value", min_value=0, meta={"fault": "a sign flip"})
AMERICAN_BOUND = gxe.ExpectColumnValuesToBeBetween(
    column="value", max_value=1000, row_condition='area == "USA"', meta={"fault": "a unit slip"}
)
CHINA_TOO_LARGE = ExpectLargest(between=(None, 700), meta={"fault": "another unit slip"})
REASON = "the second office shows no American figure"


def audited(*expectations: Any, exceptions: Mapping[str, Mapping[str, str]] | None = None) -> Audit:
    return audit_metric(subject_of(METRIC), Suite(METRIC, expectations, exceptions or {}), TRIED)


def verdicts(audit: Audit) -> dict[tuple[str, str], str]:
    return {(item.fault, item.part): item.verdict for item in audit.outcomes}


def test_a_suite_without_an_expectation_for_a_fault_misses_it() -> None:
    audit = audited(NOT_BELOW_ZERO, AMERICAN_BOUND)
    assert verdicts(audit) == {
        ("sign_flip", FIRST): CAUGHT,
        ("sign_flip", SECOND): CAUGHT,
        ("unit_slip_thousandfold", FIRST): CAUGHT,
        ("unit_slip_thousandfold", SECOND): MISSED,
    }
    assert not audit.holds
    caught = next(item for item in audit.outcomes if item.fault == "unit_slip_thousandfold")
    assert caught.caught_by == ('be_between(value where area == "USA")',)
    assert MISSED not in verdicts(audited(NOT_BELOW_ZERO, AMERICAN_BOUND, CHINA_TOO_LARGE)).values()


@pytest.mark.parametrize(
    ("exceptions", "place", "verdict"),
    [
        ({"unit_slip_thousandfold": {SECOND: REASON}}, ("unit_slip_thousandfold", SECOND), EXCEPTED),
        ({"sign_flip": {FIRST: "no longer"}}, ("sign_flip", FIRST), STALE_EXCEPTION),
        ({"sign_flip": {"a third office": "closed"}}, ("sign_flip", "a third office"), STALE_EXCEPTION),
        ({"a_typing_error": {FIRST: "no such fault"}}, ("a_typing_error", FIRST), STALE_EXCEPTION),
        ({"ratio_inverted": {"a third office": "closed"}}, ("ratio_inverted", "a third office"), STALE_EXCEPTION),
    ],
)
def test_an_exception_is_accepted_only_where_it_is_needed(
    exceptions: Mapping[str, Mapping[str, str]], place: tuple[str, str], verdict: str
) -> None:
    audit = audited(NOT_BELOW_ZERO, AMERICAN_BOUND, exceptions=exceptions)
    assert verdicts(audit)[place] == verdict
    assert audit.holds == (verdict == EXCEPTED)


LABEL = f"{METRIC}: codes(source)"


@pytest.mark.parametrize(
    ("since", "code", "expected"),
    [
        ("1900-01-01", "second_office", (f"{LABEL} is a false alarm on what was known on 2011-07-01",)),
        ("2012-01-01", "second_office", ()),
        ("2012-07-01", "second_office", (f"{LABEL} is met on 2012-01-01 too, before its since",)),
        ("2030-01-01", "a third office", (f"{LABEL} is a false alarm on what was known on 2012-07-01",)),
    ],
)
def test_a_false_alarm_and_a_wrong_since_are_complained_of(since: str, code: str, expected: tuple[str, ...]) -> None:
    meta = {"fault": "a source lost", "since": since}
    assert audited(ExpectCodes(column="source", codes=[code], meta=meta)).complaints == expected


def test_nothing_put_in_is_no_success() -> None:
    assert not Audit((), ()).holds
