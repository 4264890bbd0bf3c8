"""Audit of the suites: every fault of the catalogue, put into every metric, and every vintage of it, run through its suite."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import duckdb
import pandas as pd

from orchestration.core.errors import GuardError
from orchestration.core.settings import Settings
from orchestration.guards.evaluate import validate
from orchestration.guards.faults import CATALOGUE, Fault, NotApplicable, Subject, economies_by_size
from orchestration.guards.guard_columns import rows_of_frame
from orchestration.guards.metrics_without_data import without_data
from orchestration.guards.reviewed_part import as_newest, is_of_presence
from orchestration.guards.suites import Suite, label, load_suite, metrics_of, since
from orchestration.transform.build import Build

CAUGHT = "caught"
MISSED = "missed"
EXCEPTED = "excepted"
STALE_EXCEPTION = "stale exception"
NOT_APPLICABLE = "not applicable"
VERDICTS = (MISSED, STALE_EXCEPTION, EXCEPTED, CAUGHT, NOT_APPLICABLE)
"""From the worst to the best."""


@dataclass(frozen=True)
class Outcome:
    """A fault in a part of a metric, and the verdict of the suite of the metric."""

    metric: str
    fault: str
    part: str
    verdict: str
    caught_by: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class Complaint:
    """What is wrong with a suite: a false alarm, a ``since`` too late, or an exception for no fault."""

    metric: str
    what: str
    expectation: str


@dataclass(frozen=True)
class Audit:
    """The outcomes of the faults, and the complaints about the suites."""

    outcomes: tuple[Outcome, ...]
    complaints: tuple[Complaint, ...]

    @property
    def holds(self) -> bool:
        """True when faults were put in, none was missed, no exception is stale and no suite is complained of."""
        verdicts = {item.verdict for item in self.outcomes}
        return bool(verdicts) and verdicts.isdisjoint((MISSED, STALE_EXCEPTION)) and not self.complaints


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
    with duckdb.connect(str(build.database), read_only=True) as connection:
        frames = {
            name: connection.table(f"metrics.{name}").order("all").df() for name in metrics if name not in waiting
        }
    economies = economies_by_size(frames)
    outcomes: list[Outcome] = []
    complaints: list[Complaint] = []
    for name in [only] if only else frames:
        progress(name)
        subject = Subject(name, str(metrics[name].meta["formula"]), frames, economies)
        audit = audit_metric(subject, load_suite(settings.expectations, name))
        outcomes += audit.outcomes
        complaints += audit.complaints
    return Audit(tuple(outcomes), tuple(complaints))


def audit_metric(subject: Subject, suite: Suite, catalogue: Mapping[str, Fault] = CATALOGUE) -> Audit:
    """Put every fault into one metric and evaluate its suite; then evaluate it over the frame as it was known at every vintage.

    A suite stops at the first group of expectations that catches a fault: those that caught it in another part of the metric,
    then those that demand rows, then all others.
    """
    with duckdb.connect(config={"threads": 1}) as database:  # opening a frame takes longer than most of its queries
        bench = _Bench(subject, suite, database)
        outcomes = [outcome for fault in catalogue.values() for outcome in bench.outcomes(fault)]
        complaints = [*bench.false_alarms(), *bench.unknown_exceptions(catalogue)]
    return Audit(tuple(outcomes), tuple(complaints))


def as_known(
    frame: pd.DataFrame, vintage: pd.Timestamp, database: duckdb.DuckDBPyConnection | None = None
) -> pd.DataFrame:
    """Return the frame as it was when this vintage was the newest: without later rows, and with what they superseded."""
    return as_newest(frame[frame["vintage"] <= vintage].reset_index(drop=True), database)


class _Bench:
    """One metric and its suite under audit, and which expectations caught which fault."""

    def __init__(self, subject: Subject, suite: Suite, database: duckdb.DuckDBPyConnection) -> None:
        self.subject = subject
        self.suite = suite
        self.database = database
        self.caught_by: dict[str, list[int]] = {}

    def outcomes(self, fault: Fault) -> Iterator[Outcome]:
        """Yield the verdict on a fault, part by part."""
        excepted = dict(self.suite.exceptions.get(fault.id, {}))
        try:
            for part, frame in fault.injections(self.subject):
                failing = self._first_failing(fault.id, frame)
                reason = excepted.pop(part, None)
                verdict = (
                    (CAUGHT if failing else MISSED) if reason is None else STALE_EXCEPTION if failing else EXCEPTED
                )
                names = tuple(label(self.suite.configs[place]) for place in failing)
                yield Outcome(self.subject.metric, fault.id, part, verdict, names, reason or "")
        except NotApplicable as reason:
            yield Outcome(self.subject.metric, fault.id, "all", NOT_APPLICABLE, reason=str(reason))
        for part, why in excepted.items():
            yield Outcome(self.subject.metric, fault.id, part, STALE_EXCEPTION, reason=f"no such part; {why}")

    def false_alarms(self) -> Iterator[Complaint]:
        """Yield expectations that fail although nothing is wrong: on the frame as it was known at each of its vintages.

        An expectation that needs what a later vintage brought names this vintage as ``since`` in its meta. It is evaluated
        from then on, and once before: if it is met on the vintage before as well, its ``since`` is wrong.
        """
        frame = self.subject.frame
        days = [pd.Timestamp(vintage) for vintage in sorted(frame["vintage"].unique())]
        for day, following in zip(days, [*days[1:], None], strict=True):
            places = [
                place
                for place in range(len(self.suite.expectations))
                if following is None or self._since(place) <= following
            ]
            failing = self._failing(places, as_known(frame, day, self.database))
            for place in places:
                early = self._since(place) > day
                if place in failing and (following is None or not early):
                    yield self._complaint(f"a false alarm on what was known on {day.date()}", place)
                if place not in failing and early:
                    yield self._complaint(f"is met on {day.date()} too, before its since", place)

    def unknown_exceptions(self, catalogue: Mapping[str, Fault]) -> Iterator[Complaint]:
        """Yield exceptions for faults that are not in the catalogue."""
        for name in self.suite.exceptions.keys() - catalogue.keys():
            yield Complaint(self.subject.metric, f"an exception for {name}, which is no fault of the catalogue", "")

    def _first_failing(self, fault: str, frame: pd.DataFrame) -> list[int]:
        """Return the positions of the expectations that fail in the first group in which any does."""
        known = self.caught_by.setdefault(fault, [])
        untried = [place for place in range(len(self.suite.expectations)) if place not in known]
        of_presence = [place for place in untried if is_of_presence(self.suite.expectations[place])]
        of_rows = [place for place in untried if place not in of_presence]
        for places in (known, of_presence, of_rows):
            if places and (failing := sorted(self._failing(places, frame))):
                known += [place for place in failing if place not in known]
                return failing
        return []

    def _failing(self, places: Sequence[int], frame: pd.DataFrame) -> set[int]:
        part = replace(self.suite, expectations=tuple(self.suite.expectations[place] for place in places))
        with rows_of_frame(frame, self.database) as rows:
            results = validate(part, rows).results
        return set(places) - {places[result.position] for result in results if result.passed}

    def _since(self, place: int) -> pd.Timestamp:
        return pd.Timestamp(since(self.suite.expectations[place]))

    def _complaint(self, what: str, place: int) -> Complaint:
        return Complaint(self.subject.metric, what, label(self.suite.configs[place]))
