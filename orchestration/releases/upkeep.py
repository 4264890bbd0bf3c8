"""Roll back to, prune and verify published releases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.core.errors import ReleaseError
from orchestration.core.files import replace_symlink, sha256_of
from orchestration.core.settings import Settings
from orchestration.releases.history import PRUNED, ROLLED_BACK, entries, published_in, record
from orchestration.releases.log_chain import LOG, read_chain
from orchestration.releases.recovery import lock_releases, remove_remains
from orchestration.releases.release_store import (
    CONTENTS,
    CURRENT,
    Release,
    all_releases,
    current_release,
    published_releases,
    require_current,
)

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

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
            f"{target.id} is as of {target.as_of}; the current release has everything that is known",
            payload=target.id,
            remedy=f"query it by its name: bilateral query --release {target.id} …",
        )
    if target.id == before.id:
        raise ReleaseError(f"{target.id} is the current release already", remedy="see all: bilateral releases list")
    if damage := damage_of(settings, target):
        raise ReleaseError(
            f"{target.id} is damaged: {'; '.join(damage)}; a rollback needs an undamaged release",
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
    """Return the releases that pruning removes, oldest first.

    Kept are the newest ``keep``, the current one, the one before it, and every target of a rollback. Of releases as of an
    earlier day the newest of each day is kept. A folder that the log does not list is left alone.
    """
    published, current = published_releases(settings), current_release(settings)
    ids = [release.id for release in published if not release.as_of]
    kept = {*ids[max(len(ids) - keep, 0) :]}
    kept |= {entry.release for entry in entries(settings) if entry.event == ROLLED_BACK}
    kept |= {current.id, str(current.previous)} if current else set()
    kept |= set({release.as_of: release.id for release in published if release.as_of}.values())
    return [release for release in published if release.id not in kept]


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


def damage_of(settings: Settings, release: Release, key: Ed25519PublicKey | None = None) -> list[str]:
    """Return the faults of a release, one sentence each; none of a whole one that the log vouches for.

    Every hash of ``release.json`` is computed again, ``release.json`` itself is compared with the log, and no file may
    have been added. The log must have its entry "published", an unbroken chain up to the line that its head names, and
    every line that a release was made after.

    Args:
        key: also require the signatures of the log by this key, and that the entry of this release has one.
    """
    releases = all_releases(settings)
    log = read_chain(settings)  # after the releases: it has every line after which one of them was made
    entry = published_in(log.lines).get(release.folder.name)
    faults = release.damage()
    if release.id != release.folder.name:
        faults.append(f"{CONTENTS} is of {release.id}, and its folder is called {release.folder.name}")
    if entry is None:
        faults.append(f"{LOG} has no entry that it was published")
    elif entry.content.get("contents_sha256") != sha256_of(release.folder / CONTENTS):
        faults.append(f"{CONTENTS} differs from what was published")
    faults += log.faults(key)
    for made in releases:  # a cut log lacks the line even if its head was cut, too
        after = made.content.get("log")
        if after and log.at(after["lines"]) != after["chain"]:
            faults.append(f"line {after['lines']} of the log is not the one after which {made.id} was made")
    if key and entry and not entry.signature:  # lines before the first signed one may be forged
        faults.append(
            f"line {entry.number} of the log, which published it, is from before the log was signed: the key does not vouch for it"
        )
    return faults
