"""Roll back to, prune and verify published releases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from orchestration.core.errors import ReleaseError
from orchestration.core.files import read_json, replace_symlink, sha256_of
from orchestration.core.settings import Settings
from orchestration.releases.datapackage import NAME as PACKAGE
from orchestration.releases.history import PRUNED, PUBLISHED, ROLLED_BACK, entries, record
from orchestration.releases.recovery import lock_releases, remove_remains
from orchestration.releases.release_store import (
    CONTENTS,
    CURRENT,
    Release,
    all_releases,
    current_release,
    require_current,
)

KEPT = 5
"""How many of the newest releases pruning keeps by default."""


def roll_back(settings: Settings, target: Release, reason: str) -> Release:
    """Make an earlier release the current one and record why; return the one that was current.

    Raises:
        ReleaseError: the target is the current release already, is one as of an earlier day, or is not whole.
    """
    before = require_current(settings)
    if target.as_of:
        raise ReleaseError(
            f"{target.id} is as of {target.as_of}; the current release holds all that is known",
            payload=target.id,
            remedy=f"ask it by its name: bilateral query --release {target.id} …",
        )
    if target.id == before.id:
        raise ReleaseError(
            f"{target.id} is the current release already",
            remedy="see all: bilateral releases list",
        )
    if found := damage_of(settings, target):
        raise ReleaseError(
            f"{target.id} is damaged: {'; '.join(found)}; a rollback needs a release whose files are whole",
            payload=target.id,
            remedy="choose another one; see all: bilateral releases list",
        )
    with lock_releases(settings):
        # the record comes first: a kill between the two must not let the next refresh publish again what was rolled back
        record(
            settings,
            ROLLED_BACK,
            target.id,
            reason,
            fingerprint=target.fingerprint,
            from_release=before.id,
            from_fingerprint=before.fingerprint,
        )
        replace_symlink(settings.releases / CURRENT, target.id)
    return before


def prunable(settings: Settings, keep: int) -> list[Release]:
    """The releases that pruning removes, oldest first.

    Kept are the newest ``keep``, the current one, the one before it (there a rollback would lead), and every one that
    somebody rolled back to. Of those as of an earlier day the newest of each day is kept, since it was asked for.
    """
    asked = {one.as_of: one.id for one in all_releases(settings) if one.as_of}
    releases = [one for one in all_releases(settings) if not one.as_of]
    current = current_release(settings)
    kept = {release.id for release in releases[max(len(releases) - keep, 0) :]}
    kept |= {entry.release for entry in entries(settings) if entry.event == ROLLED_BACK}
    if current:
        kept |= {current.id, str(current.previous)}
    kept |= set(asked.values())
    return [release for release in all_releases(settings) if release.id not in kept]


def prune(settings: Settings, keep: int = KEPT) -> list[Release]:
    """Remove old releases, each by one rename, so that no reader sees a partial one.

    A reader that has a removed release open keeps it: the files disappear when the last reader closes them.
    """
    with lock_releases(settings):
        removed = prunable(settings, keep)
        for release in removed:
            record(settings, PRUNED, release.id, f"older than the newest {keep}")
            release.folder.rename(settings.releases / f".{release.id}.pruned")
        remove_remains(settings)
    return removed


def damage_of(settings: Settings, release: Release) -> list[str]:
    """The damage of a release's files, one sentence each; empty for a whole one.

    Every hash of ``release.json`` is computed again, ``release.json`` itself is compared with the log, the hashes of
    ``datapackage.json`` with those of ``release.json``, and no file may have been added.
    """
    damaged = release.damage()
    return [
        *_changed(release, damaged),
        *_added(release),
        *_contents(settings, release),
        *(() if PACKAGE in damaged else _package(release)),
    ]


def _changed(release: Release, damaged: Iterable[str]) -> Iterator[str]:
    for name in damaged:
        yield f"{name} differs from what was published" if (release.folder / name).is_file() else f"{name} is missing"


def _added(release: Release) -> Iterator[str]:
    known = {CONTENTS, *release.content["files"]}
    for path in sorted(release.folder.rglob("*")):
        name = path.relative_to(release.folder).as_posix()
        if not path.is_dir() and name not in known:
            yield f"{name} was not published"


def _contents(settings: Settings, release: Release) -> Iterator[str]:
    published = [one for one in entries(settings) if one.event == PUBLISHED and one.release == release.id]
    # one as of an earlier day is published again under its name where it was damaged: the last time counts
    if published and published[-1].details.get("contents_sha256") != sha256_of(release.folder / CONTENTS):
        yield f"{CONTENTS} differs from what was published"


def _package(release: Release) -> Iterator[str]:
    path = release.folder / PACKAGE
    for resource in read_json(path)["resources"] if path.is_file() else ():
        if resource["hash"] != f"sha256:{release.content['files'].get(resource['path'])}":
            yield f"{PACKAGE} and {CONTENTS} name different hashes of {resource['path']}"
