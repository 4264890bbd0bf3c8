"""A refresh that is started in the UI: only named sources are fetched, and nothing runs where nothing changed. All figures are synthetic."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import dagster as dg
import pytest
from dagster._core.storage.asset_check_execution_record import AssetCheckExecutionRecordStatus

from orchestration.assets import refresh_executor as module
from orchestration.assets.raw_assets import raw_key, raw_step
from orchestration.assets.refresh_executor import refresh_config, refresh_executor
from orchestration.core.settings import Settings
from orchestration.releases.release_store import Release

CURRENT = Release(Path(), {"id": "20260701T000000Z-synthetic"})

CHECK = dg.AssetCheckKey(dg.AssetKey("work"), "suite")
EVERYTHING = ["raw_one", "raw_two", "work", "work_suite"]


def synthetic_source(name: str) -> Any:
    return SimpleNamespace(CARD=SimpleNamespace(id=name, publisher=f"Office {name}"), TABLES={"figures": ()})


def synthetic_raw(name: str) -> dg.AssetsDefinition:
    """The raw table of a source with a check that comes with its fetch."""
    key = raw_key(name, "figures")

    @dg.multi_asset(
        name=raw_step(name), specs=[dg.AssetSpec(key)], check_specs=[dg.AssetCheckSpec("fetched", asset=key)]
    )
    def raw() -> Iterator[Any]:
        yield dg.MaterializeResult(asset_key=key)
        yield dg.AssetCheckResult(asset_key=key, check_name="fetched", passed=True)

    return raw


def synthetic_refresh() -> dg.JobDefinition:
    """A job of two sources, one asset made of both and its check, under the executor of the refresh."""
    sources = {name: synthetic_source(name) for name in ("one", "two")}

    @dg.asset(deps=[raw_key(name, "figures") for name in sources])
    def work() -> None:
        """Nothing to compute."""

    @dg.asset_check(asset=work)
    def suite() -> dg.AssetCheckResult:
        return dg.AssetCheckResult(passed=True)

    executor = refresh_executor(sources, Settings(root=Path(), data=Path()))
    job = dg.define_asset_job("refresh", executor_def=executor)
    assets = [*map(synthetic_raw, sources), work]
    return dg.Definitions(assets, asset_checks=[suite], jobs=[job]).resolve_job_def("refresh")


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as made:
        yield made


def run(
    instance: dg.DagsterInstance, found: Release | None, *, rebuild: bool = False, sources: Sequence[str] = ()
) -> tuple[list[str], list[str]]:
    """The steps of a run that succeeded, and the words in its log, where this release is what a refresh would give."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "unchanged_release", lambda _: found)
        job = dg.reconstructable(synthetic_refresh)
        result = dg.execute_job(job, instance, run_config=refresh_config(rebuild=rebuild, sources=sources))
    assert result.success
    steps = [event.step_key for event in result.all_events if event.is_step_success and event.step_key]
    words = [entry.user_message for entry in instance.all_logs(result.run_id) if entry.dagster_event is None]
    return steps, words


def latest(instance: dg.DagsterInstance, check: dg.AssetCheckKey) -> Any:
    return instance.event_log_storage.get_latest_asset_check_execution_by_key([check])[check]


def test_a_refresh_of_unchanged_inputs_runs_no_step_and_says_why(instance: dg.DagsterInstance) -> None:
    steps, words = run(instance, CURRENT)
    assert steps == []
    (said,) = words
    assert f"Nothing changed: inputs and code are those of the current release {CURRENT.id}" in said
    assert "rebuild: true" in said


def test_a_refresh_runs_where_something_changed_and_where_a_rebuild_is_asked_for(instance: dg.DagsterInstance) -> None:
    assert run(instance, None)[0] == EVERYTHING
    assert run(instance, CURRENT, rebuild=True)[0] == EVERYTHING


def test_a_refresh_of_one_source_fetches_no_other_and_does_everything_behind_it(instance: dg.DagsterInstance) -> None:
    assert run(instance, CURRENT, sources=["two"])[0] == ["raw_two", "work", "work_suite"]


def test_a_source_that_does_not_exist_is_refused_before_the_run_begins(instance: dg.DagsterInstance) -> None:
    with pytest.raises(dg.DagsterInvalidConfigError, match="three"):
        run(instance, None, sources=["three"])


def test_a_check_keeps_its_result_when_it_was_not_made(instance: dg.DagsterInstance) -> None:
    of_the_other = dg.AssetCheckKey(raw_key("one", "figures"), "fetched")
    run(instance, None)
    before = {check: latest(instance, check) for check in (CHECK, of_the_other)}
    run(instance, CURRENT)
    run(instance, None, sources=["two"])
    assert latest(instance, of_the_other).run_id == before[of_the_other].run_id
    assert latest(instance, of_the_other).status == AssetCheckExecutionRecordStatus.SUCCEEDED
    assert latest(instance, CHECK).run_id != before[CHECK].run_id
