"""The real Dagster UI of a project, as its own processes, for tests in a browser. What the UI must show belongs to the tests."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from playwright.sync_api import Page, expect

from orchestration.core.settings import Settings
from tests.integration.conftest import free_port

START_LIMIT = 400
"""Seconds within which the UI answers, on a machine that does much else."""

PATIENCE = 120_000
"""Milliseconds within which the UI shows what it has to, on such a machine."""

RUN_LIMIT = 900
"""Seconds after which a run is taken for hung."""

CLICK_LIMIT = 90
"""Seconds within which a pressed button launches its run."""

BAD_GATEWAY = 502
"""The answer of a proxy before a service that does not listen yet."""

ENDED = frozenset({"SUCCESS", "FAILURE", "CANCELED"})
"""The statuses of a run that has ended."""


@dataclass(frozen=True)
class DagsterUI:
    """A running UI: its address, the project that it shows, and the process of ``bilateral serve``."""

    address: str
    settings: Settings
    process: subprocess.Popen[bytes]

    def open(self, page: Page, path: str) -> Page:
        """Go to a place of the UI and wait until it has loaded what it shows."""
        page.goto(f"{self.address}{path}")
        page.wait_for_load_state("networkidle")
        return page

    def open_launchpad(self, page: Page, job: str) -> None:
        """Go from the list of jobs to the launchpad of one by the clicks that docs/ui.md names."""
        self.open(page, "/jobs")
        page.get_by_text(job, exact=True).first.click()
        page.get_by_role("link", name="Open the launchpad").click()
        page.wait_for_load_state("networkidle")

    def launch(self, page: Page) -> str:
        """Press the button of the open launchpad; return the run's page once the run has begun."""
        page.get_by_role("button", name="Launch Run").click()
        page.wait_for_url("**/runs/*", timeout=RUN_LIMIT * 1000)
        return page.url.removeprefix(self.address)

    def wait_for(self, page: Page, status: str) -> None:
        """Wait until the run of a run's page has ended, and see on the page that it ended so.

        Meanwhile nobody looks: the page would take as much of the processor as the run.
        """
        run = page.url
        page.goto("about:blank")
        end = time.monotonic() + RUN_LIMIT
        while self._status_of(run.rpartition("/")[2]) not in ENDED and time.monotonic() < end:
            time.sleep(1)
        page.goto(run)
        expect(page.get_by_text(re.compile("^(Success|Failure|Canceled)$")).first).to_have_text(status)

    def press(self, page: Page, path: str, button: str) -> str:
        """Press a button of a page that launches a run; return the status with which the run ends."""
        self.open(page, path)
        before = self.runs()
        # by its text: the name of a button begins with that of its icon
        page.get_by_role("button").filter(has_text=re.compile(f"^{button}")).first.click()
        end = time.monotonic() + CLICK_LIMIT
        while not (new := set(self.runs()) - set(before)):
            assert time.monotonic() < end, f"{path}: {button} launches no run"
            if (confirm := page.get_by_role("button", name="Confirm")).is_visible():  # the other tables of a source
                confirm.click()
            time.sleep(0.5)
        (run,) = new
        end = time.monotonic() + RUN_LIMIT
        page.goto("about:blank")  # an open page takes as much of the processor as the run
        while (status := self._status_of(run)) not in ENDED:
            assert time.monotonic() < end, f"{path}: the run does not end"
            time.sleep(1)
        return status

    def runs(self) -> list[str]:
        """Return the ids of all runs."""
        query = "{ runsOrError { ... on Runs { results { runId } } } }"
        answer = httpx.post(f"{self.address}/graphql", json={"query": query}, timeout=60)
        return [run["runId"] for run in answer.raise_for_status().json()["data"]["runsOrError"]["results"]]

    def _status_of(self, run: str) -> str:
        """The status of a run, as the UI asks for it."""
        query = "query ($run: ID!) { runOrError(runId: $run) { ... on Run { status } } }"
        answer = httpx.post(f"{self.address}/graphql", json={"query": query, "variables": {"run": run}})
        return str(answer.raise_for_status().json()["data"]["runOrError"]["status"])


@contextmanager
def dagster_ui(
    settings: Settings, *arguments: str, proxy: str = "", auth: httpx.Auth | None = None, **environment: str
) -> Iterator[DagsterUI]:
    """``bilateral serve`` on a free port, in a tree and on a data folder of the test's own, until the block ends.

    Arguments and environment are those of the command beyond port, tree and folder; ``proxy`` is the address of a proxy before it,
    ``auth`` what the proxy requires.
    """
    port = free_port()
    address = proxy or f"http://127.0.0.1:{port}"
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("BILATERAL_", "DBT_", "DAGSTER"))}
    own = {"BILATERAL_ROOT": settings.root, "BILATERAL_DATA": settings.data, "PYTHONPATH": settings.root}
    log = settings.data / "serve.out"
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "orchestration.cli.main", "serve", "--port", str(port), *arguments],
            cwd=settings.root,
            env=kept | {name: str(path) for name, path in own.items()} | environment,
            stdout=stream,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    expect.set_options(timeout=PATIENCE)
    try:
        _wait_until_it_answers(address, process, log, auth)
        yield DagsterUI(address, settings, process)
    finally:
        process.terminate()
        try:
            process.wait(timeout=120)
        except subprocess.TimeoutExpired:
            process.kill()


def _wait_until_it_answers(address: str, process: subprocess.Popen[bytes], log: Path, auth: httpx.Auth | None) -> None:
    end = time.monotonic() + START_LIMIT
    while process.poll() is None and time.monotonic() < end:
        try:
            if httpx.get(f"{address}/server_info", auth=auth).status_code != BAD_GATEWAY:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.5)
    raise AssertionError(f"the Dagster UI did not answer at {address}; its log:\n{log.read_text()[-4000:]}")
