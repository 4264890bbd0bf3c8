"""The Dagster UI and the daemon as one service: both run, or neither."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import FrameType

import click

from orchestration.cli.dagster_instance import prepare_instance
from orchestration.cli.killed_runs import fail_killed_runs
from orchestration.core.processes import SERVICE
from orchestration.core.settings import Settings, program
from orchestration.core.temporary import LOCK, temporary_folder
from orchestration.service import keeper
from orchestration.service.access import TOKEN, Access, access_to
from orchestration.transform.dbt_runner import parsed_manifest

WEBSERVER = "orchestration.service.webserver"
PATIENCE = keeper.PATIENCE + 5.0
"""Seconds that the keeper has to end everything; the next service starts the runs again that it ended."""


def serve(settings: Settings, host: str, port: int, read_only: bool) -> int:
    """Run the webserver and the daemon until one of them ends or a signal arrives; return the exit code.

    Raises:
        BilateralError: other machines would reach the UI without signing in.
    """
    access = access_to(host, read_only)
    parsed_manifest(settings)
    with temporary_folder() as folder:
        environment = {**os.environ, **prepare_instance(settings), SERVICE: str(folder / LOCK)}
        _make_storage(settings, environment)
        name = f"[{host}]" if ":" in host else host
        click.echo(f"Dagster UI and daemon: http://{name}:{port}  (stop with Ctrl-C)", err=True)
        click.echo(_who_may(access), err=True)
        if settings.feed != "live":
            click.echo(
                "Schedules and sensors rest: figures come from the bundle (BILATERAL_FEED=live asks publishers).",
                err=True,
            )
        workspace = str(settings.root / "workspace.yaml")
        webserver = [sys.executable, "-m", WEBSERVER, "--workspace", workspace, "--host", host, "--port", str(port)]
        daemon = ["env", "-u", TOKEN, str(program("dagster-daemon")), "run", "-w", workspace]
        return run_together(
            [[*webserver, *(["--read-only"] if read_only else [])], daemon], environment, settings.dagster_home
        )


def _who_may(access: Access) -> str:
    """One line for the terminal on who may reach the UI, and what for."""
    ways = [
        *(["with the token"] if access.token else []),
        *([f"through the proxy that sends {access.user_header}"] if access.user_header else []),
    ]
    who = f"Sign-in {' or '.join(ways)}" if ways else "No sign-in: this machine only"
    return f"{who}; {'read-only' if access.read_only else 'runs may be started'}."


def _make_storage(settings: Settings, environment: Mapping[str, str]) -> None:
    """Have Dagster's tables made by one process, since two that start at once would both make them; report killed runs."""
    os.environ.update({name: value for name, value in environment.items() if name != SERVICE})
    import dagster as dg

    with dg.DagsterInstance.get() as instance:
        instance.get_runs(limit=1)
        instance.get_latest_materialization_event(dg.AssetKey(["release"]))
        instance.all_instigator_state()
        fail_killed_runs(instance, settings)


def run_together(commands: Sequence[Sequence[str]], environment: Mapping[str, str], folder: Path) -> int:
    """Run programs side by side; when one ends or a signal arrives, end the others and all that they started.

    The exit code is 0 only after a signal. If this process is killed, its keeper ends the programs.
    """
    signals: list[int] = []

    def note(number: int, _: FrameType | None) -> None:
        signals.append(number)

    before = {one: signal.signal(one, note) for one in (signal.SIGINT, signal.SIGTERM)}
    command = [sys.executable, "-m", keeper.__name__, json.dumps(commands)]
    kept = subprocess.Popen(command, env=dict(environment), cwd=folder, stdin=subprocess.PIPE, start_new_session=True)  # noqa: S603
    try:
        while not signals and kept.poll() is None:
            time.sleep(0.2)
    finally:
        _stop(kept)
        for number, handler in before.items():
            signal.signal(number, handler)
    return 0 if signals else 1


def _stop(kept: subprocess.Popen[bytes]) -> None:
    """Have the keeper end its programs; end its process group in any case."""
    with suppress(BrokenPipeError, subprocess.TimeoutExpired):
        kept.communicate(keeper.STOP, timeout=PATIENCE)
    with suppress(ProcessLookupError):
        os.killpg(kept.pid, signal.SIGKILL)
    kept.wait()
