"""The outcome of a Dagster run: what failed, in plain words, and what has recovered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import dagster as dg

from orchestration.assets.admission_checks import ADMITTED, FETCHED, PAYLOADS, REASONS, VINTAGE
from orchestration.assets.guard_checks import MESSAGE, REPORT
from orchestration.assets.raw_assets import raw_step
from orchestration.assets.release_asset import RELEASE_KEY
from orchestration.automation.alert_messages import HELD, RELEASE, Problem, run_subject, source_subject
from orchestration.core.errors import parts_of

_FACTS = {"publisher": "publisher", "payload": "payload", "row": "row", "failure": "failure", "what to do": "remedy"}
"""Parts of an error, and the fields of a problem that they become."""


@dataclass(frozen=True)
class Outcome:
    """What failed, one problem for each subject, and the subjects that are well."""

    problems: tuple[Problem, ...]
    recovered: tuple[str, ...]


def outcome_of(events: Sequence[Any], sources: Iterable[str], job: str, run_id: str, succeeded: bool) -> Outcome:
    """Return the outcome of one run of a job, from its events."""
    subjects = {raw_step(name): source_subject(name) for name in sources}
    done = {event.step_key for event in events if event.is_step_success}
    warned = _warnings(events, run_id)
    problems = [*_failures(events, subjects, run_id), *warned.values()]
    recovered = [subject for step, subject in subjects.items() if step in done and subject not in warned]
    if RELEASE_KEY.to_python_identifier() in done:
        recovered.append(RELEASE)
    if succeeded:
        recovered.append(run_subject(job))
    elif len(problems) == len(warned):  # no step failed: the process died, it took too long, it could not begin
        ends = [event for event in events if event.event_type == dg.DagsterEventType.RUN_FAILURE]
        why = (ends[-1].message if ends else None) or "the run ended without a reason"
        text = f"{why}\nwhat to do: nothing was published; look at the run, then start it again"
        problems.append(Problem(run_subject(job), text, failure=why, run_id=run_id))
    return Outcome(tuple(problems), tuple(recovered))


def failure_texts(events: Sequence[Any]) -> list[str]:
    """Return what failed in a run, in plain words: the steps, then every guard that failed, with its rows."""
    failed = [
        check
        for check in _checks(events)
        if not check.passed and check.severity == dg.AssetCheckSeverity.ERROR and MESSAGE in check.metadata
    ]
    texts = [_step_text(event) for event in events if event.is_step_failure]
    texts += [f"metric guard: {check.metadata[MESSAGE].value}" for check in failed]
    reports = sorted({str(check.metadata[REPORT].value) for check in failed})
    texts += [f"guard report, to open in a browser: {report}" for report in reports]
    return texts or ["the run failed without a message; see it in the Dagster UI (make serve)"]


def _failures(events: Sequence[Any], subjects: Mapping[str, str], run_id: str) -> list[Problem]:
    """Return one problem per failed source, plus one for all downstream failures."""
    failed = [event for event in events if event.is_step_failure]
    fetches = [event for event in failed if event.step_key in subjects]
    problems = [
        Problem(subjects[event.step_key], _step_text(event), run_id=run_id, **_facts(event)) for event in fetches
    ]
    if downstream := [event for event in failed if event.step_key not in subjects]:
        texts = failure_texts([event for event in events if event not in fetches])
        problems.append(Problem(RELEASE, "\n\n".join(texts), run_id=run_id, **_facts(downstream[0])))
    return problems


def _warnings(events: Sequence[Any], run_id: str) -> dict[str, Problem]:
    """Return by subject one problem for each source whose publisher did not answer, or of which a vintage is held back."""
    problems: dict[str, Problem] = {}
    for check in _checks(events):
        if check.check_name in (FETCHED, ADMITTED) and not check.passed:
            source = check.asset_key.path[1]
            values = {name: str(entry.value) for name, entry in check.metadata.items()}
            problem = _not_fetched if check.check_name == FETCHED else _held_back
            problems.setdefault(source_subject(source), problem(source, values, run_id))
    return problems


def _not_fetched(source: str, values: Mapping[str, str], run_id: str) -> Problem:
    parts = "\n".join(f"{name}: {values[name]}" for name in _FACTS if name in values)
    facts = {field: values[name] for name, field in _FACTS.items() if name in values}
    text = f"not fetched; figures of earlier fetches stay in use\n{parts}"
    return Problem(source_subject(source), text, run_id=run_id, **facts)


def _held_back(source: str, values: Mapping[str, str], run_id: str) -> Problem:
    vintage, reasons, payload = values[VINTAGE], values[REASONS], values[PAYLOADS]
    remedy = (
        f"look at it: bilateral vintages list {source} {vintage}; when it is right: "
        f'bilateral vintages admit {source} {vintage} --reason "..."'
    )
    text = f"vintage {vintage} is held back; the vintage admitted before stays in use\n{reasons}\npayloads: {payload}"
    failure = f"vintage {vintage} is held back: {reasons.splitlines()[0].removeprefix('- ')}"
    return Problem(
        source_subject(source),
        f"{text}\nwhat to do: {remedy}",
        HELD,
        payload=payload,
        failure=failure,
        remedy=remedy,
        run_id=run_id,
    )


def _checks(events: Sequence[Any]) -> list[Any]:
    evaluation = dg.DagsterEventType.ASSET_CHECK_EVALUATION
    return [event.asset_check_evaluation_data for event in events if event.event_type == evaluation]


def _facts(event: Any) -> dict[str, str]:
    failure = event.step_failure_data.user_failure_data
    parts = parts_of(failure.description) if failure and failure.description else {}
    return {field: parts[name] for name, field in _FACTS.items() if name in parts}


def _step_text(event: Any) -> str:
    data = event.step_failure_data
    if data.user_failure_data and data.user_failure_data.description:
        return f"{data.user_failure_data.description}\nstep: {event.step_key}"
    cause = data.error.cause or data.error if data.error else None
    return f"{cause.to_string().rstrip() if cause else 'failed'}\nstep: {event.step_key}"
