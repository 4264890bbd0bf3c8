"""One hash over everything a release depends on: figures, claims, models, suites and code. Nothing is built here."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from orchestration.core.files import sha256_of
from orchestration.core.settings import Settings

_IGNORED = {"__pycache__", "target", "logs"}


def fingerprint(settings: Settings) -> str:
    """The hash of the inputs and the code in force; equal fingerprints mean equal releases.

    The day as of which the inputs count is a part of it. On the bundle the inputs are the bundle's files; on live figures, whether
    the publishers were asked or not, they are the selections of the last ingests.
    """
    inputs = (
        settings.bundle.rglob("*") if settings.feed == "bundle" else settings.raw.glob(f"*/{settings.selection_file}")
    )
    parts = [
        f"feed {'bundle' if settings.feed == 'bundle' else 'live'}",
        f"as of {settings.as_of or 'today'}",
        _tree(settings.root if settings.feed == "bundle" else settings.data, inputs),
        *(
            _tree(settings.root, (settings.root / name).rglob("*"))
            for name in ("data/claims", "data/corrections", "dbt_project", "expectations", "orchestration")
        ),
        _tree(settings.root, [settings.root / "requirements.lock"]),
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _tree(root: Path, paths: Iterable[Path]) -> str:
    lines = [
        f"{path.relative_to(root)} {sha256_of(path)}"
        for path in sorted(paths)
        if path.is_file() and not _IGNORED.intersection(path.parts) and path.suffix != ".pyc"
    ]
    return "\n".join(lines)
