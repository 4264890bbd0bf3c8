"""Read-only connections to the database of a release, confined to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import duckdb

_CONFINED: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": "false",
    "autoload_known_extensions": "false",
    "autoinstall_known_extensions": "false",
    "allow_community_extensions": "false",
    "python_enable_replacements": "false",
    "temp_directory": "",
    "lock_configuration": "true",
}
"""A query reaches no file, network, extension or variable of this program, spills nothing to disk, and cannot change that."""


class ReleaseFiles(Protocol):
    """A release whose files can be read: one of the log, or one that the client opened."""

    @property
    def id(self) -> str: ...
    @property
    def folder(self) -> Path: ...
    @property
    def content(self) -> Mapping[str, Any]: ...
    @property
    def database(self) -> Path: ...


@contextmanager
def open_read_only(database: Path, *, megabytes: int | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a release's database; the connection can neither write nor reach other files.

    ``megabytes`` is DuckDB's own limit on memory; by default most of the machine's.
    """
    import duckdb

    config = _CONFINED | ({"memory_limit": f"{megabytes}MB"} if megabytes else {})
    with duckdb.connect(str(database), read_only=True, config=config) as connection:
        yield connection


def dicts(cursor: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Return the rows of a query as dictionaries."""
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
