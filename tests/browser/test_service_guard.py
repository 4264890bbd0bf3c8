"""The guard of `bilateral serve` in a real browser: foreign pages start nothing, and a proxy signs people in."""

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
from tests.browser.foreign_page import LAUNCH, foreign_page, link
from tests.integration.conftest import REPOSITORY, PublishedCopy, free_port
from tests.integration.serving import serving

pytestmark = pytest.mark.campaign

PASSWORD = "a password of this test"


@pytest.fixture(scope="module")
def ui(tmp_path_factory: pytest.TempPathFactory, published_copy: PublishedCopy, browser: Browser) -> Iterator[str]:
    """The address of the UI of a data folder without figures, on this machine, without a sign-in."""
    settings = Settings(root=REPOSITORY, data=tmp_path_factory.mktemp("guarded"))
    published_copy.lend_parse(settings.data)
    with serving(settings) as (address, _):
        yield address


def runs_and_releases(ui: str) -> tuple[list[Any], list[Any]]:
    """Return the runs and the materialisations of the release that Dagster knows; an empty data folder has none."""
    release = 'assetOrError(assetKey: {path: ["release"]}) { ... on Asset { assetMaterializations { timestamp } } }'
    query = f"{{ runsOrError {{ ... on Runs {{ results {{ runId }} }} }} {release} }}"
    content = httpx.post(f"{ui}/graphql", json={"query": query}, timeout=60).raise_for_status().json()["data"]
    return content["runsOrError"]["results"], content["assetOrError"].get("assetMaterializations", [])


def test_a_foreign_page_starts_no_run_and_frames_nothing(ui: str, page: Page) -> None:
    with foreign_page(ui) as address:
        for name in ("127.0.0.1", "localhost", FOREIGN):  # of the same site, and of another one
            page.goto(address.replace("127.0.0.1", name))
            page.wait_for_selector("body[data-done=yes]", state="attached")
            assert page.title() == "a foreign page"
            frame = page.locator("#framed").element_handle()
            assert frame is not None
            content = frame.content_frame()
            assert content is not None
            assert content.url == "chrome-error://chromewebdata/"
            page.goto(link(ui))  # the reader is sent to the UI itself
            page.wait_for_load_state("networkidle")
    assert runs_and_releases(ui) == ([], [])


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
        with serving(settings, *arguments, proxy=public["BILATERAL_UI"], auth=signed, **public) as (address, _):
            assert httpx.get(f"{address}/runs").status_code == 401
            assert httpx.get(f"{public['BILATERAL_PAGES']}/guards/latest").status_code == 401
            for origin in (public["BILATERAL_UI"], "http://evil.example"):
                headers = {"Content-Type": "application/json", "Origin": origin}
                answer = httpx.post(f"{address}/graphql", json={"query": LAUNCH}, headers=headers, auth=signed)
                assert answer.status_code == 403
            query = {"query": "{ version }"}
            assert httpx.post(f"{address}/graphql", json=query, auth=signed).status_code == 200
    finally:
        caddy.terminate()
        caddy.wait(30)
