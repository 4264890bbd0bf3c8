"""The daily job: removes old runs and their logs through Dagster's own calls, and reports overdue vintages."""

import shutil
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import dagster as dg

from orchestration.assets import run_tags
from orchestration.automation import run_policy
from orchestration.automation.alert_messages import STALE, Problem
from orchestration.automation.incidents import alert
from orchestration.catalog.source_status import SourceState, states
from orchestration.contracts.source import Source
from orchestration.core.settings import Settings, now
from orchestration.core.text import with_noun

BATCH = 500
"""Runs removed in one turn; the rest the next day."""

_SUBJECT = "vintage of {}"
_ENDED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]


def remove_old_runs(instance: dg.DagsterInstance) -> Iterator[str]:
    """Remove ended runs and their logs; yield a description of each removal.

    Removed are runs older than ``run_policy.RUNS_KEPT``, and runs that built beyond the newest
    ``run_policy.BUILD_RUNS_KEPT``. Runs that made the newest version of an asset stay, so that the UI keeps its
    metadata.
    """
    limit, home = now() - run_policy.RUNS_KEPT, Path(instance.root_directory)
    old = instance.get_runs(dg.RunsFilter(statuses=_ENDED, created_before=limit), limit=BATCH)
    kinds = {run_tags.KIND: [run_tags.BUILD, run_tags.REFRESH]}
    built = instance.get_runs(dg.RunsFilter(statuses=_ENDED, tags=kinds), limit=run_policy.BUILD_RUNS_KEPT + BATCH)
    candidates = {run.run_id for run in [*old, *built[run_policy.BUILD_RUNS_KEPT :]]}
    newest = (instance.get_latest_materialization_event(key) for key in instance.get_asset_keys() if candidates)
    removed = candidates - {event.run_id for event in newest if event}
    for run_id in removed:
        instance.delete_run(run_id)
        for path in (home / "history" / "runs").glob(f"{run_id}.db*"):
            path.unlink()  # its events are deleted, and the file is as large as before
        shutil.rmtree(home / "storage" / run_id, ignore_errors=True)
    if removed:
        yield (
            f"removed {with_noun(len(removed), 'run')} that ended before {limit:%Y-%m-%d}, "
            f"or built before the newest {run_policy.BUILD_RUNS_KEPT} that did"
        )


def overdue(sources: Mapping[str, Source], settings: Settings, today: date) -> tuple[list[Problem], list[str]]:
    """Return a problem for every source whose next vintage is overdue, and the subjects of the sources whose is not.

    A source on the bundle, which does not change by itself, is never overdue.
    """
    requested = states({name: source for name, source in sources.items() if settings.fetches_live(name)}, settings)
    late = [state for state in requested if state.next_due and state.next_due + run_policy.LATE < today]
    in_time = [_SUBJECT.format(state.card.id) for state in requested if state not in late]
    return [_problem(state) for state in late], in_time


def _problem(state: SourceState) -> Problem:
    card = state.card
    answered = f"{state.answered_at:%Y-%m-%d %H:%M} UTC" if state.answered_at else "never"
    remedy = f"see whether {card.homepage} has it, and materialise {card.id} in the UI"
    if card.by_hand:
        remedy = f"download the new file from {card.homepage} into data/drop/{card.id}/"
    text = (
        f"a vintage of {card.id} after {state.last_vintage} was due in {state.next_due:%B %Y}\n"
        f"publisher: {card.publisher}, which answered last: {answered}\nwhat to do: {remedy}"
    )
    return Problem(_SUBJECT.format(card.id), text, STALE)


def housekeeping_schedule(sources: Mapping[str, Source], settings: Settings) -> dg.ScheduleDefinition:
    """Return the schedule of the daily job, which runs on the bundle too: runs grow old on both."""

    @dg.op(name="remove_old_runs", description="Removes old runs and logs; reports overdue vintages.")
    def keep(context: dg.OpExecutionContext) -> None:
        for words in remove_old_runs(context.instance):
            context.log.info(words)
        for words in alert(settings, *overdue(sources, settings, now().date())):
            context.log.warning(words)

    @dg.job(
        name=run_tags.HOUSEKEEPING,
        executor_def=dg.in_process_executor,
        tags=run_policy.run_tags(run_tags.HOUSEKEEPING),
        description="Every day: report overdue vintages, retry undelivered alerts, remove old runs and logs.",
    )
    def housekeeping() -> None:
        keep()

    return dg.ScheduleDefinition(
        name="daily_housekeeping",
        job=housekeeping,
        cron_schedule=run_policy.HOUSEKEEPING_AT,
        execution_timezone="UTC",
        default_status=dg.DefaultScheduleStatus.RUNNING,
    )
