"""One blocking asset check for each published metric: its suite, run by Great Expectations over the latest build."""

from collections.abc import Collection, Iterator

import dagster as dg

from orchestration.assets.data_folder import DataFolder, Publishing
from orchestration.assets.descriptions import guard_link
from orchestration.assets.failures import MESSAGE, as_failure, failing_in_words
from orchestration.assets.tables import cell
from orchestration.core.settings import Settings
from orchestration.core.text import one_line, with_noun
from orchestration.guards.guard_report import report_path
from orchestration.guards.suite_results import ExpectationResult, SuiteResult, refusal_of
from orchestration.guards.suites import suite_path
from orchestration.transform.build import Build, latest_build

CHECK = "suite"
"""The name of the check of each metric."""

REPORT = "guard report file"
"""Metadata with the path of the build's report, for use without the service."""

FAILURES_SHOWN, ROWS_SHOWN = 9, 3
"""Most failures shown by a check, and rows of each; the guard report has all."""


def metric_key(name: str) -> dg.AssetKey:
    """Return the asset key of a metric."""
    return dg.AssetKey(["metrics", name])


def metric_guards(settings: Settings, metrics: Collection[str]) -> dg.AssetChecksDefinition:
    """Return the suites as blocking checks, any of which can run alone.

    The receipt, without which nothing is published, is written when all of them run.

    Raises:
        GuardError: a metric has no suite; the code location then does not load.
    """
    specs = [_spec(settings, name) for name in metrics]

    @dg.multi_asset_check(name="metric_guards", specs=specs, can_subset=True)
    def guards(
        context: dg.AssetCheckExecutionContext, data_folder: DataFolder, publishing: Publishing
    ) -> Iterator[dg.AssetCheckResult]:
        from orchestration.guards.receipt import guard_build, guard_metrics

        selected = {key.asset_key.path[-1] for key in context.selected_asset_check_keys}
        with failing_in_words(settings):
            build = latest_build(settings)
            whole = selected == {*metrics}
            results = guard_build(settings, build) if whole else guard_metrics(settings, build, sorted(selected))
        failed = [result for result in results if not result.passed and not result.awaits]
        evaluated, waiting = sum(result.evaluated for result in results), sum(bool(result.awaits) for result in results)
        without = f", {waiting} with no data yet" if waiting else ""
        context.log.info(
            f"guards   {with_noun(len(results), 'metric')}, {with_noun(evaluated, 'expectation')} evaluated, "
            f"{len(failed)} failed{without}"
        )
        for result in results:
            yield _check_result(result, build, with_report=whole)
        if failed:
            raise as_failure(refusal_of(failed, report_path(build)))

    return guards


def _spec(settings: Settings, metric: str) -> dg.AssetCheckSpec:
    path = suite_path(settings.expectations, metric)
    return dg.AssetCheckSpec(
        CHECK,
        asset=metric_key(metric),
        blocking=True,
        description=f"The expectations of `expectations/{path.name}`, run by Great Expectations over every row. "
        "When one fails, nothing is published.",
    )


def _check_result(result: SuiteResult, build: Build, *, with_report: bool) -> dg.AssetCheckResult:
    metadata: dict[str, dg.MetadataValue] = {
        "expectations evaluated": dg.MetadataValue.int(result.evaluated),
        "expectations failed": dg.MetadataValue.int(len(result.failures)),
        "rows": dg.MetadataValue.int(result.rows),
        "suite sha256": dg.MetadataValue.text(result.suite_sha256),
    }
    if with_report:
        report = report_path(build)
        metadata["guard report"] = guard_link(report.parent.name, result.metric)
        metadata[REPORT] = dg.MetadataValue.path(str(report))
    for number, failure in enumerate(result.failures[:FAILURES_SHOWN], start=1):
        entries = failure_in_words(failure)
        metadata |= {f"failed {number}: {name}": dg.MetadataValue.text(words) for name, words in entries.items()}
    if not result.passed:
        metadata[MESSAGE] = dg.MetadataValue.md(result.message())
        if not result.awaits:
            metadata["what to do"] = dg.MetadataValue.text(result.remedy)
    return dg.AssetCheckResult(
        asset_key=metric_key(result.metric),
        check_name=CHECK,
        passed=result.passed,
        # a metric without data has not passed and stops nothing: there is nothing of it to publish
        severity=dg.AssetCheckSeverity.WARN if result.awaits else dg.AssetCheckSeverity.ERROR,
        metadata=metadata,
    )


def failure_in_words(failure: ExpectationResult) -> dict[str, str]:
    """Return a failed expectation: what it expected and saw, the fault it catches, and the first rows that fail.

    The UI shows the text of a check's metadata as it is, in alphabetical order, and hides Markdown behind a link.
    """
    expected = failure.expectation.removeprefix("expect_").replace("_", " ")
    kwargs = ", ".join(f"{name}: {value}" for name, value in failure.kwargs.items())
    entries = {"expected": f"{expected}, {kwargs}", "observed": one_line(failure.observed), "fault": failure.fault}
    for number, row in enumerate(failure.failing_rows[:ROWS_SHOWN], start=1):
        entries[f"row {number}"] = ", ".join(
            f"{name} {cell(value)}" for name, value in row.items() if value is not None
        )
    return entries
