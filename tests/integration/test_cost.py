"""What a rebuild costs is bounded by what it does, and the memory of an idle service by what it loads."""

import subprocess
import sys
from typing import Any

import dagster as dg
import great_expectations as gx
import pytest
from great_expectations.datasource.fluent.interfaces import Batch

from orchestration.automation.run_outcomes import events_of
from orchestration.guards.receipt import guard_metrics
from orchestration.transform.build import latest_build
from tests.integration.conftest import PublishedCopy

NODES, EVENTS = 640, 2_600
"""A tenth more than on 2026-12-02. A node costs about 40 ms of CPU time and two to four events."""


def test_a_rebuild_makes_no_more_nodes_and_events_than_stated(published_copy: PublishedCopy) -> None:
    results = latest_build(published_copy.settings).run_results()
    nodes = [item for item in results if not item["unique_id"].startswith("unit_test.")]
    assert 0 < len(nodes) <= NODES
    with dg.DagsterInstance.from_config(str(published_copy.settings.dagster_home)) as instance:
        (run,) = instance.get_runs(limit=1)
        assert 0 < len(instance.all_logs(run.run_id)) <= EVENTS
        assert 0 < len(events_of(instance, run.run_id)) <= EVENTS / 4, "a sensor reads no more"


def test_the_suite_of_a_metric_is_validated_once(
    published_copy: PublishedCopy, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs: list[str] = []
    validate = Batch.validate

    def counted(self: Batch, expect: gx.ExpectationSuite, **arguments: Any) -> Any:
        runs.append(expect.name)
        return validate(self, expect, **arguments)

    monkeypatch.setattr(Batch, "validate", counted)
    metrics = ["ip_receipts", "pct_applications", "mirror_asymmetry"]
    build = latest_build(published_copy.settings)
    assert all(result.passed for result in guard_metrics(published_copy.settings, build, metrics))
    assert len(runs) == len(metrics)


@pytest.mark.parametrize(("module", "library"), [("definitions", "pandas"), ("service.pages", "pyarrow")])
def test_an_idle_service_does_not_load_what_only_runs_need(module: str, library: str) -> None:
    script = f"import sys, orchestration.{module}; sys.exit({library!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script]).returncode == 0
