"""Times, priorities, limits and retries of unattended runs."""

from datetime import timedelta

from orchestration.assets.run_tags import BUILD, FETCH, HOUSEKEEPING, KIND, REFRESH

POLLED_AT = "09:30"
"""Hour and minute of daily and weekly requests in the publisher's time zone; most publish in the morning."""

AFTER_A_RELEASE_HOUR = 15
"""Minutes after the hour at which a publisher refreshes its database, so that the refresh has ended."""

DROPS_EVERY, CHANGES_EVERY = timedelta(minutes=5), timedelta(minutes=2)
"""How often drop folders are listed, and inputs and code compared with those of the current release."""

HOUSEKEEPING_AT = "0 4 * * *"
"""When overdue vintages are reported and old runs and logs removed, in UTC."""

RUNS_KEPT = timedelta(days=90)
BUILD_RUNS_KEPT = 10
"""How long Dagster's record of a run is kept, and how many that built are: one takes about 8 MB."""

LATE = timedelta(days=75)
"""Time after the first day of a vintage's due month until it counts as overdue."""

SILENCE = timedelta(days=15)
"""Longest silence of all publishers in a healthy service; each is requested at least weekly."""

HEARTBEAT = timedelta(minutes=5)
"""Oldest healthy heartbeat; a daemon sends one every half minute, and a busy machine delays it."""

LEAST_FREE_BYTES = 2_000_000_000
"""Free bytes that a refresh needs on the disk of the data folder: it adds a build and a release to those kept."""

LOCATION = "bilateral"
"""The name of the code location in ``workspace.yaml``."""

BUILD_JOB, GUARD_JOB = "build_and_publish", "guard_and_publish"
"""Names of jobs; the job that also fetches is named like its kind, REFRESH."""

PAUSES = (timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1), timedelta(hours=4), timedelta(hours=24))
"""Pauses between attempts to build the same inputs after failures that pass; the last one repeats."""

_RUNS = {
    # kind: priority, longest run, how often it is started again when its process died
    BUILD: (10, timedelta(hours=1), 1),
    REFRESH: (5, timedelta(hours=12), 0),
    FETCH: (0, timedelta(hours=6), 2),
    HOUSEKEEPING: (-10, timedelta(minutes=30), 0),
}


def run_tags(kind: str) -> dict[str, str]:
    """Return the tags of every run of a kind.

    A run is started again only when its process died or the machine failed (``dagster.yaml``): a payload refused once
    is refused again, and a publisher that did not answer is requested again by the next tick.
    """
    priority, longest, again = _RUNS[kind]
    return {
        KIND: kind,
        "dagster/priority": str(priority),
        "dagster/max_runtime": str(int(longest.total_seconds())),
        "dagster/max_retries": str(again),
        "dagster/retry_strategy": "ALL_STEPS",
    }
