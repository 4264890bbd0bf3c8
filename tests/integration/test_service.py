"""A service that was killed, for real: no daemon and no code server of `bilateral serve` lives on, and the next one cleans up."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.integration.conftest import REPOSITORY, PublishedCopy, free_port

pytestmark = [
    pytest.mark.campaign,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks at processes in /proc"),
]

START_LIMIT = 240.0
SECONDS = 10.0
"""Within which everything must be gone; code servers lived on for 45 by themselves."""


def members(data: Path) -> dict[int, str]:
    """Every process of a service on this data folder, with its command line."""
    found = {}
    for process in Path("/proc").iterdir():
        with suppress(OSError):
            if process.name.isdigit() and str(data).encode() in (process / "environ").read_bytes():
                found[int(process.name)] = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
    return found


@contextmanager
def service(data: Path, temporary: Path) -> Iterator[subprocess.Popen[bytes]]:
    """``bilateral serve`` with its daemon and its code server."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("BILATERAL_", "DBT_", "DAGSTER"))}
    own = {"BILATERAL_ROOT": str(REPOSITORY), "BILATERAL_DATA": str(data), "PYTHONPATH": str(REPOSITORY)}
    port = str(free_port())
    command = [sys.executable, "-m", "orchestration.cli.main", "serve", "--port", port]
    with (data / "serve.out").open("ab") as log:
        running = subprocess.Popen(
            command, env=kept | own | {"TMPDIR": str(temporary)}, stdout=log, stderr=log, start_new_session=True
        )
    try:
        end = time.monotonic() + START_LIMIT
        while not answers(port):
            assert running.poll() is None, (data / "serve.out").read_text()[-3000:]
            assert time.monotonic() < end, (data / "serve.out").read_text()[-3000:]
            time.sleep(0.5)
        yield running
    finally:
        for process in members(data):
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        running.wait()


def answers(port: str) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/server_info", timeout=5):
            return True
    except OSError:
        return False


def gone_after(data: Path) -> tuple[float, dict[int, str]]:
    """Seconds until no process of the service is left, and those that are after the limit."""
    begun = time.monotonic()
    while (left := members(data)) and time.monotonic() - begun < SECONDS:
        time.sleep(0.1)
    return time.monotonic() - begun, left


def test_nothing_lives_on_when_the_service_is_killed(tmp_path: Path, published_copy: PublishedCopy) -> None:
    data, temporary = tmp_path / "data", Path(os.path.realpath("/tmp")) / f"service-test-{os.getpid()}"  # noqa: S108
    published_copy.lend_parse(data)
    temporary.mkdir()
    try:
        with service(data, temporary) as running:
            lines = members(data).values()
            assert [sum(name in line for line in lines) for name in (" serve ", "api grpc", "dagster-daemon")] == [
                1,
                1,
                1,
            ]
            running.kill()
            running.wait()
            seconds, left = gone_after(data)
            assert left == {}
            print(f"killed: {seconds:.1f} s")
        (abandoned,) = temporary.iterdir()
        with service(data, temporary) as running:
            assert not abandoned.exists(), "the next service removes it"
            running.terminate()
            assert running.wait(60) == 0
            assert members(data) == {}
        assert list(temporary.iterdir()) == []
        assert "DEBUG" not in (data / "serve.log").read_text()
    finally:
        shutil.rmtree(temporary)
