"""One blocking asset check per published metric, all run together over the latest build. What a suite expects lives in expectations/."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import dagster as dg

from orchestration.assets.failures import as_failure
from orchestration.errors import BilateralError
from orchestration.guards.evaluate import Evaluator, ExpectationResult, SuiteResult
from orchestration.guards.receipt import guard_build
from orchestration.guards.report import report_path
from orchestration.guards.suites import Metric, load_suite
from orchestration.progress import say
from orchestration.settings import Settings
from orchestration.transform.build import latest_build

CHECK = "suite"
REPORT = "guard report"
"""Under this name a check's metadata hold the path of the build's report."""


def metric_key(name: str) -> dg.AssetKey:
    """The asset key of a metric."""
    return dg.AssetKey(["metrics", name])


def metric_guards(settings: Settings, metrics: dict[str, Metric]) -> dg.AssetChecksDefinition:
    """The suites as blocking checks.

    Raises:
        GuardError: a metric has no suite, so that the code location does not load without it.
    """
    suites = {name: load_suite(settings.expectations, name) for name in metrics}
    specs = [
        dg.AssetCheckSpec(
            CHECK,
            asset=metric_key(name),
            blocking=True,
            description=f"{len(suite.expectations)} expectations of expectations/{name}.json",
        )
        for name, suite in suites.items()
    ]

    @dg.multi_asset_check(name="metric_guards", specs=specs, can_subset=False)
    def guards() -> Iterator[dg.AssetCheckResult]:
        try:
            build = latest_build(settings)
            results = guard_build(settings, build, Evaluator())
        except BilateralError as error:
            raise as_failure(error) from error
        evaluated = sum(result.evaluated for result in results)
        waiting = [result for result in results if result.awaits]
        failed = [result for result in results if not result.passed and not result.awaits]
        unfed = f", {len(waiting)} not fed" if waiting else ""
        say(f"guards   {len(results)} metrics, {evaluated} expectations evaluated, {len(failed)} metrics failed{unfed}")
        for result in results:
            yield _check_result(result, report_path(build))

    return guards


def _check_result(result: SuiteResult, report: Path) -> dg.AssetCheckResult:
    metadata: dict[str, dg.MetadataValue] = {
        REPORT: dg.MetadataValue.path(str(report)),
        "rows": dg.MetadataValue.int(result.rows),
        "expectations evaluated": dg.MetadataValue.int(result.evaluated),
        "suite sha256": dg.MetadataValue.text(result.suite_sha256),
    }
    if not result.passed:
        metadata["message"] = dg.MetadataValue.text(result.message())
        metadata["failed"] = dg.MetadataValue.md(
            "\n\n".join(_markdown(item) for item in result.failures) or result.message()
        )
    return dg.AssetCheckResult(
        asset_key=metric_key(result.metric),
        check_name=CHECK,
        passed=result.passed,
        # a metric that is not fed has not passed, and holds up nobody: there is nothing of it to publish
        severity=dg.AssetCheckSeverity.WARN if result.awaits else dg.AssetCheckSeverity.ERROR,
        metadata=metadata,
    )


def _markdown(failure: ExpectationResult) -> str:
    lines = [
        f"**{failure.expectation}** `{dict(failure.kwargs)}`",
        f"observed: {failure.observed}",
        f"stands for: {failure.fault}",
    ]
    if failure.failing_rows:
        names = list(failure.failing_rows[0])
        lines += ["", "| " + " | ".join(names) + " |", "|" + "---|" * len(names)]
        lines += ["| " + " | ".join(str(row[name]) for name in names) + " |" for row in failure.failing_rows]
    return "\n".join(lines)
