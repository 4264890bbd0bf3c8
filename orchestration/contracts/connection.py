"""What reads a release: a DuckDB connection, or a query session with its limits."""

from __future__ import annotations

from typing import Any, Protocol


class Cursor(Protocol):
    """The rows of one answer; of each column, ``description`` has a sequence that begins with its name."""

    @property
    def description(self) -> Any: ...

    def fetchall(self) -> list[Any]: ...


class Connection(Protocol):
    """Runs one SQL statement and gives its rows."""

    def execute(self, query: str, /) -> Cursor: ...
