"""The executor of a whole refresh: it fetches the sources that were named, and ends a run of unchanged inputs before its steps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import dagster as dg
from dagster._core.execution.api import create_execution_plan
from dagster._core.execution.context.system import PlanOrchestrationContext
from dagster._core.storage.asset_check_execution_record import AssetCheckExecutionRecordStatus
from dagster._core.storage.event_log import SqlEventLogStorage
from dagster._core.storage.event_log.schema import AssetCheckExecutionsTable

from orchestration.assets.raw_assets import raw_key, raw_step
from orchestration.assets.run_executor import RunExecutor
from orchestration.assets.unchanged import nothing_changed, unchanged_release
from orchestration.contracts.source import Source
from orchestration.core.settings import Settings

REBUILD, SOURCES = "rebuild", "sources"


def refresh_config(*, rebuild: bool = False, sources: Iterable[str] = ()) -> dict[str, Any]:
    """The run configuration that has a refresh build even if nothing changed, or fetch these sources only."""
    return {"execution": {"config": {REBUILD: rebuild, SOURCES: list(sources)}}}


def refresh_executor(sources: Mapping[str, Source], settings: Settings) -> dg.ExecutorDefinition:
    """Every step in one process; without the fetches that were not asked for, and none where nothing changed."""
    # Dagster keeps one enumeration for each name it has, so that the name has to say what is in it
    names = dg.Enum(
        " or ".join(sources), [dg.EnumValue(name, description=one.CARD.publisher) for name, one in sources.items()]
    )

    @dg.executor(
        name="refresh",
        config_schema={
            REBUILD: dg.Field(
                bool,
                default_value=False,
                description="Build and guard even if inputs and code are those of the current release.",
            ),
            SOURCES: dg.Field(
                [names],
                default_value=[],
                description="The sources to fetch, such as [ncses, world_bank]; of all others the build reads what was "
                "fetched last. Empty: every source.",
            ),
        },
    )
    def executor(context: dg.InitExecutorContext) -> dg.Executor:
        wanted: Any = context.executor_config[SOURCES]
        left_out = [one for name, one in sources.items() if wanted and name not in wanted]
        return _Refresh(settings, left_out, rebuild=bool(wanted or context.executor_config[REBUILD]))

    return executor


class _Refresh(RunExecutor):
    """The executor of other runs behind two questions. A step cannot ask them: one that has nothing to do still has to give
    its tables and checks."""

    def __init__(self, settings: Settings, left_out: Iterable[Source], *, rebuild: bool) -> None:
        super().__init__()
        self._settings, self._left_out, self._rebuild = settings, list(left_out), rebuild

    def execute(self, plan_context: Any, execution_plan: Any) -> Iterator[dg.DagsterEvent]:
        """Run the plan without the sources that are left out, or say in the run's log why nothing is to be done."""
        instance, run_id = plan_context.instance, plan_context.dagster_run.run_id
        if not self._rebuild and (release := unchanged_release(self._settings)):
            words = nothing_changed(f"the current release {release.id}")
            _withdraw_planned_checks(instance, run_id)
            plan_context.log.info(f"{words} To build it again, launch with rebuild: true.")
            return
        if self._left_out:
            tables = [raw_key(one.CARD.id, table) for one in self._left_out for table in one.TABLES]
            _withdraw_planned_checks(instance, run_id, tables)
            plan_context = _without(plan_context, {raw_step(one.CARD.id) for one in self._left_out})
        yield from super().execute(plan_context, plan_context.execution_plan)


def _without(context: Any, steps: set[str]) -> PlanOrchestrationContext:
    """The context of a run whose plan lacks some steps; those behind them run all the same."""
    wanted = [step for step in context.execution_plan.step_keys_to_execute if step not in steps]
    plan = create_execution_plan(context.job, context.run_config, step_keys_to_execute=wanted)
    return PlanOrchestrationContext(
        context.plan_data._replace(execution_plan=plan), context.log, context.executor, context.output_capture
    )


def _withdraw_planned_checks(
    instance: dg.DagsterInstance, run_id: str, assets: Iterable[dg.AssetKey] | None = None
) -> None:
    """Remove the checks that this run planned, so that each check keeps showing its last result and not "skipped".

    Dagster plans them when the run is made and has no call to take that back: this is its own table.
    ``assets`` are those whose checks are not made; None: no check is.
    """
    storage = instance.event_log_storage
    if not isinstance(storage, SqlEventLogStorage):
        return
    table = AssetCheckExecutionsTable
    planned = table.c.execution_status == AssetCheckExecutionRecordStatus.PLANNED.value
    rows = (table.c.run_id == run_id) & planned
    if assets is not None:
        rows &= table.c.asset_key.in_([key.to_string() for key in assets])
    with storage.index_connection() as connection:
        connection.execute(table.delete().where(rows))
