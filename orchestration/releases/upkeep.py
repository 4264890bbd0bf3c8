"""Recover from a killed refresh; roll back, prune and verify published releases."""

import os
from collections.abc import Sequence
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from filelock import FileLock

from orchestration.core.errors import ReleaseError
from orchestration.core.files import remove, remove_leftovers, replace_symlink, sha256_of
from orchestration.core.settings import Settings
from orchestration.core.versions import mark_folder
from orchestration.reading import release_log
from orchestration.reading.read_only import CONTENTS
from orchestration.reading.release import Release
from orchestration.reading.release_log import Line
from orchestration.reading.release_store import (
    CURRENT,
    all_releases,
    current_release,
    pointer_fault,
    published_releases,
    read_release,
    require_current,
)
from orchestration.releases.log_writer import record, require_intact
from orchestration.transform.build import remove_old_builds


def lock_releases(settings: Settings) -> FileLock:
    """Lock the releases, waiting for other publications, rollbacks and prunings; a lock ends with its process."""
    return FileLock(settings.data / ".releases.lock")


def recover(settings: Settings) -> list[str]:
    """Recover raw, build and releases after a killed process, given the data lock; return one sentence per repair.

    The payload store recovers by itself.
    """
    mark_folder(settings.data)
    parts = [*remove_leftovers(settings.raw), *remove_leftovers(settings.build)]
    done = [f"removed {part.relative_to(settings.data)}, which a killed process left" for part in parts]
    done += [f"removed {build.relative_to(settings.data)}, an old build" for build in remove_old_builds(settings)]
    if settings.releases.exists():
        with lock_releases(settings):
            remains = remove_remains(settings)
            done += [f"removed {name} of the releases, which a killed process left" for name in remains]
            done += finish_publishing(settings)
    return done


def remove_remains(settings: Settings) -> list[str]:
    """Remove leftovers of killed publications and prunings; return the names. Needs the lock."""
    last = {entry.release: entry.event for entry in release_log.entries(settings)}
    remains = [path for path in settings.releases.glob(".*") if path.suffix in (".part", ".pruned")]
    remains += [
        path
        for name, event in last.items()
        if event == release_log.PRUNED and (path := settings.releases / name).is_dir()
    ]
    for path in remains:
        remove(path)
    return [path.name for path in remains]


def begin_publishing(settings: Settings, release: Release) -> None:
    """Record a publication and the hash of its contents; recovery trusts nothing else. Needs the lock."""
    reason, contents = "every condition of the gate is met; its folder appears next", release.folder / CONTENTS
    record(settings, release_log.BEGUN, release.id, reason, contents_sha256=sha256_of(contents))


def finish_publishing(settings: Settings) -> list[str]:
    """Finish a killed publication or rollback; return one sentence per step. Needs the lock.

    A release is finished only if the last line of the log began it with the hash of its contents and its files are
    whole. ``current`` follows the log, never the reverse.
    """
    chain = release_log.read_chain(settings)
    require_intact(chain)
    done = []
    if release := _begun_and_whole(settings, chain.lines):
        record_published(settings, release)
        done.append(f"published {release.id}, which was interrupted after its last check")
    fault, link = pointer_fault(settings), settings.releases / CURRENT
    if not fault:
        return done
    if link.exists() and not link.is_symlink():
        raise ReleaseError(fault, payload=CURRENT, remedy=f"move {link} to another place, then run: bilateral refresh")
    log = release_log.entries(settings)
    named, published = release_log.named_in(log)[-1:], release_log.published_in(log)
    if named and named[0] in published and _whole(settings.releases / named[0]):
        replace_symlink(link, named[0])
        done.append(f"made {named[0]} the current release, as the log says: {fault}")
    elif link.is_symlink() and os.readlink(link) not in published:
        link.unlink()
        done.append(f"removed {CURRENT}: {fault}")
    return done


def record_published(settings: Settings, release: Release) -> None:
    """Record a published release; point ``current`` at it unless it is as of an earlier day. Needs the lock."""
    accepted, contents = release.content.get("accepted"), sha256_of(release.folder / CONTENTS)
    reason = f"accepted: {accepted['reason']}" if accepted else "every condition of the gate holds"
    record(
        settings, release_log.PUBLISHED, release.id, reason, fingerprint=release.fingerprint, contents_sha256=contents
    )
    if not release.known_on:
        replace_symlink(settings.releases / CURRENT, release.id)


