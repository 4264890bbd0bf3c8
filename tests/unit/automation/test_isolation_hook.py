"""A failed run of the service holds a vintage back as one of the command line does, and a build without it follows."""

from datetime import date
from pathlib import Path
from typing import Any, cast
from unittest.mock import Mock

import dagster as dg
import pytest

from orchestration.admission.isolate import Suspect
from orchestration.assets import run_tags
from orchestration.assets.failures import as_failure
from orchestration.automation import isolation_hook, run_sensors
from orchestration.automation.incidents import open_incidents
from orchestration.automation.isolation_hook import isolation_hook as hook_of
from orchestration.automation.jobs import all_jobs
from orchestration.core.errors import DbtError, MachineError
from orchestration.core.settings import Settings

SUSPECT = Suspect("bank", date(2026, 11, 20), (("population", "ab"),), 90)


@pytest.mark.parametrize(
    ("error", "suspect", "builds_again", "problems"),
    [
        (DbtError("dbt test counts_are_whole: 1 row"), SUSPECT, True, []),
        (DbtError("dbt test counts_are_whole: 1 row"), None, False, ["release"]),
        (MachineError("the disk is full"), SUSPECT, False, ["release"]),
    ],
)
def test_a_build_without_the_bad_vintage_follows_a_failed_run(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    error: Any,
    suspect: Suspect | None,
    builds_again: bool,
    problems: list[str],
) -> None:
    hold = Mock(return_value=suspect)
    monkeypatch.setattr("orchestration.admission.isolate.Isolation", Mock(return_value=Mock(hold=hold)))
    monkeypatch.setattr(isolation_hook, "current_release", lambda _: None)
    monkeypatch.setattr(run_sensors, "fingerprint", lambda _: "without it")
    settings, jobs = Settings(tmp_path, tmp_path / "data"), all_jobs({}, [])

    @dg.op(name="dbt_models")
    def build() -> None:
        raise as_failure(error)

    @dg.job(hooks={hook_of({}, settings)}, executor_def=dg.in_process_executor)
    def build_and_publish() -> None:
        build()

    with dg.DagsterInstance.ephemeral() as instance:
        result = build_and_publish.execute_in_process(instance=instance, raise_on_error=False)
        run = instance.get_run_by_id(result.run_id)
        assert run is not None
        assert run.tags.get(run_tags.HELD) == ("bank 2026-11-20" if builds_again else None)
        ends = instance.all_logs(run.run_id, of_type=dg.DagsterEventType.RUN_FAILURE)
        (sensor, _) = run_sensors.run_sensors([], settings, jobs)
        event = ends[0].dagster_event
        assert event is not None
        context = dg.build_run_status_sensor_context(sensor.name, event, instance, run)
        request = cast(Any, sensor)(context)
        if builds_again:
            tags = request.tags | {run_tags.KIND: run_tags.BUILD}
            instance.create_run_for_job(build_and_publish, tags=tags)
            assert "is building these inputs" in cast(Any, sensor)(context).skip_message, "and not twice"
    assert hold.call_count == (not error.passes)
    assert bool(request) == builds_again
    assert list(open_incidents(settings)) == problems
    if builds_again:
        assert (request.job_name, request.tags[run_tags.INPUTS]) == ("build_and_publish", "without it")
        assert "bank 2026-11-20" in request.tags["bilateral/because"]
