"""A refresh that is started in the UI: nothing runs where nothing changed, unless a rebuild is asked for. All figures are synthetic."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.storage.asset_check_execution_record import AssetCheckExecutionRecordStatus

from orchestration.assets import refresh_executor as module
from orchestration.assets.refresh_executor import rebuild_config, refresh_executor
from orchestration.core.settings import Settings
from orchestration.releases.release_store import Release

CURRENT = Release(Path(), {"id": "20260701T000000Z-synthetic"})


CHECK = dg.AssetCheckKey(dg.AssetKey("work"), "suite")


def synthetic_refresh() -> dg.JobDefinition:
    """A job of one asset and its check under the executor of the refresh."""

    @dg.asset
    def work() -> None:
        """Nothing to compute."""

    @dg.asset_check(asset=work)
    def suite() -> dg.AssetCheckResult:
        return dg.AssetCheckResult(passed=True)

    executor = refresh_executor(Settings(root=Path(), data=Path()))
    job = dg.define_asset_job("refresh", executor_def=executor)
    return dg.Definitions([work], asset_checks=[suite], jobs=[job]).resolve_job_def("refresh")


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as made:
        yield made


def run(instance: dg.DagsterInstance, found: Release | None, *, rebuild: bool) -> tuple[list[str], list[str]]:
    """The steps of a run that succeeded, and the words in its log, where this release is what a refresh would give."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "unchanged_release", lambda _: found)
        job = dg.reconstructable(synthetic_refresh)
        result = dg.execute_job(job, instance, run_config=rebuild_config(is_wanted=rebuild))
    assert result.success
    steps = [event.step_key for event in result.all_events if event.is_step_success and event.step_key]
    words = [entry.user_message for entry in instance.all_logs(result.run_id) if entry.dagster_event is None]
    return steps, words


def test_a_refresh_of_unchanged_inputs_runs_no_step_and_says_why(instance: dg.DagsterInstance) -> None:
    steps, words = run(instance, CURRENT, rebuild=False)
    assert steps == []
    (said,) = words
    assert f"Nothing changed: inputs and code are those of the current release {CURRENT.id}" in said
    assert "rebuild: true" in said


def test_a_refresh_runs_where_something_changed_and_where_a_rebuild_is_asked_for(instance: dg.DagsterInstance) -> None:
    assert run(instance, None, rebuild=False)[0] == ["work", "work_suite"]
    assert run(instance, CURRENT, rebuild=True)[0] == ["work", "work_suite"]


def test_a_check_keeps_its_result_when_nothing_changed(instance: dg.DagsterInstance) -> None:
    run(instance, None, rebuild=False)
    before = instance.event_log_storage.get_latest_asset_check_execution_by_key([CHECK])[CHECK]
    run(instance, CURRENT, rebuild=False)
    after = instance.event_log_storage.get_latest_asset_check_execution_by_key([CHECK])[CHECK]
    assert after.status == AssetCheckExecutionRecordStatus.SUCCEEDED
    assert after.run_id == before.run_id
