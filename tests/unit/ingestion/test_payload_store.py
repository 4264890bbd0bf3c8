"""PayloadStore keeps every payload once, loses none, and writes a fetch record only for a complete fetch."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from orchestration.contracts.payload import Answer
from orchestration.ingestion.payload_store import PayloadStore
from tests.unit import synthetic_source as synthetic


def stored_files(root: Path) -> list[Path]:
    return sorted(path for path in (root / "synthetic" / "payloads").rglob("*") if path.is_file())


def test_the_same_bytes_are_stored_once(tmp_path: Path) -> None:
    landing = PayloadStore(tmp_path)
    first = landing.store(synthetic.answer(b"2026-07-01\n2024,1"))
    second = landing.store(synthetic.answer(b"2026-07-01\n2024,1", resource="more"))
    assert first.path == second.path
    assert first.path.read_bytes() == b"2026-07-01\n2024,1"
    assert stored_files(tmp_path) == [first.path]


def test_a_stream_that_breaks_leaves_nothing_behind(tmp_path: Path) -> None:
    class Broken:
        def __enter__(self) -> Broken:
            return self

        def __exit__(self, *_: object) -> None: ...

        def read(self, _: int) -> bytes:
            raise ConnectionError("cut in mid-file")

    good = synthetic.answer(b"x")
    with pytest.raises(ConnectionError, match="cut in mid-file"):
        PayloadStore(tmp_path).store(Answer(good.origin, partial(Broken)))  # type: ignore[arg-type]
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_damaged_payload_is_replaced_by_the_bytes_that_arrive(tmp_path: Path) -> None:
    landing = PayloadStore(tmp_path)
    path = landing.store(synthetic.answer(b"2026-07-01\n2024,1")).path
    path.write_bytes(b"2026-07-01\n2024,9")
    assert landing.store(synthetic.answer(b"2026-07-01\n2024,1")).path.read_bytes() == b"2026-07-01\n2024,1"


def test_an_unchanged_fetch_is_not_recorded_again(tmp_path: Path) -> None:
    landing = PayloadStore(tmp_path)
    early, late = datetime(2026, 7, 1, tzinfo=UTC), datetime(2026, 8, 1, tzinfo=UTC)
    assert landing.record("live", [landing.store(synthetic.answer(b"a", fetched_at=early))]).is_new
    assert not landing.record("live", [landing.store(synthetic.answer(b"a", fetched_at=late))]).is_new
    assert landing.record("live", [landing.store(synthetic.answer(b"b", fetched_at=late))]).is_new
    assert [fetch.payloads[0].read() for fetch in landing.fetches("synthetic")] == [b"b", b"a"]


def test_what_comes_back_after_something_else_is_recorded_again_as_the_newest(tmp_path: Path) -> None:
    landing, same = PayloadStore(tmp_path), datetime(2026, 7, 1, tzinfo=UTC)
    for content in (b"a", b"b", b"a"):
        assert landing.record("live", [landing.store(synthetic.answer(content, fetched_at=same))]).is_new
    assert not landing.record("live", [landing.store(synthetic.answer(b"a", fetched_at=same))]).is_new
    assert [fetch.payloads[0].read() for fetch in landing.fetches("synthetic")] == [b"a", b"b", b"a"]


def test_a_record_names_all_pages_in_order(tmp_path: Path) -> None:
    landing = PayloadStore(tmp_path)
    landing.record("live", [landing.store(synthetic.answer(page)) for page in (b"page 1", b"page 2")])
    (fetch,) = landing.fetches("synthetic")
    assert [payload.read() for payload in fetch.payloads] == [b"page 1", b"page 2"]
    assert fetch.payloads[0].origin.publisher == "Synthetic Statistics Office"


def test_payload_paths_never_come_from_outside_text(tmp_path: Path) -> None:
    hostile = synthetic.answer(b"x")
    hostile = Answer(
        type(hostile.origin)(**{**vars(hostile.origin), "file_name": "../../../../escaped"}), hostile.opener
    )
    payload = PayloadStore(tmp_path / "landing").store(hostile)
    assert os.path.commonpath([payload.path, tmp_path / "landing"]) == str(tmp_path / "landing")
    assert not list(tmp_path.rglob("escaped"))
