"""Read-only connections to the database of a release, confined to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.core.errors import ReleaseError

if TYPE_CHECKING:
    import duckdb

CONTENTS = "release.json"
WHOLE = "verify the release (bilateral releases verify), and roll back to a whole one (bilateral releases rollback)"
"""Remedy for a release file that cannot be read."""
FORMAT, SINCE = 3, "0.3.0"
"""Format of release folders that this edition writes, and the first edition that reads all of it."""

_CONFINED: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": "false",
    "autoload_known_extensions": "false",
    "autoinstall_known_extensions": "false",
    "allow_community_extensions": "false",
    "python_enable_replacements": "false",
    "temp_directory": "",
    "lock_configuration": "true",
}
"""A query reaches no file, network, extension or program variable, spills nothing to disk, and cannot change that."""


@contextmanager
def open_read_only(database: Path, *, megabytes: int | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a release's database; it cannot write or reach other files. ``megabytes`` limits DuckDB's memory."""
    import duckdb

    config = _CONFINED | ({"memory_limit": f"{megabytes}MB"} if megabytes else {})
    try:
        connection = duckdb.connect(str(database), read_only=True, config=config)
    except (duckdb.IOException, duckdb.SerializationException, duckdb.InternalException) as error:
        failure = f"{database.name} cannot be read: {str(error).splitlines()[0]}"
        raise ReleaseError(failure, payload=f"release {database.parent.name}", remedy=WHOLE) from error
    with connection:
        yield connection


def dicts(cursor: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Return the rows of a query as dictionaries."""
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
