"""Where Dagster keeps its runs: files in the data folder, or a PostgreSQL. What is kept there is Dagster's affair."""

from __future__ import annotations

import os
import re

from orchestration.core.errors import BilateralError
from orchestration.core.files import write_text
from orchestration.core.settings import Settings

POSTGRES = "BILATERAL_POSTGRES"
"""The environment variable with the address of the database in which Dagster keeps its runs; it may hold a password."""

PATIENCE = 10
"""Seconds in which the database has to answer."""


def prepare_instance(settings: Settings) -> dict[str, str]:
    """Make the Dagster home, and return the environment in which Dagster uses it.

    Its runs are kept in files there, or in the PostgreSQL that BILATERAL_POSTGRES names.

    Raises:
        BilateralError: that database takes no connection.
    """
    address = os.environ.get(POSTGRES, "").strip()
    parts = ["dagster.yaml", *(["deploy/storage.postgres.yaml"] if address else [])]
    text = "\n".join((settings.root / name).read_text(encoding="utf-8") for name in parts)
    path = settings.dagster_home / "dagster.yaml"
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        write_text(path, text)
    environment = {"DAGSTER_HOME": str(settings.dagster_home), "GX_ANALYTICS_ENABLED": "False"}
    if address:
        # without a driver's name SQLAlchemy takes another one than the one that dagster-postgres brings
        environment[POSTGRES] = re.sub(r"^postgres(ql)?://", "postgresql+psycopg2://", address)
        _require_connection(environment[POSTGRES])
    return environment


def _require_connection(address: str) -> None:
    """Refuse in plain words what Dagster would retry and then end in a traceback; no word repeats the address."""
    import sqlalchemy

    try:
        with sqlalchemy.create_engine(address, connect_args={"connect_timeout": PATIENCE}).connect():
            pass
    except sqlalchemy.exc.DBAPIError as error:
        raise BilateralError(
            f"the database of {POSTGRES} takes connections; it said: {' '.join(str(error.orig).split())}",
            remedy="see that the server runs, and that user, password and database are right",
        ) from None
    except (sqlalchemy.exc.SQLAlchemyError, ValueError):
        raise BilateralError(
            f"{POSTGRES} is an address like postgresql://user:password@host:5432/database",
            remedy="percent-encode signs like @ / : % in the password",
        ) from None
