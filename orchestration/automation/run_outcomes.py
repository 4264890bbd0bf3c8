"""The outcome of a Dagster run: what failed, in plain words, and what has recovered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import dagster as dg

from orchestration.assets.guard_checks import REPORT
from orchestration.assets.raw_assets import raw_step
from orchestration.assets.release_asset import RELEASE_KEY
from orchestration.automation.alert_messages import RELEASE, Problem, run_subject, source_subject

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
    problems = _problems(events, subjects, run_id)
    recovered = [subject for step, subject in subjects.items() if step in done]
    if RELEASE_KEY.to_python_identifier() in done:
        recovered.append(RELEASE)
    if succeeded:
        recovered.append(run_subject(job))
    elif not problems:
        problems = [
            Problem(run_subject(job), f"{_run_failure(events)}\n{_RERUN}", failure=_run_failure(events), run_id=run_id)
        ]
    return Outcome(tuple(problems), tuple(recovered))


_RERUN = "what to do: nothing was published; look at the run, then start it again"


def failure_texts(events: Sequence[Any]) -> list[str]:
    """What failed in a run, in plain words."""
    reports = sorted({str(check.metadata[REPORT].value) for check in _failed_checks(events)})
    texts = [_check_text(check) for check in _failed_checks(events)]
    texts += [_step_text(event) for event in events if event.is_step_failure]
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
    checks = _failed_checks(events)
    if behind or checks:
        facts = _facts(behind[0]) if behind and not checks else {"failure": "; ".join(map(_check_rule, checks))}
        rest = failure_texts([event for event in events if event not in fetches])
        problems.append(Problem(RELEASE, "\n\n".join(rest), run_id=run_id, **facts))
    return problems


def _failed_checks(events: Sequence[Any]) -> list[Any]:
    checks = [
        event.asset_check_evaluation_data
        for event in events
        if event.event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION
    ]
    wrong = [one for one in checks if not one.passed and one.severity == dg.AssetCheckSeverity.ERROR]
    return [one for one in wrong if "message" in one.metadata]


def _check_rule(check: Any) -> str:
    return f"the suite of {check.asset_key.path[-1]} passes"


def _check_text(check: Any) -> str:
    return f"metric guard: {check.metadata['message'].value}"


def _facts(event: Any) -> dict[str, str]:
    failure = event.step_failure_data.user_failure_data
    metadata = failure.metadata if failure else {}
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
