"""Audit of the suites: every fault of the catalogue, put into every metric, and every vintage held are run through them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import pandas as pd

from orchestration.core.errors import GuardError
from orchestration.core.settings import Settings
from orchestration.guards.evaluate import Evaluator, Said
from orchestration.guards.faults import CATALOGUE, Fault, NotApplicable, Subject, economies_by_size
from orchestration.guards.guard_columns import GuardedRows, rows_of_frame
from orchestration.guards.metrics_without_data import without_data
from orchestration.guards.receipt import metric_frame
from orchestration.guards.reviewed_part import as_newest
from orchestration.guards.suite_file import label
from orchestration.guards.suites import Suite, load_suite, metrics_of, since
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
    """One fault put into one part of one metric, and the verdict of the metric's suite."""

    metric: str
    fault: str
    part: str
    verdict: str
    caught_by: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class Complaint:
    """What is wrong with a suite itself: a false alarm, or an entry that does not see a fault it is for."""

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
        bad = [item for item in self.outcomes if item.verdict in (MISSED, STALE_EXCEPTION)]
        return bool(self.outcomes) and not bad and not self.complaints


def audit_build(
    settings: Settings,
    build: Build,
    evaluator: Evaluator,
    only: str | None = None,
    thorough: bool = False,
    progress: Callable[[str], None] = lambda _: None,
) -> Audit:
    """Put every fault of the catalogue into the metrics of a build and ask their suites; see ``audit_metric``.

    Args:
        settings: where the suites are.
        build: a finished build whose guards hold.
        evaluator: what runs the suites.
        only: audit this metric alone.
        thorough: run whole suites, also where the expectations made for a fault catch it.
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
    frames = {name: metric_frame(build, name) for name in metrics if name not in waiting}
    economies = economies_by_size(frames)
    outcomes: list[Outcome] = []
    complaints: list[Complaint] = []
    for name in [only] if only else frames:
        progress(name)
        subject = Subject(name, str(metrics[name].meta["formula"]), frames, economies)
        found = audit_metric(subject, load_suite(settings.expectations, name), evaluator, thorough=thorough)
        outcomes.extend(found.outcomes)
        complaints.extend(found.complaints)
    return Audit(tuple(outcomes), tuple(complaints))


def audit_metric(
    subject: Subject,
    suite: Suite,
    evaluator: Evaluator,
    catalogue: Mapping[str, Fault] = CATALOGUE,
    *,
    thorough: bool = False,
) -> Audit:
    """Put every fault into one metric and evaluate its suite; then evaluate it over the frame as it is and as it was known.

    Each entry of a suite file names the ``faults`` that it is for. Its expectations are evaluated first, the others only
    when none of them sees the fault or when ``thorough``. An entry that does not see what it is for is complained of.
    """
    # opening one takes longer than most questions, and most are answered before a second thread has begun
    with duckdb.connect(config={"threads": 1}) as database:
        bench = _Bench(subject, suite, evaluator, thorough, database)
        outcomes = [outcome for fault in catalogue.values() for outcome in bench.outcomes(fault)]
        complaints = [*bench.false_alarms(), *bench.unseen_faults(catalogue)]
    return Audit(tuple(outcomes), tuple(complaints))


def as_known(
    frame: pd.DataFrame, vintage: pd.Timestamp, database: duckdb.DuckDBPyConnection | None = None
) -> pd.DataFrame:
    """The frame as it was when this vintage was the newest: later rows gone, and what they had superseded shown again."""
    return as_newest(frame[frame["vintage"] <= vintage].reset_index(drop=True), database)


class _Bench:
    """One metric and its suite under audit, and which expectations saw which fault."""

    def __init__(
        self,
        subject: Subject,
        suite: Suite,
        evaluator: Evaluator,
        thorough: bool,
        database: duckdb.DuckDBPyConnection,
    ) -> None:
        self.subject = subject
        self.suite = suite
        self.evaluator = evaluator
        self.thorough = thorough
        self.database = database
        self.expectations = suite.expectations
        self.seen: dict[str, set[int]] = {}
        self.said_before: dict[Hashable, Said] = {}

    def outcomes(self, fault: Fault) -> Iterator[Outcome]:
        """The verdict on a fault, part by part."""
        excepted = dict(self.suite.exceptions.get(fault.id, {}))
        try:
            for part, frame in fault.injections(self.subject):
                failing = self._failing(fault.id, frame)
                self.seen.setdefault(fault.id, set()).update(failing)
                names = tuple(label(self.expectations[position]) for position in sorted(failing))
                reason = excepted.pop(part, None)
                verdict = (
                    (CAUGHT if failing else MISSED) if reason is None else STALE_EXCEPTION if failing else EXCEPTED
                )
                yield Outcome(self.subject.metric, fault.id, part, verdict, names, reason or "")
        except NotApplicable as reason:
            yield Outcome(self.subject.metric, fault.id, "all", NOT_APPLICABLE, reason=str(reason))
        for part, why in excepted.items():
            yield Outcome(self.subject.metric, fault.id, part, STALE_EXCEPTION, reason=f"no such part; {why}")

    def false_alarms(self) -> Iterator[Complaint]:
        """Expectations that fail although nothing is wrong: on the frame as it was known at each vintage it holds, to the last.

        An expectation that needs what a later vintage brought names this vintage as ``since`` in its meta. It is evaluated
        from then on, and once before: if it holds on the vintage before as well, its ``since`` is not true.
        """
        frame = self.subject.frame
        days = [pd.Timestamp(vintage) for vintage in sorted(frame["vintage"].unique())]
        for day, following in zip(days, [*days[1:], None], strict=True):
            asked = [at for at in range(len(self.expectations)) if following is None or self._since(at) <= following]
            with rows_of_frame(as_known(frame, day, self.database), self.database) as rows:
                failing = self._evaluate(asked, rows)
            for position in asked:
                early = self._since(position) > day
                if position in failing and (following is None or not early):
                    yield self._complaint(f"a false alarm on what was known on {day.date()}", position)
                if position not in failing and early:
                    yield self._complaint(f"holds on {day.date()} too, before its since", position)

    def unseen_faults(self, catalogue: Mapping[str, Fault]) -> Iterator[Complaint]:
        """Entries for a fault that none of their expectations sees, and faults that are not in the catalogue."""
        entries: dict[Any, set[int]] = {}
        for position, expectation in enumerate(self.expectations):
            entries.setdefault(expectation["meta"].get("entry", position), set()).add(position)
        for positions in entries.values():
            position = min(positions)
            for name in self._faults(position):
                if name not in catalogue:
                    yield self._complaint(f"is for {name}, which is no fault of the catalogue", position)
                elif positions.isdisjoint(self.seen.get(name, set())):
                    yield self._complaint(f"is for {name} and does not see it", position)
        for name in self.suite.exceptions:
            if name not in catalogue:
                yield Complaint(self.subject.metric, f"an exception for {name}, which is no fault of the catalogue", "")

    def _failing(self, fault: str, frame: pd.DataFrame) -> set[int]:
        made_for = [position for position in range(len(self.expectations)) if fault in self._faults(position)]
        with rows_of_frame(frame, self.database) as rows:
            failing = self._evaluate(range(len(self.expectations)) if self.thorough else made_for, rows, by_count=True)
            if not failing and not self.thorough:
                others = [position for position in range(len(self.expectations)) if position not in made_for]
                failing = self._evaluate(others, rows, by_count=True)
        return failing

    def _evaluate(self, positions: Iterable[int], rows: GuardedRows, *, by_count: bool = False) -> set[int]:
        asked = list(positions)
        chosen = [self.expectations[at] for at in asked]
        failing = self.evaluator.failing(
            chosen, rows, self.suite.reviewed, said_before=self.said_before, by_count=by_count
        )
        return {asked[index] for index in failing}

    def _faults(self, position: int) -> Sequence[str]:
        named: Sequence[str] = self.expectations[position]["meta"].get("faults", ())
        return named

    def _since(self, position: int) -> pd.Timestamp:
        return pd.Timestamp(since(self.expectations[position]))

    def _complaint(self, what: str, position: int) -> Complaint:
        return Complaint(self.subject.metric, what, label(self.expectations[position]))
