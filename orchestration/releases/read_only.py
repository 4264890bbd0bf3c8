"""The folder of a release, and read-only connections to its database, confined to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.contracts.metric import ALL_ROWS
from orchestration.core.errors import ReleaseError
from orchestration.core.files import read_json, sha256_of

if TYPE_CHECKING:
    import duckdb

CONTENTS = "release.json"
WHOLE = "verify the release (bilateral releases verify), and roll back to a whole one (bilateral releases rollback)"
"""Remedy for a release file that cannot be read."""
PREFERRED_SINCE = 3
"""First release format in which a metric's own table has its preferred rows."""

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


def has_preferred(content: Mapping[str, Any]) -> bool:
    """Return whether a release with this ``release.json`` has preferred rows."""
    return int(content.get("format", 1)) >= PREFERRED_SINCE


@dataclass(frozen=True)
class StoredRelease:
    """A release: its folder and the content of its ``release.json``."""

    folder: Path
    content: Mapping[str, Any]

    @property
    def id(self) -> str:
        return str(self.content["id"])

    @property
    def fingerprint(self) -> str:
        return str(self.content["fingerprint"])

    @property
    def published_at(self) -> str:
        return str(self.content["published_at"])

    @property
    def previous(self) -> str | None:
        """Id of the release that was current when this one was published; None for the first."""
        return self.content.get("previous")

    @property
    def as_of(self) -> date | None:
        """Day of a release as of an earlier day, which never becomes current; otherwise None."""
        day = self.content.get("as_of")
        return date.fromisoformat(day) if day else None

    @property
    def database(self) -> Path:
        return self.folder / "warehouse.duckdb"

    def complete(self, metric: str) -> str:
        """Return the name of the table with all latest rows of a metric; before format 3, the metric's own."""
        return f"{metric}{ALL_ROWS}" if self.has_preferred else metric

    @property
    def has_preferred(self) -> bool:
        """Return whether a metric's own table has its preferred rows; before format 3, it has all latest rows."""
        return has_preferred(self.content)

    @property
    def size(self) -> int:
        """Size of all its files in bytes."""
        return sum(path.stat().st_size for path in self.folder.rglob("*") if path.is_file())

    def json(self, name: str) -> Any:
        """Return the content of one of its JSON files; raise ReleaseError if it cannot be read."""
        try:
            return read_json(self.folder / name)
        except (OSError, ValueError) as error:
            raise ReleaseError(f"{name} cannot be read: {error}", payload=f"release {self.id}", remedy=WHOLE) from error

    def damage(self) -> list[str]:
        """Return missing, changed and unpublished files, one sentence each; empty if the release is undamaged."""
        published: Mapping[str, str] = self.content["files"]
        files = {path.relative_to(self.folder).as_posix(): path for path in self.folder.rglob("*") if not path.is_dir()}
        faults = [f"{name} is missing" for name in published.keys() - files.keys()]
        faults += [f"{name} was not published" for name in files.keys() - published.keys() - {CONTENTS}]
        for name in published.keys() & files.keys():
            if not files[name].is_file() or sha256_of(files[name]) != published[name]:
                faults.append(f"{name} differs from what was published")
        return sorted(faults)


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
