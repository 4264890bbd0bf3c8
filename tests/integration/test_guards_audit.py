"""Every fault of the catalogue in every metric is caught by its real suite, and no alarm is false."""

import pytest

from orchestration.guards.faults import CATALOGUE
from orchestration.guards.missing_data import without_data
from orchestration.guards.suite_audit import SuiteAudit, audit_build
from orchestration.transform.build import Build, latest_build
from tests.integration.conftest import PublishedCopy

pytestmark = pytest.mark.campaign


@pytest.fixture(scope="module")
def build(published_copy: PublishedCopy) -> Build:
    return latest_build(published_copy.settings)


@pytest.fixture(scope="module")
def audit(published_copy: PublishedCopy, build: Build) -> SuiteAudit:
    """The whole audit, once."""
    return audit_build(published_copy.settings, build)


def with_data(build: Build) -> set[str]:
    """The metrics with data in the bundle; suites of others are tried on synthetic figures, in unit tests."""
    metrics = build.project.metrics
    return metrics.keys() - without_data(build, metrics).keys()


def test_every_fault_is_caught_and_no_alarm_is_false(audit: SuiteAudit, build: Build) -> None:
    assert audit.missed == []
    assert audit.complaints == ()
    assert audit.holds
    assert {item.metric for item in audit.outcomes} == with_data(build)
    assert {item.fault for item in audit.outcomes} == set(CATALOGUE)
