"""Audit of the suites: every fault of the catalogue, put into every metric, and every vintage of it, run through its suite."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import duckdb

from orchestration.core.errors import GuardError
from orchestration.core.settings import Settings
from orchestration.core.sql_quoting import name as quoted
from orchestration.core.sql_quoting import text
from orchestration.guards.evaluate import validate
from orchestration.guards.faults import CATALOGUE, Fault, Subject
from orchestration.guards.guard_columns import GuardedRows, guarded_rows
from orchestration.guards.missing_data import without_data
from orchestration.guards.reviewed_part import as_newest_sql, is_of_presence
from orchestration.guards.suites import Suite, label, load_suite, metrics_of
from orchestration.transform.build import Build


@dataclass(frozen=True)
class Outcome:
    """A fault in a part of a metric, and the expectations of its suite that caught it."""

    metric: str
    fault: str
    part: str
    caught_by: tuple[str, ...]


@dataclass(frozen=True)
class Audit:
    """The outcomes of the faults, and the false alarms of the suites."""

    outcomes: tuple[Outcome, ...]
    complaints: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether faults were put in, each was caught, and no alarm is false."""
        return bool(self.outcomes) and not self.missed and not self.complaints

    @property
    def missed(self) -> list[Outcome]:
        """The faults that no expectation caught."""
        return [item for item in self.outcomes if not item.caught_by]


def audit_build(
    settings: Settings, build: Build, only: str | None = None, progress: Callable[[str], None] = lambda _: None
) -> Audit:
    """Put every fault of the catalogue into the metrics of a build and run their suites; see ``audit_metric``.

    Args:
        settings: where the suites are.
        build: a finished build that passes its guards.
        only: audit this metric alone.
        progress: called with the name of each metric before its turn.

    Raises:
        GuardError: a metric is not described or has no suite, or no metric with data has the name ``only``.
    """
    metrics = metrics_of(build.manifest())
    if only is not None and only not in metrics:
        raise GuardError(f"there is no metric {only!r}", remedy=f"name one of {', '.join(metrics)}")
    waiting = without_data(build, metrics)
    if only in waiting:
        raise GuardError(
            f"{only} has no data yet, and cannot be audited", remedy=f"ingest {' or '.join(waiting[only])}, then build"
        )
    audits = []
    # every injection opens tables of its own, which takes longer than most queries
    with duckdb.connect(config={"threads": 1}) as connection:
        known = [name for name in metrics if name not in waiting]
        connection.execute(f"attach {text(build.database)} as build (read_only); create schema metrics")
        for name in map(quoted, known):
            connection.execute(f"create view metrics.{name} as from build.metrics.{name}")
        for name in [only] if only else known:
            progress(name)
            subject = Subject(connection, name, str(metrics[name].meta["formula"]), known)
            audits.append(audit_metric(subject, load_suite(settings.expectations, name)))
    return Audit(
        tuple(outcome for audit in audits for outcome in audit.outcomes),
        tuple(complaint for audit in audits for complaint in audit.complaints),
    )


def audit_metric(subject: Subject, suite: Suite, catalogue: Mapping[str, Fault] = CATALOGUE) -> Audit:
    """Put every fault into one metric and evaluate its suite; then evaluate it over the frame as it was known at every vintage.

    A suite stops at the first group of expectations that catches a fault: those that caught it in another part of the metric,
    then those that demand rows, then all others.
    """
    outcomes = [outcome for name, fault in catalogue.items() for outcome in _outcomes(subject, suite, name, fault)]
    return Audit(tuple(outcomes), tuple(_false_alarms(subject, suite)))


def _outcomes(subject: Subject, suite: Suite, name: str, fault: Fault) -> Iterator[Outcome]:
    """Yield what caught a fault, part by part."""
    known: list[int] = []
    for part, connection in fault.injections(subject):
        failing = _first_failing(suite, known, guarded_rows(connection, "faulty"))
        known += [place for place in failing if place not in known]
        yield Outcome(subject.metric, name, part, tuple(label(suite.configs[place]) for place in failing))


def _false_alarms(subject: Subject, suite: Suite) -> Iterator[str]:
    """Yield expectations that fail although nothing is wrong: on the metric as it was known at each of its vintages."""
    days = [day for (day,) in subject.rows("select distinct vintage from original order by vintage")]
    for day in days:
        with subject.connection.cursor() as cursor:
            # without later rows, and with what they superseded
            until = f"(from original where vintage <= '{day}')"
            cursor.execute(f"create temp table known as {as_newest_sql(until)}")
            results = validate(suite, guarded_rows(cursor, "known"), day if day != days[-1] else None).results
        for config, result in zip(suite.configs, results, strict=True):
            if not result.passed:
                yield f"{subject.metric}: {label(config)} is a false alarm on what was known on {day}"


def _first_failing(suite: Suite, known: Sequence[int], rows: GuardedRows) -> list[int]:
    """Return the positions of the expectations that fail in the first group in which any does."""
    untried = {place: is_of_presence(item) for place, item in enumerate(suite.expectations) if place not in known}
    groups = (known, *([place for place in untried if untried[place] is wanted] for wanted in (True, False)))
    return next((failing for places in groups if (failing := _failing(suite, places, rows))), [])


def _failing(suite: Suite, places: Sequence[int], rows: GuardedRows) -> list[int]:
    part = replace(suite, expectations=tuple(suite.expectations[place] for place in places))
    results = validate(part, rows).results if places else ()
    passed = {places[position] for position, result in enumerate(results) if result.passed}
    return [place for place in places if place not in passed]
