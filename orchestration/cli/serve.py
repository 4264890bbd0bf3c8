"""``bilateral serve``: the Dagster UI and the pages in this process, one code server and the daemon as its children."""

from __future__ import annotations

import json
import logging
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import IO

import click
import uvicorn
from starlette.types import ASGIApp

from orchestration.automation.run_policy import LOCATION
from orchestration.cli.dagster_instance import HOME, fail_killed_runs, require_run_storage, write_home
from orchestration.core.data_lock import SERVICE as SERVICE_LOCK
from orchestration.core.data_lock import hold
from orchestration.core.errors import BilateralError
from orchestration.core.files import write_text
from orchestration.core.processes import SERVICE, die_with_parent
from orchestration.core.settings import PAGES, Settings, program
from orchestration.core.temporary import LOCK, temporary_folder
from orchestration.service.access import Access, access_to
from orchestration.service.servers import listening_socket, server

LOG = "serve.log"
"""The file in the data folder with the output of all programs since the last start."""

END = 15
"""Last log lines that are printed if a program ends by itself."""

PATIENCE = 30.0
"""Seconds that the code server, its runs and the daemon have to end."""

RETURN_MEMORY = "MALLOC_TRIM_THRESHOLD_", "131072"
"""A setting of the GNU C library: the programs return the memory that they needed while they started, about 40 MB."""

LARGEST_MESSAGE = 1_000_000
"""Bytes of one message of a WebSocket."""


@dataclass(frozen=True)
class Endpoint:
    """Where the service listens: a host and port (pages at the next port), or a Unix socket (pages next to it)."""

    host: str
    port: int
    path: Path | None = None

    @property
    def address(self) -> str:
        name = f"[{self.host}]" if ":" in self.host else self.host
        return f"unix:{self.path}" if self.path else f"http://{name}:{self.port}"

    @property
    def pages_port(self) -> int:
        return self.port + 1

    def listeners(self) -> Iterator[socket.socket]:
        """Yield the sockets of the UI and the pages; raise BilateralError if one cannot be listened on."""
        if self.path:
            yield _unix(self.path)
            yield _unix(Path(f"{self.path}.pages"))
        else:
            yield listening_socket(self.host, self.port, "--port sets it")
            yield listening_socket(
                self.host, self.pages_port, f"the pages are served at the port after --port {self.port}"
            )


def _unix(path: Path) -> socket.socket:
    """Return a Unix socket that the group of this process may connect to."""
    listener = socket.socket(socket.AF_UNIX)
    try:
        path.unlink(missing_ok=True)
        listener.bind(str(path))
        path.chmod(0o660)
        listener.listen()
    except OSError as error:
        listener.close()
        failure = f"{path} cannot be listened on: {error.strerror or error}"
        raise BilateralError(failure, remedy="pass --socket a path that may be written") from None
    return listener


@click.command()
@click.option("--port", default=3000, show_default=True, help="Port of the Dagster UI; the pages have the next one.")
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Address to listen on; any but loopback needs a proxy."
)
@click.option(
    "--socket",
    "path",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Listen on this Unix socket for a proxy instead.",
)
@click.option("--read-only", is_flag=True, help="Refuse to start or change anything in the UI.")
@click.option(
    "--verbose", is_flag=True, help="Print output of the UI, the daemon and runs instead of writing it to serve.log."
)
def serve(port: int, host: str, path: Path | None, read_only: bool, verbose: bool) -> None:
    """Serve the Dagster UI and run schedules and sensors until stopped."""
    run_service(Settings.from_environment(), Endpoint(host, port, path), read_only, verbose)


def run_service(settings: Settings, place: Endpoint, read_only: bool, verbose: bool) -> None:
    """Serve until a signal arrives; ``verbose`` prints the output of all programs instead of writing it to the log.

    Raises:
        BilateralError: a service runs already, the place cannot be listened on, machines other than the proxy would
            reach it, or a program ended by itself.
    """
    access = access_to(None if place.path else place.host, read_only)
    with ExitStack() as stack:
        stack.enter_context(hold(settings.data / SERVICE_LOCK, f"bilateral serve at {place.address}", alone=True))
        folder = stack.enter_context(temporary_folder())
        listeners = [stack.enter_context(listener) for listener in place.listeners()]
        log = None if verbose else settings.data / LOG
        for name, words in announcement(settings, place, access, log).items():
            click.echo(f"{name:<9} {words}")
        write_home(settings)
        os.environ[SERVICE] = str(folder / LOCK)
        os.environ.setdefault(*RETURN_MEMORY)
        output = None
        if log:
            log.unlink(missing_ok=True)
            output = stack.enter_context(log.open("ab"))
            logging.getLogger().addHandler(logging.FileHandler(log))
        programs = stack.enter_context(Programs(output))
        code, workspace = folder / "code.sock", folder / "workspace.yaml"
        server_of_code = {"socket": str(code), "location_name": LOCATION}
        write_text(workspace, json.dumps({"load_from": [{"grpc_server": server_of_code}]}))  # JSON is YAML
        definitions = ["-m", "orchestration.definitions", "-d", str(settings.root), "--location-name", LOCATION]
        # it starts first, as it takes longest; every request brings it the instance, which it need not open itself
        programs.start(
            [str(program("dagster")), "api", "grpc", *definitions, "--socket", str(code), "--log-level", "warning"],
            {name: value for name, value in os.environ.items() if name != HOME},
        )
        require_run_storage(settings)
        import dagster as dg

        from orchestration.service.pages import pages_app
        from orchestration.service.webserver import ui_app

        instance = stack.enter_context(dg.DagsterInstance.get())
        fail_killed_runs(instance, settings)
        programs.wait_for(code)
        app = stack.enter_context(ui_app(instance, workspace, access, None if place.path else place.pages_port))
        # in a folder of the service, as it reads a file .env in its current folder
        programs.start([str(program("dagster-daemon")), "run", "-w", str(workspace)], folder=folder)
        programs.serve_with(app, pages_app(settings, access), listeners)


