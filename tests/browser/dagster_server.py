"""The real Dagster UI of a project, for tests in a browser."""

import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx
from playwright.sync_api import Page, expect

from orchestration.core.settings import Settings
from tests.integration.serving import serving

PATIENCE = 120_000
"""Milliseconds within which the UI shows its content."""

RUN_LIMIT = 900
"""Seconds after which a run counts as hung."""

CLICK_LIMIT = 90
"""Seconds within which a pressed button launches its run."""

ENDED = frozenset({"SUCCESS", "FAILURE", "CANCELED"})
"""The statuses of a run that has ended."""


@dataclass(frozen=True)
class DagsterUI:
    """A running UI: its address, the project that it shows, and the process of ``bilateral serve``."""

    address: str
    settings: Settings
    process: subprocess.Popen[bytes]

    def open(self, page: Page, path: str) -> Page:
        """Open a page of the UI and wait until it has loaded."""
        page.goto(f"{self.address}{path}")
        page.wait_for_load_state("networkidle")
        return page

    def press(self, page: Page, *names: str) -> str:
        """Press tabs, buttons or entries of menus, the last of which launches a run; return the run's id."""
        before = self.runs()
        pressed = page.get_by_role("button").or_(page.get_by_role("tab")).or_(page.get_by_role("menuitem"))
        for name in names:  # by its text: the name of a button begins with that of its icon
            pressed.filter(has_text=re.compile(f"^{name}")).first.click()
        end = time.monotonic() + CLICK_LIMIT
        while not (new := set(self.runs()) - set(before)):
            assert time.monotonic() < end, f"{page.url}: {names} launch no run"
            time.sleep(0.5)
        (run,) = new
        return run

    def launch(self, page: Page, job: str, config: str = "") -> str:
        """Launch a job from the list of jobs, with this configuration or the default; return the run's id."""
        self.open(page, "/")
        for name in ("Jobs", job, "Open the launchpad"):
            page.get_by_role("link").filter(has_text=re.compile(f"^{name}$")).first.click()
        if config:
            page.locator(".CodeMirror").first.click()
            page.keyboard.press("Control+A")
            page.keyboard.insert_text(config)
        return self.press(page, "Launch Run")

    def end(self, page: Page, run: str) -> str:
        """Wait until a run ends; return its status. An open page would take as much CPU time as the run."""
        page.goto("about:blank")
        limit = time.monotonic() + RUN_LIMIT
        while (status := self._status_of(run)) not in ENDED:
            assert time.monotonic() < limit, f"run {run} does not end"
            time.sleep(1)
        return status

    def runs(self) -> list[str]:
        """Return the ids of all runs."""
        query = "{ runsOrError { ... on Runs { results { runId } } } }"
        answer = httpx.post(f"{self.address}/graphql", json={"query": query}, timeout=60)
        return [run["runId"] for run in answer.raise_for_status().json()["data"]["runsOrError"]["results"]]

    def _status_of(self, run: str) -> str:
        """Return the status of a run."""
        query = "query ($run: ID!) { runOrError(runId: $run) { ... on Run { status } } }"
        answer = httpx.post(f"{self.address}/graphql", json={"query": query, "variables": {"run": run}})
        return str(answer.raise_for_status().json()["data"]["runOrError"]["status"])


@contextmanager
def dagster_ui(
    settings: Settings, *arguments: str, proxy: str = "", auth: httpx.Auth | None = None, **variables: str
) -> Iterator[DagsterUI]:
    """Run ``bilateral serve`` until the block ends; see ``serving``."""
    expect.set_options(timeout=PATIENCE)
    with serving(settings, *arguments, proxy=proxy, auth=auth, **variables) as (address, process):
        yield DagsterUI(address, settings, process)
