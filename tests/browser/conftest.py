"""What tests in a real browser share: one Chromium of the system for the session. What a page must do belongs to the tests."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

REQUIRED = "BILATERAL_REQUIRE_BROWSER"
"""Environment variable: set to 1, a missing browser is a failure; else the tests are skipped and say why."""

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]

FOREIGN = "rebound.example"
"""A name that the browser resolves to this machine, as that of a page that attacks by DNS rebinding would."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium that calls nobody by itself; contexts and pages are the tests' own."""
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        reason = f"no Chromium on the PATH (looked for {', '.join(_NAMES)})"
        if os.environ.get(REQUIRED) == "1":
            pytest.fail(f"{REQUIRED}=1 and {reason}")
        pytest.skip(f"{reason}; set {REQUIRED}=1 to make this a failure")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=found, args=[*_QUIET, f"--host-resolver-rules=MAP {FOREIGN} 127.0.0.1"]
        )
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def screenshots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder for pictures of pages: ``BILATERAL_SCREENSHOTS``, or a temporary one of this test run."""
    chosen = os.environ.get("BILATERAL_SCREENSHOTS")
    folder = Path(chosen) if chosen else tmp_path_factory.mktemp("screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder
