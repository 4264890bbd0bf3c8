"""The Dagster instance: run storage in files of the data folder or in PostgreSQL, and runs of killed processes."""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING

from orchestration.assets.run_tags import COMMAND
from orchestration.core.data_lock import crashed_runs
from orchestration.core.disk_errors import disk_error
from orchestration.core.errors import BilateralError
from orchestration.core.files import write_text
from orchestration.core.settings import Settings

if TYPE_CHECKING:
    from dagster import DagsterInstance

HOME = "DAGSTER_HOME"
"""The environment variable with the folder of Dagster's storage."""

POSTGRES = "BILATERAL_POSTGRES"
"""The environment variable with the address of the run storage database; it may contain a password."""


def prepare_instance(settings: Settings) -> None:
    """Have Dagster use the storage of runs of a data folder; raise BilateralError if it cannot be used."""
    write_home(settings)
    require_run_storage(settings)


def write_home(settings: Settings) -> None:
    """Write the Dagster home, and set the environment that makes Dagster use it.

    Runs are stored in files there, or in the PostgreSQL database that BILATERAL_POSTGRES names.

    Raises:
        BilateralError: the address has an @ in its password, which errors would repeat as a part of the host.
    """
    address = os.environ.get(POSTGRES, "").strip()
    if address.count("@") > 1:
        raise BilateralError(f"{POSTGRES} has more than one @", remedy="write an @ in user or password as %40")
    parts = ["dagster.yaml", f"deploy/dagster.{'postgres' if address else 'sqlite'}.yaml"]
    text = "\n".join((settings.root / name).read_text(encoding="utf-8") for name in parts)
    # the code server of the service resolves it without the environment variable
    text = text.replace(f"${HOME}", json.dumps(str(settings.dagster_home))[1:-1])
    path = settings.dagster_home / "dagster.yaml"
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        write_text(path, text)
    # without the name of a driver SQLAlchemy picks one that dagster-postgres does not install
    driven = re.sub(r"^postgres(ql)?://", "postgresql+psycopg2://", address)
    os.environ.update({HOME: str(settings.dagster_home), "GX_ANALYTICS_ENABLED": "False", POSTGRES: driven})


def fail_killed_runs(instance: DagsterInstance, settings: Settings, *, has_folder_alone: bool = False) -> None:
    """Mark the runs of dead processes as failed, which Dagster would show as running.

    Args:
        has_folder_alone: no other refresh is alive, so unfinished runs of the command line are dead, locked or not.
    """
    import dagster as dg

    killed = "the process was killed; a later one took over"
    for run_id in crashed_runs(settings):
        run = instance.get_run_by_id(run_id)
        if run and not run.is_finished:
            instance.report_run_failed(run, killed)
        (settings.run_locks / run_id).unlink(missing_ok=True)
    if has_folder_alone:
        started = dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED])
        for run in instance.get_runs(filters=started):
            if COMMAND in run.tags:
                instance.report_run_failed(run, killed)


def require_run_storage(settings: Settings) -> None:
    """Make the tables of Dagster's storage, which its programs would all make at once.

    Raises:
        BilateralError: the storage is damaged, refuses the connection, or its package is missing. The message never
            repeats the address of the database, which may contain a password.
    """
    import dagster as dg

    try:
        with dg.DagsterInstance.get() as instance:
            instance.get_runs_count()
            instance.get_latest_materialization_event(dg.AssetKey(["release"]))
            instance.all_instigator_state()
    except Exception as error:  # of SQLite, SQLAlchemy, Alembic, PostgreSQL's client, or Dagster itself
        if refusal := disk_error(settings, error):
            raise refusal from None
        of_database = getattr(error, "orig", None) or getattr(error.__cause__, "orig", None)
        reason = " ".join(str(of_database or type(error).__name__).split())
        if os.environ.get(POSTGRES):
            raise BilateralError(
                f"the database of {POSTGRES} cannot be used: {reason}",
                remedy="check that the server runs, that the address is postgresql://user:password@host:5432/database "
                "with characters such as @ / : % of the password percent-encoded, and that pip install '.[postgres]' "
                "was run",
            ) from None
        raise BilateralError(
            f"the run database in {settings.dagster_home} cannot be read: {reason}",
            remedy="rename the folder, and run the same command again: Dagster starts a new one. Releases and vintages "
            "are elsewhere; the list of earlier runs is lost",
        ) from None
