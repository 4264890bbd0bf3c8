"""Blocking asset checks of each published metric, one for each group of expectations, all run together over the latest build."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import dagster as dg

from orchestration.assets import markdown
from orchestration.assets.data_folder import PUBLISHING, SHARED
from orchestration.assets.failures import as_failure
from orchestration.assets.page_links import link
from orchestration.core.errors import BilateralError
from orchestration.core.page_paths import guard_report
from orchestration.core.progress import say
from orchestration.core.settings import Settings
from orchestration.core.text import one_line
from orchestration.guards.evaluate import Evaluator, ExpectationResult, SuiteResult
from orchestration.guards.failed_suites import refusal_of
from orchestration.guards.groups import GROUPS, group_of
from orchestration.guards.guard_report import report_path
from orchestration.guards.receipt import guard_build
from orchestration.guards.suite_file import label
from orchestration.guards.suites import Metric, Suite, load_suite
from orchestration.transform.build import latest_build

REPORT = "guard report file"
"""The name of the metadata with the path of the build's report, for where no service serves it."""

MESSAGE = "message"
"""The name of the metadata of a failed check with everything that failed, in words."""

FAILURES_SHOWN, ROWS_SHOWN = 9, 3
"""The failures of a group that a check shows, and the rows of each; the guard report has more."""

LONGEST = 300
"""Characters of a fault in the description of a check."""


def metric_key(name: str) -> dg.AssetKey:
    """The asset key of a metric."""
    return dg.AssetKey(["metrics", name])


def metric_guards(settings: Settings, metrics: dict[str, Metric]) -> dg.AssetChecksDefinition:
    """The suites as blocking checks.

    Raises:
        GuardError: a metric has no suite; the code location then does not load.
    """
    suites = {name: load_suite(settings.expectations, name) for name in metrics}
    specs = [spec for suite in suites.values() for spec in _specs(suite)]

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
            for group in groups_of(suites[result.metric]):
                yield _check_result(result, group, report_path(build))
        if failed:
            raise as_failure(refusal_of(failed, report_path(build)))

    return guards


def groups_of(suite: Suite) -> dict[str, list[Mapping[str, Any]]]:
    """The expectations of a suite by their groups, in the order of ``GROUPS``; groups without any are left out."""
    found: dict[str, list[Mapping[str, Any]]] = {group: [] for group in GROUPS}
    for expectation in suite.expectations:
        found[group_of(expectation)].append(expectation)
    return {group: expectations for group, expectations in found.items() if expectations}


def _specs(suite: Suite) -> Iterator[dg.AssetCheckSpec]:
    for group, expectations in groups_of(suite).items():
        each = "".join(f"\n- `{label(one)}`: {markdown.plain(one['meta']['fault'], LONGEST)}" for one in expectations)
        yield dg.AssetCheckSpec(
            group,
            asset=metric_key(suite.metric),
            blocking=True,
            description=f"{GROUPS[group].capitalize()}. When it fails, nothing is published.\n\n{len(expectations)} "
            f"expectations of `expectations/{suite.metric}.json` and of the metric contract, each with the fault that it would "
            f"catch:\n{each}",
        )


def _check_result(whole: SuiteResult, group: str, report: Path) -> dg.AssetCheckResult:
    result = whole.of_group(group)
    # in a build as of an earlier day a group may have no expectation that applies, which the receipt lists
    passed = result.passed or (whole.rows > 0 and not result.results)
    metadata: dict[str, dg.MetadataValue] = {
        "expectations evaluated": dg.MetadataValue.int(result.evaluated),
        "expectations failed": dg.MetadataValue.int(len(result.failures)),
        "guard report": link(guard_report(report.parent.name, whole.metric)),
        REPORT: dg.MetadataValue.path(str(report)),
        "rows": dg.MetadataValue.int(result.rows),
        "suite sha256": dg.MetadataValue.text(result.suite_sha256),
    }
    for number, failure in enumerate(result.failures[:FAILURES_SHOWN], start=1):
        entries = failure_in_words(failure)
        metadata |= {f"failed {number}: {name}": dg.MetadataValue.text(words) for name, words in entries.items()}
        if failure.failing_rows:
            metadata[f"failed {number}: rows"] = dg.MetadataValue.md(markdown.table(failure.failing_rows))
    if not passed:
        metadata[MESSAGE] = dg.MetadataValue.md(result.message())
        if not result.awaits:
            metadata["what to do"] = dg.MetadataValue.text(result.remedy)
    return dg.AssetCheckResult(
        asset_key=metric_key(result.metric),
        check_name=group,
        passed=passed,
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
