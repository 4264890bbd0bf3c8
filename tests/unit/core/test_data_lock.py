"""The locks of a data folder: who waits, who is refused and by whom, and what a killed process leaves."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import dagster as dg
import pytest

from orchestration.assets import data_folder
from orchestration.assets.data_folder import DataFolder, Publishing, data_folder_resources
from orchestration.core.data_lock import PUBLICATION, REFRESH, alone, hold, is_held, who_works
from orchestration.core.errors import BilateralError
from orchestration.core.settings import Settings

pytestmark = pytest.mark.slow

HOLDER = """
import sys, time
from pathlib import Path
from orchestration.core.data_lock import hold, holding
with hold(Path(sys.argv[1]), "another command", alone=sys.argv[2] == "alone"), holding(Path(sys.argv[3]) / "run1"):
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(root=tmp_path, data=tmp_path / "data")


@contextmanager
def another_process(settings: Settings, name: str, how: str) -> Iterator[subprocess.Popen[str]]:
    """A process that holds a lock until the block ends, when it is killed."""
    command = [sys.executable, "-c", HOLDER, str(settings.data / name), how, str(settings.run_locks)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout
        assert running.stdout.readline() == "held\n"
        try:
            yield running
        finally:
            running.kill()


def test_runs_share_the_folder_and_a_refresh_is_refused_meanwhile(settings: Settings) -> None:
    with another_process(settings, REFRESH, "shared"):
        with hold(settings.data / REFRESH, "a run", alone=False):
            pass
        with (
            pytest.raises(BilateralError, match="a run that the Dagster UI or the daemon started"),
            alone(settings, "x"),
        ):
            pass
        assert who_works(settings) is None


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as made:
        yield made


@dg.asset
def fetched(data_folder: DataFolder) -> None:
    """As a source is fetched."""


@dg.asset
def built(data_folder: DataFolder, publishing: Publishing) -> None:
    """As models are built."""


def a_run(settings: Settings, instance: dg.DagsterInstance, asset: dg.AssetsDefinition) -> dg.ExecuteInProcessResult:
    """A run of an asset, as the UI starts one."""
    return dg.materialize([asset], instance=instance, resources=data_folder_resources(settings), raise_on_error=False)


def test_a_ui_run_waits_for_a_refresh(settings: Settings, instance: dg.DagsterInstance) -> None:
    with another_process(settings, REFRESH, "alone") as process:
        killer = threading.Timer(1.0, process.kill)
        killer.start()
        begun = time.monotonic()
        assert a_run(settings, instance, fetched).success
        assert time.monotonic() - begun > 0.8
    assert list(settings.run_locks.glob("*")) == [settings.run_locks / "run1"], "of the killed one"


@pytest.mark.parametrize(("name", "asset"), [(REFRESH, fetched), (PUBLICATION, built)])
def test_a_run_that_waited_long_enough_fails_and_states_for_whom(
    settings: Settings,
    instance: dg.DagsterInstance,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    asset: dg.AssetsDefinition,
) -> None:
    monkeypatch.setattr(data_folder, "LOCK_PATIENCE", timedelta(seconds=1))
    with another_process(settings, name, "alone") as process:
        result = a_run(settings, instance, asset)
    assert not result.success
    logged = " ".join(str(entry) for entry in instance.all_logs(result.run_id))
    assert f"another command, process {process.pid}" in logged
    assert "waiting for the data folder" in logged


def test_builds_exclude_others_and_fetches_do_not(settings: Settings, instance: dg.DagsterInstance) -> None:
    seen = []

    @dg.asset
    def fetched(context: dg.AssetExecutionContext, data_folder: DataFolder) -> None:
        assert is_held(settings.run_locks / context.run.run_id)
        seen.append(who_works(settings))

    @dg.asset
    def built(context: dg.AssetExecutionContext, data_folder: DataFolder, publishing: Publishing) -> None:
        seen.append(
            str(who_works(settings)).removesuffix(
                f"run {context.run.run_id[:8]}, process {os.getpid()} on {os.uname().nodename}"
            )
        )

    for asset in (fetched, built):
        dg.materialize([asset], instance=instance, resources=data_folder_resources(settings))
    assert seen == [None, "__ephemeral_asset_job__, "]
