"""The published metrics and their suites."""

from __future__ import annotations

import hashlib
import json
import os
import runpy
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.contracts.metric import COLUMNS, KEY, MAY_BE_EMPTY, PREFERRED_KEY
from orchestration.core.errors import GuardError
from orchestration.guards.guard_columns import RATIOS
from orchestration.guards.reviewed_part import Reviewed, is_of_presence, read_reviewed
from orchestration.transform.reviewed_seeds import REVIEWED_AREAS

if TYPE_CHECKING:
    from great_expectations.expectations.expectation import Expectation

os.environ.setdefault("GX_ANALYTICS_ENABLED", "False")
# Great Expectations imports PySpark where that is installed, which warns that it does not know pandas 3; no suite runs
# on it
warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas")
warnings.filterwarnings("ignore", "Passing a string to the row_condition parameter is deprecated")

_JUDGES = [Path(__file__).with_name(name) for name in ("evidence.py", "expectation_types.py")]
"""Source files that decide whether an expectation holds."""


@dataclass(frozen=True)
class Suite:
    """The suite of a metric: expectations of Great Expectations, and what a person reviewed of the metric."""

    metric: str
    expectations: tuple[Expectation, ...]
    reviewed: Reviewed = frozenset()

    @cached_property
    def configs(self) -> list[dict[str, Any]]:
        """The expectations as JSON."""
        return [config_of(item) for item in self.expectations]

    @cached_property
    def sha256(self) -> str:
        """The hash of the expectations, of the source that judges them and of the reviewed areas; no version counts."""
        digest = hashlib.sha256(json.dumps(self.configs, sort_keys=True).encode())
        for path in _JUDGES:
            digest.update(path.read_bytes())
        digest.update(repr(sorted(self.reviewed)).encode())
        return digest.hexdigest()

    def is_bound(self, expectation: Expectation) -> bool:
        """Return whether an expectation judges reviewed vintages and areas alone.

        Bounds of sizes, counts, years and ratios do, and so does the presence of rows, unless ``meta`` has
        ``every_vintage``: time and wider feeds move these. Codes, units, keys and empty cells are judged in every row.
        """
        if (expectation.meta or {}).get("every_vintage"):
            return False
        has_bounds = expectation.expectation_type.endswith("_to_be_between")
        return has_bounds or is_of_presence(expectation) or getattr(expectation, "column", None) in RATIOS

    def is_published_later(self, expectation: Expectation, day: date | None) -> bool:
        """Return whether a build as of a day can lack reviewed rows that an expectation demands."""
        newest = max((vintage for _, vintage, _, _ in self.reviewed), default=date.max)
        return day is not None and day < newest and is_of_presence(expectation)


def suite_path(folder: Path, metric: str) -> Path:
    """Return the path of a metric's suite.

    Raises:
        GuardError: there is none.
    """
    path = folder / f"{metric}.py"
    if not path.exists():
        failure = f"{metric} has no suite: {path.name} is missing; every published metric has one"
        raise GuardError(failure, payload=str(path), remedy=f"write {folder.name}/{path.name}; see docs/adding.md")
    return path


def load_suite(folder: Path, metric: str) -> Suite:
    """Load the suite of a metric from its Python module.

    Raises:
        GuardError: there is none, it does not load, names no fault, or lacks expectations of the metric contract.
    """
    path, areas = suite_path(folder, metric), folder / REVIEWED_AREAS
    stamps = (file.stat().st_mtime_ns if file.exists() else 0 for file in (path, areas))
    return _load(path, metric, *stamps)


@lru_cache(maxsize=256)
def _load(path: Path, metric: str, *stamps: int) -> Suite:
    """Load a suite; a refresh needs each three times, and loads it once unless a file's stamp changes."""
    try:
        module = runpy.run_path(str(path))
        expectations = tuple(module["SUITE"])
    except Exception as error:
        raise _broken(path, f"it does not load: {error}") from error
    suite = Suite(metric, expectations, read_reviewed(path.parent, metric))
    if nameless := [item.expectation_type for item in expectations if not fault_of(item)]:
        raise _broken(path, f"no fault is named in the meta of {', '.join(nameless)}")
    present = {*map(label, suite.configs), *module.get("WITHOUT", ())}
    if missing := [item for item in CONTRACT if item not in present]:
        raise _broken(path, f"it lacks expectations of the metric contract: {', '.join(missing)}")
    return suite


CONTRACT = (
    f"complete({', '.join(column for column in COLUMNS if column not in MAY_BE_EMPTY)})",
    f"unique_key({', '.join(KEY)})",
    f"unique_key({', '.join(PREFERRED_KEY)} where is_preferred)",
    *(f"only_codes({column})" for column in ("metric_id", "clock", "authority", "unit", "obs_status", "basis")),
)
"""Labels of the expectations that a suite must contain, except those that its ``WITHOUT`` names with a reason."""


def label(config: Mapping[str, Any]) -> str:
    """Return an expectation in a few words: its type, its columns and its condition."""
    kwargs = config["kwargs"]
    kind = str(config["type"]).removeprefix("expect_").removeprefix("column_").removeprefix("values_to_")
    pair = f"{kwargs['column_A']}, {kwargs['column_B']}" if "column_A" in kwargs else None
    columns = kwargs.get("column") or pair or ", ".join(kwargs.get("columns", ()))
    where = kwargs.get("row_condition") or kwargs.get("where", "").removeprefix("true")
    chosen = " where ".join(item for item in (columns, where) if item) if columns else where
    return f"{kind}({chosen})" if chosen else kind


def fault_of(expectation: Expectation) -> str:
    """Return the fault that an expectation is for, with its evidence."""
    meta = expectation.meta or {}
    fault = str(meta.get("fault") or getattr(expectation, "fault", ""))
    return f"{fault}; evidence: {meta['evidence']}" if "evidence" in meta else fault


def config_of(expectation: Expectation) -> dict[str, Any]:
    """Return an expectation as JSON: type, arguments and meta, without what depends on the version of the library."""
    config: dict[str, Any] = expectation.configuration.to_json_dict()
    kwargs = {name: value for name, value in config["kwargs"].items() if value is not None}
    if isinstance(condition := kwargs.get("row_condition"), dict):
        kwargs["row_condition"] = condition["pass_through_filter"]
    return {"type": config["type"], "kwargs": kwargs, "meta": config.get("meta") or {}}


def _broken(path: Path, failure: str) -> GuardError:
    return GuardError(f"{path.name}: {failure}", payload=str(path), remedy=f"correct {path.name}; see docs/guards.md")
