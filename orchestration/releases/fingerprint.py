"""The fingerprint of a release: one hash over the inputs and the code that make its files or judge them.

What counts:

- the engine that runs the dbt project, where it is not the default one
- the inputs: on the bundle its files, on live figures the selections of the last ingests; claims and corrections; the as-of day
- the dbt project and the suites
- the code of every package of ``orchestration`` but ``NOT_COUNTED``
- the versions of Python and of the libraries that compute (``LIBRARIES``)

Nothing else triggers a release.
"""

import hashlib
import platform
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

from orchestration.core.files import sha256_of
from orchestration.core.settings import Settings
from orchestration.core.strict_yaml import PATTERNS

LIBRARIES = (
    *("dbt-adapters", "dbt-common", "dbt-core", "dbt-duckdb", "duckdb", "great-expectations", "jinja2", "numpy"),
    *("openpyxl", "pandas", "py7zr", "pyarrow", "pydantic", "pyyaml", "scipy"),
)
"""They read payloads, compute figures or judge them."""

NOT_COUNTED = frozenset({"admission", "assets", "automation", "cli", "service", "site", "definitions.py"})
"""Packages of ``orchestration`` that show figures or start what computes them; what admission decides is in the selections."""

CLAIMS, CORRECTIONS = "data/claims", "data/corrections"
_COUNTED_SUFFIXES = {".py", ".sql", ".yml", ".yaml", ".csv", ".md"}
_GENERATED = {"__pycache__", "target", "logs"}
"""Folders that running the code makes."""


def fingerprint(settings: Settings) -> str:
    """Return the hash of the inputs and the code in force; equal fingerprints mean equal tables.

    On live figures, whether the publishers were queried or not, the inputs are the selections of the last ingests.
    """
    root, on_bundle, package = settings.root, settings.feed == "bundle", settings.root / "orchestration"
    code = [path for path in _files(package, {".py"}) if path.relative_to(package).parts[0] not in NOT_COUNTED]
    parts = [
        f"feed {'bundle' if on_bundle else 'live'}",
        f"as of {settings.as_of or 'today'}",
        *_lines(root, settings.bundle.glob("*/*/**/*") if on_bundle else ()),
        *_lines(settings.data, () if on_bundle else settings.raw.glob(f"*/{settings.selection_file}")),
        *_stated(root, CLAIMS),
        *_stated(root, CORRECTIONS),
        *_lines(root, _files(settings.expectations, {".csv", ".py"})),
        *_lines(root, _files(settings.dbt_project, _COUNTED_SUFFIXES)),
        *_lines(root, code),
        *(f"{name} {number}" for name, number in _versions().items()),
        *([] if settings.engine == Settings.engine else [f"engine {settings.engine}"]),
    ]
    return _hash(parts)


def provenance(settings: Settings) -> dict[str, Any]:
    """Return the versions that computed a release, and the hash of the claims that it judges."""
    return {"versions": _versions(), "claims_sha256": _hash(_stated(settings.root, CLAIMS))}


def _hash(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _stated(root: Path, folder: str) -> list[str]:
    return _lines(root, [path for pattern in PATTERNS for path in (root / folder).glob(pattern)])


def _versions() -> dict[str, str]:
    installed = {name: version(name) for name in LIBRARIES}
    return {"python": ".".join(platform.python_version_tuple()[:2]), **installed}


def _files(folder: Path, suffixes: Iterable[str]) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.suffix in suffixes)


def _lines(root: Path, paths: Iterable[Path]) -> list[str]:
    """Return path and hash of every file, sorted by path."""
    return [
        f"{path.relative_to(root)} {sha256_of(path)}"
        for path in sorted(paths)
        if path.is_file() and not _GENERATED.intersection(path.relative_to(root).parts) and path.suffix != ".pyc"
    ]
