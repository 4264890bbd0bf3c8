"""What a run plans is stored at once, and is what Dagster itself would store one by one. Nothing here is a figure."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from orchestration.automation.run_history import RunHistory, open_instance
from orchestration.cli.dagster_instance import AT_ONCE

CHECKS = 12


def synthetic_job() -> dg.JobDefinition:
    """A job of one table with checks of which one fails."""
    specs = [dg.AssetCheckSpec(f"check_{number}", asset="table") for number in range(CHECKS)]

    @dg.asset(check_specs=specs)
    def table() -> Iterator[Any]:
        yield dg.Output(None)
        for number in range(CHECKS):
            yield dg.AssetCheckResult(check_name=f"check_{number}", passed=number != 3)

    return dg.Definitions([table], jobs=[dg.define_asset_job("synthetic")]).resolve_job_def("synthetic")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Dagster home of the test's own."""
    (tmp_path / "dagster.yaml").write_text("telemetry: {enabled: false}\n")
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    return tmp_path


def stored(instance: dg.DagsterInstance, run_id: str) -> tuple[set[tuple[str | None, ...]], dict[str, str]]:
    """The events of a run with the asset or check that each is about, and the result of every check."""
    events = [entry.dagster_event for entry in instance.all_logs(run_id) if entry.dagster_event]
    keys = [dg.AssetCheckKey(dg.AssetKey("table"), f"check_{number}") for number in range(CHECKS)]
    records = instance.event_log_storage.get_latest_asset_check_execution_by_key(keys)
    return (
        {(one.event_type_value, one.message if one.event_type_value.endswith("PLANNED") else None) for one in events},
        {key.name: record.status.value for key, record in records.items()},
    )


def test_a_batch_stores_what_dagster_stores_one_by_one(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    job = dg.reconstructable(synthetic_job)
    with dg.DagsterInstance.get() as plain:
        before = stored(plain, dg.execute_job(job, plain).run_id)
    for name, value in AT_ONCE.items():
        monkeypatch.setenv(name, value)
    with open_instance() as instance:
        assert isinstance(instance.event_log_storage, RunHistory)
        after = stored(instance, dg.execute_job(job, instance).run_id)
        assert len(instance.get_runs()) == 2, "the history before is in the same files"
    assert after == before
    assert sum(kind == "ASSET_CHECK_EVALUATION_PLANNED" for kind, _ in after[0]) == CHECKS
    assert after[1]["check_3"] == "FAILED"


def test_a_batch_that_fails_is_stored_one_by_one(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(*next(iter(AT_ONCE.items())))
    store, seen = RunHistory.store_event, []

    def interrupted(self: RunHistory, event: Any) -> None:
        seen.append(event)
        if len(seen) == CHECKS // 2:
            raise OSError("synthetic: the disk did not answer")
        store(self, event)

    monkeypatch.setattr(RunHistory, "store_event", interrupted)
    with open_instance() as instance:
        run = instance.create_run_for_job(synthetic_job())
        planned = [one.dagster_event for one in instance.all_logs(run.run_id) if one.dagster_event]
    assert len(planned) == CHECKS + 1, "the half batch was taken back"
    assert "the disk did not answer" in capsys.readouterr().err
