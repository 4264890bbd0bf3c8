"""A run that fails: one failure in words, and no error for each step behind it. All names are synthetic."""

from __future__ import annotations

import logging
from typing import Any

import dagster as dg
import pytest

from orchestration.assets.failures import as_failure
from orchestration.assets.run_executor import run_executor
from orchestration.core.errors import PayloadError

REFUSED = PayloadError(
    "the page ends early",
    publisher="Synthetic Office",
    payload="figures.csv",
    row="line 7",
    remedy="fetch it again",
)


def synthetic_run() -> dg.JobDefinition:
    """Two sources of which the second is refused, and two steps behind them."""

    @dg.asset
    def one() -> None:
        """Nothing to compute."""

    @dg.asset
    def two() -> None:
        raise as_failure(REFUSED) from REFUSED

    @dg.asset(deps=[one, two])
    def built() -> None:
        """Nothing to compute."""

    @dg.asset(deps=[built])
    def published() -> None:
        """Nothing to compute."""

    job = dg.define_asset_job("synthetic_run", executor_def=run_executor)
    return dg.Definitions([one, two, built, published], jobs=[job]).resolve_job_def("synthetic_run")


@pytest.fixture
def errors() -> tuple[list[Any], list[Any]]:
    """What a run logs as an error, and the events of its steps."""
    with dg.DagsterInstance.ephemeral() as instance:
        result = dg.execute_job(dg.reconstructable(synthetic_run), instance)
        logs = instance.all_logs(result.run_id)
    return [entry for entry in logs if int(entry.level) >= logging.ERROR], list(result.all_events)


def test_a_refusal_is_one_failure_of_its_step_and_the_end_of_its_run(errors: tuple[list[Any], list[Any]]) -> None:
    logged, events = errors
    assert [entry.dagster_event and entry.dagster_event.event_type_value for entry in logged] == [
        "STEP_FAILURE",
        "PIPELINE_FAILURE",
    ]
    assert [event.step_key for event in events if event.is_step_success] == ["one"]


def test_a_refusal_is_shown_in_words_with_its_place_and_without_a_traceback(
    errors: tuple[list[Any], list[Any]],
) -> None:
    (step,) = [event.step_failure_data for event in errors[1] if event.is_step_failure]
    (run,) = [event.job_failure_data for event in errors[1] if event.is_job_failure]
    for error in (step.error, run.error or run.first_step_failure_event.step_failure_data.error):
        assert error.message == "the page ends early\nwhat to do: fetch it again\n"
        assert (error.stack, error.cause, error.cls_name) == ([], None, None)
    shown = {name: value.value for name, value in step.user_failure_data.metadata.items()}
    assert shown == {"publisher": "Synthetic Office", "payload": "figures.csv", "row": "line 7"}
    assert step.user_failure_data.description == str(REFUSED)
