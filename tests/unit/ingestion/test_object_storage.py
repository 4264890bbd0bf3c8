"""A folder and its copy in object storage come to hold the same, on S3 and in a mounted folder."""

import os
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from orchestration.core.errors import BilateralError
from orchestration.ingestion.object_storage import ObjectStorage
from tests.object_storage import BUCKET, s3_server

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server() -> Iterator[dict[str, str]]:
    with s3_server() as environment:
        yield environment


@pytest.fixture(params=["folder", "s3"])
def storage(
    request: pytest.FixtureRequest, tmp_path: Path, server: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> ObjectStorage:
    if request.param == "folder":
        return ObjectStorage(f"file://{tmp_path}/shared")
    for name, value in server.items():
        monkeypatch.setenv(name, value)
    return ObjectStorage(f"{BUCKET}/{tmp_path.name}/")


def filled(folder: Path, **content: str) -> Path:
    for name, text in content.items():
        path = folder / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def held(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_another_machine_gets_what_one_has_written(storage: ObjectStorage, tmp_path: Path) -> None:
    folder = filled(tmp_path / "one", payloads__ab__abcd="figures", fetches__first="card", incoming__part="half")
    filled(folder, **{".in_use": "", "fetches__.first.part": "half"})
    storage.push(folder, "landing/office")
    storage.pull("landing/office", tmp_path / "other")
    assert held(tmp_path / "other") == {"payloads/ab/abcd": "figures", "fetches/first": "card"}
    copies = {path: path.stat().st_ino for path in (tmp_path / "other").rglob("*")}
    storage.pull("landing/office", tmp_path / "other")
    assert {path: path.stat().st_ino for path in copies} == copies, "what is there is not copied again"


def test_records_are_replaced_and_payloads_never(storage: ObjectStorage, tmp_path: Path) -> None:
    first, second = filled(tmp_path / "one", record="1", payloads__a="a"), tmp_path / "other"
    storage.push(first, "raw")
    storage.pull("raw", second)
    filled(second, record="2", payloads__a="b")
    storage.push(second, "raw")
    os.utime(first / "record", (0, 0))  # both were written within the second that S3 counts by
    storage.pull("raw", first)
    assert held(first) == {"record": "2", "payloads/a": "a"}
    filled(first, record="3")
    storage.pull("raw", first)
    assert held(first)["record"] == "3", "an older copy replaces nothing"


def test_missing_storage_is_named(server: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BilateralError, match="object storage tape://attic does not answer"):
        ObjectStorage("tape://attic")
    for name, value in server.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(BilateralError, match="s3://nobodys-bucket/x does not answer") as raised:
        ObjectStorage("s3://nobodys-bucket/x").push(filled(tmp_path, a="1"), "raw")
    assert "AWS_ENDPOINT_URL" in str(raised.value)


def test_escaping_names_are_refused(server: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in server.items():
        monkeypatch.setenv(name, value)
    storage = ObjectStorage(f"{BUCKET}/{tmp_path.name}")
    storage.push(filled(tmp_path / "one", record="1"), "raw")
    bucket = BUCKET.removeprefix("s3://")
    there = f"{server['AWS_ENDPOINT_URL']}/{bucket}/{tmp_path.name}/raw/%2E%2E/%2E%2E/outside"
    httpx.put(there, content=b"of somebody else", headers={"x-amz-acl": "public-read"}).raise_for_status()
    with pytest.raises(BilateralError, match="leaves its folder"):
        storage.pull("raw", tmp_path / "inner" / "other")
    assert not (tmp_path / "outside").exists()
    assert not (tmp_path / "inner").exists()
