"""Recover after a killed refresh: partial files, unfinished builds, an unfinished publication.

The payload store recovers by itself.
"""

import os
from itertools import chain
from pathlib import Path

from filelock import FileLock

from orchestration.core.errors import ReleaseError
from orchestration.core.files import remove, remove_leftovers, replace_symlink, sha256_of
from orchestration.core.settings import Settings
from orchestration.core.versions import mark_folder
from orchestration.releases.history import BEGUN, PUBLISHED, current_in, entries, pruned_in, published_in, record
from orchestration.releases.log_chain import Line, read_chain, require_intact
from orchestration.releases.release_store import CONTENTS, CURRENT, Release, pointer_fault, read_release
from orchestration.transform.build import remove_old_builds


def lock_releases(settings: Settings) -> FileLock:
    """Lock the releases, waiting for another process that publishes, rolls back or prunes; a lock ends with its process."""
    return FileLock(settings.data / ".releases.lock")


def recover(settings: Settings) -> list[str]:
    """Recover raw, build and releases from a killed process, having the data folder alone; return what was done, one sentence each.

    Raises:
        ReleaseError: the log of releases is not as it was written.
    """
    mark_folder(settings.data)
    done = []
    for part in chain(remove_leftovers(settings.raw), remove_leftovers(settings.build)):
        done.append(f"removed {part.relative_to(settings.data)}, which a killed process left")
    done += [f"removed {build.relative_to(settings.data)}, an old build" for build in remove_old_builds(settings)]
    if settings.releases.exists():
        with lock_releases(settings):
            done += [
                f"removed {name} of the releases, which a killed process left" for name in remove_remains(settings)
            ]
            done += finish_publishing(settings)
    return done


def remove_remains(settings: Settings) -> list[str]:
    """Remove what a killed publication or pruning left in the releases; return the names. Call it under the lock."""
    remains = [path for path in settings.releases.glob(".*") if path.suffix in (".part", ".pruned")]
    remains += [folder for name in pruned_in(entries(settings)) if (folder := settings.releases / name).is_dir()]
    for path in remains:
        remove(path)
    return [path.name for path in remains]


def begin_publishing(settings: Settings, release: Release) -> None:
    """Record what is about to appear, by the hash of its contents: recovery vouches for nothing else. Call it under the lock."""
    record(
        settings,
        BEGUN,
        release.id,
        "every condition of the gate is met; its folder appears next",
        contents_sha256=sha256_of(release.folder / CONTENTS),
    )


def finish_publishing(settings: Settings) -> list[str]:
    """Take the last steps of a publication or rollback that was killed, under the lock; return what was done in words.

    A release is finished only where the last line of the log says that this one was begun, with the hash of its contents, and
    its files are whole. ``current`` follows the log, never the other way round.

    Raises:
        ReleaseError: the log is not as it was written.
    """
    require_intact(read_chain(settings))
    log, done = entries(settings), []
    if release := _begun_and_whole(settings, log):
        record_published(settings, release)
        done.append(f"published {release.id}, which was interrupted after its last check")
    return done + _follow_log(settings)


def record_published(settings: Settings, release: Release) -> None:
    """Record a published release; point ``current`` at it unless it is as of an earlier day. Call it under the lock."""
    accepted = release.content.get("accepted")
    record(
        settings,
        PUBLISHED,
        release.id,
        f"accepted: {accepted['reason']}" if accepted else "every condition of the gate holds",
        fingerprint=release.fingerprint,
        contents_sha256=sha256_of(release.folder / CONTENTS),
    )
    if not release.as_of:
        replace_symlink(settings.releases / CURRENT, release.id)


def _begun_and_whole(settings: Settings, log: list[Line]) -> Release | None:
    """Return the release that the last line of the log began, where its folder appeared as it was announced."""
    if not log or log[-1].event != BEGUN:
        return None
    contents = settings.releases / log[-1].release / CONTENTS
    is_announced = contents.is_file() and sha256_of(contents) == log[-1].content.get("contents_sha256")
    return _whole(contents.parent) if is_announced else None


def _whole(folder: Path) -> Release | None:
    """Return the release in a folder, if it is there and whole."""
    if folder.is_symlink() or not (folder / CONTENTS).is_file():
        return None
    release = read_release(folder)
    return None if release.damage() else release


def _follow_log(settings: Settings) -> list[str]:
    """Point ``current`` at the release that the log names; where that is not whole, only remove a link to another one.

    Raises:
        ReleaseError: ``current`` is not a link.
    """
    fault, link = pointer_fault(settings), settings.releases / CURRENT
    if not fault:
        return []
    if link.exists() and not link.is_symlink():
        raise ReleaseError(fault, payload=CURRENT, remedy=f"move {link} to another place, then run: bilateral refresh")
    log = entries(settings)
    named, published = current_in(log), published_in(log)
    if named in published and _whole(settings.releases / named):
        replace_symlink(link, named)
        return [f"made {named} the current release, as the log says: {fault}"]
    if link.is_symlink() and os.readlink(link) not in published:
        link.unlink()
        return [f"removed {CURRENT}: {fault}"]
    return []
