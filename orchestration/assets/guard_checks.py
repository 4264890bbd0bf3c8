"""One blocking asset check for each published metric, all run together over the latest build."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import dagster as dg

from orchestration.assets import markdown
from orchestration.assets.data_folder import PUBLISHING, SHARED
from orchestration.assets.failures import as_failure
from orchestration.core.errors import BilateralError
from orchestration.core.progress import say
from orchestration.core.settings import Settings
from orchestration.core.text import one_line
from orchestration.guards.evaluate import Evaluator, ExpectationResult, SuiteResult
from orchestration.guards.guard_report import report_path
from orchestration.guards.receipt import guard_build
from orchestration.guards.suites import Metric, load_suite
from orchestration.transform.build import latest_build

CHECK = "suite"
REPORT = "guard report"
"""The name of the metadata with the path of the build's report."""

MESSAGE = "message"
"""The name of the metadata of a failed check with everything that failed, in words."""

FAILURES_SHOWN, ROWS_SHOWN = 9, 3
"""The failures of a suite that a check shows, and the rows of each; the guard report has more."""


def metric_key(name: str) -> dg.AssetKey:
    """The asset key of a metric."""
    return dg.AssetKey(["metrics", name])


def metric_guards(settings: Settings, metrics: dict[str, Metric]) -> dg.AssetChecksDefinition:
    """The suites as blocking checks.

    Raises:
        GuardError: a metric has no suite; the code location then does not load.
    """
    suites = {name: load_suite(settings.expectations, name) for name in metrics}
    specs = [
        dg.AssetCheckSpec(
            CHECK,
            asset=metric_key(name),
            blocking=True,
            description=f"{len(suite.expectations)} expectations of `expectations/{name}.json`, each for a fault that official "
            "figures can have. When it fails, nothing is published.",
        )
        for name, suite in suites.items()
    ]

    @dg.multi_asset_check(
        name="metric_guards", specs=specs, can_subset=False, required_resource_keys={SHARED, PUBLISHING}
    )
    def guards() -> Iterator[dg.AssetCheckResult]:
        try:
            build = latest_build(settings)
            results = guard_build(settings, build, Evaluator())
        except BilateralError as error:
            raise as_failure(error) from error
        evaluated = sum(result.evaluated for result in results)
        waiting = [result for result in results if result.awaits]
        failed = [result for result in results if not result.passed and not result.awaits]
        without = f", {len(waiting)} with no data yet" if waiting else ""
        say(
            f"guards   {len(results)} metrics, {evaluated} expectations evaluated, {len(failed)} metrics failed{without}"
        )
        for result in results:
            yield _check_result(result, report_path(build))

    return guards


def _check_result(result: SuiteResult, report: Path) -> dg.AssetCheckResult:
    metadata: dict[str, dg.MetadataValue] = {
        "expectations evaluated": dg.MetadataValue.int(result.evaluated),
        "expectations failed": dg.MetadataValue.int(len(result.failures)),
        REPORT: dg.MetadataValue.path(str(report)),
        "rows": dg.MetadataValue.int(result.rows),
        "suite sha256": dg.MetadataValue.text(result.suite_sha256),
    }
    for number, failure in enumerate(result.failures[:FAILURES_SHOWN], start=1):
        entries = failure_in_words(failure)
        metadata |= {f"failed {number}: {name}": dg.MetadataValue.text(words) for name, words in entries.items()}
        if failure.failing_rows:
            metadata[f"failed {number}: rows"] = dg.MetadataValue.md(markdown.table(failure.failing_rows))
    if not result.passed:
        metadata[MESSAGE] = dg.MetadataValue.md(result.message())
    return dg.AssetCheckResult(
        asset_key=metric_key(result.metric),
        check_name=CHECK,
        passed=result.passed,
        # a metric without data has not passed and stops nothing: there is nothing of it to publish
        severity=dg.AssetCheckSeverity.WARN if result.awaits else dg.AssetCheckSeverity.ERROR,
        metadata=metadata,
    )


def failure_in_words(failure: ExpectationResult) -> dict[str, str]:
    """One failed expectation: what was expected and observed, the fault it catches, and the first rows that fail it.

    The UI shows the text of a check's metadata as it is, in alphabetical order, and hides Markdown behind a link.
    """
    expected = failure.expectation.removeprefix("expect_").replace("_", " ")
    kwargs = ", ".join(f"{name}: {value}" for name, value in failure.kwargs.items())
    entries = {"expected": f"{expected}, {kwargs}", "observed": one_line(failure.observed), "fault": failure.fault}
    for number, row in enumerate(failure.failing_rows[:ROWS_SHOWN], start=1):
        held = {name: value for name, value in row.items() if value is not None}
        entries[f"row {number}"] = ", ".join(f"{name} {markdown.plain(value)}" for name, value in held.items())
    return entries
