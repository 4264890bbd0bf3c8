"""The hook of the jobs that build: a failed run holds back the vintage that broke it and tags itself with it."""

from collections.abc import Mapping

import dagster as dg

from orchestration.assets.raw_assets import raw_step
from orchestration.assets.run_tags import HELD
from orchestration.automation.run_outcomes import can_pass, events_of, failure_texts
from orchestration.contracts.payload import ORIGINS
from orchestration.contracts.source import Source
from orchestration.core.processes import interrupted
from orchestration.core.settings import Settings
from orchestration.reading.release_store import current_release


def isolation_hook(sources: Mapping[str, Source], settings: Settings) -> dg.HookDefinition:
    """Return the hook. It runs inside the failed run, which has the data folder; whoever started that run builds again.

    That is the command, or the sensor of failed runs. A failure that passes, an interruption and a fetch hold nothing
    back.
    """
    fetches = set(map(raw_step, sources))

    @dg.failure_hook(name="hold_back_the_vintage_that_failed")
    def hold_back(context: dg.HookContext) -> None:
        if context.step_key in fetches:
            return
        events = events_of(context.instance, context.run_id)
        run = context.instance.get_run_by_id(context.run_id)
        is_canceled = run is None or run.status in (dg.DagsterRunStatus.CANCELING, dg.DagsterRunStatus.CANCELED)
        if is_canceled or interrupted() or can_pass(events):
            return
        from orchestration.admission.isolate import Isolation  # it loads pandas, which an idle service does not need

        release = current_release(settings)
        known = frozenset(origin["sha256"] for origin in (release.json(ORIGINS) if release else ()))
        isolation = Isolation(settings, sources, release.id if release else "", known)
        if held := isolation.hold(failure_texts(events)):
            context.instance.add_run_tags(context.run_id, {HELD: f"{held.source} {held.vintage}"})
            context.log.info(f"{held.source}: vintage {held.vintage} is held back; the build starts again without it")

    return hold_back
