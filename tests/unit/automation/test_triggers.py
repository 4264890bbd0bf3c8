"""What starts a run and what does not: calendars, dropped files, changed inputs. All publishers here are synthetic."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import dagster as dg
import pytest

from orchestration.admission.ingest import ingest
from orchestration.assets import run_tags
from orchestration.assets.failures import as_failure
from orchestration.assets.run_tags import REFRESH
from orchestration.automation import triggers
from orchestration.automation.attempts import next_attempt
from orchestration.automation.jobs import all_jobs
from orchestration.automation.run_policy import BUILD_JOB
from orchestration.contracts.source import Source
from orchestration.core.errors import BilateralError, MachineError
from orchestration.core.files import write_json
from orchestration.core.settings import Settings
from orchestration.ingestion.selection import selection_path
from orchestration.releases.fingerprint import fingerprint
from orchestration.releases.upkeep import roll_back
from tests.unit import synthetic_source as synthetic
from tests.unit.synthetic_project import Project

TUESDAY = datetime(2026, 7, 7, 13, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def instance() -> Iterator[dg.DagsterInstance]:
    """One of its own on disk; a schedule looks at no other kind."""
    with dg.instance_for_test() as made:
        yield made


def live(tmp_path: Path) -> Settings:
    return Settings(root=tmp_path / "root", data=tmp_path / "data", feed="live")


def source(**reported: Any) -> Source:
    """The synthetic source with another card; it needs a key where the card names one."""
    module = synthetic.module()
    card = replace(synthetic.CARD, **reported)
    secrets = {"secret_params": {"key": card.key_env}} if card.key_env else {}

    def fetch(resource: Any, feed: Any) -> Any:
        yield feed.get(card, resource, synthetic.URL, params={"of": resource.key}, **secrets)

    return cast(
        Source,
        SimpleNamespace(
            CARD=card, RESOURCES=synthetic.RESOURCES, TABLES=synthetic.TABLES, fetch=fetch, parse=module.parse
        ),
    )


def jobs(*sources: Source) -> dict[str, Any]:
    return all_jobs({publisher.CARD.id: publisher for publisher in sources}, [])


def tick(schedule: dg.ScheduleDefinition, instance: dg.DagsterInstance) -> Any:
    return schedule.evaluate_tick(dg.build_schedule_context(instance, scheduled_execution_time=TUESDAY))


def look(sensor: dg.SensorDefinition, instance: dg.DagsterInstance) -> Any:
    return sensor.evaluate_tick(dg.build_sensor_context(instance=instance))


def calendar(settings: Settings, publisher: Source) -> dg.ScheduleDefinition:
    (schedule,) = triggers.calendar_schedules({publisher.CARD.id: publisher}, settings, jobs(publisher))
    return schedule


def test_a_source_brings_its_schedule(tmp_path: Path, instance: dg.DagsterInstance) -> None:
    newcomer = source(id="newcomer", timezone="Asia/Shanghai", release_months=(3,))
    schedule = calendar(live(tmp_path), newcomer)
    assert (schedule.name, schedule.execution_timezone) == ("calendar_newcomer", "Asia/Shanghai")
    assert schedule.default_status == dg.DefaultScheduleStatus.RUNNING
    assert len(tick(schedule, instance).run_requests or []) == 1


@pytest.mark.parametrize(
    ("changes", "card", "variable"),
    [
        ({"feed": "bundle"}, {}, "BILATERAL_FEED=live"),
        ({"live_sources": frozenset({"bea"})}, {}, "BILATERAL_LIVE_SOURCES"),
        ({}, {"key_env": "SYNTHETIC_KEY"}, "set SYNTHETIC_KEY"),
    ],
)
def test_a_publisher_is_not_requested_and_the_reason_is_stated(
    tmp_path: Path, instance: dg.DagsterInstance, changes: dict[str, Any], card: dict[str, Any], variable: str
) -> None:
    schedule = calendar(replace(live(tmp_path), **changes), source(**card))
    stopped = dg.DefaultScheduleStatus.STOPPED if changes else dg.DefaultScheduleStatus.RUNNING
    assert schedule.default_status == stopped
    assert variable in tick(schedule, instance).skip_message


def hold_vintage(settings: Settings, vintage: str) -> None:
    """Let the synthetic source have been fetched with this newest vintage."""
    bundle = replace(settings, feed="bundle")
    edition = settings.bundle / "synthetic"
    if edition.exists():
        shutil.rmtree(edition)  # the newest vintage is the only one
    synthetic.write_edition(settings.bundle, vintage, synthetic.body("2024,1", vintage=vintage))
    ingest(cast(Source, synthetic.module()), bundle)


def test_a_dropped_file_requests_the_fetch_of_its_source_once(tmp_path: Path, instance: dg.DagsterInstance) -> None:
    """Dagster starts no second run for the same key."""
    settings = live(tmp_path)
    sources = {"synthetic": source(), "second": source(id="second")}
    sensor = triggers.drop_sensor(sources, settings, jobs(*sources.values()))

    def keys() -> list[str]:
        requests = look(sensor, instance).run_requests
        assert {request.job_name for request in requests} <= {"fetch_second"}
        return [request.run_key for request in requests]

    path = settings.drop / "second" / "table.csv"
    path.parent.mkdir(parents=True)
    (path.parent / ".DS_Store").write_bytes(b"left by a desktop")
    assert keys() == []
    path.write_text("2024,1")
    first = keys()
    assert len(first) == 1
    assert keys() == first
    os.utime(path, (1, 1))
    assert keys() != first
    second = keys()
    os.mkfifo(path.parent / "pipe.csv")  # the fetch refuses it by name
    assert keys() != second
    shutil.rmtree(path.parent)
    path.parent.write_text("a file where a folder should be")  # so does it a folder that cannot be listed
    assert "cannot be listed" in keys()[0]


@pytest.mark.slow
def test_published_inputs_are_not_built_again(project: Project, instance: dg.DagsterInstance) -> None:
    settings = replace(project.settings, feed="live")
    sensor = triggers.input_sensor({"synthetic": source()}, settings, jobs(source()))
    (first,) = look(sensor, instance).run_requests
    assert first.job_name == REFRESH, "a build needs every source"

    write_json(selection_path(settings, "synthetic"), {"files": [], "origins": [], "feeds": {}})
    two = {"synthetic": source(), "second": source(id="second")}
    (first,) = look(triggers.input_sensor(two, settings, jobs(*two.values())), instance).run_requests
    assert first.job_name == REFRESH, "the second was never fetched"
    (request,) = look(sensor, instance).run_requests
    assert (request.job_name, request.run_key) == (BUILD_JOB, f"{fingerprint(settings)} 0")

    released = project.release("run1", fingerprint(settings))
    assert released.id in look(sensor, instance).skip_message
    write_json(selection_path(settings, "synthetic"), {"files": [], "origins": [], "feeds": {"a": "live"}})
    (changed,) = look(sensor, instance).run_requests
    assert changed.run_key != request.run_key


@pytest.mark.slow
def test_what_was_rolled_back_from_is_not_built_again(project: Project, instance: dg.DagsterInstance) -> None:
    settings = replace(project.settings, feed="live")
    write_json(selection_path(settings, "synthetic"), {"files": [], "origins": [], "feeds": {}})
    good = project.release("run1")
    project.release("run2", fingerprint(settings))
    roll_back(settings, good, "figures of May in thousands")
    sensor = triggers.input_sensor({"synthetic": source()}, settings, jobs(source()))
    assert "figures of May in thousands" in look(sensor, instance).skip_message


FULL = MachineError("the disk is full: data/build has 0.0 MB free")
WRONG = BilateralError("dbt test figures_are_dollars: 3 rows")


@pytest.mark.parametrize(
    ("failures", "minutes", "words"),
    [
        ([WRONG], None, "these inputs are built again when they or the code change: dbt test figures_are_dollars"),
        ([FULL], 5, "the next attempt is at {due} UTC: the disk is full: data/build has 0.0 MB free"),
        ([FULL, FULL], 15, "the next attempt is at {due} UTC: the disk is full"),
        ([None, FULL, None], 60, "the next attempt is at {due} UTC: the process was killed"),
        ([FULL] * 9, 24 * 60, "the next attempt is at {due} UTC: the disk is full"),
        ([WRONG, FULL], 15, "the next attempt is at {due} UTC: the disk is full"),
    ],
)
def test_only_transient_failures_are_retried_with_growing_pauses(
    failures: list[BilateralError | None], minutes: int | None, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """None is a process that was killed. The sensor's page shows the words."""
    with dg.DagsterInstance.ephemeral() as instance:
        for number, error in enumerate(failures):
            assert next_attempt(instance, "ab").number == number
            ended = fail(instance, error)
        attempt = next_attempt(instance, "ab")
        assert words.format(due=f"{attempt.due:%Y-%m-%d %H:%M}" if attempt.due else "") in attempt.reason
        assert next_attempt(instance, "other inputs").reason == ""
        if minutes is None:
            assert attempt.due is None
            return
        due = ended + timedelta(minutes=minutes)
        assert attempt.due is not None
        assert abs(attempt.due - due) < timedelta(seconds=30)
        monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(due.timestamp()) + 60))
        assert next_attempt(instance, "ab").reason == ""


def fail(instance: dg.DagsterInstance, error: BilateralError | None) -> datetime:
    """Let a build of the inputs ``ab`` fail for an error; return when it ended."""

    @dg.op(name="dbt_models")
    def build() -> None:
        if error:
            raise as_failure(error)

    @dg.graph
    def builds() -> None:
        build()

    tags = {run_tags.INPUTS: "ab", run_tags.KIND: run_tags.BUILD}
    if error:
        builds.to_job().execute_in_process(instance=instance, raise_on_error=False, tags=tags)
    else:
        run = instance.create_run_for_job(builds.to_job(), tags=tags)
        instance.report_run_failed(run, "the process was killed; a later one took over")
    return datetime.now(UTC)
