"""The outcome of a Dagster run: its failures in plain words, and recoveries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import dagster as dg

from orchestration.assets.admission_checks import ADMITTED, FETCHED
from orchestration.assets.failures import MESSAGE, PASSES
from orchestration.assets.guard_checks import REPORT
from orchestration.assets.raw_assets import raw_step
from orchestration.assets.release_asset import RELEASE_KEY
from orchestration.automation.alert_messages import FAILURE, HELD, RELEASE, Problem, run_subject, source_subject

_WARNINGS = {FETCHED: FAILURE, ADMITTED: HELD}
"""The checks of sources, and the kinds of problems that they report."""


@dataclass(frozen=True)
class Outcome:
    """The problems of a run, one for each subject, and the subjects that are well."""

    problems: tuple[Problem, ...]
    recovered: tuple[str, ...]


def events_of(instance: dg.DagsterInstance, run_id: str) -> list[Any]:
    """Return the events of a stored run that its outcome depends on: a quarter of those of a build."""
    kinds = ("STEP_SUCCESS", "STEP_FAILURE", "RUN_FAILURE", "ASSET_CHECK_EVALUATION")
    entries = instance.all_logs(run_id, of_type={dg.DagsterEventType[kind] for kind in kinds})
    return [entry.dagster_event for entry in entries if entry.dagster_event]


def outcome_of(
    events: Sequence[Any], sources: Iterable[str], job: str, run_id: str, succeeded: bool, next_step: str = ""
) -> Outcome:
    """Return the outcome of one run of a job, from its events: one problem per source, and one for all downstream.

    Args:
        next_step: what the service does about a downstream failure, if anything.
    """
    after = [f"what happens next: {next_step}"] if next_step else []
    subjects = {raw_step(name): source_subject(name) for name in sources}
    done = {event.step_key for event in events if event.is_step_success}
    warned = _warnings(events, run_id)
    fetches = [event for event in events if event.is_step_failure and event.step_key in subjects]
    problems = [Problem(subjects[event.step_key], _step_text(event), run_id=run_id) for event in fetches]
    behind = [event for event in events if not (event.is_step_failure and event.step_key in subjects)]
    if any(event.is_step_failure for event in behind):
        problems.append(Problem(RELEASE, "\n\n".join([*failure_texts(behind), *after]), run_id=run_id))
    recovered = [subject for step, subject in subjects.items() if step in done and subject not in warned]
    if RELEASE_KEY.to_python_identifier() in done:
        recovered.append(RELEASE)
    if succeeded:
        recovered.append(run_subject(job))
    elif not problems:  # no step failed: the process died, it took too long, it could not begin
        text = f"{cause_of(events)}\nwhat to do: nothing was published; look at the run, then start it again"
        problems.append(Problem(run_subject(job), "\n".join([text, *after]), run_id=run_id))
    return Outcome((*problems, *warned.values()), tuple(recovered))


def can_pass(events: Sequence[Any]) -> bool:
    """Return whether a failed run can succeed later with the same inputs: no step failed, or only for the machine."""
    failed = [event.step_failure_data for event in events if event.is_step_failure]
    metadata = [data.user_failure_data.metadata if data.user_failure_data else {} for data in failed]
    return all(PASSES in facts and facts[PASSES].value for facts in metadata)


def cause_of(events: Sequence[Any]) -> str:
    """Return the first line of why a run failed: of the step that failed, or why it ended outside its steps."""
    if any(event.is_step_failure for event in events):
        return failure_texts(events)[0].partition("\n")[0]
    ends = [event for event in events if event.event_type == dg.DagsterEventType.RUN_FAILURE]
    texts = [_root(getattr(event.event_specific_data, "error", None)) or event.message for event in ends]
    return next(filter(None, texts), "the run ended without a reason").partition("\n")[0]


def failure_texts(events: Sequence[Any]) -> list[str]:
    """Return the failures of a run in plain words: the steps, then every guard that failed, with its rows."""
    error = dg.AssetCheckSeverity.ERROR
    failed = [
        check.metadata
        for check in _checks(events)
        if not check.passed and check.severity == error and MESSAGE in check.metadata
    ]
    texts = [_step_text(event) for event in events if event.is_step_failure]
    texts += [f"metric guard: {metadata[MESSAGE].value}" for metadata in failed]
    reports = sorted({str(metadata[REPORT].value) for metadata in failed if REPORT in metadata})
    texts += [f"guard report, to open in a browser: {report}" for report in reports]
    return texts or ["the run failed without a message; see it in the Dagster UI (make serve)"]


def _warnings(events: Sequence[Any], run_id: str) -> dict[str, Problem]:
    """Return a problem, by subject, for each source whose publisher did not answer or whose vintage is held back."""
    problems: dict[str, Problem] = {}
    for check in _checks(events):
        if check.check_name in _WARNINGS and not check.passed:
            subject, text = source_subject(check.asset_key.path[1]), str(check.metadata[MESSAGE].value)
            problems.setdefault(subject, Problem(subject, text, _WARNINGS[check.check_name], run_id))
    return problems


def _checks(events: Sequence[Any]) -> list[Any]:
    evaluation = dg.DagsterEventType.ASSET_CHECK_EVALUATION
    return [event.asset_check_evaluation_data for event in events if event.event_type == evaluation]


def _step_text(event: Any) -> str:
    data = event.step_failure_data
    if data.user_failure_data and data.user_failure_data.description:
        return f"{data.user_failure_data.description}\nstep: {event.step_key}"
    return f"{_root(data.error) or 'failed'}\nstep: {event.step_key}"


def _root(error: Any) -> str:
    """Return the message of the error that caused others, without the frames of its traceback, which the UI shows."""
    while error and error.cause:
        error = error.cause
    return error.message.strip() if error else ""
