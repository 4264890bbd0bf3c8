"""Every fault of the catalogue, put into every published metric, is caught by the metric's real suite, and no alarm is false."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from orchestration.cli.guards import guards
from orchestration.guards.faults import CATALOGUE
from orchestration.guards.missing_data import without_data
from orchestration.guards.suite_audit import (
    CAUGHT,
    EXCEPTED,
    MISSED,
    STALE_EXCEPTION,
    Audit,
    audit_build,
)
from orchestration.guards.suites import load_suite, metrics_of
from orchestration.transform.build import Build, latest_build
from tests.integration.conftest import PublishedCopy

pytestmark = pytest.mark.campaign


@pytest.fixture(scope="module")
def build(published_copy: PublishedCopy) -> Build:
    return latest_build(published_copy.settings)


@pytest.fixture(scope="module")
def audit(published_copy: PublishedCopy, build: Build) -> Audit:
    """The whole audit, once."""
    return audit_build(published_copy.settings, build)


def with_data(build: Build) -> set[str]:
    """The metrics with data in the bundle; suites of others are tried on synthetic figures, in unit tests."""
    metrics = metrics_of(build.manifest())
    return metrics.keys() - without_data(build, metrics).keys()


def test_no_fault_is_missed(audit: Audit) -> None:
    assert [item for item in audit.outcomes if item.verdict == MISSED] == []


def test_no_exception_is_stale_and_each_has_a_reason(audit: Audit, published_copy: PublishedCopy, build: Build) -> None:
    assert [item for item in audit.outcomes if item.verdict == STALE_EXCEPTION] == []
    excepted = {
        (item.metric, item.fault, item.part): item.reason for item in audit.outcomes if item.verdict == EXCEPTED
    }
    suites = [load_suite(published_copy.settings.expectations, name) for name in with_data(build)]
    written = {
        (suite.metric, fault, part): reason
        for suite in suites
        for fault, parts in suite.exceptions.items()
        for part, reason in parts.items()
    }
    assert excepted == written
    assert all(len(reason) > 40 for reason in written.values())


def test_no_alarm_is_false_and_every_suite_states_what_is_true(audit: Audit) -> None:
    assert audit.complaints == ()
    assert audit.holds


def test_every_fault_is_caught_in_some_metric(audit: Audit, build: Build) -> None:
    assert {item.metric for item in audit.outcomes} == with_data(build)
    assert {item.fault for item in audit.outcomes if item.verdict == CAUGHT} == set(CATALOGUE)
    assert all(item.caught_by for item in audit.outcomes if item.verdict == CAUGHT)


def test_the_command_shows_one_metric(published_copy: PublishedCopy) -> None:
    environment = {"BILATERAL_ROOT": str(published_copy.root), "BILATERAL_DATA": str(published_copy.data)}
    done = CliRunner().invoke(guards, ["audit", "trade_projection", "--json"], env=environment)
    assert done.exit_code == 0, done.output
    shown = json.loads(done.stdout)
    assert shown["holds"]
    assert {item["metric"] for item in shown["outcomes"]} == {"trade_projection"}
    table = CliRunner().invoke(guards, ["audit", "trade_projection"], env=environment)
    assert "unit_slip_thousandfold" in table.stdout
    assert "0 missed" in table.stdout
