"""Runs of the command line as runs of the code location, without which the UI's timeline does not show them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

REPOSITORY = "__repository__"
"""The name that Dagster gives the one repository of a code location."""


@contextmanager
def in_code_location(instance: Any, workspace: Path, job: str) -> Iterator[None]:
    """Have the instance create the runs of a block with the origin that ``bilateral serve`` gives those of this job.

    Args:
        instance: a Dagster instance.
        workspace: the path of ``workspace.yaml``, which names the code location.
        job: the name of the job that is run.
    """
    from dagster._core.remote_origin import RemoteRepositoryOrigin
    from dagster._core.workspace.load import location_origins_from_yaml_paths

    (location,) = location_origins_from_yaml_paths([str(workspace)])
    origin = RemoteRepositoryOrigin(location, REPOSITORY).get_job_origin(job)
    # no call that executes a job in this process has an argument for it
    instance.create_run_for_job = partial(instance.create_run_for_job, remote_job_origin=origin)
    try:
        yield
    finally:
        del instance.create_run_for_job
