"""The project on its own: failures reach people, everything comes back from landing, the location loads without a warning."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pyarrow.parquet as pq
import pytest

from orchestration.core.settings import Settings
from orchestration.definitions import build_definitions
from orchestration.releases.release_store import current_release, require_current
from tests.alert_servers import webhook
from tests.integration.conftest import TIME_LIMIT, PublishedCopy, copy_tree, free_port
from tests.integration.survival.workspace import Commands

pytestmark = pytest.mark.campaign

LOAD = "from orchestration.definitions import build_definitions; build_definitions().get_repository_def()"


def environment(root: Path, data: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("BILATERAL_", "DBT_", "DAGSTER"))}
    return {**kept, "BILATERAL_ROOT": str(root), "BILATERAL_DATA": str(data), "PYTHONPATH": str(root), **more}


def run(*arguments: str, root: Path, data: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Python with these arguments in the tree ``root`` on the data folder ``data``."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=root,
        env=environment(root, data, **more),
        capture_output=True,
        text=True,
        timeout=TIME_LIMIT,
        check=False,
    )


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, published_copy: PublishedCopy) -> Settings:
    """A tree and a data folder of this module's own, with the published release."""
    folder = tmp_path_factory.mktemp("unattended")
    shutil.copytree(published_copy.data, folder / "data", symlinks=True)
    shutil.rmtree(folder / "data" / "dagster")
    return Settings(root=copy_tree(folder / "tree"), data=folder / "data")


def test_the_location_loads_without_network_secret_or_database_and_warns_of_nothing_of_ours(project: Settings) -> None:
    """Warnings of what we use wrongly name a file of ours; those of a library's own imports do not."""
    no_network = "import socket; socket.socket.connect = None; socket.create_connection = None"
    done = run("-W", "always", "-c", f"{no_network}\n{LOAD}", root=project.root, data=project.data)
    assert done.returncode == 0, done.stderr
    ours = [line for line in done.stderr.splitlines() if "Warning" in line and "site-packages" not in line]
    assert ours == []


def test_every_asked_source_has_its_calendar_and_every_metric_its_freshness(project: Settings) -> None:
    definitions = build_definitions(Settings(project.root, project.data, "live"))
    repository = definitions.get_repository_def()
    running = {one.name for one in repository.schedule_defs if one.default_status.value == "RUNNING"}
    assert {"calendar_bea", "calendar_eurostat", "calendar_wto", "daily_housekeeping"} <= running
    assert "calendar_safe" not in running, "a person feeds it"
    names = {one.name for one in repository.sensor_defs}
    assert {"dropped_files", "changed_inputs", "alert_on_failure", "alert_on_recovery"} <= names
    assert {"fetch_safe", "build_and_publish", "refresh"} <= set(repository.job_names)
    nodes = definitions.resolve_asset_graph().asset_nodes
    judged = {node.key.path[0] for node in nodes if node.freshness_policy}
    assert judged == {"raw", "metrics"}
    assert all(node.freshness_policy for node in nodes if node.key.path[0] == "metrics")
    built = repository.get_job("build_and_publish").asset_layer.executable_asset_keys
    assert {key.path[0] for key in built} == {"seeds", "models", "metrics", "release"}


def test_a_refresh_from_the_command_line_reports_its_failure_once_and_its_recovery(project: Settings) -> None:
    card = next(project.bundle.glob("safe/*/*.origin.json"))
    before = card.read_text()
    server = Commands(project.root, project.data)
    with webhook() as hook:

        def refresh() -> tuple[int, str]:
            return server.run("refresh", BILATERAL_ALERT_WEBHOOK=hook.url)

        card.write_text(json.dumps(json.loads(before) | {"sha256": "0" * 64}))
        for _ in range(2):
            code, failed = refresh()
            assert code == 1, failed
            assert "last good release" in failed
        card.write_text(before)
        hook.status = 500
        code, recovered = refresh()
        assert code == 0, recovered
        assert "webhook accepted no message (HTTP 500)" in recovered
        hook.status = 200
        code, said = refresh()
        assert code == 0, said
    posted = [(one["kind"], one["subject"]) for one in hook.posted]
    assert posted == [("failure", "source safe"), ("recovery", "source safe"), ("recovery", "source safe")]
    assert "State Administration" in hook.posted[0]["publisher"]
    assert "origin card" in hook.posted[0]["failure"]
    assert "git checkout" in hook.posted[0]["what_to_do"]
    assert hook.posted[0]["run_id"]
    assert "T0PSECRET" not in failed + recovered


def test_everything_comes_back_from_landing_alone(published_copy: PublishedCopy, tmp_path: Path) -> None:
    """Only landing is copied; the same figures come out, but for the column and the metadata that name the release.

    The parse of the dbt project, which is lent, holds nothing of any data.
    """
    root, data = tmp_path / "tree", tmp_path / "data"
    shutil.copytree(published_copy.root, root)
    shutil.copytree(published_copy.data / "landing", data / "landing")
    published_copy.lend_parse(data)
    before = require_current(published_copy.settings)
    no_proxy = {"HTTPS_PROXY": "http://127.0.0.1:9", "HTTP_PROXY": "http://127.0.0.1:9"}
    done = run("-m", "orchestration.cli.main", "refresh", root=root, data=data, **no_proxy)
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
            kept, made = (pq.read_table(one.folder / name) for one in (before, after))
            same = [column for column in made.column_names if column != "release_first_seen"]
            assert made.select(same).equals(kept.select(same)), name


def test_serve_runs_both_and_health_sees_them(project: Settings) -> None:
    port = free_port()
    command = [sys.executable, "-m", "orchestration.cli.main", "serve", "--port", str(port)]
    service = subprocess.Popen(
        command,
        cwd=project.root,
        env=environment(project.root, project.data),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(lambda: b"dagster_webserver_version" in read(f"http://127.0.0.1:{port}/server_info"), service)
        wait_for(lambda: daemon_is_healthy(port), service)
        seen = health(project)
        assert all(one["is_well"] for one in seen.values()), seen
    finally:
        service.send_signal(signal.SIGTERM)
        assert service.wait(timeout=60) == 0
    with pytest.raises(httpx.ConnectError):
        read(f"http://127.0.0.1:{port}/server_info")


def daemon_is_healthy(port: int) -> bool:
    """What the UI knows of its daemon; asking it costs less than the command."""
    query = "{ instance { daemonHealth { allDaemonStatuses { required healthy } } } }"
    answer = httpx.post(f"http://127.0.0.1:{port}/graphql", json={"query": query}, timeout=30).json()
    required = [one for one in answer["data"]["instance"]["daemonHealth"]["allDaemonStatuses"] if one["required"]]
    return bool(required) and all(one["healthy"] for one in required)


def health(project: Settings) -> dict[str, Any]:
    done = run("-m", "orchestration.cli.main", "health", "--json", root=project.root, data=project.data)
    found = json.loads(done.stdout)
    assert done.returncode == (0 if all(one["is_well"] for one in found) else 1)
    return {one["name"]: one for one in found}


def wait_for(is_so: Any, service: subprocess.Popen[bytes]) -> None:
    for _ in range(TIME_LIMIT):
        assert service.poll() is None, "the service ended by itself"
        with suppress(httpx.HTTPError):
            if is_so():
                return
        time.sleep(1)
    raise AssertionError("the service did not come up")


def read(url: str) -> bytes:
    return httpx.get(url, timeout=10).content
