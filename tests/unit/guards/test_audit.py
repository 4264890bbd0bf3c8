"""The audit distinguishes caught from missed, accepts only exceptions that are needed, and reports untrue entries of suites."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import pytest

from orchestration.guards.evaluate import Evaluator
from orchestration.guards.faults import CATALOGUE
from orchestration.guards.suite_audit import (
    CAUGHT,
    EXCEPTED,
    MISSED,
    NOT_APPLICABLE,
    STALE_EXCEPTION,
    Audit,
    as_known,
    audit_metric,
)
from orchestration.guards.suites import Suite
from tests.unit.guards.synthetic_frames import receipts, subject_of

pytestmark = pytest.mark.slow

METRIC = "book_receipts"
FIRST, SECOND = "receipts of first_office", "receipts of second_office"
TRIED = {name: CATALOGUE[name] for name in ("sign_flip", "unit_slip_thousandfold", "ratio_inverted")}
NOT_BELOW_ZERO: dict[str, Any] = {
    "type": "expect_column_values_to_be_between",
    "kwargs": {"column": "value", "min_value": 0},
    "meta": {"fault": "a sign flip", "faults": ["sign_flip"]},
}
AMERICAN_BOUND = {
    "type": "expect_column_values_to_be_between",
    "kwargs": {
        "column": "value",
        "max_value": 1000,
        "row_condition": 'area == "USA"',
        "condition_parser": "pandas",
    },
    "meta": {"fault": "a unit slip", "faults": ["unit_slip_thousandfold"]},
}
NO_CHINA_TOO_LARGE = {
    "type": "expect_column_max_to_be_between",
    "kwargs": {"column": "value", "max_value": 700},
    "meta": {"fault": "another unit slip"},
}
REASON = "the second office shows no American figure"


@pytest.fixture(scope="module")
def evaluator() -> Evaluator:
    return Evaluator()


def audited(
    evaluator: Evaluator,
    *expectations: dict[str, Any],
    thorough: bool = False,
    exceptions: Mapping[str, Mapping[str, str]] | None = None,
) -> Audit:
    suite = Suite(METRIC, "0" * 64, list(expectations), exceptions or {})
    return audit_metric(subject_of(METRIC), suite, evaluator, TRIED, thorough=thorough)


def verdicts(audit: Audit) -> dict[tuple[str, str], str]:
    return {(item.fault, item.part): item.verdict for item in audit.outcomes}


def test_a_suite_without_an_expectation_for_a_fault_misses_it(evaluator: Evaluator) -> None:
    audit = audited(evaluator, NOT_BELOW_ZERO, AMERICAN_BOUND)
    assert verdicts(audit) == {
        ("sign_flip", FIRST): CAUGHT,
        ("sign_flip", SECOND): CAUGHT,
        ("unit_slip_thousandfold", FIRST): CAUGHT,
        ("unit_slip_thousandfold", SECOND): MISSED,
        ("ratio_inverted", "all"): NOT_APPLICABLE,
    }
    assert not audit.holds
    caught = next(item for item in audit.outcomes if item.fault == "unit_slip_thousandfold")
    assert caught.caught_by == ('to_be_between(value | area == "USA")',)


def test_an_exception_with_a_reason_is_accepted(evaluator: Evaluator) -> None:
    exceptions = {"unit_slip_thousandfold": {SECOND: REASON}}
    audit = audited(evaluator, NOT_BELOW_ZERO, AMERICAN_BOUND, exceptions=exceptions)
    (excepted,) = [item for item in audit.outcomes if item.verdict == EXCEPTED]
    assert (excepted.part, excepted.reason) == (SECOND, REASON)
    assert audit.holds


def test_an_exception_for_a_fault_that_is_caught_is_stale(evaluator: Evaluator) -> None:
    audit = audited(evaluator, NOT_BELOW_ZERO, AMERICAN_BOUND, exceptions={"sign_flip": {FIRST: "no longer"}})
    assert verdicts(audit)["sign_flip", FIRST] == STALE_EXCEPTION
    assert not audit.holds


@pytest.mark.parametrize("fault", ["sign_flip", "ratio_inverted"])
def test_an_exception_for_a_part_that_does_not_exist_is_stale(evaluator: Evaluator, fault: str) -> None:
    audit = audited(evaluator, NOT_BELOW_ZERO, exceptions={fault: {"a third office": "closed"}})
    assert verdicts(audit)[fault, "a third office"] == STALE_EXCEPTION


def test_expectations_made_for_other_faults_count_when_those_made_for_it_are_silent(evaluator: Evaluator) -> None:
    audit = audited(evaluator, NOT_BELOW_ZERO, AMERICAN_BOUND, NO_CHINA_TOO_LARGE)
    assert MISSED not in verdicts(audit).values()
    by_part = {item.part: item.caught_by for item in audit.outcomes if item.fault == "unit_slip_thousandfold"}
    assert by_part == {FIRST: ('to_be_between(value | area == "USA")',), SECOND: ("max_to_be_between(value)",)}


def test_a_thorough_audit_names_everyone_who_catches_a_fault(evaluator: Evaluator) -> None:
    audit = audited(evaluator, NOT_BELOW_ZERO, AMERICAN_BOUND, NO_CHINA_TOO_LARGE, thorough=True)
    caught = next(item for item in audit.outcomes if item.fault == "unit_slip_thousandfold")
    assert caught.caught_by == ('to_be_between(value | area == "USA")', "max_to_be_between(value)")


def complaints(audit: Audit) -> list[str]:
    return [item.what for item in audit.complaints]


def test_of_an_entry_with_two_expectations_one_sees_the_fault(evaluator: Evaluator) -> None:
    blind: dict[str, Any] = {
        "type": "expect_column_values_to_not_be_null",
        "kwargs": {"column": "area"},
        "meta": NOT_BELOW_ZERO["meta"],
    }
    both = [one | {"meta": {**NOT_BELOW_ZERO["meta"], "entry": "anchors[0]"}} for one in (blind, NOT_BELOW_ZERO)]
    assert complaints(audited(evaluator, *both)) == []
    assert complaints(audited(evaluator, blind, NOT_BELOW_ZERO)) == ["is for sign_flip and does not see it"]


def test_words_that_are_not_true_are_complained_of(evaluator: Evaluator) -> None:
    blind = NOT_BELOW_ZERO | {"meta": {"fault": "x", "faults": ["unit_slip_thousandfold", "a_typing_error"]}}
    audit = audited(evaluator, blind, exceptions={"another_typing_error": {}})
    assert complaints(audit) == [
        "is for unit_slip_thousandfold and does not see it",
        "is for a_typing_error, which is no fault of the catalogue",
        "an exception for another_typing_error, which is no fault of the catalogue",
    ]
    assert not audit.holds


def test_a_false_alarm_is_complained_of_with_its_vintage(evaluator: Evaluator) -> None:
    needs_the_second_office = {
        "type": "expect_column_distinct_values_to_contain_set",
        "kwargs": {"column": "source", "value_set": ["second_office"]},
        "meta": {"fault": "a source lost"},
    }
    alarm = audited(evaluator, needs_the_second_office)
    assert complaints(alarm) == ["a false alarm on what was known on 2011-07-01"]
    assert complaints(audited(evaluator, _since(needs_the_second_office, "2012-01-01"))) == []
    late = audited(evaluator, _since(needs_the_second_office, "2012-07-01"))
    assert complaints(late) == ["holds on 2012-01-01 too, before its since"]


def test_a_since_does_not_silence_an_alarm_on_what_is_published(evaluator: Evaluator) -> None:
    impossible = {
        "type": "expect_column_values_to_be_between",
        "kwargs": {"column": "value", "max_value": 1},
        "meta": {"fault": "x"},
    }
    alarm = audited(evaluator, _since(impossible, "2030-01-01"))
    assert complaints(alarm) == ["a false alarm on what was known on 2012-07-01"]


def _since(expectation: dict[str, Any], day: str) -> dict[str, Any]:
    return expectation | {"meta": expectation["meta"] | {"since": day}}


def test_the_newest_vintage_known_is_the_frame_itself() -> None:
    frame = receipts()
    pd.testing.assert_frame_equal(as_known(frame, pd.Timestamp("2012-07-01")), frame)


def test_what_was_superseded_later_was_the_newest_then() -> None:
    known = as_known(receipts(), pd.Timestamp("2011-07-01"))
    assert set(known["source"]) == {"first_office"}
    assert known["is_latest"].all()
    assert len(known) == 54


def test_nothing_put_in_is_no_success() -> None:
    assert not Audit((), ()).holds
