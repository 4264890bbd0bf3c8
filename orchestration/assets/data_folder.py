"""The locks of the data folder as Dagster resources, which a run holds from its first step to its last."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path
from typing import Any

import dagster as dg

from orchestration.core.data_lock import PUBLICATION, REFRESH, hold, holding
from orchestration.core.settings import Settings

LOCK_PATIENCE = timedelta(minutes=45)
"""Longest wait of a run for the data folder; a refresh of the command line may build for an hour."""

DataFolder = dg.ResourceParam[Path]
"""The parameter ``data_folder`` of every asset and check."""

Publishing = dg.ResourceParam[Path]
"""The parameter ``publishing`` of those that build, guard or publish."""


def data_folder_resources(settings: Settings) -> dict[str, Any]:
    """Return both resources. A run waits for a refresh of the command line, and a build for another one.

    Inside a refresh of the command line, which has the folder alone, neither waits.
    """

    def lock(context: dg.InitResourceContext, name: str, *, alone: bool) -> AbstractContextManager[None]:
        who = f"{_run(context).job_name}, run {_run(context).run_id[:8]}"

        def waits(holder: str) -> None:
            if context.log:
                context.log.info(f"waiting for the data folder, which is in use: {holder}")

        patience = LOCK_PATIENCE.total_seconds()
        return hold(settings.data / name, who, alone=alone, patience=patience, waits=waits)

    @dg.resource(description="A share of the data folder: no refresh of the command line runs at the same time.")
    def data_folder(context: dg.InitResourceContext) -> Iterator[Path]:
        with lock(context, REFRESH, alone=False), holding(settings.run_locks / _run(context).run_id):
            yield settings.data

    @dg.resource(description="The right to build, guard and publish, which one process has at a time.")
    def publishing(context: dg.InitResourceContext) -> Iterator[Path]:
        with lock(context, PUBLICATION, alone=True):
            yield settings.releases

    return {"data_folder": data_folder, "publishing": publishing}


def _run(context: dg.InitResourceContext) -> dg.DagsterRun:
    assert context.run is not None  # noqa: S101 - resources of assets are made for a run
    return context.run
