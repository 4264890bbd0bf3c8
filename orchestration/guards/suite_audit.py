"""Audit of the suites: every fault of the catalogue in every metric, and every vintage, run through its suite."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import duckdb

from orchestration.core.errors import GuardError
from orchestration.core.settings import Settings
from orchestration.core.sql_quoting import name as quoted
from orchestration.core.sql_quoting import text
from orchestration.guards.evaluate import validate
from orchestration.guards.faults import CATALOGUE, Fault, prepare
from orchestration.guards.guard_columns import GuardedRows, guarded_rows
from orchestration.guards.missing_data import without_data
from orchestration.guards.reviewed_part import as_newest_sql
from orchestration.guards.suites import Suite, label, load_suite
from orchestration.transform.build import Build


@dataclass(frozen=True)
class FaultOutcome:
    """A fault in a part of a metric, and the expectations of its suite that caught it."""

    metric: str
    fault: str
    part: str
    caught_by: tuple[str, ...]


@dataclass(frozen=True)
class SuiteAudit:
    """The outcomes of the faults, and the false alarms of the suites."""

    outcomes: tuple[FaultOutcome, ...]
    complaints: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Return whether faults were put in, each was caught, and no alarm is false."""
        return bool(self.outcomes) and not self.missed and not self.complaints

    @property
    def missed(self) -> list[FaultOutcome]:
        """The faults that no expectation caught."""
        return [item for item in self.outcomes if not item.caught_by]


def audit_build(
    settings: Settings, build: Build, only: str | None = None, progress: Callable[[str], None] = lambda _: None
) -> SuiteAudit:
    """Put every fault of the catalogue into the metrics of a build, or into ``only`` one, and run their suites.

    ``progress`` is called with the name of each metric before its turn.

    Raises:
        GuardError: a metric is not described or has no suite, or no metric with data has the name ``only``.
    """
    metrics = build.project.metrics
    if only not in {None, *metrics}:
        raise GuardError(f"there is no metric {only!r}", remedy=f"name one of {', '.join(metrics)}")
    waiting = without_data(build, metrics)
    if only in waiting:
        remedy = f"ingest {' or '.join(waiting[only])}, then build"
        raise GuardError(f"{only} has no data yet, and cannot be audited", remedy=remedy)
    outcomes: list[FaultOutcome] = []
    complaints: list[str] = []
    # every injection opens tables of its own, which takes longer than most queries
    with duckdb.connect(config={"threads": 1}) as connection:
        known = [name for name in metrics if name not in waiting]
        connection.execute(f"attach {text(build.database)} as build (read_only); create schema metrics")
        for name in map(quoted, known):
            connection.execute(f"create view metrics.{name} as from build.metrics.{name}")
        for name in [only] if only else known:
            progress(name)
            prepare(connection, name, str(metrics[name].meta["formula"]), known)
            audit = audit_metric(connection, load_suite(settings.expectations, name))
            outcomes += audit.outcomes
            complaints += audit.complaints
    return SuiteAudit(tuple(outcomes), tuple(complaints))


def audit_metric(
    subject: duckdb.DuckDBPyConnection, suite: Suite, catalogue: Mapping[str, Fault] = CATALOGUE
) -> SuiteAudit:
    """Put every fault into the metric of a connection, which ``prepare`` made, and evaluate its suite.

    Then evaluate the suite over the metric as it was known at each of its vintages, where nothing is wrong.
    """
    outcomes = (
        FaultOutcome(suite.metric, name, part, tuple(_failing(suite, guarded_rows(connection, "faulty"))))
        for name, fault in catalogue.items()
        for part, connection in fault.injections(subject)
    )
    return SuiteAudit(tuple(outcomes), tuple(_false_alarms(subject, suite)))


def _false_alarms(subject: duckdb.DuckDBPyConnection, suite: Suite) -> Iterator[str]:
    """Yield the expectations that fail on unchanged metrics, each with the day."""
    days = [day for (day,) in subject.execute("select distinct vintage from original order by vintage").fetchall()]
    for day in days:
        with subject.cursor() as cursor:
            # without later rows, and with what they superseded
            until = f"(from original where vintage <= '{day}')"
            cursor.execute(f"create temp table known as {as_newest_sql(until)}")
            for failing in _failing(suite, guarded_rows(cursor, "known"), day if day != days[-1] else None):
                yield f"{suite.metric}: {failing} is a false alarm on what was known on {day}"


def _failing(suite: Suite, rows: GuardedRows, day: date | None = None) -> list[str]:
    """Return the labels of the expectations that fail; without rows none is evaluated, and the gate refuses."""
    result = validate(suite, rows, day)
    if not result.rows:
        return ["has rows"]
    judged = zip(suite.configs, result.results, strict=True)
    return [label(config) for config, expectation in judged if not expectation.passed]
