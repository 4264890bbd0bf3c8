"""The pages beside the UI: releases, guard reports and compiled SQL can be read, and nothing else of the data folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from orchestration.core.files import write_text
from orchestration.core.settings import Settings
from orchestration.releases.release_store import Release
from orchestration.service import pages as module
from orchestration.service.access import Access
from orchestration.service.pages import pages_app, with_links

RELEASE = "20260701T000000Z-synthetic"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A data folder with a release, a guarded build and things that are nobody's to read."""
    made = Settings(root=tmp_path, data=tmp_path / "data")
    folder, build = made.releases / RELEASE, made.build / "runs" / "run-1"
    write_text(folder / "site" / "index.html", "<!doctype html><title>front</title>")
    write_text(build / "guards.html", '<!doctype html><details id="ip_synthetic">')
    write_text(build / "receipt.json", "secret")
    write_text(made.data / "dagster" / "dagster.yaml", "secret")
    (folder / "leak.txt").symlink_to(made.data / "dagster" / "dagster.yaml")
    (made.build / "runs" / "run-2").mkdir()  # newer, and not guarded
    (made.build / "latest").symlink_to("runs/run-2")
    release = Release(folder, {"id": RELEASE})
    monkeypatch.setattr(module, "require_current", lambda _: release)
    monkeypatch.setattr(module, "published_releases", lambda _: [release])
    return made


@pytest.fixture
def client(settings: Settings) -> TestClient:
    return TestClient(pages_app(settings, Access()), base_url="http://127.0.0.1:3001")


def test_the_current_release_is_read_under_its_id(client: TestClient) -> None:
    for path in ("/", "/release/site/index.html"):
        answer = client.get(path)
        assert answer.url.path == f"/releases/{RELEASE}/site/index.html"
        assert "front" in answer.text


@pytest.mark.parametrize("build", ["run-1", "latest"])
def test_a_guard_report_is_read_by_its_build(client: TestClient, build: str) -> None:
    answer = client.get(f"/guards/{build}")
    assert answer.status_code == 200
    assert 'id="ip_synthetic"' in answer.text
    assert answer.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/guards/run-0", "was removed"),
        ("/guards/run-2", "see its run"),
    ],
)
def test_what_is_not_there_says_what_to_do(client: TestClient, path: str, words: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert words in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/dagster/dagster.yaml",
        "/build/runs/run-1/receipt.json",
        "/guards/..%2f..%2fdagster%2fdagster.yaml",
        "/guards/run-1%2freceipt.json",
        f"/releases/{RELEASE}/../../dagster/dagster.yaml",
        f"/releases/{RELEASE}/%2e%2e/%2e%2e/dagster/dagster.yaml",
        f"/releases/{RELEASE}/leak.txt",
        "/releases/../dagster/dagster.yaml",
        "/releases/%2e%2e/dagster/dagster.yaml",
        "/releases/current/site/index.html",
        "/releases/20200101T000000Z-x/site/index.html",
        "/releases/",
        f"/releases/{RELEASE}/site/",
    ],
)
def test_nothing_else_of_the_data_folder_is_given(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "secret" not in answer.text


def test_nothing_can_be_sent(client: TestClient) -> None:
    json = {"Content-Type": "application/json"}
    assert client.post("/guards/latest", content="{}", headers=json).status_code in (403, 405)
    assert client.put("/guards/latest").status_code == 405


def test_the_rules_of_the_ui_hold(client: TestClient) -> None:
    assert client.get("/guards/latest", headers={"Host": "rebound.example"}).status_code == 421
    assert client.get("/guards/latest", headers={"Origin": "http://evil.example"}).status_code == 403


async def ui(scope: Scope, receive: Receive, send: Send) -> None:
    """An invented UI."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"the UI"})


def test_links_of_the_ui_lead_to_the_pages_on_the_readers_host() -> None:
    client = TestClient(with_links(ui, Access(), 3001), base_url="http://localhost:3000", follow_redirects=False)
    assert client.get("/assets/metrics/ip_receipts").text == "the UI"
    answer = client.get("/pages/guards/latest?x=1")
    assert (answer.status_code, answer.headers["location"]) == (307, "http://localhost:3001/guards/latest?x=1")
    answer = client.get("/pages//evil.example/x")
    assert answer.headers["location"].startswith("http://localhost:3001/")


def test_behind_a_proxy_links_lead_to_the_public_address_of_the_pages() -> None:
    public = "https://bilateral.example.org"
    client = TestClient(with_links(ui, Access(address=public), 3001), base_url=public, follow_redirects=False)
    answer = client.get("/pages/guards/latest")
    assert answer.status_code == 404
    assert "set BILATERAL_PAGES" in answer.text
    known = Access(address=public, pages="https://pages.example.org")
    client = TestClient(with_links(ui, known, 3001), base_url=public, follow_redirects=False)
    assert client.get("/pages/guards/latest").headers["location"] == "https://pages.example.org/guards/latest"
