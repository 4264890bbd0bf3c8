"""Attempts to build the same inputs with the same code: which there were, and when the next one may start."""

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import takewhile

import dagster as dg

from orchestration.assets.run_tags import BUILD, HELD, INPUTS, KIND, REFRESH
from orchestration.automation.run_outcomes import can_pass, cause_of, events_of
from orchestration.automation.run_policy import PAUSES
from orchestration.core.settings import now
from orchestration.core.text import one_line

MOST = 50
"""Attempts that are looked at."""

LONGEST_CAUSE = 300
"""Characters of a cause next to the time of the next attempt."""


@dataclass(frozen=True)
class Attempt:
    """The next attempt: its number, from 0; why it waits, if it does; when it starts, if that is known."""

    number: int
    reason: str = ""
    due: datetime | None = None


def next_attempt(instance: dg.DagsterInstance, inputs: str, published: datetime | None = None) -> Attempt:
    """Return the next attempt to build ``inputs``, a fingerprint.

    After a failure that can pass (disk, lock, killed process, no network) it is due after a pause of PAUSES, which
    grow. Other failures are final until inputs or code change, and so are a success and a cancellation.

    Args:
        published: when the current release, which has other inputs, appeared: a success before it does not count.
    """
    tags: dict[str, str | list[str]] = {INPUTS: inputs, KIND: [BUILD, REFRESH]}
    records = instance.get_run_records(dg.RunsFilter(tags=tags), limit=MOST)
    if not records:
        return Attempt(0)
    number, run = len(records), records[0].dagster_run
    ended, name = datetime.fromtimestamp(records[0].end_time or 0.0, UTC), f"run {run.run_id[:8]}"
    if not run.is_finished:
        return Attempt(number, f"{name} is building these inputs")
    if run.status == dg.DagsterRunStatus.SUCCESS:
        return Attempt(number, "" if published and ended < published else f"{name} has built these inputs")
    if run.status == dg.DagsterRunStatus.CANCELED:
        return Attempt(number, f"{name}, which built these inputs, was cancelled; start it again when it is wanted")
    events = events_of(instance, run.run_id)
    cause = one_line(cause_of(events), LONGEST_CAUSE)
    if HELD in run.tags or not can_pass(events):
        return Attempt(number, f"{name} failed; these inputs are built again when they or the code change: {cause}")
    failed = sum(1 for _ in takewhile(lambda item: item.dagster_run.status == dg.DagsterRunStatus.FAILURE, records))
    due = ended + PAUSES[min(failed, len(PAUSES)) - 1]
    if now() >= due:
        return Attempt(number)
    return Attempt(number, f"{name} failed; the next attempt is at {due:%Y-%m-%d %H:%M} UTC: {cause}", due)
