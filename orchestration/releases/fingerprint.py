"""The fingerprint of a release: one hash over the inputs and the code that make its tables or judge them.

What counts:

- the engine that runs the dbt project, where it is not the usual one
- the inputs: on the bundle its files, on live figures the selections of the last ingests; claims and corrections; the day as of which
- the dbt project: SQL without comments and line breaks, Python models as code, seeds as they are, YAML without descriptions and
  without the meta that only describes (``WORDS_OF_META``); contracts, tests, unit tests, inputs and limits count
- the suites of the metrics
- the code of every package of ``orchestration`` but ``NOT_COUNTED``, without docstrings, comments and formatting
- the versions of Python and of the libraries that compute (``LIBRARIES``)

Everything else is recorded in ``release.json`` (``provenance``) and triggers nothing: the pages, the command line, the assets and
schedules that run the code, documents, the rest of the lock file.
"""

from __future__ import annotations

import ast
import hashlib
import json
import platform
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import yaml

from orchestration.core.code_digest import normal_form
from orchestration.core.files import sha256_of
from orchestration.core.settings import Settings
from orchestration.core.strict_yaml import PATTERNS

LIBRARIES = (
    "dbt-adapters",
    "dbt-common",
    "dbt-core",
    "dbt-duckdb",
    "duckdb",
    "great-expectations",
    "jinja2",
    "numpy",
    "openpyxl",
    "pandas",
    "py7zr",
    "pyarrow",
    "pydantic",
    "pyyaml",
    "scipy",
)
"""They read payloads, compute figures or judge them."""

NOT_COUNTED = frozenset(
    {
        # whole packages: they show figures, or start what computes them
        "assets",
        "automation",
        "cli",
        "service",
        "site",
        "definitions.py",
        # what it decides is in the selections themselves; on the bundle it decides nothing
        "admission",
        # words, progress and policies of runs
        "core/append_log.py",
        "core/disk_errors.py",
        "core/errors.py",
        "core/home.py",
        "core/progress.py",
        "core/run_policy.py",
        "core/suggestions.py",
        "core/versions.py",
        # how bytes arrive: a selection names the payloads themselves
        "ingestion/archived_versions.py",
        "ingestion/bundle_snapshot.py",
        "ingestion/download.py",
        "ingestion/live_feed.py",
        "ingestion/pacing.py",
        "ingestion/payload_store.py",
        "ingestion/redaction.py",
        # what people see of sources, builds and guards
        "catalog/claim_text",
        "catalog/source_status.py",
        "transform/dbt_failures.py",
        "transform/reviewed_seeds.py",
        "transform/unit_test_record.py",
        "guards/faults.py",
        "guards/guard_report.py",
        "guards/inventory.py",
        "guards/suite_audit.py",
        # a release's papers, and what is done to releases after they were published
        "releases/citation.py",
        "releases/claim_check.py",
        "releases/claimed_ranks.py",
        "releases/croissant.py",
        "releases/datapackage.py",
        "releases/dbt_docs.py",
        "releases/dictionary.py",
        "releases/explanation.py",
        "releases/figure_lookup.py",
        "releases/guard_lock.py",
        "releases/history.py",
        "releases/log_chain.py",
        "releases/log_signature.py",
        "releases/parquet_metadata.py",
        "releases/publish.py",
        "releases/recovery.py",
        "releases/release_payloads.py",
        "releases/release_store.py",
        "releases/sentence_check.py",
        "releases/upkeep.py",
    }
)
"""Packages and modules of ``orchestration`` that neither make tables nor judge them; a new module counts until it is named here."""

WORDS_OF_META = frozenset({"formula", "grain", "owner", "cadence", "caveats"})
"""Keys of a model's meta that only describe it; every other one, such as inputs, sources and limits, counts."""

_DATA_OF_TESTS = ("given", "expect", "arguments")
"""Below these keys of the dbt project's YAML a ``description`` is data."""

CLAIMS, CORRECTIONS = "data/claims", "data/corrections"
_STATED = (CLAIMS, CORRECTIONS)

_TREE = (*_STATED, "dbt_project", "expectations", "orchestration")
_LOCK = "locks/requirements.lock"
_MADE = {"__pycache__", "target", "logs"}
"""Folders that running the code makes."""


