"""The releases there are: finding, reading and verifying them. Nothing is written here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestration.errors import ReleaseError
from orchestration.files import read_json, sha256_of
from orchestration.settings import Settings

CURRENT = "current"
CONTENTS = "release.json"


@dataclass(frozen=True)
class Release:
    """A published release: its folder and what its ``release.json`` says."""

    folder: Path
    content: Mapping[str, Any]

    @property
    def id(self) -> str:
        return str(self.content["id"])

    @property
    def database(self) -> Path:
        return self.folder / "warehouse.duckdb"

    def damage(self) -> list[str]:
        """Files that are missing or whose bytes are not those that were published; empty for a whole release."""
        files: Mapping[str, str] = self.content["files"]
        return [
            name
            for name, sha256 in sorted(files.items())
            if not (self.folder / name).is_file() or sha256_of(self.folder / name) != sha256
        ]


def current_release(settings: Settings) -> Release | None:
    """The release that ``current`` points at, its folder resolved once, or None before the first one."""
    link = settings.releases / CURRENT
    return read_release(link.resolve()) if link.exists() else None


def require_current(settings: Settings) -> Release:
    """The current release.

    Raises:
        ReleaseError: nothing has been published here yet.
    """
    release = current_release(settings)
    if release is None:
        raise ReleaseError("a question is asked of the current release; there is none yet", remedy="run: make refresh")
    return release


def read_release(folder: Path) -> Release:
    """The release in a folder.

    Raises:
        ReleaseError: the folder is not a release.
    """
    try:
        return Release(folder, read_json(folder / CONTENTS))
    except (OSError, ValueError) as error:
        raise ReleaseError(
            f"a release has a {CONTENTS}; {error}", payload=folder.name, remedy="publish again with the refresh"
        ) from error
