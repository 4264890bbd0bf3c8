"""What starts a run and what does not: calendars, dropped files, changed inputs. All publishers here are synthetic."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import dagster as dg
import pytest

from orchestration.admission.ingest import ingest
from orchestration.automation import triggers
from orchestration.automation.jobs import BUILD_JOB, all_jobs
from orchestration.contracts.source import Source
from orchestration.core.files import write_json
from orchestration.core.run_policy import REFRESH, run_tags
from orchestration.core.settings import Settings
from orchestration.ingestion.held_vintages import HeldVintage
from orchestration.ingestion.selection import read_selection, selection_path, write_selection
from orchestration.releases.fingerprint import fingerprint
from orchestration.releases.upkeep import roll_back
from tests.unit import synthetic_source as synthetic
from tests.unit.synthetic_project import Project

MONDAY, TUESDAY = datetime(2026, 7, 6, 13, 30, tzinfo=UTC), datetime(2026, 7, 7, 13, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def instance() -> Iterator[dg.DagsterInstance]:
    """One of its own on disk; a schedule looks at no other kind."""
    with dg.instance_for_test() as made:
        yield made


def live(tmp_path: Path) -> Settings:
    return Settings(root=tmp_path / "root", data=tmp_path / "data", feed="live")


def source(**reported: Any) -> Source:
    """The synthetic source with another card; it asks for a key where the card names one."""
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
    return all_jobs({one.CARD.id: one for one in sources}, [])


def tick(schedule: dg.ScheduleDefinition, instance: dg.DagsterInstance, moment: datetime = TUESDAY) -> Any:
    return schedule.evaluate_tick(dg.build_schedule_context(instance, scheduled_execution_time=moment))


def look(sensor: dg.SensorDefinition, instance: dg.DagsterInstance, cursor: str | None = None) -> Any:
    return sensor.evaluate_tick(dg.build_sensor_context(instance=instance, cursor=cursor))


def calendar(settings: Settings, one: Source) -> dg.ScheduleDefinition:
    (schedule,) = triggers.calendar_schedules({one.CARD.id: one}, settings, jobs(one))
    return schedule


def test_a_source_brings_its_schedule(tmp_path: Path, instance: dg.DagsterInstance) -> None:
    one = source(id="newcomer", timezone="Asia/Shanghai", release_months=(3,))
    schedule = calendar(live(tmp_path), one)
    assert (schedule.name, schedule.execution_timezone) == ("calendar_newcomer", "Asia/Shanghai")
    assert schedule.default_status == dg.DefaultScheduleStatus.RUNNING
    assert len(tick(schedule, instance).run_requests or []) == 1


def test_on_the_bundle_nothing_starts_and_the_reason_is_said(tmp_path: Path, instance: dg.DagsterInstance) -> None:
    settings, one = Settings(root=tmp_path, data=tmp_path / "data"), source()
    schedule = calendar(settings, one)
    assert schedule.default_status == dg.DefaultScheduleStatus.STOPPED
    assert "BILATERAL_FEED=live" in tick(schedule, instance).skip_message
    sources = {"synthetic": one}
    sensors = [
        triggers.drop_sensor(sources, settings, jobs(one)),
        triggers.input_sensor(sources, settings, jobs(one)),
    ]
    for sensor in sensors:
        assert sensor.default_status == dg.DefaultSensorStatus.STOPPED
        assert "BILATERAL_FEED=live" in look(sensor, instance).skip_message


def test_a_publisher_that_no_live_feed_asks_is_left_alone(tmp_path: Path, instance: dg.DagsterInstance) -> None:
    schedule = calendar(replace(live(tmp_path), live_sources=frozenset({"bea"})), source())
    assert schedule.default_status == dg.DefaultScheduleStatus.STOPPED
    assert "BILATERAL_LIVE_SOURCES" in tick(schedule, instance).skip_message


def test_without_its_key_a_publisher_is_not_asked(
    tmp_path: Path, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SYNTHETIC_KEY", raising=False)
    schedule = calendar(live(tmp_path), source(key_env="SYNTHETIC_KEY"))
    assert "set SYNTHETIC_KEY" in tick(schedule, instance).skip_message
    monkeypatch.setenv("SYNTHETIC_KEY", "k")
    assert tick(schedule, instance).run_requests


def test_a_vintage_that_is_here_is_not_asked_for_daily_but_weekly(tmp_path: Path, instance: dg.DagsterInstance) -> None:
    settings, one = live(tmp_path), source(release_months=(7,))
    hold_vintage(settings, "2026-07-01")
    schedule = calendar(settings, one)
    assert "2026-07-01 is here; the next is due in July 2027" in tick(schedule, instance).skip_message
    assert tick(schedule, instance, MONDAY).run_requests
    hold_vintage(settings, "2025-07-01")
    assert tick(schedule, instance).run_requests


def hold_vintage(settings: Settings, vintage: str) -> None:
    """Let the synthetic source have been fetched with this newest vintage."""
    bundle = replace(settings, feed="bundle")
    edition = settings.bundle / "synthetic"
    if edition.exists():
        shutil.rmtree(edition)  # the newest vintage is the only one
    synthetic.write_edition(settings.bundle, vintage, synthetic.body("2024,1", vintage=vintage))
    ingest(cast(Source, synthetic.module()), bundle)


def test_a_publisher_whose_newest_vintage_is_held_back_is_asked_on(
    tmp_path: Path, instance: dg.DagsterInstance
) -> None:
    settings, one = live(tmp_path), source(release_months=(7,))
    hold_vintage(settings, "2025-07-01")
    selection = read_selection(settings, "synthetic")
    held = HeldVintage(date(2026, 7, 1), "held_back", (("figures", "a" * 64),), ({"sentence": "odd"},), is_open=True)
    write_selection(settings, replace(selection, held=(held,)))
    assert tick(calendar(settings, one), instance).run_requests


def test_a_fetch_that_is_under_way_is_not_started_again(tmp_path: Path, instance: dg.DagsterInstance) -> None:
    @dg.job(name="fetch_under_way")
    def under_way() -> None:
        pass

    instance.create_run_for_job(under_way, status=dg.DagsterRunStatus.STARTED)
    assert "is running" in tick(calendar(live(tmp_path), source(id="under_way")), instance).skip_message


def test_a_dropped_file_starts_the_fetch_of_its_source_once(tmp_path: Path, instance: dg.DagsterInstance) -> None:
    settings, one, other = live(tmp_path), source(), source(id="other")
    sensor = triggers.drop_sensor({"synthetic": one, "other": other}, settings, jobs(one, other))
    nothing = look(sensor, instance)
    assert nothing.skip_message == "no new file was dropped"
    path = settings.drop / "other" / "table.csv"
    path.parent.mkdir(parents=True)
    (path.parent / ".DS_Store").write_bytes(b"left by a desktop")
    assert look(sensor, instance, nothing.cursor).skip_message == "no new file was dropped"
    path.write_text("2024,1")
    found = look(sensor, instance, nothing.cursor)
    assert [request.job_name for request in found.run_requests] == ["fetch_other"]
    assert not look(sensor, instance, found.cursor).run_requests
    path.write_text("2024,2")
    os.utime(path, (1, 1))
    again = look(sensor, instance, found.cursor)
    assert [one.job_name for one in again.run_requests] == ["fetch_other"]
    os.mkfifo(path.parent / "pipe.csv")  # the fetch refuses it by name
    assert [one.job_name for one in look(sensor, instance, again.cursor).run_requests] == ["fetch_other"]


def test_inputs_are_built_once_and_never_when_they_are_those_of_the_release(
    project: Project, instance: dg.DagsterInstance
) -> None:
    settings = replace(project.settings, feed="live")
    one = source()
    sensor = triggers.input_sensor({"synthetic": one}, settings, jobs(one))
    first = look(sensor, instance)
    assert [request.job_name for request in first.run_requests] == ["fetch_synthetic"], "a build needs every source"

    write_json(selection_path(settings, "synthetic"), {"files": [], "origins": [], "feeds": {}})
    (request,) = look(sensor, instance).run_requests
    assert (request.job_name, request.run_key) == (BUILD_JOB, fingerprint(settings))

    @dg.job(name="refresh_by_hand", tags=run_tags(REFRESH))
    def by_hand() -> None:
        pass

    run = instance.create_run_for_job(by_hand, status=dg.DagsterRunStatus.STARTED, tags=run_tags(REFRESH))
    assert look(sensor, instance).skip_message == "a build is running"
    instance.delete_run(run.run_id)

    released = project.release("run1", fingerprint(settings))
    assert released.id in look(sensor, instance).skip_message
    write_json(selection_path(settings, "synthetic"), {"files": [], "origins": [], "feeds": {"a": "live"}})
    (changed,) = look(sensor, instance).run_requests
    assert changed.run_key != request.run_key


def test_what_was_rolled_back_from_is_not_built_again(project: Project, instance: dg.DagsterInstance) -> None:
    settings = replace(project.settings, feed="live")
    write_json(selection_path(settings, "synthetic"), {"files": [], "origins": [], "feeds": {}})
    good = project.release("run1")
    project.release("run2", fingerprint(settings))
    roll_back(settings, good, "figures of May in thousands")
    sensor = triggers.input_sensor({"synthetic": source()}, settings, jobs(source()))
    assert "figures of May in thousands" in look(sensor, instance).skip_message
