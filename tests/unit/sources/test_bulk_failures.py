"""What can go wrong on the way of any bulk file: refusals, throttling, cut connections, pages in its stead, damage and bombs."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.contracts.source import Resource, Source
from orchestration.core.errors import BilateralError, FeedError, PayloadError
from orchestration.sources import sec, unctad, wto
from tests.archives import seven_zipped, zipped
from tests.publisher_server import Reply
from tests.unit.sources.bulk import (
    ANNUAL_URL,
    HTML,
    SEC_PAGE,
    SEC_URL,
    UNCTAD_URL,
    WHOLE,
    ZIP,
    answering,
    parsed,
    rows_of,
    sec_members,
    stored,
)

EVERY = pytest.mark.parametrize("name", WHOLE)
Case = tuple[Source, Resource, str, dict[str, bytes]]


@pytest.fixture(autouse=True)
def contact_and_no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BILATERAL_CONTACT", "A Tester tester@example.org")
    monkeypatch.setattr("time.sleep", lambda seconds: None)


@EVERY
def test_a_whole_answer_becomes_rows(name: str, tmp_path: Path) -> None:
    source, resource, url, answers = WHOLE[name]
    with answering(answers) as server:
        payloads = stored(source, resource, server, tmp_path)
    assert [payload.origin.url for payload in payloads] == [url]
    assert all(rows_of(results) for results in parsed(source, payloads).values())


@EVERY
@pytest.mark.parametrize("status", [401, 403, 404, 500])
def test_a_refusal_names_publisher_and_status(name: str, status: int, tmp_path: Path) -> None:
    source, resource, url, answers = WHOLE[name]
    with (
        answering({**answers, url: Reply(b"no", status)}) as server,
        pytest.raises(FeedError, match=str(status)) as refusal,
    ):
        stored(source, resource, server, tmp_path)
    assert refusal.value.publisher == source.CARD.publisher


@EVERY
def test_throttling_with_a_time_to_wait_is_obeyed(name: str, tmp_path: Path) -> None:
    source, resource, url, answers = WHOLE[name]
    reply = [Reply(b"slow down", 429, {"Retry-After": "1"}), Reply(answers[url], headers=ZIP)]
    with answering({**answers, url: reply}) as server:
        assert len(stored(source, resource, server, tmp_path)) == 1


@EVERY
def test_throttling_without_one_is_not_tried_again(name: str, tmp_path: Path) -> None:
    source, resource, url, answers = WHOLE[name]
    with answering({**answers, url: Reply(b"banned", 429)}) as server, pytest.raises(FeedError, match="429"):
        stored(source, resource, server, tmp_path)
    assert [asked.url for asked in server.asked].count(url) == 1


@EVERY
def test_a_connection_cut_in_mid_file_is_tried_again(name: str, tmp_path: Path) -> None:
    source, resource, url, answers = WHOLE[name]
    cut = Reply(answers[url], headers=ZIP, cut_after=len(answers[url]) // 2)
    with answering({**answers, url: [cut, Reply(answers[url], headers=ZIP)]}) as server:
        (payload,) = stored(source, resource, server, tmp_path)
    assert payload.origin.size == len(answers[url])


@EVERY
def test_a_connection_that_is_always_cut_leaves_nothing(name: str, tmp_path: Path) -> None:
    source, resource, url, answers = WHOLE[name]
    cut = Reply(answers[url], headers=ZIP, cut_after=len(answers[url]) // 2)
    with answering({**answers, url: cut}) as server, pytest.raises(FeedError):
        stored(source, resource, server, tmp_path)
    assert not list(tmp_path.glob("landing/*/payloads/*/*"))


@EVERY
@pytest.mark.parametrize(
    "body", [b"<html><body>Maintenance</body></html>", b"", b"\x00" * 200], ids=["page", "empty", "zeros"]
)
def test_something_else_in_a_success_is_refused(name: str, body: bytes, tmp_path: Path) -> None:
    source, resource, url, answers = WHOLE[name]
    with answering({**answers, url: Reply(body, headers=HTML)}) as server, pytest.raises(BilateralError) as refusal:
        parsed(source, stored(source, resource, server, tmp_path))
    assert refusal.value.publisher == source.CARD.publisher


@EVERY
def test_half_a_file_that_came_as_a_success_is_refused(name: str, tmp_path: Path) -> None:
    source, resource, url, answers = WHOLE[name]
    half = answers[url][: len(answers[url]) // 2]
    with answering({**answers, url: Reply(half, headers=ZIP)}) as server, pytest.raises(PayloadError):
        parsed(source, stored(source, resource, server, tmp_path))


def members_of(name: str) -> dict[str, bytes]:
    return {"wto": {"services_annual_dataset.csv": b""}, "unctad": {"US.csv": b""}, "sec": sec_members()}[name]


BOMBS = {
    "wto": (ANNUAL_URL, "services_annual_dataset.csv", wto),
    "unctad": (UNCTAD_URL, "US.csv", unctad),
    "sec": (SEC_URL, "num.tsv", sec),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url, member, module = BOMBS[name]
    monkeypatch.setattr(module, "_UNPACKED_LIMIT", 100_000)
    source, resource, _, answers = WHOLE[name]
    packed = seven_zipped if name == "unctad" else zipped
    body = packed({**members_of(name), member: b"0" * 200_000})
    with answering({**answers, url: body}) as server, pytest.raises(PayloadError, match="the limit is 100000"):
        parsed(source, stored(source, resource, server, tmp_path))


@pytest.mark.parametrize("name", ["wto", "sec"])
def test_a_member_that_climbs_out_is_refused(name: str, tmp_path: Path) -> None:
    url, member, _ = BOMBS[name]
    source, resource, _, answers = WHOLE[name]
    body = zipped({**members_of(name), f"../../{member}": b"x"})
    with (
        answering({**answers, url: body}) as server,
        pytest.raises(PayloadError, match="sv' points outside of its archive"),
    ):
        parsed(source, stored(source, resource, server, tmp_path))


@pytest.mark.parametrize("name", ["wto", "unctad", "sec"])
def test_an_archive_without_the_table_is_refused(name: str, tmp_path: Path) -> None:
    url = BOMBS[name][0]
    source, resource, _, answers = WHOLE[name]
    body = (seven_zipped if name == "unctad" else zipped)({"readme.txt": b"moved"})
    with (
        answering({**answers, url: body}) as server,
        pytest.raises(PayloadError, match=r"sv, not one: \[\] among \['readme\.txt'\]"),
    ):
        parsed(source, stored(source, resource, server, tmp_path))


def test_a_page_that_is_no_page_is_refused(tmp_path: Path) -> None:
    source, resource, _, answers = WHOLE["sec"]
    with (
        answering({**answers, SEC_PAGE: b'{"moved": true}'}) as server,
        pytest.raises(FeedError, match=r"no links on the page: .*moved"),
    ):
        stored(source, resource, server, tmp_path)