class Programs:
    """Child processes; the service and its children stop together. They print to ``log``, or as this process does."""

    def __init__(self, log: IO[bytes] | None) -> None:
        self._log = log
        self._running: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Programs:
        return self

    def __exit__(self, *_: object) -> None:
        for number in (signal.SIGTERM, signal.SIGKILL):
            for process in self._running:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, number)
            end = time.monotonic() + PATIENCE
            for process in self._running:
                with suppress(subprocess.TimeoutExpired):
                    process.wait(end - time.monotonic())

    def start(
        self, command: Sequence[str], environment: Mapping[str, str] | None = None, folder: Path | None = None
    ) -> None:
        """Start a program in a process group of its own; it dies with this process."""
        parent = os.getpid()
        started = subprocess.Popen(  # noqa: S603
            command,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT if self._log else None,
            start_new_session=True,
            env=environment,
            cwd=folder,
            preexec_fn=lambda: die_with_parent(parent) or os._exit(1),
        )
        self._running.append(started)

    def wait_for(self, code: Path) -> None:
        """Wait until the code server answers; raise BilateralError if it ends."""
        while not self.ended():
            with socket.socket(socket.AF_UNIX) as probe, suppress(OSError):
                probe.connect(str(code))
                return
            time.sleep(0.1)
        raise BilateralError(self._report(), remedy="run dg check defs, and correct what it reports")

    def serve_with(self, ui: ASGIApp, pages: ASGIApp, listeners: Sequence[socket.socket]) -> None:
        """Serve the UI and the pages until a signal arrives; raise BilateralError if a program ends."""
        front, back = server(ui, ws_max_size=LARGEST_MESSAGE), server(pages, ws="none")
        of_ui, of_pages = listeners
        pages_thread = Thread(target=back.run, kwargs={"sockets": [of_pages]}, daemon=True)
        pages_thread.start()
        Thread(target=self._watch, args=(front,), daemon=True).start()
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        with suppress(KeyboardInterrupt):  # uvicorn raises the signal again once it has ended
            front.run(sockets=[of_ui])
        back.should_exit = True
        pages_thread.join()
        if self.ended():
            raise BilateralError(self._report(), remedy="start the service again")

    def ended(self) -> list[subprocess.Popen[bytes]]:
        """Return the programs that ended by themselves."""
        return [process for process in self._running if process.poll() is not None]

    def _watch(self, front: uvicorn.Server) -> None:
        while not self.ended():
            time.sleep(0.5)
        front.should_exit = True

    def _report(self) -> str:
        """Return the end of the log, and each program that ended, with its exit code."""
        log = Path(self._log.name).read_text(encoding="utf-8", errors="replace") if self._log else ""
        lines = log.splitlines()[-END:]
        for process in self.ended():
            name = Path(str(process.args[0])).name  # type: ignore[index]
            lines.append(f"{name} ended by itself with code {process.returncode}")
        return "\n".join(lines)


def announcement(settings: Settings, place: Endpoint, access: Access, log: Path | None) -> dict[str, str]:
    """Return what a person needs who has started the service, by its names."""
    who = "this machine only" if access.proxies is None else "the proxy only, which signs people in"
    chosen = f" of {', '.join(sorted(settings.live_sources))}" if settings.live_sources else ""
    pages = f"{place.address}.pages" if place.path else f"{access.address or place.address}{PAGES}/"
    return {
        "UI": f"{access.address or place.address} (answers in some seconds)",
        "Pages": access.pages or pages,
        "Access": f"{who}; {'read-only' if access.read_only else 'runs may be started'}",
        "Data": f"{settings.data}, {settings.feed} feed{chosen}",
        "Log": f"{log or 'here'}; stop with Ctrl-C",
    }
