"""Guarding of a build: its suites, and the receipt with their results, those of dbt and all guards."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, replace
from pathlib import Path

from orchestration.core.bounded_database import bounded_database
from orchestration.core.errors import GuardError
from orchestration.core.files import sha256_of, write_json, write_text
from orchestration.core.settings import Settings, now
from orchestration.core.sql_quoting import name as quoted
from orchestration.guards.evaluate import validate
from orchestration.guards.guard_columns import guarded_rows
from orchestration.guards.guard_report import report_html, report_path
from orchestration.guards.inventory import guards_of
from orchestration.guards.missing_data import empty_tables, held_back, without_data
from orchestration.guards.suite_results import SuiteResult
from orchestration.guards.suites import load_suite
from orchestration.transform.build import Build


def guard_build(settings: Settings, build: Build) -> list[SuiteResult]:
    """Run every metric's suite over the build and write the receipt and the guard report, whatever the outcome.

    Raises:
        GuardError: a metric is not described, or has no sound suite, or a table is empty without a reason; then neither
            is written.
    """
    build.receipt.unlink(missing_ok=True)
    report_path(build).unlink(missing_ok=True)
    project = build.project
    suites = [load_suite(settings.expectations, name) for name in project.metrics]
    database = sha256_of(build.database)
    results = guard_metrics(settings, build, [suite.metric for suite in suites])
    day = build.as_of()
    receipt = {
        "run": build.folder.name,
        "database_sha256": database,
        "artifacts": {path.name: sha256_of(path) for path in build.artifacts},
        "evaluated_at": now().isoformat(),
        "dbt": dict(sorted(Counter(item["status"] for item in build.run_results()).items())),
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
        "as_of": day.isoformat() if day else None,
        "not_applied": list(empty_tables(build)),
        "admission": build.admission(settings),
        "guards": guards_of(project, suites),
    }
    write_text(report_path(build), report_html(receipt, f"build {build.folder.name}"))
    write_json(build.receipt, receipt)
    return results


def guard_metrics(settings: Settings, build: Build, names: Iterable[str]) -> list[SuiteResult]:
    """Run the suites of these metrics, as far as they have data, over a build, and write nothing.

    Raises:
        GuardError: the metric does not exist, or its suite is missing or invalid.
    """
    metrics = build.project.metrics
    if unknown := sorted(set(names) - metrics.keys()):
        raise GuardError(f"there is no metric {', '.join(unknown)}", remedy=f"name one of {', '.join(metrics)}")
    waiting, day = without_data(build, metrics), build.as_of()
    results = []
    with bounded_database(build.database) as database:
        for suite in [load_suite(settings.expectations, name) for name in names]:
            with database.cursor() as connection:
                rows = guarded_rows(connection, f"metrics.{quoted(suite.metric)}")
                awaited = waiting.get(suite.metric)
                empty = SuiteResult(suite.metric, suite.sha256, 0, (), awaited or ())
                results.append(empty if awaited else validate(suite, rows, day))
    return [item if item.passed else replace(item, held=held_back(settings, build, item.metric)) for item in results]


def guard_table(settings: Settings, database: Path, name: str) -> SuiteResult:
    """Run the suite of one metric over any database with its table, such as one that ``dbt build --select`` made.

    Raises:
        GuardError: the database has no such metric, or its suite is missing or not sound.
    """
    suite = load_suite(settings.expectations, name)
    with bounded_database(database) as connection:
        tables = "select 1 from information_schema.tables where table_schema = 'metrics' and table_name = ?"
        if not connection.execute(tables, [name]).fetchall():
            remedy = f"run `dbt build --select +{name}` in dbt_project, then again"
            raise GuardError(f"{database} has no metric {name}", remedy=remedy)
        return validate(suite, guarded_rows(connection, f"metrics.{quoted(name)}"))
