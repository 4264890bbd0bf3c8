"""The executor of a whole refresh: no step runs where inputs and code are those of the current release."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import dagster as dg
from dagster._core.execution.retries import RetryMode
from dagster._core.executor.in_process import InProcessExecutor
from dagster._core.storage.asset_check_execution_record import AssetCheckExecutionRecordStatus
from dagster._core.storage.event_log import SqlEventLogStorage
from dagster._core.storage.event_log.schema import AssetCheckExecutionsTable

from orchestration.assets.unchanged import nothing_changed, unchanged_release
from orchestration.core.settings import Settings

REBUILD = "rebuild"


def rebuild_config(*, is_wanted: bool) -> dict[str, Any]:
    """The run configuration that has a refresh build even if nothing changed, or not."""
    return {"execution": {"config": {REBUILD: is_wanted}}}


def refresh_executor(settings: Settings) -> dg.ExecutorDefinition:
    """Every step in one process, or none of them where nothing changed."""

    @dg.executor(
        name="refresh",
        config_schema={
            REBUILD: dg.Field(
                bool,
                default_value=False,
                description="Build and guard even if inputs and code are those of the current release.",
            )
        },
    )
    def executor(context: dg.InitExecutorContext) -> dg.Executor:
        return _UnlessUnchanged(settings, rebuild=bool(context.executor_config[REBUILD]))

    return executor


class _UnlessUnchanged(InProcessExecutor):
    """Dagster's own executor behind one question. A step cannot ask it: one that has nothing to do still has to give
    its tables and checks."""

    def __init__(self, settings: Settings, *, rebuild: bool) -> None:
        super().__init__(RetryMode.ENABLED)
        self._settings, self._rebuild = settings, rebuild

    def execute(self, plan_context: Any, execution_plan: Any) -> Iterator[dg.DagsterEvent]:
        """Run the plan, or say in the run's log why nothing is to be done."""
        if not self._rebuild and (release := unchanged_release(self._settings)):
            words = nothing_changed(f"the current release {release.id}")
            _withdraw_planned_checks(plan_context.instance, plan_context.dagster_run.run_id)
            plan_context.log.info(f"{words} To build it again, launch with rebuild: true.")
            return
        yield from super().execute(plan_context, execution_plan)


def _withdraw_planned_checks(instance: dg.DagsterInstance, run_id: str) -> None:
    """Remove the checks that this run planned, so that each check keeps showing its last result and not "skipped".

    Dagster plans them when the run is made and has no call to take that back: this is its own table.
    """
    storage = instance.event_log_storage
    if not isinstance(storage, SqlEventLogStorage):
        return
    table = AssetCheckExecutionsTable
    planned = table.c.execution_status == AssetCheckExecutionRecordStatus.PLANNED.value
    with storage.index_connection() as connection:
        connection.execute(table.delete().where((table.c.run_id == run_id) & planned))