def _begun_and_whole(settings: Settings, log: Sequence[Line]) -> Release | None:
    """Return the release that the last line of the log began, if its folder is as announced."""
    if not log or log[-1].event != release_log.BEGUN:
        return None
    contents = settings.releases / log[-1].release / CONTENTS
    is_announced = contents.is_file() and sha256_of(contents) == log[-1].content.get("contents_sha256")
    return _whole(contents.parent) if is_announced else None


def _whole(folder: Path) -> Release | None:
    """Return the release in a folder if it is there and undamaged."""
    if folder.is_symlink() or not (folder / CONTENTS).is_file():
        return None
    release = read_release(folder)
    return None if release.damage() else release


def roll_back(settings: Settings, target: Release, reason: str) -> Release:
    """Make an earlier, undamaged release current and record why; return the previous one."""
    before = require_current(settings)
    failure = None
    if target.known_on:
        failure = f"{target.id} is as of {target.known_on}: query it with bilateral query --release {target.id}"
    elif target.id == before.id:
        failure = f"{target.id} is the current release already"
    elif damage := damage_of(settings, target):
        failure = f"{target.id} is damaged: {'; '.join(damage)}; a rollback needs an undamaged release"
    if failure:
        raise ReleaseError(failure, remedy="choose another one; see all: bilateral releases list")
    with lock_releases(settings):
        # the record comes first: a kill in between must not let the next refresh publish it again
        left = {"from_release": before.id, "from_fingerprint": before.fingerprint}
        record(settings, release_log.ROLLED_BACK, target.id, reason, fingerprint=target.fingerprint, **left)
        replace_symlink(settings.releases / CURRENT, target.id)
    return before


def prunable(settings: Settings, keep: int) -> list[Release]:
    """Return the releases that pruning removes, oldest first.

    It keeps the newest ``keep``, the current one, its predecessor, every target of a rollback, the newest of each
    earlier day, and folders that the log does not list.
    """
    published, current = published_releases(settings), current_release(settings)
    ids = [release.id for release in published if not release.known_on]
    kept = {*ids[-keep:]}
    kept |= {entry.release for entry in release_log.entries(settings) if entry.event == release_log.ROLLED_BACK}
    kept |= {current.id, str(current.previous)} if current else set()
    kept |= set({release.known_on: release.id for release in published if release.known_on}.values())
    return [release for release in published if release.id not in kept]


def prune(settings: Settings, keep: int) -> list[Release]:
    """Remove old releases, each by one rename, so that readers never see a partial one.

    Readers with a removed release open keep it until they close it.
    """
    with lock_releases(settings):
        removed = prunable(settings, keep)
        for release in removed:
            record(settings, release_log.PRUNED, release.id, f"older than the newest {keep}")
            release.folder.rename(settings.releases / f".{release.id}.pruned")
        remove_remains(settings)
    return removed


def damage_of(settings: Settings, release: Release, key: Ed25519PublicKey | None = None) -> list[str]:
    """Return the faults of a release, one sentence each; empty if it is whole and the log vouches for it.

    The log must have its entry "published", an unbroken chain to the line that its head names, and every line that
    the release was made after.

    Args:
        key: also require its signatures of the log and of this release's entry.
    """
    releases = all_releases(settings)
    log = release_log.read_chain(settings)  # after the releases: it has every line after which one of them was made
    entry = release_log.published_in(log.lines).get(release.folder.name)
    faults = release.damage()
    if release.id != release.folder.name:
        faults.append(f"{CONTENTS} is of {release.id}, and its folder is called {release.folder.name}")
    if entry is None:
        faults.append(f"{release_log.LOG} has no entry that it was published")
    elif entry.content.get("contents_sha256") != sha256_of(release.folder / CONTENTS):
        faults.append(f"{CONTENTS} differs from what was published")
    faults += log.faults(key)
    for made in releases:  # a cut log lacks the line even if its head was cut, too
        after = made.content.get("log")
        if after and log.at(after["lines"]) != after["chain"]:
            faults.append(f"line {after['lines']} of the log is not the one after which {made.id} was made")
    if key and entry and not entry.signature:  # lines before the first signed one may be forged
        faults.append(
            f"line {entry.number} of the log, which published it, is from before the log was signed: "
            "the key does not vouch for it"
        )
    return faults
