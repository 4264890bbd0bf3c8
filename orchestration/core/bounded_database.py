"""A DuckDB connection whose memory does not grow with the rows: what does not fit goes to a folder that is removed at the end."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

MEMORY = "2GB"
"""What DuckDB may hold at each step of a refresh; ``dbt_project/profiles.yml`` says the same of dbt."""


@contextmanager
def bounded_database(database: Path | None = None, folder: Path | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to a database that is only read, or to an empty one.

    Args:
        folder: where what does not fit into memory goes; by default, where the system has temporary files.
    """
    import duckdb

    with tempfile.TemporaryDirectory(prefix=".duckdb-", dir=folder) as overflow:
        config: dict[str, str | bool | int | float | list[str]] = {"memory_limit": MEMORY, "temp_directory": overflow}
        with duckdb.connect(str(database or ":memory:"), read_only=database is not None, config=config) as connection:
            yield _quiet(connection)


def cursor_of(connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """Another connection to the database of one, within the same memory and with temporary tables of its own."""
    return _quiet(connection.cursor())


def _quiet(connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    connection.execute("set enable_progress_bar = false")  # a progress line of ours is not to be cut in two
    return connection
