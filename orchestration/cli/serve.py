"""The Dagster UI and the daemon as one service: both run, or neither."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Thread
from types import FrameType
from typing import IO

import click

from orchestration.cli import service_log
from orchestration.cli.dagster_instance import prepare_instance
from orchestration.cli.killed_runs import fail_killed_runs
from orchestration.core import page_paths
from orchestration.core.data_lock import SERVICE as SERVICE_LOCK
from orchestration.core.data_lock import hold
from orchestration.core.processes import SERVICE
from orchestration.core.settings import Settings, program
from orchestration.core.temporary import LOCK, temporary_folder
from orchestration.service import keeper
from orchestration.service.access import TOKEN, Access, access_to
from orchestration.service.site_server import listening
from orchestration.transform.dbt_runner import parsed_manifest

WEBSERVER, PAGES = "orchestration.service.webserver", "orchestration.service.pages"
END = 15
"""Lines of the log that are printed where a program ended by itself."""

PATIENCE = keeper.PATIENCE + 5.0
"""Seconds that the keeper has to end everything; the next service starts the runs again that it ended."""


def serve(settings: Settings, host: str, port: int, read_only: bool, verbose: bool) -> int:
    """Run the webserver and the daemon until one of them ends or a signal arrives; return the exit code.

    Args:
        verbose: print what they print, instead of writing it to the log.

    Raises:
        BilateralError: other machines would reach the UI without signing in.
    """
    access = access_to(host, read_only)
    name = f"[{host}]" if ":" in host else host
    busy = "a service is running on this data folder already: {}"
    with (
        hold(settings.data / SERVICE_LOCK, f"http://{name}:{port}", alone=True, refusal=busy),
        listening(host, port, "--port sets it"),
        listening(host, port + 1, f"the pages are served at the port after --port {port}"),
    ):
        parsed_manifest(settings)
    with (
        temporary_folder() as folder,
        hold(settings.data / SERVICE_LOCK, f"http://{name}:{port}", alone=True, refusal=busy),
    ):
        environment = {**os.environ, **prepare_instance(settings), SERVICE: str(folder / LOCK)}
        _make_storage(settings, environment)
        log = None if verbose else settings.data / service_log.NAME
        name = f"[{host}]" if ":" in host else host
        for what, words in announcement(settings, f"http://{name}:{port}", access, log):
            click.echo(f"{what:<9} {words}", err=True)
        workspace = str(settings.root / "workspace.yaml")
        webserver = [sys.executable, "-m", WEBSERVER, "--workspace", workspace, "--host", host, "--port", str(port)]
        daemon = ["env", "-u", TOKEN, str(program("dagster-daemon")), "run", "-w", workspace]
        pages = [sys.executable, "-m", PAGES, "--host", host, "--port", str(port + 1)]
        return run_together(
            [[*webserver, *(["--read-only"] if read_only else [])], daemon, pages],
            environment,
            settings.dagster_home,
            log,
        )


def announcement(settings: Settings, address: str, access: Access, log: Path | None) -> Iterator[tuple[str, str]]:
    """What a person needs who has started the service, by its names."""
    yield "UI", f"{address} (answers in some seconds)"
    yield "Pages", f"{address}{page_paths.PAGES}/"
    yield "Access", _who_may(access)
    yield "Data", f"{settings.data}, {settings.feed} feed"
    always = "alert_on_failure, alert_on_recovery and daily_housekeeping"
    if settings.feed == "live":
        asked = ", ".join(sorted(settings.live_sources)) or "every source"
        yield "Runs", f"{always}; calendars and change sensors of {asked}; dropped_files, changed_inputs"
    else:
        yield "Runs", f"{always}; nothing asks a publisher (BILATERAL_FEED=live does)"
    yield "Log", f"{log}, the newest {2 * service_log.LARGEST // 1_000_000} MB" if log else "here"
    yield "Stop", "Ctrl-C"


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

    from orchestration.automation.housekeeping import forget_renamed

    with dg.DagsterInstance.get() as instance:
        instance.get_runs(limit=1)
        instance.get_latest_materialization_event(dg.AssetKey(["release"]))
        instance.all_instigator_state()
        fail_killed_runs(instance, settings)
        forget_renamed(instance)


def run_together(
    commands: Sequence[Sequence[str]], environment: Mapping[str, str], folder: Path, log: Path | None = None
) -> int:
    """Run programs side by side; when one ends or a signal arrives, end the others and all that they started.

    The exit code is 0 only after a signal. If this process is killed, its keeper ends the programs. With a log, what they
    print is written there; where one ends by itself, the end of the log is printed.
    """
    signals: list[int] = []

    def note(number: int, _: FrameType | None) -> None:
        signals.append(number)

    before = {one: signal.signal(one, note) for one in (signal.SIGINT, signal.SIGTERM)}
    command = [sys.executable, "-m", keeper.__name__, json.dumps(commands)]
    output = subprocess.PIPE if log else None
    kept = subprocess.Popen(  # noqa: S603
        command,
        env=dict(environment),
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=output,
        stderr=subprocess.STDOUT if log else None,
        start_new_session=True,
    )
    writing = _writing(log, kept.stdout)
    try:
        while not signals and kept.poll() is None:
            time.sleep(0.2)
    finally:
        _stop(kept)
        if writing:
            writing.join(timeout=5)
        for number, handler in before.items():
            signal.signal(number, handler)
    if log and not signals:
        click.echo("\n".join([*service_log.last_lines(log, END), f"The service ended. See {log}"]), err=True)
    return 0 if signals else 1


def _writing(log: Path | None, stream: IO[bytes] | None) -> Thread | None:
    """A thread that writes what the programs print to the log, so that none waits for a reader."""
    if log is None or stream is None:
        return None
    thread = Thread(target=service_log.ServiceLog(log).copy, args=(stream,), daemon=True)
    thread.start()
    return thread


def _stop(kept: subprocess.Popen[bytes]) -> None:
    """Have the keeper end its programs; end its process group in any case."""
    with suppress(BrokenPipeError, subprocess.TimeoutExpired):
        if kept.stdin and kept.poll() is None:
            kept.stdin.write(keeper.STOP)
            kept.stdin.close()
        kept.wait(PATIENCE)
    with suppress(ProcessLookupError):
        os.killpg(kept.pid, signal.SIGKILL)
    kept.wait()
