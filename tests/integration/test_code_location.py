"""The code location as Dagster loads it: raw tables, blocking checks, locks, jobs and calendars."""

import subprocess
import sys
from dataclasses import replace

import dagster as dg
import pytest

from orchestration.assets.guard_checks import CHECK, metric_key
from orchestration.assets.raw_assets import raw_key
from orchestration.assets.release_asset import RELEASE_KEY
from orchestration.assets.run_tags import REFRESH
from orchestration.automation.jobs import fetch_job_name
from orchestration.automation.run_policy import BUILD_JOB, GUARD_JOB
from orchestration.contracts.source import Source
from orchestration.core.settings import Settings
from orchestration.definitions import build_definitions
from orchestration.sources import load_sources
from tests.integration.conftest import PublishedCopy, environment

SOURCES = load_sources()


@pytest.fixture(scope="module")
def definitions(published_copy: PublishedCopy) -> dg.Definitions:
    return build_definitions(published_copy.settings)


def metric_names(settings: Settings) -> set[str]:
    return {path.stem for path in (settings.dbt_project / "models" / "metrics").glob("*.sql")}


def raw_of(source: Source) -> set[dg.AssetKey]:
    return {raw_key(source.CARD.id, table) for table in source.TABLES}


def test_every_raw_table_is_one_asset_and_every_dbt_source_has_one(definitions: dg.Definitions) -> None:
    declared = {key for source in SOURCES.values() for key in raw_of(source)}
    graph = definitions.resolve_asset_graph()
    made = {node.key for node in graph.asset_nodes if node.group_name == "raw" and node.is_materializable}
    assert made == declared
    read = {key for node in graph.asset_nodes if node.group_name == "models_staging" for key in node.parent_keys}
    assert declared <= read, "a raw table that no staging model reads is lost on the way"


def test_every_suite_is_a_blocking_check_and_the_release_needs_all(
    definitions: dg.Definitions, published_copy: PublishedCopy
) -> None:
    graph, metrics = definitions.resolve_asset_graph(), metric_names(published_copy.settings)
    suites = {dg.AssetCheckKey(metric_key(name), CHECK) for name in metrics}
    assert suites <= set(graph.asset_check_keys)
    assert all(graph.get(key).blocking for key in suites)
    parents = graph.get(RELEASE_KEY).parent_keys
    assert {metric_key(name) for name in metrics} <= parents
    assert {node.key for node in graph.asset_nodes if node.group_name == "models_marts"} <= parents


def test_every_step_has_its_lock_of_the_data_folder(definitions: dg.Definitions) -> None:
    """As a run of the UI or the daemon executes it; those that build, guard or publish exclude one another."""
    steps = [
        step.definition
        for job in definitions.get_repository_def().get_all_jobs()
        for step in job.nodes
        if job.name != "housekeeping"
    ]
    needed = {step.name: step.required_resource_keys for step in steps if isinstance(step, dg.OpDefinition)}
    assert {"dbt_models", "metric_guards", "release", "raw_ncses"} <= needed.keys()
    assert [name for name, keys in needed.items() if "data_folder" not in keys] == []
    publishing = {name for name, keys in needed.items() if "publishing" in keys}
    assert publishing == {"dbt_models", "metric_guards", "release"}


def test_jobs_fetch_build_and_publish_as_their_names_state(definitions: dg.Definitions) -> None:
    def layers(job: str) -> set[str]:
        return {key.path[0] for key in definitions.resolve_job_def(job).asset_layer.selected_asset_keys}

    assert layers(REFRESH) == {"raw", "seeds", "models", "metrics", "release"}
    assert layers(BUILD_JOB) == {"seeds", "models", "metrics", "release"}
    assert layers(GUARD_JOB) == {"release"}
    fetched = definitions.resolve_job_def(fetch_job_name("wto")).asset_layer.selected_asset_keys
    assert fetched == raw_of(SOURCES["wto"])


def test_every_requested_source_has_its_calendar_and_freshness_policy(published_copy: PublishedCopy) -> None:
    definitions = build_definitions(replace(published_copy.settings, feed="live"))
    repository = definitions.get_repository_def()
    running = {schedule.name for schedule in repository.schedule_defs if schedule.default_status.value == "RUNNING"}
    assert {"calendar_bea", "calendar_eurostat", "calendar_wto", "daily_housekeeping"} <= running
    assert "calendar_safe" not in running, "a person feeds it"
    sensors = {sensor.name for sensor in repository.sensor_defs}
    assert {"dropped_files", "changed_inputs", "alert_on_failure", "alert_on_recovery"} <= sensors
    fresh = {node.key.path[1] for node in definitions.resolve_asset_graph().asset_nodes if node.freshness_policy}
    assert {"bea", "wto"} <= fresh
    assert "safe" not in fresh


def test_the_location_loads_without_network_secret_database_or_warning(published_copy: PublishedCopy) -> None:
    program = (
        "import socket; socket.socket.connect = None; socket.create_connection = None\n"
        "from orchestration.definitions import build_definitions; build_definitions().get_repository_def()"
    )
    done = subprocess.run(
        [sys.executable, "-W", "always", "-c", program],
        cwd=published_copy.root,
        env=environment(published_copy.root, published_copy.data),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert [line for line in done.stderr.splitlines() if "Warning" in line and "site-packages" not in line] == []
