"""Runs of the command line belong to the code location that the UI serves, by which its timeline sorts."""

from __future__ import annotations

from pathlib import Path

import dagster as dg

from orchestration.cli.code_location import in_code_location

WORKSPACE = Path(__file__).resolve().parents[3] / "workspace.yaml"


@dg.job
def synthetic() -> None:
    """Nothing to do."""


def test_a_run_has_the_origin_that_the_ui_sorts_its_timeline_by() -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        with in_code_location(instance, WORKSPACE, "synthetic"):
            inside = synthetic.execute_in_process(instance=instance).dagster_run
        outside = synthetic.execute_in_process(instance=instance).dagster_run
        of_the_location = instance.get_runs(dg.RunsFilter(tags={".dagster/repository": "__repository__@bilateral"}))
    assert [run.run_id for run in of_the_location] == [inside.run_id]
    assert inside.remote_job_origin is not None
    assert inside.remote_job_origin.job_name == "synthetic"
    assert outside.remote_job_origin is None
