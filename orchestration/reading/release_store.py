"""Find, read and open published releases."""

import os
from collections.abc import Iterable
from pathlib import Path

from orchestration.core.errors import ReleaseError
from orchestration.core.files import read_json
from orchestration.core.settings import Settings
from orchestration.core.suggestions import did_you_mean
from orchestration.core.versions import require_readable
from orchestration.reading.read_only import CONTENTS, FORMAT
from orchestration.reading.release import Release
from orchestration.reading.release_log import entries, named_in, published_in

CURRENT = "current"


def parquet_path(folder: Path, table: str) -> Path:
    """Return the path of a table as Parquet in a release folder."""
    return folder / "parquet" / f"{table}.parquet"


def published_releases(settings: Settings) -> list[Release]:
    """Return the releases that the log records as published, oldest first."""
    known = published_in(entries(settings))
    return [release for release in all_releases(settings) if release.folder.name in known]


def all_releases(settings: Settings) -> list[Release]:
    """Return all release folders, oldest first, whether or not the log records them."""
    paths = settings.releases.glob(f"[!.]*/{CONTENTS}")
    releases = [read_release(path.parent) for path in paths if not path.parent.is_symlink()]
    # the log defines the order: a clock may have been wrong for a while
    return sorted(releases, key=lambda item: (item.content.get("log", {}).get("lines", 0), item.published_at, item.id))


def find_release(settings: Settings, wanted: str, *, unpublished: bool = False) -> Release:
    """Return the release whose id is, or alone begins with, ``wanted``; ``current`` is the current one.

    Args:
        unpublished: also find folders that the log does not list, such as forged copies; only to verify them.
    """
    if wanted == CURRENT:
        return require_current(settings)
    known = all_releases(settings) if unpublished else published_releases(settings)
    releases = {release.folder.name: release for release in known}
    matches = [wanted] if wanted in releases else [name for name in releases if wanted and name.startswith(wanted)]
    if len(matches) == 1:
        return releases[matches[0]]
    hint = f"give more of the id: {', '.join(matches)};" if matches else _nearest(wanted, releases)
    failure = f"{len(matches)} releases begin with {wanted!r}" if matches else f"there is no release {wanted!r}"
    raise ReleaseError(failure, remedy=f"{hint} see all: bilateral releases list".lstrip())


def release_made_of(settings: Settings, fingerprint: str) -> Release | None:
    """Return the undamaged release of these inputs and code, current or as of the settings' day, or None."""
    current = current_release(settings)
    releases = published_releases(settings) if settings.as_of else [current] if current else []
    same = (release for release in releases if (release.known_on, release.fingerprint) == (settings.as_of, fingerprint))
    return next((release for release in same if not release.damage()), None)


def current_release(settings: Settings) -> Release | None:
    """Return the newest existing release that the log names as current, or None.

    The link ``current`` is for other programs: it is not followed.
    """
    folders = (settings.releases / name for name in reversed(named_in(entries(settings))))
    return next((read_release(folder) for folder in folders if folder.is_dir() and not folder.is_symlink()), None)


def pointer_fault(settings: Settings) -> str | None:
    """Return how the link ``current``, which other programs follow, disagrees with the log, or None."""
    link, (named,) = settings.releases / CURRENT, named_in(entries(settings))[-1:] or ["nothing"]
    points = "no release: it is not a link" if link.exists() else "nothing"
    points = os.readlink(link) if link.is_symlink() else points
    return None if points == named else f"{CURRENT} points at {points}, and the log names {named}"


def require_current(settings: Settings) -> Release:
    """Return the current release; raise ReleaseError if nothing has been published here yet."""
    release = current_release(settings)
    if release is None:
        raise ReleaseError("there is no release yet", remedy="run: bilateral refresh")
    return release


def require_table(release: Release, name: str) -> None:
    """Raise ReleaseError if the release has no table of this name; the message names the nearest."""
    if name not in release.content["tables"]:
        remedy = f"{_nearest(name, release.content['tables'])} see all: bilateral describe".lstrip()
        raise ReleaseError(f"no table {name!r} in the release", payload=f"release {release.id}", remedy=remedy)


def _nearest(wanted: str, known: Iterable[str]) -> str:
    return did_you_mean(wanted, dict.fromkeys(known, ""))


def read_release(folder: Path) -> Release:
    """Return the release in a folder; raise if there is none, or a later version published it."""
    try:
        release = Release(folder, read_json(folder / CONTENTS))
        if not isinstance(release.content, dict) or "id" not in release.content:
            raise ValueError("it is not the object of a release")
    except (OSError, ValueError) as error:
        failure, remedy = f"{CONTENTS} cannot be read: {error}", "publish again with the refresh"
        raise ReleaseError(failure, payload=folder.name, remedy=remedy) from error
    require_readable(f"release {folder.name}", release.content, FORMAT)
    return release
