"""The service runs webserver and daemon; killed, it leaves no process, and the next one removes its files."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from orchestration.core.settings import Settings
from tests.integration.conftest import REPOSITORY, PublishedCopy
from tests.integration.serving import serving

pytestmark = [
    pytest.mark.campaign,
    pytest.mark.ci,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc"),
]

SECONDS = 10.0
"""Within which every process must end."""


def members(data: Path) -> dict[int, str]:
    """Return every process of a service on this data folder, with its command line."""
    processes = {}
    for process in Path("/proc").iterdir():
        with suppress(OSError):
            if process.name.isdigit() and str(data).encode() in (process / "environ").read_bytes():
                processes[int(process.name)] = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
    return processes


@contextmanager
def service(data: Path, temporary: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run ``bilateral serve`` with a temporary folder; kill whatever is left of it in the end."""
    try:
        with serving(Settings(REPOSITORY, data), TMPDIR=str(temporary)) as (_, process):
            yield process
    finally:
        for member in members(data):
            with suppress(ProcessLookupError):
                os.kill(member, signal.SIGKILL)


def gone_after(data: Path) -> tuple[float, dict[int, str]]:
    """Return the seconds until no process of the service is left, and the processes left at the limit."""
    begun = time.monotonic()
    while (left := members(data)) and time.monotonic() - begun < SECONDS:
        time.sleep(0.1)
    return time.monotonic() - begun, left


def test_no_program_survives_when_the_service_is_killed(tmp_path: Path, published_copy: PublishedCopy) -> None:
    data, temporary = tmp_path / "data", Path(os.path.realpath("/tmp")) / f"service-test-{os.getpid()}"  # noqa: S108
    published_copy.lend_parse(data)
    temporary.mkdir()
    try:
        with service(data, temporary) as running:
            lines = members(data).values()
            assert all(sum(name in line for line in lines) == 1 for name in (" serve ", "api grpc", "dagster-daemon"))
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