def fingerprint(settings: Settings) -> str:
    """The hash of the inputs and the code in force; equal fingerprints mean equal tables.

    On live figures, whether the publishers were asked or not, the inputs are the selections of the last ingests.
    """
    root = settings.root
    on_bundle = settings.feed == "bundle"
    inputs = settings.bundle.glob("*/*/**/*") if on_bundle else settings.raw.glob(f"*/{settings.selection_file}")
    parts = [
        f"feed {'bundle' if on_bundle else 'live'}",
        f"as of {settings.as_of or 'today'}",
        *_lines(root if on_bundle else settings.data, inputs),
        *(line for folder in _STATED for line in _stated(root, folder)),
        *_lines(root, settings.expectations.glob("*.csv")),
        *_lines(root, settings.expectations.glob("*.py"), of_meaning=True),
        *_lines(root, _files(settings.dbt_project, *_NORMAL_FORMS, ".csv"), of_meaning=True),
        *_lines(root, filter(_is_counted, _files(root / "orchestration", ".py")), of_meaning=True),
        *(f"{name} {number}" for name, number in _versions().items()),
        *_engine(settings),
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def provenance(settings: Settings) -> dict[str, Any]:
    """What a release was made from in full: hashes of the tree as it is and of the lock file, the versions that computed."""
    tree = "\n".join(line for name in _TREE for line in _lines(settings.root, _files(settings.root / name)))
    lock = settings.root / _LOCK
    return {
        "tree_sha256": hashlib.sha256(tree.encode()).hexdigest(),
        "lock_sha256": sha256_of(lock) if lock.exists() else None,
        "versions": _versions(),
        "claims_sha256": hashlib.sha256("\n".join(_stated(settings.root, CLAIMS)).encode()).hexdigest(),
    }


def _stated(root: Path, folder: str) -> list[str]:
    return _lines(root, [path for pattern in PATTERNS for path in (root / folder).glob(pattern)])


def _engine(settings: Settings) -> list[str]:
    """Nothing for the usual engine, so that a release of it is the same whether another one is installed or not."""
    return [] if settings.engine == Settings.engine else [f"engine {settings.engine}"]


def _versions() -> dict[str, str]:
    found = {"python": ".".join(platform.python_version_tuple()[:2])}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def _files(folder: Path, *suffixes: str) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if not suffixes or path.suffix in suffixes)


def _lines(root: Path, paths: Iterable[Path], of_meaning: bool = False) -> list[str]:
    """Path and hash of every file, in the order of paths; of what it means where that is asked."""
    return [
        f"{path.relative_to(root)} {_meaning(path.suffix, path.read_bytes()) if of_meaning else sha256_of(path)}"
        for path in sorted(paths)
        if path.is_file() and not _MADE.intersection(path.relative_to(root).parts) and path.suffix != ".pyc"
    ]


def _is_counted(path: Path) -> bool:
    parts = path.parts[len(path.parts) - path.parts[::-1].index("orchestration") :]
    return not any("/".join(parts[:depth]) in NOT_COUNTED for depth in range(1, len(parts) + 1))


@lru_cache(maxsize=4096)
def _meaning(suffix: str, content: bytes) -> str:
    """The hash of what a file means; of its bytes where it cannot be read, or where every byte counts."""
    try:
        normal = _NORMAL_FORMS[suffix](content)
    except (KeyError, SyntaxError, ValueError, yaml.YAMLError):
        return hashlib.sha256(content).hexdigest()
    return hashlib.sha256(normal.encode()).hexdigest()


def _python(content: bytes) -> str:
    return normal_form(ast.parse(content))


_SQL = re.compile(r"""('(?:[^']|'')*'|"[^"]*")|(?:--[^\n]*|/\*.*?\*/|\{\#.*?\#\}|\s)+""", re.DOTALL)


def _sql(content: bytes) -> str:
    """SQL with its quoted texts as they are, and one space for every run of spaces and comments."""
    return _SQL.sub(lambda found: found[1] or " ", content.decode()).strip()


def _yaml(content: bytes) -> str:
    return json.dumps(_without_words(yaml.load(content, yaml.CSafeLoader)), default=str)


def _without_words(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_words(item) for item in value]
    if not isinstance(value, Mapping):
        return value
    kept = {key: item for key, item in value.items() if key != "description"}
    if isinstance(meta := kept.get("meta"), Mapping):
        kept["meta"] = {key: item for key, item in meta.items() if key not in WORDS_OF_META}
    return {key: item if key in _DATA_OF_TESTS or key == "meta" else _without_words(item) for key, item in kept.items()}


_NORMAL_FORMS: Mapping[str, Callable[[bytes], str]] = {".py": _python, ".sql": _sql, ".yml": _yaml, ".yaml": _yaml}
