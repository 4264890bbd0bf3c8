"""A DuckDB connection with a memory limit; the overflow goes to a folder that is removed at the end."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

MEMORY = "2GB"
"""Memory limit of DuckDB at each step of a refresh; ``dbt_project/profiles.yml`` states the same for dbt."""


@contextmanager
def bounded_database(database: Path | None = None, folder: Path | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a connection to a database, read-only, or to an empty one; ``folder`` takes the overflow."""
    with tempfile.TemporaryDirectory(prefix=".duckdb-", dir=folder) as overflow:
        limits: dict[str, Any] = {"memory_limit": MEMORY, "temp_directory": overflow}
        with duckdb.connect(database or ":memory:", read_only=database is not None, config=limits) as connection:
            yield connection
