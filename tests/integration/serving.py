"""The real `bilateral serve` of a project, on a free port."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from orchestration.core.settings import Settings
from tests.integration.conftest import BILATERAL, environment, free_port

START_LIMIT = 400
"""Seconds within which the service answers on a busy machine."""

BAD_GATEWAY = 502
"""Answer of a proxy whose service does not listen yet."""


@contextmanager
def serving(
    settings: Settings, *arguments: str, proxy: str = "", auth: httpx.Auth | None = None, **variables: str
) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Run ``bilateral serve`` until the block ends; yield its address and its process.

    ``proxy`` is the address of a proxy before the service, and ``auth`` what that proxy requires.
    """
    port = free_port()
    address = proxy or f"http://127.0.0.1:{port}"
    log = settings.data / "serve.out"
    with log.open("ab") as stream:
        process = subprocess.Popen(
            [*BILATERAL, "serve", "--port", str(port), *arguments],
            cwd=settings.root,
            env=environment(settings.root, settings.data) | variables,
            stdout=stream,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        end = time.monotonic() + START_LIMIT
        while not _answers(address, auth):
            assert process.poll() is None, log.read_text()[-4000:]
            assert time.monotonic() < end, log.read_text()[-4000:]
            time.sleep(0.5)
        yield address, process
    finally:
        process.terminate()
        try:
            process.wait(timeout=120)
        except subprocess.TimeoutExpired:
            process.kill()


def _answers(address: str, auth: httpx.Auth | None) -> bool:
    try:
        return httpx.get(f"{address}/server_info", auth=auth, timeout=10).status_code != BAD_GATEWAY
    except httpx.HTTPError:
        return False
