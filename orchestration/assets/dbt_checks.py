"""dbt tests as asset checks: one for each table and group of tests, which names every test, and each that failed with its rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import dagster as dg

from orchestration.assets import markdown
from orchestration.assets.descriptions import check_description
from orchestration.guards.groups import GROUPS
from orchestration.transform.build import Build
from orchestration.transform.constraints import data_tests
from orchestration.transform.dbt_failures import REMEDY, Failure, failures

Node: TypeAlias = Mapping[str, Any]

WHOLE = "dbt_tests"
"""The one check of all dbt tests of a seed, which is small, or of a metric, whose suite has the names of the groups."""

_GROUPS = {
    "accepted_range": "magnitudes",
    "expression_is_true": "codes",
    "has_rows": "completeness",
    "no_nulls": "completeness",
    "relationships": "codes",
    "unique": "keys",
    "unique_combination_of_columns": "keys",
}
"""The group of each kind of test; all others, which compare figures with one another, are of ``_OTHERS``."""

_OTHERS = "agreement"
_LOOKED_UP = ("seed.", ".dim_")
"""What the unique ids of tables hold that a test looks something up in: codes, areas, what was reviewed."""

FAILURES_SHOWN, ROWS_SHOWN = 9, 3
"""The failed tests that a check shows, and the rows of each that it shows as text."""

_LONGEST = 600
"""Characters of one test in the description of a check."""


@dataclass(frozen=True)
class CheckGroup:
    """The tests of one group of one table, by the table's unique id; see ``data_tests``."""

    table: str
    name: str
    tests: tuple[Node, ...]

    @property
    def description(self) -> str:
        """What the group proves, and each of its tests."""
        proves = f"{GROUPS[self.name]}. " if self.name in GROUPS else ""
        each = "".join(f"\n- {markdown.plain(_named(test), _LONGEST)}" for test in self.tests)
        words = "test of dbt stops" if len(self.tests) == 1 else "tests of dbt, each of which stops"
        return f"{proves[:1].upper()}{proves[1:]}{len(self.tests)} {words} the build when it fails:\n{each}"

    @property
    def stops(self) -> bool:
        """Whether a failure stops what is built from the table; a test that only warns does not."""
        return any(test["config"]["severity"].lower() == "error" for test in self.tests)


def check_groups(manifest: Mapping[str, Any]) -> list[CheckGroup]:
    """Every enabled test of a manifest in the group of its table."""
    found: dict[tuple[str, str], list[Node]] = {}
    for node in sorted(data_tests(manifest), key=lambda node: str(node["unique_id"])):
        table = table_of(node)
        found.setdefault((table, _group_name(table, node, manifest)), []).append(node)
    return [CheckGroup(table, name, tuple(tests)) for (table, name), tests in found.items()]


def table_of(test: Node) -> str:
    """The unique id of the table that a test is about.

    A test of SQL that reads several tables is about the first of them that it does not only look something up in.
    """
    if attached := test.get("attached_node"):
        return str(attached)
    read = [str(one) for one in test["depends_on"]["nodes"]]
    return next((one for one in read if not any(words in one for words in _LOOKED_UP)), read[0])


class CheckResults:
    """The results of dbt's tests as they arrive, and the checks that they add up to."""

    def __init__(self, groups: Mapping[dg.AssetCheckKey, CheckGroup], manifest: Mapping[str, Any]) -> None:
        """``groups`` are those whose tests run."""
        self._groups, self._manifest = groups, manifest
        self._keys: dict[str, set[dg.AssetCheckKey]] = {}
        for key, group in groups.items():
            for test in group.tests:
                self._keys.setdefault(test["unique_id"], set()).add(key)
        self._status: dict[str, str] = {}

    def add(self, unique_id: str, status: str) -> Iterator[dg.AssetCheckResult]:
        """Note a result of dbt. The check of a group is given once all its tests have passed; see ``others`` for the rest."""
        self._status[unique_id] = status
        for key in sorted(self._keys.get(unique_id, ())):
            if all(self._status.get(test["unique_id"]) == "pass" for test in self._groups[key].tests):
                yield self._passed(key)

    def others(self, build: Build) -> Iterator[dg.AssetCheckResult]:
        """Yield the checks of all groups with a failed test, with rows. dbt must have closed the database."""
        failed = self._failed_tests(build)
        for key, group in self._groups.items():
            statuses = {self._status.get(test["unique_id"]) for test in group.tests}
            if statuses <= {"pass", None}:  # given already, or not run
                continue
            bad = [failure for test in group.tests for failure in failed.get(test["unique_id"], ())]
            if bad:
                warns = statuses <= {"pass", "warn", None}
                yield dg.AssetCheckResult(
                    asset_key=key.asset_key,
                    check_name=key.name,
                    passed=False,
                    severity=dg.AssetCheckSeverity.WARN if warns else dg.AssetCheckSeverity.ERROR,
                    metadata=_shown(group, bad),
                )
            elif None not in statuses:
                yield self._passed(key)

    def _passed(self, key: dg.AssetCheckKey) -> dg.AssetCheckResult:
        tests = {"tests": len(self._groups[key].tests)}
        return dg.AssetCheckResult(asset_key=key.asset_key, check_name=key.name, passed=True, metadata=tests)

    def _failed_tests(self, build: Build) -> dict[str, list[Failure]]:
        """By the unique id of each test of dbt that did not pass, what was found."""
        results = {item["unique_id"]: item for item in build.run_results()} if build.artifacts[1].exists() else {}
        bad = (unique_id for unique_id, status in self._status.items() if status != "pass" and unique_id in self._keys)
        return {
            unique_id: failures(build, self._manifest, results.get(unique_id, {"unique_id": unique_id, "status": ""}))
            for unique_id in bad
        }


def _shown(group: CheckGroup, failed: Sequence[Failure]) -> dict[str, dg.MetadataValue[Any]]:
    metadata: dict[str, dg.MetadataValue[Any]] = {
        "tests": dg.MetadataValue.int(len(group.tests)),
        "tests failed": dg.MetadataValue.int(len(failed)),
        "what to do": dg.MetadataValue.text(REMEDY),
    }
    for number, one in enumerate(failed[:FAILURES_SHOWN], start=1):
        entries = {
            "test": f"{one.test['name']} ({one.test['original_file_path']})",
            "expected": check_description(one.test),
            "observed": one.observed,
        }
        for place, row in enumerate(one.rows[:ROWS_SHOWN], start=1):
            entries[f"row {place}"] = ", ".join(f"{name} {markdown.plain(value)}" for name, value in row.items())
        metadata |= {f"failed {number}: {name}": dg.MetadataValue.text(words) for name, words in entries.items()}
        if one.rows:
            metadata[f"failed {number}: rows"] = dg.MetadataValue.md(markdown.table(one.rows))
    return metadata


def _group_name(table: str, test: Node, manifest: Mapping[str, Any]) -> str:
    node = manifest["nodes"].get(table, {})
    if node.get("resource_type") == "seed" or node.get("path", "").startswith("metrics/"):
        return WHOLE
    return _GROUPS.get((test.get("test_metadata") or {}).get("name", ""), _OTHERS)


def _named(test: Node) -> str:
    """A test of SQL under its name; other tests have names that repeat their arguments."""
    return check_description(test) if test.get("test_metadata") else f"`{test['name']}`: {check_description(test)}"
