"""The server of `bilateral site --serve`: it reads one release and nothing else, for pages of its own alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from orchestration.core.errors import BilateralError
from orchestration.service.site_server import ADDRESS, listening, site_app

PARQUET = b"PAR1" + bytes(range(200)) + b"PAR1"


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    release, engine = tmp_path / "release", tmp_path / "engine"
    for path, content in {
        release / "site" / "index.html": b"<!doctype html><title>front</title>",
        release / "site" / "charts.js": b"1",
        release / "parquet" / "dim_area.parquet": PARQUET,
        release / "warehouse.duckdb": b"DUCK",
        engine / "duckdb.wasm.gz": b"\x1f\x8b",
        engine / "plain.wasm": b"\0asm",
        tmp_path / "secret.txt": b"secret",
    }.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (release / "site" / "leak.txt").symlink_to(tmp_path / "secret.txt")
    return TestClient(site_app(release, engine), base_url="http://127.0.0.1:3080")


def test_the_root_leads_to_the_front_page(client: TestClient) -> None:
    answer = client.get("/")
    assert answer.url.path == "/site/index.html"
    assert "front" in answer.text


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/site/index.html", "text/html; charset=utf-8"),
        ("/site/charts.js", "text/javascript; charset=utf-8"),
        ("/parquet/dim_area.parquet", "application/vnd.apache.parquet"),
        ("/warehouse.duckdb", "application/octet-stream"),
        ("/site/engine/duckdb.wasm.gz", "application/gzip"),
        ("/site/engine/plain.wasm", "application/wasm"),
    ],
)
def test_every_kind_of_file_has_its_media_type(client: TestClient, path: str, kind: str) -> None:
    answer = client.head(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == kind
    assert "content-encoding" not in answer.headers, "the page unpacks what is packed"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_part_of_a_file_is_given_as_a_part(client: TestClient) -> None:
    answer = client.get("/parquet/dim_area.parquet", headers={"Range": "bytes=-8"})
    assert answer.status_code == 206
    assert answer.content == PARQUET[-8:]
    assert answer.headers["content-range"] == f"bytes {len(PARQUET) - 8}-{len(PARQUET) - 1}/{len(PARQUET)}"


@pytest.mark.parametrize(
    "path",
    [
        "/site/",
        "/site",
        "/parquet/",
        "/site/engine/",
        "/../secret.txt",
        "/site/%2e%2e/%2e%2e/secret.txt",
        "/site/engine/..%2f..%2fsecret.txt",
        "/site/leak.txt",
    ],
)
def test_no_folder_is_listed_and_nothing_outside_is_given(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "secret" not in answer.text


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_whatever_is_not_reading_is_refused(client: TestClient, method: str) -> None:
    answer = client.request(method, "/site/index.html")
    assert answer.status_code == 405
    assert "GET or HEAD" in answer.text


def test_another_name_of_the_host_is_refused(client: TestClient) -> None:
    assert client.get("/", headers={"Host": "rebound.example:3080"}).status_code == 421
    assert client.get("/site/index.html", headers={"Host": "localhost:3080"}).status_code == 200


def test_a_page_of_another_site_gets_nothing_but_may_link(client: TestClient) -> None:
    foreign = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "script"}
    assert client.get("/site/charts.js", headers=foreign).status_code == 403
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    answer = client.get("/site/index.html", headers=link)
    assert answer.status_code == 200
    assert answer.headers["x-frame-options"] == "DENY"


def test_a_port_in_use_is_refused_in_words() -> None:
    with listening(ADDRESS, 0, "") as first, pytest.raises(BilateralError, match="listened on: Address already in use"):
        listening(ADDRESS, first.getsockname()[1], "another")
