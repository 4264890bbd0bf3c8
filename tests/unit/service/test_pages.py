"""The pages beside the UI: releases and guard reports can be read, and nothing else of the data folder."""

from pathlib import Path

import pytest
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from orchestration.core.files import write_text
from orchestration.core.settings import Settings
from orchestration.reading.release import Release
from orchestration.service import pages as module
from orchestration.service.access import Access
from orchestration.service.pages import pages_app, with_links

RELEASE = "20260701T000000Z-synthetic"
PARQUET = b"PAR1" + bytes(range(200)) + b"PAR1"
FILES = {
    "site/index.html": b"<!doctype html><title>front</title>",
    "site/charts.js": b"1",
    "parquet/dim_area.parquet": PARQUET,
    "warehouse.duckdb": b"DUCK",
}


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A data folder with a release, a guarded build and things that are nobody's to read."""
    made = Settings(root=tmp_path, data=tmp_path / "data")
    folder, build = made.releases / RELEASE, made.build / "runs" / "run-1"
    for path, content in FILES.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    write_text(made.releases / "20200101T000000Z-x" / "site" / "index.html", "secret, as it was not published")
    write_text(build / "guards.html", '<!doctype html><details id="ip_synthetic">')
    write_text(build / "receipt.json", "secret")
    write_text(made.data / "dagster" / "dagster.yaml", "secret")
    (folder / "leak.txt").symlink_to(made.data / "dagster" / "dagster.yaml")
    (made.build / "runs" / "run-2").mkdir()  # newer, and not guarded
    (made.build / "latest").symlink_to("runs/run-2")
    release = Release(folder, {"id": RELEASE})
    monkeypatch.setattr(module, "require_current", lambda _: release)
    monkeypatch.setattr(module, "published_releases", lambda _: [release])
    for name in ("duckdb.wasm.gz", "plain.wasm"):
        write_text(tmp_path / "engine" / name, "1")
    monkeypatch.setattr(module, "engine_folder", lambda: tmp_path / "engine")
    return made


@pytest.fixture
def client(settings: Settings) -> TestClient:
    return TestClient(pages_app(settings, Access()), base_url="http://127.0.0.1:3001")


def test_the_current_release_is_read_under_its_id(client: TestClient) -> None:
    for path in ("/", "/release/site/index.html"):
        answer = client.get(path)
        assert [step.status_code for step in answer.history] == [307], "a browser asks again for the next release"
        assert answer.url.path == f"/releases/{RELEASE}/site/index.html"
        assert "front" in answer.text


KINDS = {
    "site/charts.js": "text/javascript; charset=utf-8",
    "parquet/dim_area.parquet": "application/vnd.apache.parquet",
    "site/engine/duckdb.wasm.gz": "application/gzip",
    "site/engine/plain.wasm": "application/wasm",
}


@pytest.mark.parametrize("path", KINDS)
def test_files_have_their_media_type(client: TestClient, path: str) -> None:
    answer = client.head(f"/releases/{RELEASE}/{path}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, KINDS[path])
    assert "content-encoding" not in answer.headers, "the page unpacks packed files"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_range_of_a_file_is_answered_alone(client: TestClient) -> None:
    answer = client.get(f"/releases/{RELEASE}/parquet/dim_area.parquet", headers={"Range": "bytes=-8"})
    assert answer.status_code == 206
    assert answer.content == PARQUET[-8:]
    assert answer.headers["content-range"] == f"bytes {len(PARQUET) - 8}-{len(PARQUET) - 1}/{len(PARQUET)}"


@pytest.mark.parametrize(
    ("build", "status", "text"),
    [
        ("run-1", 200, 'id="ip_synthetic"'),
        ("latest", 200, 'id="ip_synthetic"'),
        ("run-0", 404, "was removed"),
        ("run-2", 404, "see its run"),
    ],
)
def test_a_guard_report_is_read_by_its_build(client: TestClient, build: str, status: int, text: str) -> None:
    answer = client.get(f"/guards/{build}")
    assert (answer.status_code, text in answer.text) == (status, True)


HOME = "dagster/dagster.yaml"
OUTSIDE = (
    *(f"/{HOME}", "/build/runs/run-1/receipt.json", "/guards/..%2f..%2fdagster%2fdagster.yaml"),
    *("/guards/run-1%2freceipt.json", f"/releases/../{HOME}", f"/releases/%2e%2e/{HOME}", "/releases/"),
    *("/releases/current/site/index.html", "/releases/20200101T000000Z-x/site/index.html"),
    *(f"/releases/{RELEASE}/{path}" for path in (f"../../{HOME}", f"%2e%2e/%2e%2e/{HOME}", "leak.txt", "site/")),
    *(f"/releases/{RELEASE}/site/engine/{path}" for path in ("", "..%2f..%2fdagster")),
)


@pytest.mark.parametrize("path", OUTSIDE)
def test_only_releases_and_reports_are_served(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, "secret" in answer.text) == (404, False)


@pytest.mark.parametrize(
    ("status", "method", "headers"),
    [
        (405, "POST", {}),
        (405, "DELETE", {}),
        (421, "GET", {"Host": "rebound.example"}),
        (403, "GET", {"Origin": "http://evil.example"}),
        (403, "GET", {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "script"}),
        (200, "GET", {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}),
        (200, "GET", {"Host": "localhost:3080"}),
    ],
)
def test_the_pages_are_guarded_too(client: TestClient, status: int, method: str, headers: dict[str, str]) -> None:
    answer = client.request(method, f"/releases/{RELEASE}/site/charts.js", headers=headers)
    assert answer.status_code == status
    assert answer.headers["x-frame-options"] == "DENY"


@pytest.mark.parametrize(("origin", "status"), [("pages", 200), ("ui", 403)])
def test_behind_a_proxy_the_pages_know_their_own_origin(settings: Settings, origin: str, status: int) -> None:
    ui_address, address = (f"https://{name}.example.org" for name in ("ui", "pages"))
    access = Access(frozenset({"pages.example.org"}), ui_address, address)
    client = TestClient(pages_app(settings, access), base_url=address)
    headers = {"Origin": f"https://{origin}.example.org"}
    assert client.get(f"/releases/{RELEASE}/site/charts.js", headers=headers).status_code == status


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
