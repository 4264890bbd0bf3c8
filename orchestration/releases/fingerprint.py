"""The fingerprint of a release: one hash over the inputs and the code that make its files or judge them.

Nothing else triggers a release; docs/releases.md lists what does.
"""

import hashlib
import sysconfig
import time
from collections.abc import Iterable
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from orchestration.core.files import sha256_of
from orchestration.core.outside import outside_packages
from orchestration.core.settings import Settings
from orchestration.core.strict_yaml import yaml_files
from orchestration.ingestion.payload_store import BUNDLE
from orchestration.ingestion.selection import basis, selected_from

LIBRARIES = (
    *("dbt-adapters", "dbt-common", "dbt-core", "dbt-duckdb", "duckdb", "great-expectations", "jinja2", "numpy"),
    *("openpyxl", "pandas", "py7zr", "pyarrow", "pydantic", "pyyaml", "scipy"),
)
"""Libraries whose version can change a figure."""

NOT_COUNTED = frozenset({"admission", "assets", "automation", "cli", "service", "site", "definitions.py"})
"""Packages of ``orchestration`` that only display figures or start jobs; selections record what admission decides."""

CLAIMS, CORRECTIONS = "data/claims", "data/corrections"
SETTLED = 2.0
"""Seconds after which a changed file has a new timestamp even on coarse clocks."""

_COUNTED_SUFFIXES = {".py", ".sql", ".yml", ".yaml", ".csv", ".md"}
_GENERATED = {"__pycache__", "target", "logs"}
"""Folders that running the code creates."""


def fingerprint(settings: Settings) -> str:
    """Return the hash of the inputs and the code in force; equal fingerprints mean equal tables.

    The inputs are the selections of the last ingests, whatever the feed. On the bundle feed, sources whose files
    have changed since their ingest count with the new files.
    """
    root, package = settings.root, settings.root / "orchestration"
    code = [path for path in package.rglob("*.py") if path.relative_to(package).parts[0] not in NOT_COUNTED]
    return _hash(
        [
            f"as of {settings.as_of or 'today'}",
            *(_not_ingested(settings) if settings.feed == BUNDLE else ()),
            *_lines(settings.data, settings.raw.glob(f"*/{settings.selection_file}")),
            *_lines(root, yaml_files(root / CLAIMS)),
            *_lines(root, yaml_files(root / CORRECTIONS)),
            *_lines(root, (path for path in settings.expectations.rglob("*") if path.suffix in (".csv", ".py"))),
            *_lines(root, (path for path in settings.dbt_project.rglob("*") if path.suffix in _COUNTED_SUFFIXES)),
            *_lines(root, code),
            *(line for folder in outside_packages().values() for line in _lines(folder, folder.rglob("*.py"))),
            *(f"{name} {number}" for name, number in _versions().items()),
            *([] if settings.engine == Settings.engine else [f"engine {settings.engine}"]),
        ]
    )


def _not_ingested(settings: Settings) -> list[str]:
    """Return the contents of bundle sources whose selection is from other files or another feed."""
    names = sorted({path.name for root in (settings.bundle, settings.raw) for path in root.glob("*/")})
    present = {name: basis(settings, name) for name in names}
    return [f"{name} {now}" for name, now in present.items() if selected_from(settings, name) != now]


def provenance(settings: Settings) -> dict[str, Any]:
    """Return the versions that computed a release, and the hash of the claims it judges."""
    claims = _lines(settings.root, yaml_files(settings.root / CLAIMS))
    return {"versions": _versions(), "claims_sha256": _hash(claims)}


def _hash(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _hash_of(path: Path) -> str:
    """Return the hash of a file; a file unchanged since this process hashed it is not read again."""
    status = path.stat()
    changed = max(status.st_mtime, status.st_ctime)
    if not changed < time.time() - SETTLED:
        return sha256_of(path)
    return _known_hash(path, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)


@lru_cache(maxsize=20_000)
def _known_hash(path: Path, *status: int) -> str:
    return sha256_of(path)


def _versions() -> dict[str, str]:
    installed = {name: version(name) for name in (*LIBRARIES, *outside_packages())}
    return {"python": sysconfig.get_python_version(), **installed}


def _lines(root: Path, paths: Iterable[Path]) -> list[str]:
    """Return path and hash of every file, sorted by path."""
    return [
        f"{path.relative_to(root)} {_hash_of(path)}"
        for path in sorted(paths)
        if path.is_file() and not _GENERATED.intersection(path.relative_to(root).parts) and path.suffix != ".pyc"
    ]
