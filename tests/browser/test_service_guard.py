"""The guard of `bilateral serve` with the real Dagster UI and a real browser: foreign pages start nothing, the UI everything."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page

from orchestration.core.settings import Settings
from tests.browser.conftest import FOREIGN
from tests.browser.dagster_server import DagsterUI, dagster_ui
from tests.browser.foreign_page import LAUNCH, foreign_page, link
from tests.integration.conftest import REPOSITORY, PublishedCopy, free_port

pytestmark = pytest.mark.campaign

PASSWORD = "a password of this test"


@pytest.fixture(scope="module")
def ui(
    tmp_path_factory: pytest.TempPathFactory, published_copy: PublishedCopy, browser: Browser
) -> Iterator[DagsterUI]:
    """The UI of a data folder without figures, on this machine, without a sign-in."""
    settings = Settings(root=REPOSITORY, data=tmp_path_factory.mktemp("guarded"))
    published_copy.lend_parse(settings.data)
    with dagster_ui(settings) as running:
        yield running


def release_events(ui: DagsterUI) -> list[Any]:
    """Materialisations of the release that Dagster knows; an empty data folder has none."""
    query = '{ assetOrError(assetKey: {path: ["release"]}) { ... on Asset { assetMaterializations { timestamp } } } }'
    content = httpx.post(f"{ui.address}/graphql", json={"query": query}, timeout=60).json()["data"]["assetOrError"]
    events: list[Any] = content.get("assetMaterializations", [])
    return events


def test_a_foreign_page_starts_no_run_and_frames_nothing(ui: DagsterUI, page: Page) -> None:
    before = len(ui.runs())
    with foreign_page(ui.address) as address:
        for name in ("127.0.0.1", "localhost", FOREIGN):  # of the same site, and of another one
            page.goto(address.replace("127.0.0.1", name))
            page.wait_for_selector("body[data-done=yes]", state="attached")
            assert page.title() == "a foreign page"
            frame = page.locator("#framed").element_handle()
            assert frame is not None
            content = frame.content_frame()
            assert content is not None
            assert content.url == "chrome-error://chromewebdata/"
            page.goto(link(ui.address))  # the reader is sent to the UI itself
            page.wait_for_load_state("networkidle")
    assert len(ui.runs()) == before
    assert release_events(ui) == []


@pytest.mark.skipif(shutil.which("caddy") is None, reason="Debian: apt-get install caddy")
def test_a_proxy_signs_people_in(
    tmp_path_factory: pytest.TempPathFactory, published_copy: PublishedCopy, tmp_path: Path
) -> None:
    """The Caddyfile of deploy/ before a service that listens on Unix sockets."""
    settings = Settings(root=REPOSITORY, data=tmp_path_factory.mktemp("proxied"))
    published_copy.lend_parse(settings.data)
    signed = httpx.BasicAuth("ada", PASSWORD)
    port, socket = free_port(), Path("/tmp") / f"bilateral-{os.getpid()}.sock"  # noqa: S108 - a socket's path is short
    public = {"BILATERAL_UI": f"http://localhost:{port}", "BILATERAL_PAGES": f"http://localhost:{port + 1}"}
    hashed = subprocess.run(
        ["caddy", "hash-password", "--plaintext", PASSWORD], capture_output=True, text=True, check=True
    )
    proxy = (
        os.environ | public | {"BILATERAL_SOCKET": str(socket), "BILATERAL_USER": "ada", "XDG_DATA_HOME": str(tmp_path)}
    )
    proxy["BILATERAL_PASSWORD_HASH"] = hashed.stdout.strip()
    caddyfile = str(REPOSITORY / "deploy" / "Caddyfile")
    caddy = subprocess.Popen(["caddy", "run", "--config", caddyfile], env=proxy, stderr=subprocess.DEVNULL)
    try:
        arguments = ("--read-only", "--socket", str(socket))
        with dagster_ui(settings, *arguments, proxy=public["BILATERAL_UI"], auth=signed, **public) as ui:
            assert httpx.get(f"{ui.address}/runs").status_code == 401
            assert httpx.get(f"{public['BILATERAL_PAGES']}/guards/latest").status_code == 401
            for origin in (public["BILATERAL_UI"], "http://evil.example"):
                headers = {"Content-Type": "application/json", "Origin": origin}
                answer = httpx.post(f"{ui.address}/graphql", json={"query": LAUNCH}, headers=headers, auth=signed)
                assert answer.status_code == 403
            query = {"query": "{ version }"}
            assert httpx.post(f"{ui.address}/graphql", json=query, auth=signed).status_code == 200
    finally:
        caddy.terminate()
        caddy.wait(30)
