"""Times, priorities, limits and retries of unattended runs."""

from collections.abc import Mapping
from datetime import timedelta

POLLED_AT = "09:30"
"""Hour and minute, in the publisher's own time zone, of the daily and weekly requests; publishers release in the morning."""

AFTER_A_RELEASE_HOUR = 15
"""Minutes after the hour at which a publisher refreshes its database, so that the refresh has ended."""

DROPS_EVERY = timedelta(minutes=5)
"""How often the drop folders are listed."""

CHANGES_EVERY = timedelta(minutes=2)
"""How often the inputs and the code are compared with those of the current release."""

HOUSEKEEPING_AT = "0 4 * * *"
"""When overdue vintages are reported and old runs and logs removed, in UTC."""

RUNS_KEPT = timedelta(days=90)
"""How long Dagster's record of a run is kept. Runs that made the newest version of an asset stay."""

BUILD_RUNS_KEPT = 10
"""How many runs that build are kept; the record of one takes about 8 MB. One that made the newest version of an asset stays."""

LATE = timedelta(days=75)
"""How long after the first day of the month in which a vintage is due it counts as overdue."""

SILENCE = timedelta(days=15)
"""How long no publisher may answer before the service counts as unhealthy; each is requested once a week at least."""

LEAST_FREE_BYTES = 2_000_000_000
"""Free bytes that a refresh needs on the disk of the data folder: it writes a build and a release beside those that are kept."""

LOCK_PATIENCE = timedelta(minutes=45)
"""How long a run waits for the data folder while a refresh of the command line has it; a build may take an hour in all."""

LOCATION = "bilateral"
"""The name of the code location in ``workspace.yaml``."""

DBT_POOL = "dbt"
"""One run at a time builds: a build uses every core there is."""

FETCH, BUILD, REFRESH, HOUSEKEEPING = "fetch", "build", "refresh", "housekeeping"

KIND = "bilateral/kind"
"""The tag of a run that names its kind."""

COMMAND = "bilateral/refresh"
"""The tag of a run that the command line started, which reports its outcome itself."""

_RUNS: Mapping[str, tuple[int, timedelta, int]] = {
    # kind: priority, longest run, how often it is started again when its process died
    BUILD: (10, timedelta(hours=1), 1),
    REFRESH: (5, timedelta(hours=12), 0),
    FETCH: (0, timedelta(hours=6), 2),
    HOUSEKEEPING: (-10, timedelta(minutes=30), 0),
}


def run_tags(kind: str) -> dict[str, str]:
    """The tags of every run of this kind.

    A run is started again only when its process died or the machine failed: a payload refused once is refused again
    (configured in ``dagster.yaml``). A publisher that did not answer is requested again by the next tick.
    """
    priority, longest, again = _RUNS[kind]
    return {
        KIND: kind,
        "dagster/priority": str(priority),
        "dagster/max_runtime": str(int(longest.total_seconds())),
        "dagster/max_retries": str(again),
        "dagster/retry_strategy": "ALL_STEPS",
    }
