"""The outcome of a Dagster run: what failed, in plain words, and what has recovered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import dagster as dg

from orchestration.assets.admission_checks import ADMITTED, FETCHED, PAYLOADS, REASONS, VINTAGE
from orchestration.assets.guard_checks import REPORT
from orchestration.assets.raw_assets import raw_step
from orchestration.assets.release_asset import RELEASE_KEY
from orchestration.automation.alert_messages import HELD, RELEASE, Problem, run_subject, source_subject
from orchestration.core.errors import parts_of

_FACTS = {"publisher": "publisher", "payload": "payload", "row": "row", "failure": "failure", "what to do": "remedy"}


@dataclass(frozen=True)
class Outcome:
    """What failed, one problem for each subject, and the subjects that are well."""

    problems: tuple[Problem, ...]
    recovered: tuple[str, ...]


def outcome_of(events: Sequence[Any], sources: Iterable[str], job: str, run_id: str, succeeded: bool) -> Outcome:
    """The outcome of one run of a job, from its events."""
    subjects = {raw_step(name): source_subject(name) for name in sources}
    done = {event.step_key for event in events if event.is_step_success}
    warned = _warnings(events, run_id)
    problems = [*_problems(events, subjects, run_id), *warned]
    recovered = [
        subject
        for step, subject in subjects.items()
        if step in done and subject not in {problem.subject for problem in warned}
    ]
    if RELEASE_KEY.to_python_identifier() in done:
        recovered.append(RELEASE)
    if succeeded:
        recovered.append(run_subject(job))
    elif len(problems) == len(warned):
        why = _run_failure(events)
        problems.append(Problem(run_subject(job), f"{why}\n{_RERUN}", failure=why, run_id=run_id))
    return Outcome(tuple(problems), tuple(recovered))


_RERUN = "what to do: nothing was published; look at the run, then start it again"


def failure_texts(events: Sequence[Any]) -> list[str]:
    """What failed in a run, in plain words: the steps, then every guard that failed, with its rows."""
    reports = sorted({str(check.metadata[REPORT].value) for check in _failed_checks(events)})
    texts = [_step_text(event) for event in events if event.is_step_failure]
    texts += [_check_text(check) for check in _failed_checks(events)]
    texts += [f"guard report, to open in a browser: {report}" for report in reports]
    return texts or ["the run failed without a message; see it in the Dagster UI (make serve)"]


def _problems(events: Sequence[Any], subjects: dict[str, str], run_id: str) -> list[Problem]:
    """One problem for each source that failed, and one for all that failed behind the sources."""
    failed = [event for event in events if event.is_step_failure]
    fetches = [event for event in failed if event.step_key in subjects]
    problems = [
        Problem(subjects[event.step_key], _step_text(event), run_id=run_id, **_facts(event)) for event in fetches
    ]
    behind = [event for event in failed if event.step_key not in subjects]
    if behind:
        rest = failure_texts([event for event in events if event not in fetches])
        problems.append(Problem(RELEASE, "\n\n".join(rest), run_id=run_id, **_facts(behind[0])))
    return problems


def _warnings(events: Sequence[Any], run_id: str) -> list[Problem]:
    """One problem for each source whose publisher did not answer, or of which a vintage is held back."""
    found: dict[str, Problem] = {}
    for check in _checks(events):
        if check.check_name in (FETCHED, ADMITTED) and not check.passed:
            subject = source_subject(check.asset_key.path[1])
            of = _not_fetched if check.check_name == FETCHED else _held_back
            found.setdefault(subject, of(subject, check.metadata, run_id))
    return list(found.values())


def _not_fetched(subject: str, metadata: Mapping[str, Any], run_id: str) -> Problem:
    facts = _facts_of(metadata)
    parts = "\n".join(f"{name}: {metadata[name].value}" for name in _FACTS if name in metadata)
    return Problem(subject, f"not fetched; figures of earlier fetches stay in use\n{parts}", run_id=run_id, **facts)


def _held_back(subject: str, metadata: Mapping[str, Any], run_id: str) -> Problem:
    value = {name: str(metadata[name].value) for name in (VINTAGE, PAYLOADS, REASONS)}
    source = subject.split()[-1]
    remedy = (
        f"look at it: bilateral vintages list {source} {value[VINTAGE]}; when it is right: "
        f'bilateral vintages admit {source} {value[VINTAGE]} --reason "..."'
    )
    text = (
        f"vintage {value[VINTAGE]} is held back; the vintage admitted before stays in use\n"
        f"{value[REASONS]}\npayloads: {value[PAYLOADS]}\nwhat to do: {remedy}"
    )
    failure = f"vintage {value[VINTAGE]} is held back: {value[REASONS].splitlines()[0].removeprefix('- ')}"
    return Problem(subject, text, HELD, payload=value[PAYLOADS], failure=failure, remedy=remedy, run_id=run_id)


def _failed_checks(events: Sequence[Any]) -> list[Any]:
    wrong = [one for one in _checks(events) if not one.passed and one.severity == dg.AssetCheckSeverity.ERROR]
    return [one for one in wrong if "message" in one.metadata]


def _checks(events: Sequence[Any]) -> list[Any]:
    return [
        event.asset_check_evaluation_data
        for event in events
        if event.event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION
    ]


def _check_text(check: Any) -> str:
    return f"metric guard: {check.metadata['message'].value}"


def _facts(event: Any) -> dict[str, str]:
    failure = event.step_failure_data.user_failure_data
    parts = parts_of(failure.description) if failure and failure.description else {}
    return {fact: parts[name] for name, fact in _FACTS.items() if name in parts}


def _facts_of(metadata: Mapping[str, Any]) -> dict[str, str]:
    return {fact: str(metadata[name].value) for name, fact in _FACTS.items() if name in metadata}


def _step_text(event: Any) -> str:
    data = event.step_failure_data
    if data.user_failure_data and data.user_failure_data.description:
        return f"{data.user_failure_data.description}\nstep: {event.step_key}"
    error = data.error
    cause = error.cause or error if error else None
    return f"{cause.to_string().rstrip() if cause else 'failed'}\nstep: {event.step_key}"


def _run_failure(events: Sequence[Any]) -> str:
    """Why a run ended that no step of failed: its process died, it took too long, it could not begin."""
    ends = [event for event in events if event.event_type == dg.DagsterEventType.RUN_FAILURE]
    words = ends[-1].message if ends else None
    return words or "a run ends with a reason; this one has none"
