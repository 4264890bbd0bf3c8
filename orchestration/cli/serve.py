"""The Dagster UI and the daemon as one service: both run, or neither."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType

import click

from orchestration.cli.dagster_instance import prepare_instance
from orchestration.core.settings import Settings, program
from orchestration.transform.dbt_runner import parsed_manifest

PATIENCE = 30.0
"""Seconds that a process has to end; the next service resumes the runs that it started."""


def serve(settings: Settings, host: str, port: int) -> int:
    """Run the webserver and the daemon until one of them ends or a signal arrives; return the exit code."""
    parsed_manifest(settings)
    environment = {**os.environ, **prepare_instance(settings)}
    _make_storage(environment)
    workspace = ["-w", str(settings.root / "workspace.yaml")]
    click.echo(f"Dagster UI and daemon: http://{host}:{port}  (stop with Ctrl-C)", err=True)
    if settings.feed != "live":
        click.echo(
            "Schedules and sensors rest: figures come from the bundle (BILATERAL_FEED=live asks publishers).", err=True
        )
    return run_together(
        [
            [str(program("dagster-webserver")), *workspace, "-h", host, "-p", str(port)],
            [str(program("dagster-daemon")), "run", *workspace],
        ],
        environment,
        settings.dagster_home,
    )


def _make_storage(environment: Mapping[str, str]) -> None:
    """Have Dagster's tables made by one process: two that start at once would both make them."""
    os.environ.update(environment)
    import dagster as dg

    with dg.DagsterInstance.get() as instance:
        instance.get_runs(limit=1)
        instance.get_latest_materialization_event(dg.AssetKey(["release"]))
        instance.all_instigator_state()


def run_together(commands: Sequence[Sequence[str]], environment: Mapping[str, str], folder: Path) -> int:
    """Run programs side by side; when one ends or a signal arrives, end the others. The exit code is 0 only after a signal."""
    signals: list[int] = []

    def note(number: int, _: FrameType | None) -> None:
        signals.append(number)

    before = {one: signal.signal(one, note) for one in (signal.SIGINT, signal.SIGTERM)}
    running: list[subprocess.Popen[bytes]] = []
    try:
        for command in commands:
            running.append(subprocess.Popen(command, env=dict(environment), cwd=folder, start_new_session=True))  # noqa: S603
        while not signals and all(one.poll() is None for one in running):
            time.sleep(0.2)
    finally:
        ended = [one for one in running if one.poll() is not None]
        _end(running)
        for number, handler in before.items():
            signal.signal(number, handler)
    for one in ended:
        click.echo(f"{Path(one.args[0]).name} ended by itself with code {one.returncode}", err=True)  # type: ignore[index,arg-type]
    return 0 if signals and not ended else 1


def _end(running: Sequence[subprocess.Popen[bytes]]) -> None:
    for one in running:
        if one.poll() is None:
            one.terminate()
    for one in running:
        try:
            one.wait(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            one.kill()
            one.wait()
