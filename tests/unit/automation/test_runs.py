"""What a run leaves: data versions, problems in plain words, old runs removed. All figures are synthetic."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast
from unittest.mock import Mock

import dagster as dg
import pytest

from orchestration.assets.data_folder import data_folder_resources
from orchestration.assets.failures import MESSAGE
from orchestration.assets.raw_assets import raw_assets, raw_key
from orchestration.automation import run_policy
from orchestration.automation.alert_channels import SERVICES
from orchestration.automation.alert_messages import STALE
from orchestration.automation.housekeeping import overdue, remove_old_runs
from orchestration.automation.incidents import open_incidents
from orchestration.automation.jobs import all_jobs
from orchestration.automation.run_outcomes import failure_texts, outcome_of
from orchestration.automation.run_sensors import run_sensors
from orchestration.contracts.source import Source
from orchestration.core.settings import Settings
from tests.alert_servers import webhook
from tests.unit import synthetic_source as synthetic
from tests.unit.automation.test_triggers import hold_vintage, source

SOURCES = {"synthetic": cast(Source, synthetic.module())}
KEY = raw_key("synthetic", "figures")
JOBS = all_jobs(SOURCES, [])


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as made:
        yield made


def fetch(settings: Settings, instance: dg.DagsterInstance, **tags: str) -> dg.ExecuteInProcessResult:
    assets = raw_assets(SOURCES["synthetic"], settings)
    locks = data_folder_resources(settings)
    return dg.materialize([assets], instance=instance, raise_on_error=False, resources=locks, tags=tags)


def data_version(result: dg.ExecuteInProcessResult) -> str:
    (made,) = [event for event in result.asset_materializations_for_node("raw_synthetic") if event.asset_key == KEY]
    assert made.tags
    return made.tags["dagster/data_version"]


def test_data_versions_change_with_payloads_only(settings: Settings, instance: dg.DagsterInstance) -> None:
    synthetic.write_edition(settings.bundle, "2026-07-01", synthetic.body("2024,1"))
    first, again = fetch(settings, instance), fetch(settings, instance)
    assert data_version(first) == data_version(again)
    synthetic.write_edition(settings.bundle, "2026-08-01", synthetic.body("2024,2"))
    assert data_version(fetch(settings, instance)) != data_version(first)


def test_failure_and_recovery_are_reported_once(
    settings: Settings, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = synthetic.write_edition(settings.bundle, "2026-07-01", synthetic.body("2024,1"))
    on_failure, on_success = run_sensors(SOURCES, settings, JOBS)
    with webhook() as hook:
        monkeypatch.setenv(SERVICES, hook.url)
        path.write_bytes(b"cut off")
        for _ in range(2):
            result = fetch(settings, instance)
            look_at(on_failure, result, instance)
        synthetic.write_edition(settings.bundle, "2026-07-01", synthetic.body("2024,1"))
        look_at(on_success, fetch(settings, instance), instance)
    assert hook.alerts() == [("failure", "source synthetic"), ("recovery", "source synthetic")]
    for words in ("origin card", "Synthetic Statistics Office", "git checkout data/bundle", "run: "):
        assert words in hook.posted[0]["message"]
    assert "Stack Trace" not in hook.posted[0]["message"]
    assert open_incidents(settings) == {}


def look_at(sensor: dg.SensorDefinition, result: dg.ExecuteInProcessResult, instance: dg.DagsterInstance) -> None:
    """Let a sensor look at a run that has ended."""
    run = instance.get_run_by_id(result.run_id)
    assert run is not None
    ends = {dg.DagsterEventType.RUN_FAILURE, dg.DagsterEventType.RUN_SUCCESS}
    (event,) = [entry.dagster_event for entry in instance.all_logs(run.run_id, of_type=ends) if entry.dagster_event]
    context = dg.build_run_status_sensor_context(sensor.name, event, instance, run)
    cast(Any, sensor)(context)


@pytest.mark.parametrize("message", ["it took too long", None])
def test_a_run_whose_process_died_is_a_problem_of_the_run(message: str | None) -> None:
    kind = dg.DagsterEventType.RUN_FAILURE
    end = Mock(event_type=kind, message=message, event_specific_data=None, is_step_failure=False, is_step_success=False)
    (problem,) = outcome_of([end], SOURCES, "build_and_publish", "5c2e", succeeded=False).problems
    assert (problem.subject, problem.failure) == ("run build_and_publish", message or "the run ended without a reason")
    done = Mock(step_key="release", is_step_failure=False)
    assert outcome_of([done], SOURCES, "build", "5c2f", succeeded=True).recovered == ("release", "run build")


def test_the_failure_of_a_run_names_the_guards_that_failed_and_no_other() -> None:
    def check(text: str, severity: dg.AssetCheckSeverity, *, passed: bool) -> Any:
        data = SimpleNamespace(passed=passed, severity=severity, metadata={MESSAGE: dg.MetadataValue.md(text)})
        kind = dg.DagsterEventType.ASSET_CHECK_EVALUATION
        return SimpleNamespace(event_type=kind, asset_check_evaluation_data=data, is_step_failure=False)

    error, warning = dg.AssetCheckSeverity.ERROR, dg.AssetCheckSeverity.WARN
    events = [check("ip_receipts: a unit slip", error, passed=False), check("fine", error, passed=True)]
    events.append(check("no data yet", warning, passed=False))
    assert failure_texts(events) == ["metric guard: ip_receipts: a unit slip"]


def test_an_overdue_vintage_names_publisher_month_and_what_to_do(settings: Settings) -> None:
    hold_vintage(settings, "2025-07-01")
    live = Settings(settings.root, settings.data, "live")
    due = {"synthetic": source(release_months=(7,))}
    problems, well = overdue(due, live, date(2026, 9, 15))
    assert (problems[0].kind, problems[0].subject, well) == (STALE, "vintage of synthetic", [])
    for words in ("July 2026", "Synthetic Statistics Office", "materialise synthetic"):
        assert words in problems[0].text
    assert overdue(due, live, date(2026, 9, 14)) == ([], ["vintage of synthetic"])
    by_hand = {"synthetic": source(release_months=(7,), by_hand=True)}
    (problem,), _ = overdue(by_hand, live, date(2026, 9, 15))
    assert "download the new file from https://synthetic.example into data/drop/synthetic/" in problem.text
    assert overdue({"synthetic": source()}, live, date(2036, 1, 1))[0] == [], "no month is known"
    assert overdue(due, settings, date(2036, 1, 1)) == ([], []), "the bundle is never overdue"


def test_only_obsolete_runs_go(
    settings: Settings, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    synthetic.write_edition(settings.bundle, "2026-07-01", synthetic.body("2024,1"))
    runs = [fetch(settings, instance).run_id for _ in range(3)]
    assert list(remove_old_runs(instance)) == []
    later = datetime.now(UTC) + run_policy.RUNS_KEPT + timedelta(days=1)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(later.timestamp())))
    (words,) = remove_old_runs(instance)
    assert words.startswith("removed 1 run ")
    # the first run recorded the vintage, the last one made the raw tables that are newest
    assert {run.run_id for run in instance.get_runs()} == {runs[0], runs[-1]}
    assert instance.get_latest_materialization_event(KEY) is not None
