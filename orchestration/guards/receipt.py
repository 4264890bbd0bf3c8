"""The receipt of a build: its hash, the results of dbt and of every suite, and the list of all guards."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import duckdb

from orchestration.core.bounded_database import bounded_database, cursor_of
from orchestration.core.files import read_json, sha256_of, write_json, write_text
from orchestration.core.settings import Settings, now
from orchestration.guards.as_of_scope import not_asked
from orchestration.guards.evaluate import Evaluator, Gathered, Said, SuiteResult, gather
from orchestration.guards.guard_columns import metric_rows
from orchestration.guards.guard_report import report_html, report_path
from orchestration.guards.inventory import guards_of
from orchestration.guards.metrics_without_data import without_data
from orchestration.guards.reviewed_part import vintages_held
from orchestration.guards.suites import Suite, load_suite, metrics_of
from orchestration.transform.build import Build

if TYPE_CHECKING:
    import pandas as pd


def guard_build(settings: Settings, build: Build, evaluator: Evaluator) -> list[SuiteResult]:
    """Run every metric's suite over the build and write the receipt and the guard report, whatever the outcome.

    The suite of a metric that has no data yet is not run; see ``without_data``. Guards that do not apply to a build as of an
    earlier day are left out, and listed in the receipt with the reason.

    Raises:
        GuardError: a metric is not described, or has no suite, or a table is empty without a reason; then neither is written.
    """
    build.receipt.unlink(missing_ok=True)
    report_path(build).unlink(missing_ok=True)
    manifest = build.manifest()
    metrics = metrics_of(manifest)
    suites = [load_suite(settings.expectations, name) for name in metrics]
    database = sha256_of(build.database)
    waiting, day, held = without_data(build, metrics), build.as_of(), vintages_held(build)

    found = {
        result.metric: result
        for result in _evaluated(
            build, evaluator, [suite.as_of(day, held) for suite in suites if suite.metric not in waiting]
        )
    }
    results = [
        found.get(suite.metric) or SuiteResult(suite.metric, suite.sha256, 0, (), waiting[suite.metric])
        for suite in suites
    ]
    receipt = receipt_json(build, database, results)
    receipt["as_of"] = day.isoformat() if day else None
    receipt["not_asked"] = not_asked(build)
    receipt["admission"] = build.admission(settings)
    receipt["guards"] = guards_of(manifest, suites)
    for suite in suites:
        left_out = [] if suite.metric in waiting else suite.not_asked(day, held)
        receipt["suites"][suite.metric]["not_asked"] = left_out
    write_text(report_path(build), report_html(receipt, f"build {build.folder.name}"))
    write_json(build.receipt, receipt)
    return results


def _evaluated(build: Build, evaluator: Evaluator, suites: Sequence[Suite]) -> Iterator[SuiteResult]:
    """The result of each suite. DuckDB looks into the rows of the next metric while Great Expectations judges one."""

    ahead: deque[Future[tuple[Suite, duckdb.DuckDBPyConnection, Gathered]]] = deque()
    said: dict[Hashable, Said] = {}

    def judged() -> SuiteResult:
        suite, connection, given = ahead.popleft().result()
        with connection:
            return evaluator.judge(suite, given, said)

    with bounded_database(build.database) as database, ThreadPoolExecutor(1) as pool:
        for suite in suites:
            ahead.append(pool.submit(_gathered, suite, cursor_of(database)))
            if len(ahead) > 1:
                yield judged()
        while ahead:
            yield judged()


def _gathered(suite: Suite, connection: duckdb.DuckDBPyConnection) -> tuple[Suite, duckdb.DuckDBPyConnection, Gathered]:
    return suite, connection, gather(suite.expectations, metric_rows(connection, suite.metric), suite.reviewed)


def metric_frame(build: Build, metric: str) -> pd.DataFrame:
    """A metric's table of a build, all vintages, in a fixed order."""
    with duckdb.connect(str(build.database), read_only=True) as connection:
        frame: pd.DataFrame = connection.table(f"metrics.{metric}").order("all").df()
    return frame


def receipt_json(build: Build, database_sha256: str, results: Iterable[SuiteResult]) -> dict[str, Any]:
    """The receipt's content."""
    return {
        "run": build.folder.name,
        "database_sha256": database_sha256,
        "artifacts": {path.name: sha256_of(path) for path in build.artifacts},
        "evaluated_at": now().isoformat(),
        "dbt": dbt_counts(build),
        "suites": {
            result.metric: {
                "suite_sha256": result.suite_sha256,
                "rows": result.rows,
                "evaluated": result.evaluated,
                "passed": result.passed,
                "no_data": list(result.awaits),
                "results": [asdict(item) for item in result.results],
            }
            for result in results
        },
    }


def dbt_counts(build: Build) -> dict[str, int]:
    """How many dbt nodes ended in each status."""
    counts: dict[str, int] = {}
    for item in build.run_results():
        counts[item["status"]] = counts.get(item["status"], 0) + 1
    return dict(sorted(counts.items()))


def read_receipt(build: Build) -> Mapping[str, Any] | None:
    """The receipt of a build, or None when it was never guarded to the end."""
    if not build.receipt.exists():
        return None
    content: Mapping[str, Any] = read_json(build.receipt)
    return content
