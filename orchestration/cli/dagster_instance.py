"""The Dagster instance: run storage in files of the data folder or in PostgreSQL, and runs of killed processes."""

from __future__ import annotations

import os
import re
import sqlite3
from contextlib import closing
from importlib.util import find_spec
from typing import TYPE_CHECKING

from orchestration.core.data_lock import crashed_runs, forget
from orchestration.core.disk_errors import disk_error
from orchestration.core.errors import BilateralError
from orchestration.core.files import write_text
from orchestration.core.run_policy import COMMAND
from orchestration.core.settings import Settings

if TYPE_CHECKING:
    from dagster import DagsterInstance

POSTGRES = "BILATERAL_POSTGRES"
"""The environment variable with the address of the run storage database; it may contain a password."""

RUN_DATABASES = ("history/runs.db", "history/runs/index.db", "schedules/schedules.db")
"""Dagster's SQLite files, in its home."""

PATIENCE = 10
"""Seconds within which the database must answer."""


def prepare_instance(settings: Settings) -> dict[str, str]:
    """Write the Dagster home; return the environment that makes Dagster use it.

    Runs are stored in files there, or in the PostgreSQL database that BILATERAL_POSTGRES names.

    Raises:
        BilateralError: a run database in files is damaged, PostgreSQL refuses the connection, or its package is missing.
    """
    address = os.environ.get(POSTGRES, "").strip()
    parts = ["dagster.yaml", *(["deploy/dagster.postgres.yaml"] if address else [])]
    text = "\n".join((settings.root / name).read_text(encoding="utf-8") for name in parts)
    path = settings.dagster_home / "dagster.yaml"
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        write_text(path, text)
    environment = {"DAGSTER_HOME": str(settings.dagster_home), "GX_ANALYTICS_ENABLED": "False"}
    if address:
        # without the name of a driver SQLAlchemy picks one that dagster-postgres does not install
        environment[POSTGRES] = re.sub(r"^postgres(ql)?://", "postgresql+psycopg2://", address)
        _require_connection(environment[POSTGRES])
    else:
        _require_readable(settings)
    return environment


def fail_killed_runs(instance: DagsterInstance, settings: Settings, *, has_folder_alone: bool = False) -> None:
    """Mark the runs of dead processes as failed, which Dagster would show as running.

    Args:
        has_folder_alone: no other refresh is alive, so unfinished runs of the command line are dead even without a lock.
    """
    import dagster as dg

    killed = "the process was killed; a later one took over"
    for run_id in crashed_runs(settings):
        run = instance.get_run_by_id(run_id)
        if run and not run.is_finished:
            instance.report_run_failed(run, killed)
        forget(settings, run_id)
    if has_folder_alone:
        started = dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED])
        for run in instance.get_runs(filters=started):
            if COMMAND in run.tags:
                instance.report_run_failed(run, killed)


def _require_readable(settings: Settings) -> None:
    """Raise for a damaged file of Dagster's before Dagster reads it, which ends in a traceback."""
    for path in (settings.dagster_home / name for name in RUN_DATABASES):
        if not path.exists():
            continue
        try:
            with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True)) as connection:
                ((failure,),) = connection.execute("pragma quick_check(1)").fetchall()
        except sqlite3.DatabaseError as error:
            if path.is_file() and isinstance(error, sqlite3.OperationalError) and os.access(path, os.R_OK):
                continue  # locked, or an error of the disk, which Dagster meets when it writes
            failure = str(error)
        if failure != "ok":
            folder = settings.dagster_home / path.relative_to(settings.dagster_home).parts[0]
            raise disk_error(settings, failure) or BilateralError(
                f"the run database {path} cannot be read: {' '.join(failure.split())}",
                remedy=f"rename the folder {folder}, and run the same command again: Dagster starts a new one. "
                "Releases and vintages are elsewhere; the list of earlier runs is lost",
            )


def _require_connection(address: str) -> None:
    """Fail early where Dagster would retry and end in a traceback; the message never repeats the address."""
    if find_spec("dagster_postgres") is None:
        raise BilateralError(
            f"{POSTGRES} is set, and the Python package dagster-postgres is not installed",
            remedy="pip install --no-deps --require-hashes -r locks/requirements-postgres.lock, or pip install '.[postgres]'",
        )
    import sqlalchemy

    try:
        with sqlalchemy.create_engine(address, connect_args={"connect_timeout": PATIENCE}).connect():
            pass
    except sqlalchemy.exc.DBAPIError as error:
        raise BilateralError(
            f"the database of {POSTGRES} refused the connection: {' '.join(str(error.orig).split())}",
            remedy="check that the server runs and that user, password and database are right",
        ) from None
    except (sqlalchemy.exc.SQLAlchemyError, ValueError):
        raise BilateralError(
            f"{POSTGRES} is not an address such as postgresql://user:password@host:5432/database",
            remedy="percent-encode characters such as @ / : % in the password",
        ) from None
