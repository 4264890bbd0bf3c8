"""The release that a refresh would give, where it exists already."""

from __future__ import annotations

from orchestration.core.settings import Settings
from orchestration.releases.fingerprint import fingerprint
from orchestration.releases.release_store import Release, current_release, release_as_of


def unchanged_release(settings: Settings) -> Release | None:
    """The undamaged release made of these inputs and this code; None if there is none, or if publishers would be asked."""
    if settings.feed != "bundle":
        return None
    mark = fingerprint(settings)
    release = release_as_of(settings, mark) if settings.as_of else current_release(settings)
    return release if release and release.fingerprint == mark and not release.damage() else None


def nothing_changed(which: str) -> str:
    """One sentence on why a refresh built nothing; ``which`` release, in words."""
    return f"Nothing changed: inputs and code are those of {which}, and its files are undamaged."
