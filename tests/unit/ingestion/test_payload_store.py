"""PayloadStore keeps every payload once, loses none, and writes a fetch record only for a complete fetch."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from orchestration.contracts.payload import Answer
from orchestration.core.errors import FeedError
from orchestration.ingestion.origin_cards import origin_from, origin_json
from orchestration.ingestion.payload_store import FileBytes, PayloadStore
from tests.unit import synthetic_source as synthetic


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"size": "many", "sha256": 1}, "sha256: Input should be a valid string"), ({"url": None}, "url: Input should")],
)
def test_an_origin_card_that_is_wrong_is_refused_with_its_first_fault(changes: dict[str, Any], words: str) -> None:
    card = origin_json(synthetic.origin(b"x"))
    assert origin_from(card, "card") == synthetic.origin(b"x")
    with pytest.raises(FeedError, match=f"^an origin card is incomplete or wrong: {words}"):
        origin_from({**card, **changes}, "figures.csv.origin.json")


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
    pages = [landing.store(synthetic.answer(body, fetched_at=day)) for body, day in ((b"1", early), (b"2", late))]
    landing.record("drop", pages)
    landing.record("bundle", [landing.store(synthetic.answer(b"c", fetched_at=datetime(2026, 7, 9, tzinfo=UTC)))])
    assert [fetch.feed for fetch in landing.fetches("synthetic")] == ["live", "drop", "bundle", "live"]


def test_a_store_keeps_the_names_by_which_earlier_versions_find_its_files(tmp_path: Path) -> None:
    landing, moment = PayloadStore(tmp_path), datetime(2026, 7, 1, tzinfo=UTC)
    payload = landing.store(synthetic.answer(b"a", fetched_at=moment))
    landing.record("live", [payload])
    landing.remember(Answer(payload.origin, FileBytes(payload.path)), payload)
    assert sorted(str(path.relative_to(tmp_path / "synthetic")) for path in tmp_path.rglob("*") if path.is_file()) == [
        "answers/b0a2c04fc7e5e2b3d19a73847104f444.json",
        "fetches/figures/20260701T000000.000000Z_live_da3811154d59c426.json",
        "payloads/ca/ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb",
    ]


def test_returning_content_is_recorded_as_newest(tmp_path: Path) -> None:
    landing, same = PayloadStore(tmp_path), datetime(2026, 7, 1, tzinfo=UTC)
    for content in (b"a", b"b", b"a"):
        assert landing.record("live", [landing.store(synthetic.answer(content, fetched_at=same))]).is_new
    assert not landing.record("live", [landing.store(synthetic.answer(b"a", fetched_at=same))]).is_new
    assert [fetch.payloads[0].read() for fetch in landing.fetches("synthetic")] == [b"a", b"b", b"a"]


def test_payload_paths_never_come_from_outside_text(tmp_path: Path) -> None:
    hostile = synthetic.answer(b"x")
    hostile = Answer(
        type(hostile.origin)(**{**vars(hostile.origin), "file_name": "../../../../escaped"}), hostile.opener
    )
    payload = PayloadStore(tmp_path / "landing").store(hostile)
    assert os.path.commonpath([payload.path, tmp_path / "landing"]) == str(tmp_path / "landing")
    assert not list(tmp_path.rglob("escaped"))
