"""The gate: the conditions on receipt and files under which a build becomes a release."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from orchestration.contracts.metric import ALL_VINTAGES
from orchestration.core.bounded_database import bounded_database
from orchestration.core.errors import ReleaseError
from orchestration.core.files import read_json, sha256_of, write_text
from orchestration.core.settings import Settings
from orchestration.guards.guard_report import report_path
from orchestration.guards.inventory import guards_of, lock_differences, locked_guards
from orchestration.guards.missing_data import without_data
from orchestration.guards.suites import load_suite
from orchestration.reading.release import Release
from orchestration.reading.release_log import rolled_back_from
from orchestration.reading.release_store import parquet_path
from orchestration.releases.lineage import unexplained
from orchestration.releases.permitted_changes import draft
from orchestration.releases.release_diff import ReleaseDiff
from orchestration.transform.build import Build
from orchestration.transform.project import Project
from orchestration.transform.unit_test_record import project_state, proved_unit_tests

WORST_SHOWN, GUARDS_SHOWN = 3, 10
"""How many movements of a metric, and how many guards, an error lists."""

_ACCEPT = 'when it is right, say why: bilateral refresh --accept "the reason"'
_PACKAGE = Path(__file__).parents[1]
_CODE = ("guards/evidence.py", "guards/expectation_types.py", "releases/gate.py")
"""Modules that are guards."""


@dataclass
class Acceptance:
    """A manual override of limits or of missing data, never of tests or suites: why a release may be published."""

    reason: str | None
    instead_of: list[str] = field(default_factory=list)

    def instead_of_refusal(self, failure: str, remedy: str) -> None:
        """Record an override; raise ReleaseError if no reason was passed."""
        if not self.reason:
            raise ReleaseError(failure, remedy=f"{remedy}; {_ACCEPT}")
        self.instead_of.append(failure)

    def as_json(self) -> dict[str, Any] | None:
        """Return the reason and what it overrode, or None if nothing."""
        return {"reason": self.reason, "instead_of": self.instead_of} if self.instead_of else None


def open_gate(settings: Settings, build: Build, fingerprint: str) -> Mapping[str, Any]:
    """Return the receipt of a build that may be published; raise for any other.

    The build has the inputs and code of the fingerprint. Every dbt node passed, and the whole suite of every metric
    with data passed in this run and on this database; no guard is weaker than the lock.
    """
    if build.as_of() != settings.as_of:
        raise _refusal(
            f"the build is as of {build.as_of() or 'today'}, and the release is to be as of {settings.as_of or 'today'}"
        )
    _require_dbt(settings, build)
    if not build.receipt.exists():
        raise _refusal("the build has no receipt: it was not guarded")
    receipt: Mapping[str, Any] = read_json(build.receipt)
    _require_own(build, receipt)
    metrics = build.project.metrics
    if not metrics or set(metrics) != set(receipt["suites"]):
        difference = sorted(set(metrics) ^ set(receipt["suites"]))
        raise _refusal(
            f"metrics and results of the receipt differ: {difference}; each of {len(metrics)} metrics needs a result"
        )
    waiting = without_data(build, metrics)
    for name in metrics:
        result = receipt["suites"][name]
        if result.get("no_data", []) != list(waiting.get(name, ())):
            raise _refusal(f"the receipt is wrong about {name}: a metric is unguarded only while it has no data")
        _require_suite(settings, build, name, result)
    require_locked(settings, build.project)
    if not build.inputs.exists() or read_json(build.inputs) != fingerprint:
        raise _refusal(f"inputs or code changed since build {build.folder.name} was made of them")
    return receipt


def require_data(current: Release | None, receipt: Mapping[str, Any], acceptance: Acceptance) -> None:
    """Raise for a release without data, or, unless overridden, without a metric of the current one."""
    waiting = {name: result["no_data"] for name, result in receipt["suites"].items() if result.get("no_data")}
    if waiting.keys() == receipt["suites"].keys():
        raise ReleaseError(f"no metric has data as of {receipt['as_of'] or 'today'}", remedy="choose a later day")
    before = current.content["metrics"] if current else {}
    if lost := {name: sources for name, sources in waiting.items() if name in before}:
        missing = "; ".join(" or ".join(sources) for sources in lost.values())
        acceptance.instead_of_refusal(
            f"metrics that had data have none any more: {', '.join(lost)}", f"fetch {missing}"
        )


def comparable(current: Release | None, acceptance: Acceptance) -> Release | None:
    """Return the current release to compare with; None for the first, or if its damage is accepted."""
    if current is None:
        return None
    figures = parquet_path(current.folder, ALL_VINTAGES)
    published = current.content["files"][figures.relative_to(current.folder).as_posix()]
    if figures.is_file() and sha256_of(figures) == published:
        return current
    acceptance.instead_of_refusal(
        f"{figures.name} of {current.id} differs from what was published, so nothing can be compared with it",
        "roll back to a whole one (bilateral releases rollback)",
    )
    return None


def require_not_rolled_back(settings: Settings, fingerprint: str, acceptance: Acceptance) -> None:
    """Refuse inputs and code of a rolled-back release, so that the next refresh does not undo the rollback."""
    if entry := rolled_back_from(settings).get(fingerprint):
        release = entry.content["from_release"]
        failure = f"{release}, of the same inputs and code, was rolled back on {entry.time[:10]}: {entry.reason}"
        acceptance.instead_of_refusal(failure, "correct the inputs or the code")


def require_within_limits(diff: ReleaseDiff, acceptance: Acceptance, where: Path) -> None:
    """Refuse undeclared or excessive changes, unless overridden; a draft declaration goes next to ``where``."""
    if not diff.exceeded:
        return
    lines = [f"metrics or marts differ from {diff.content['before']} beyond what is declared or allowed:"]
    for name, exceeded in diff.exceeded.items():
        lines += [f"  {name}: {sentence}" for sentence in exceeded]
        lines += [f"    {movement['words']}" for movement in diff.judged[name]["largest_movements"][:WORST_SHOWN]]
    path = where.with_name("declaration.yml")
    write_text(path, draft({name: diff.judged[name] for name in diff.exceeded}))
    acceptance.instead_of_refusal(
        "\n".join(lines),
        f"read the whole diff in {where}; declare a reviewed change of the code in dbt_project/changes "
        f"(docs/adding.md; {path} is a draft)",
    )


def require_explained(release: Release, payloads: Iterable[str]) -> None:
    """Refuse figures that do not follow from their inputs or lead to none of ``payloads`` (SHA-256)."""
    lineage = release.lineage
    with bounded_database(release.database) as connection:
        faults = unexplained(connection, lineage.tables, lineage.metrics, payloads)
    if faults:
        lines = ["figures that their declared inputs and formula do not lead back to official payloads:"]
        raise ReleaseError(
            "\n  ".join([*lines, *faults[:WORST_SHOWN]]),
            remedy="correct inputs or recompute in the model's .yml (docs/explain.md); the last release stays current",
        )


def lock_path(settings: Settings) -> Path:
    """Return the path of the guard lock."""
    return settings.expectations / "guards.lock"


def all_guards(settings: Settings, project: Project) -> dict[str, dict[str, str]]:
    """Return every guard of the project by owner and name: dbt tests, suites and the gate."""
    suites = [load_suite(settings.expectations, metric) for metric in project.metrics]
    code = {path: f"sha256 {sha256_of(_PACKAGE / path)[:16]}" for path in _CODE}
    return {**guards_of(project, suites), "code": code}


def require_locked(settings: Settings, project: Project) -> None:
    """Refuse guards that are weaker than the lock (docs/guards.md, The lock); a test project may have none."""
    path = lock_path(settings)
    if not path.exists():
        return
    locked, guards = locked_guards(path.read_text(encoding="utf-8")), all_guards(settings, project)
    if weaker := [line for line in lock_differences(locked, guards) if not line.startswith("added")]:
        raise ReleaseError(
            "\n  ".join([f"guards that differ from {path.name}: {len(weaker)}", *weaker[:GUARDS_SHOWN]]),
            remedy='review them, run `bilateral dev lock --reason "..."`, and commit the lock',
        )


def _require_own(build: Build, receipt: Mapping[str, Any]) -> None:
    """Refuse a receipt of another run and a build that changed after its receipt."""
    if receipt["run"] != build.folder.name:
        raise _refusal(f"the receipt in {build.folder.name} is from another run, {receipt['run']}")
    if receipt["database_sha256"] != sha256_of(build.database):
        raise _refusal("the database of the build changed after it was guarded")
    changed = [path.name for path in build.artifacts if receipt["artifacts"].get(path.name) != sha256_of(path)]
    if changed:
        raise _refusal(f"dbt artifacts changed after the build was guarded: {', '.join(changed)}")


def _require_suite(settings: Settings, build: Build, name: str, result: Mapping[str, Any]) -> None:
    """Refuse a metric whose suite changed, had no rows, omitted an expectation, or failed."""
    suite = load_suite(settings.expectations, name)
    if suite.sha256 != result["suite_sha256"]:
        raise _refusal(f"the suite of {name} changed after it guarded the build")
    if result.get("no_data"):
        return
    evaluated = [item["expectation"] for item in result["results"]]
    expected = [config["type"] for config in suite.configs]
    if not (result["rows"] > 0 and evaluated and evaluated == expected and result["evaluated"] == len(expected)):
        raise _refusal(
            f"{name}: {result['evaluated']} of {len(expected)} expectations were evaluated, "
            f"on {result['rows']} rows: {evaluated}"
        )
    failed = [item for item in result["results"] if not item["passed"]]
    if failed or not result["passed"]:
        faults = "; ".join(f"{item['expectation']} ({item['fault']}): observed {item['observed']}" for item in failed)
        raise ReleaseError(
            f"expectations of {name} failed: {faults}",
            remedy=f"see every failing row in {report_path(build)}; the last release stays current",
        )


def _require_dbt(settings: Settings, build: Build) -> None:
    """Refuse a build unless every model, seed, test and unit test of the project ran and passed."""
    nodes = build.project.of_kind("model", "seed", "test", "unit_test")
    expected = {node.key for node in nodes if node.config.get("enabled", True)}
    seen = {item["unique_id"]: item["status"] for item in build.run_results()}
    bad = sorted(
        key for key, status in seen.items() if status not in ("success", "pass") and not key.startswith("exposure.")
    )
    missing = sorted(expected - seen.keys() - proved_unit_tests(settings, project_state(settings)))
    if bad or missing:
        raise _refusal(f"dbt models or tests failed: {bad[:5]}, or did not run: {missing[:5]}")


def _refusal(failure: str) -> ReleaseError:
    return ReleaseError(failure, remedy="run the whole refresh; the last release stays current")
