"""The executor of every run that builds: all steps in one process, and one failure for each cause."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from typing import Any

import dagster as dg
from dagster._core.execution.retries import RetryMode
from dagster._core.executor.in_process import InProcessExecutor


class RunExecutor(InProcessExecutor):
    """Dagster's in-process executor, which ends at a failure for which every step that is left would wait.

    Dagster's own would report each of these as an error of its own.
    """

    def __init__(self) -> None:
        super().__init__(RetryMode.ENABLED)

    def execute(self, plan_context: Any, execution_plan: Any) -> Iterator[dg.DagsterEvent]:
        """The events of the run, up to the last step that can run."""
        needs = plan_context.execution_plan.get_executable_step_deps()
        failed: set[str] = set()
        ended: set[str] = set()
        events = super().execute(plan_context, plan_context.execution_plan)
        for event in events:
            yield event
            if event.step_key and event.is_step_success:
                ended.add(event.step_key)
            if event.step_key and event.is_step_failure:
                failed.add(event.step_key)
                if all(_waits_for(failed, step, needs) for step in needs.keys() - failed - ended):
                    events.close()  # type: ignore[attr-defined]
                    return


def _waits_for(failed: Set[str], step: str, needs: Mapping[str, Set[str]]) -> bool:
    """Whether a step needs one that failed, at whatever distance."""
    return any(one in failed or _waits_for(failed, one, needs) for one in needs.get(step, ()))


@dg.executor(name="in_process")
def run_executor(_: dg.InitExecutorContext) -> dg.Executor:
    """All steps in one process."""
    return RunExecutor()
