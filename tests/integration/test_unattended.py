"""Unattended work: alerts, restoring from landing, the service, and loading of the code location."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pyarrow.parquet as pq
import pytest

from orchestration.core.settings import Settings
from orchestration.definitions import build_definitions
from orchestration.releases.release_store import current_release, require_current
from tests.alert_servers import webhook
from tests.integration.conftest import TIME_LIMIT, PublishedCopy, copy_tree, environment, run_bilateral
from tests.integration.serving import serving
from tests.integration.survival.workspace import Commands

pytestmark = pytest.mark.campaign

LOAD = "from orchestration.definitions import build_definitions; build_definitions().get_repository_def()"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, published_copy: PublishedCopy) -> Settings:
    """Return a copy of tree and data folder with the published release."""
    folder = tmp_path_factory.mktemp("unattended")
    shutil.copytree(published_copy.data, folder / "data", symlinks=True)
    shutil.rmtree(folder / "data" / "dagster")
    return Settings(root=copy_tree(folder / "tree"), data=folder / "data")


def test_the_location_loads_without_network_secret_database_or_warning(project: Settings) -> None:
    no_network = "import socket; socket.socket.connect = None; socket.create_connection = None"
    done = subprocess.run(
        [sys.executable, "-W", "always", "-c", f"{no_network}\n{LOAD}"],
        cwd=project.root,
        env=environment(project.root, project.data),
        capture_output=True,
        text=True,
        timeout=TIME_LIMIT,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    ours = [line for line in done.stderr.splitlines() if "Warning" in line and "site-packages" not in line]
    assert ours == []


def test_every_requested_source_has_its_calendar_and_freshness_policy(project: Settings) -> None:
    definitions = build_definitions(Settings(project.root, project.data, "live"))
    repository = definitions.get_repository_def()
    running = {schedule.name for schedule in repository.schedule_defs if schedule.default_status.value == "RUNNING"}
    assert {"calendar_bea", "calendar_eurostat", "calendar_wto", "daily_housekeeping"} <= running
    assert "calendar_safe" not in running, "a person feeds it"
    names = {sensor.name for sensor in repository.sensor_defs}
    assert {"dropped_files", "changed_inputs", "alert_on_failure", "alert_on_recovery"} <= names
    assert {"fetch_safe", "build_and_publish", "refresh"} <= set(repository.job_names)
    nodes = definitions.resolve_asset_graph().asset_nodes
    fresh = {node.key.path[1] for node in nodes if node.freshness_policy}
    assert {"bea", "wto"} <= fresh
    assert "safe" not in fresh
    built = repository.get_job("build_and_publish").asset_layer.executable_asset_keys
    assert {key.path[0] for key in built} == {"seeds", "models", "metrics", "release"}


def test_a_refresh_from_the_command_line_reports_its_failure_once_and_its_recovery(project: Settings) -> None:
    card = next(project.bundle.glob("safe/*/*.origin.json"))
    before = card.read_text()
    commands = Commands(project.root, project.data)
    with webhook() as hook:

        def refresh() -> tuple[int, str]:
            return commands.run("refresh", BILATERAL_ALERTS=hook.url)

        card.write_text(json.dumps(json.loads(before) | {"sha256": "0" * 64}))
        for _ in range(2):
            code, failed = refresh()
            assert code == 1, failed
            assert "last good release" in failed
        card.write_text(before)
        hook.status = 500
        code, recovered = refresh()
        assert code == 0, recovered
        assert "json accepted no message" in recovered
        hook.status = 200
        code, output = refresh()
        assert code == 0, output
    assert hook.alerts() == [("failure", "source safe"), ("recovery", "source safe"), ("recovery", "source safe")]
    for words in ("State Administration", "origin card", "git checkout", "run: "):
        assert words in hook.posted[0]["message"]
    assert "T0PSECRET" not in failed + recovered


def test_everything_comes_back_from_landing_alone(published_copy: PublishedCopy, tmp_path: Path) -> None:
    """Only landing is copied; figures are the same, except for the column that names the release."""
    root, data = tmp_path / "tree", tmp_path / "data"
    shutil.copytree(published_copy.root, root)
    shutil.copytree(published_copy.data / "landing", data / "landing")
    published_copy.lend_parse(data)
    before = require_current(published_copy.settings)
    no_proxy = {"HTTPS_PROXY": "http://127.0.0.1:9", "HTTP_PROXY": "http://127.0.0.1:9"}
    done = run_bilateral(root, data, "refresh", **no_proxy)
    assert done.returncode == 0, done.stderr
    assert ", nothing new" in done.stderr
    assert " of them new" not in done.stderr
    after = current_release(Settings(root, data))
    assert after is not None
    assert after.fingerprint == before.fingerprint
    files = {path.relative_to(before.folder) for path in before.folder.rglob("*.parquet")}
    assert files == {path.relative_to(after.folder) for path in after.folder.rglob("*.parquet")}
    for name in files:
        if (before.folder / name).read_bytes() != (after.folder / name).read_bytes():
            kept, made = (pq.read_table(release.folder / name) for release in (before, after))
            same = [column for column in made.column_names if column != "release_first_seen"]
            assert made.select(same).equals(kept.select(same)), name


def test_serve_runs_both_and_health_sees_them(project: Settings) -> None:
    with serving(project) as (address, service):
        end = time.monotonic() + TIME_LIMIT
        while not daemon_is_healthy(address):
            assert time.monotonic() < end, "the daemon is not healthy"
            time.sleep(1)
        done = run_bilateral(project.root, project.data, "health", "--json")
        assert done.returncode == 0, done.stdout
        assert all(check["is_well"] for check in json.loads(done.stdout))
        service.terminate()
        assert service.wait(timeout=60) == 0
        with pytest.raises(httpx.ConnectError):
            httpx.get(address)


def daemon_is_healthy(address: str) -> bool:
    query = "{ instance { daemonHealth { allDaemonStatuses { required healthy } } } }"
    answer = httpx.post(f"{address}/graphql", json={"query": query}, timeout=30).json()
    required = [row for row in answer["data"]["instance"]["daemonHealth"]["allDaemonStatuses"] if row["required"]]
    return bool(required) and all(row["healthy"] for row in required)
