"""Shared by the tests in browsers: Chromium, visits of the published pages, and their server."""

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NoReturn

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from orchestration.site.query_engine import engine_folder, has_engine
from tests.integration.conftest import BILATERAL, PublishedCopy, environment

REQUIRED = "BILATERAL_REQUIRE_BROWSER"
"""Environment variable: with 1 a missing browser is a failure; otherwise its tests are skipped."""

REQUIRED_ENGINE = "BILATERAL_REQUIRE_QUERY"
"""The same for the engine of the query page."""

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]

FOREIGN = "rebound.example"
"""A name that the browser resolves to this machine, as in DNS rebinding."""


PATIENCE = 120_000
"""Milliseconds after which a page counts as stuck, on a busy machine."""

FRONT, PAIR, ECONOMY = "index.html", "pairs/CHN-USA.html", "economies/CHN.html"
LISTS = ("pairs/index.html", "economies/index.html")
Scheme = Literal["light", "dark"]
PHONE, DESKTOP = (375, 740), (1366, 900)

expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Yield a headless Chromium without background requests."""
    program = _program("Chromium", _NAMES)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=program, args=[*_QUIET, f"--host-resolver-rules=MAP {FOREIGN} 127.0.0.1"]
        )
        yield chromium
        chromium.close()


@contextmanager
def a_page(browser: Browser) -> Iterator[Page]:
    """Yield an empty page of a desktop's size in its own context."""
    context = browser.new_context(viewport={"width": 1400, "height": 900}, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with a_page(browser) as page:
        yield page


@dataclass
class Visit:
    """An open page with its console messages, errors and requests."""

    page: Page
    noticed: list[str] = field(default_factory=list)
    requested: list[str] = field(default_factory=list)


@pytest.fixture(scope="session")
def site(published_copy: PublishedCopy) -> Path:
    """The folder of the pages of the published release."""
    return (published_copy.settings.releases / "current").resolve() / "site"


@pytest.fixture
def visit(browser: Browser, site: Path) -> Iterator[Callable[..., Visit]]:
    """Yield a function that opens a page of the site in its own context."""
    with _visits(browser, site) as opened:
        yield opened


@contextmanager
def _visits(browser: Browser, site: Path) -> Iterator[Callable[..., Visit]]:
    contexts = []

    def opened(name: str, size: tuple[int, int] = DESKTOP, scheme: Scheme = "light", scripts: bool = True) -> Visit:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, color_scheme=scheme, java_script_enabled=scripts
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        seen = Visit(context.new_page())
        seen.page.on("console", lambda message: seen.noticed.append(f"{message.type}: {message.text}"))
        seen.page.on("pageerror", lambda error: seen.noticed.append(f"error: {error}"))
        seen.page.on("request", lambda request: seen.requested.append(request.url))
        seen.page.goto((site / name).as_uri())
        if scripts and seen.page.locator("script[src$='charts.js']").count():
            seen.page.wait_for_selector("html[data-drawn=all]", timeout=PATIENCE)
        return seen

    yield opened
    for context in contexts:
        context.close()


def violations(page: Page) -> list[tuple[str, str]]:
    """Return the accessibility rules that a page violates, each with the first element."""
    return [(rule["id"], rule["nodes"][0]["html"]) for rule in Axe().run(page).response["violations"]]


@pytest.fixture(scope="module")
def served(published_copy: PublishedCopy) -> Iterator[str]:
    """Yield the address of the published release, served with the query engine."""
    if not has_engine():
        _missing(REQUIRED_ENGINE, f"no query engine in {engine_folder()} (make query)")
    with subprocess.Popen(
        [*BILATERAL, "site", "--serve", "--port", "0"],
        cwd=published_copy.root,
        env=environment(published_copy.root, published_copy.data),
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        address = re.search(r"http://127\.0\.0\.1:\d+/\S+/(?=site/index\.html)", process.stdout.readline())
        assert address, "the first line has the address"
        yield address[0]
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0, "Ctrl-C ends the server, which is no failure"


def _program(kind: str, names: tuple[str, ...]) -> str:
    program = next(filter(None, map(shutil.which, names)), None)
    if program is None:
        _missing(REQUIRED, f"no {kind} on the PATH (names: {', '.join(names)})")
    return program


def _missing(variable: str, reason: str) -> NoReturn:
    """Skip, or fail if the environment requires it."""
    if os.environ.get(variable) == "1":
        pytest.fail(f"{variable}=1 and {reason}")
    pytest.skip(f"{reason}; set {variable}=1 to make this a failure")
