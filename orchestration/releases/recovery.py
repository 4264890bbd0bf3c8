"""Recover what a killed refresh left: partial files, unfinished builds, an unfinished publication.

The payload store recovers by itself.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import datetime
from itertools import chain

from orchestration.core.files import MARK, locked, remove, remove_leftovers, replace_symlink, sha256_of
from orchestration.core.settings import Settings
from orchestration.releases.history import PUBLISHED, entries, record
from orchestration.releases.release_store import CONTENTS, CURRENT, Release, all_releases, current_release
from orchestration.transform.build import remove_old_builds


def lock_releases(settings: Settings) -> AbstractContextManager[None]:
    """Lock the releases, waiting for another process that publishes, rolls back or prunes; a lock ends with its process."""
    return locked(settings.releases)


def recover(settings: Settings) -> list[str]:
    """Recover raw, build and releases from a killed process; return what was done, one sentence each.

    Files that a running process writes are left alone.
    """
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
    remains = [path for path in settings.releases.glob(".*") if path.suffix in (".part", ".pruned", MARK)]
    for path in remains:
        remove(path)
    return [path.name for path in remains if path.suffix != MARK]


def make_current(settings: Settings, release: Release) -> None:
    """The last two steps of publishing: move ``current`` to a whole release, and record that. Call it under the lock."""
    replace_symlink(settings.releases / CURRENT, release.id)
    record_published(settings, release)


def finish_publishing(settings: Settings) -> list[str]:
    """Take the last steps of a publication that ended between the release's appearance and its record, under the lock.

    Such a release passed the gate, is whole, follows the current one, and nothing happened since.
    """
    log = entries(settings)
    known = {entry.release for entry in log if entry.event == PUBLISHED}
    current = current_release(settings)
    if current and current.id not in known:
        record_published(settings, current)
        return [f"recorded that {current.id} was published"]
    last = max((datetime.fromisoformat(entry.time) for entry in log), default=None)
    for release in all_releases(settings):
        if release.as_of:
            if release.id not in known and not release.damage():
                record_published(settings, release)
                return [f"recorded that {release.id} was published"]
            continue
        follows = release.previous == (current.id if current else None)
        newest = last is None or datetime.fromisoformat(release.published_at) >= last
        if release.id not in known and follows and newest and not release.damage():
            make_current(settings, release)
            return [f"made {release.id} the current release, whose publication was interrupted after its last check"]
    return []


def record_published(settings: Settings, release: Release) -> None:
    """Record that a whole release was published; the only step for one as of an earlier day. Call it under the lock."""
    accepted = release.content.get("accepted")
    record(
        settings,
        PUBLISHED,
        release.id,
        f"accepted: {accepted['reason']}" if accepted else "every condition of the gate holds",
        fingerprint=release.fingerprint,
        contents_sha256=sha256_of(release.folder / CONTENTS),
    )
