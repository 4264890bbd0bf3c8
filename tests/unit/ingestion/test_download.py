"""Pace, bans, redaction, redirects and interrupted downloads, over real sockets against a local publisher."""

from __future__ import annotations

import base64
import fcntl
import gzip
import hashlib
import html
import json
import logging
import os
import re
import signal
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.contracts.source import Pace
from orchestration.core.errors import FeedError
from orchestration.core.files import FileBytes, read_json
from orchestration.ingestion.download import KEPT_SECONDS, RESUMABLE_FROM, clean_incoming
from orchestration.ingestion.live_feed import LiveFeed, _day, _retry_after, user_agent
from orchestration.ingestion.pacing import Pacer, wait_needed
from orchestration.ingestion.payload_store import PayloadStore, request_key
from orchestration.ingestion.redaction import REDACTED, Secrets
from tests.publisher_server import Asked, HurriedClock, PublisherServer, Reply, publisher_server
from tests.unit.synthetic_source import CARD, RESOURCES, URL

ROOT = Path(__file__).resolve().parents[3]
KEY = "0f9e-Secret-Key-77"
BODY = b"".join(number.to_bytes(4, "big") for number in range(3 * RESUMABLE_FROM // 4))
"""Three MiB in which no two places look alike."""
HALF = len(BODY) // 2


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("SYNTHETIC_KEY", KEY)
    return KEY


def get(feed: LiveFeed, url: str = URL, **options: object) -> bytes:
    return feed.get(CARD, RESOURCES[0], url, **options).read()  # type: ignore[arg-type]


class FileServer:
    """A static file with ETag and ranges; ``cuts`` breaks the first answers after so many bytes."""

    def __init__(self, body: bytes, cuts: list[int] | None = None) -> None:
        self.body, self.etag, self.cuts, self.ranges = body, '"1"', cuts or [], True

    def __call__(self, asked: Asked) -> Reply:
        cut = self.cuts.pop(0) if self.cuts else None
        headers = {"ETag": self.etag, "Accept-Ranges": "bytes", "Content-Type": "application/zip"}
        if asked.headers.get("if-none-match") == self.etag:
            return Reply(status=304, headers=headers)
        span = re.fullmatch(r"bytes=(\d+)-", asked.headers.get("range", ""))
        if span and self.ranges and asked.headers.get("if-range") == self.etag:
            start, end = int(span[1]), len(self.body)
            headers["Content-Range"] = f"bytes {start}-{end - 1}/{end}"
            return Reply(self.body[start:], 206, headers, cut)
        return Reply(self.body, 200, headers, cut)


@pytest.fixture
def server() -> Iterator[tuple[FileServer, PublisherServer]]:
    files = FileServer(BODY)
    with publisher_server(files) as running:
        yield files, running


def live(server: PublisherServer, folder: Path) -> LiveFeed:
    return server.live_feed(folder, landing=PayloadStore(folder / "landing"), pace=folder / "pace")


# Downloads


def test_a_download_that_breaks_is_resumed(tmp_path: Path, server: tuple[FileServer, PublisherServer]) -> None:
    files, running = server
    files.cuts = [HALF, 0, len(BODY) // 4]
    with live(running, tmp_path) as feed:
        assert get(feed) == BODY
    asked = running.asked
    assert "range" not in asked[0].headers
    assert [one.headers.get("if-range") for one in asked[1:]] == ['"1"'] * 3
    starts = [int(one.headers["range"].removeprefix("bytes=").removesuffix("-")) for one in asked[1:]]
    assert 0 < starts[0] == starts[1] < starts[2]


def test_a_download_is_resumed_by_the_next_run(tmp_path: Path, server: tuple[FileServer, PublisherServer]) -> None:
    files, running = server
    files.cuts = [HALF, 0, 0, 0]
    with (
        live(running, tmp_path) as feed,
        pytest.raises(FeedError, match=r"after 4 attempt.*broke off \(RemoteProtocolError\)"),
    ):
        get(feed)
    landing = PayloadStore(tmp_path / "landing")
    clean_incoming(landing.incoming(CARD.id), time.time())
    running.asked.clear()
    with live(running, tmp_path) as feed:
        assert get(feed) == BODY
    assert len(running.asked) == 1
    assert int(running.asked[0].headers["range"].removeprefix("bytes=").removesuffix("-")) > 0


@pytest.mark.parametrize("what", ["changed", "ignores ranges"])
def test_a_file_that_changed_or_a_server_without_ranges_begins_again(
    tmp_path: Path, server: tuple[FileServer, PublisherServer], what: str
) -> None:
    files, running = server
    files.cuts = [HALF, 0, 0, 0]
    with live(running, tmp_path) as feed, pytest.raises(FeedError):
        get(feed)
    if what == "changed":
        files.body, files.etag = BODY[::-1], '"2"'
    else:
        files.ranges = False
    with live(running, tmp_path) as feed:
        assert get(feed) == files.body


def test_a_rest_that_belongs_to_another_file_is_not_appended(tmp_path: Path) -> None:
    answers = [
        Reply(BODY, 200, {"ETag": '"1"', "Accept-Ranges": "bytes"}, HALF),
        Reply(BODY[:10], 206, {"ETag": '"2"', "Content-Range": f"bytes 7-16/{len(BODY)}"}),
        Reply(BODY, 200, {"ETag": '"2"', "Accept-Ranges": "bytes"}),
    ]
    with publisher_server(lambda _: answers.pop(0)) as running, live(running, tmp_path) as feed:
        assert get(feed) == BODY


def test_another_stamp_does_not_resume_the_old_file(tmp_path: Path, server: tuple[FileServer, PublisherServer]) -> None:
    files, running = server
    files.cuts = [HALF, 0, 0, 0]
    with live(running, tmp_path) as feed, pytest.raises(FeedError):
        get(feed, stamp="2026-06")
    running.asked.clear()
    with live(running, tmp_path) as feed:
        assert get(feed, stamp="2026-07") == BODY
    assert "range" not in running.asked[0].headers


def test_a_kill_in_mid_download_loses_nothing_that_came(
    tmp_path: Path, server: tuple[FileServer, PublisherServer]
) -> None:
    files, _ = server
    headers = {"ETag": '"1"', "Accept-Ranges": "bytes"}
    held = Reply(BODY, 200, headers, hold_after=HALF)
    answers = [lambda _: held]
    running_files = files.__call__

    def publisher(asked: Asked) -> Reply:
        return answers.pop(0)(asked) if answers else running_files(asked)

    program = (
        "import sys; from pathlib import Path; from tests.publisher_server import ToLocalServer\n"
        "from orchestration.ingestion.live_feed import LiveFeed; from orchestration.ingestion.payload_store import PayloadStore\n"
        "from tests.unit.synthetic_source import CARD, RESOURCES, URL\n"
        "folder = Path(sys.argv[2])\n"
        "feed = LiveFeed(folder / 'drop', ToLocalServer(int(sys.argv[1])), landing=PayloadStore(folder / 'landing'))\n"
        "feed.get(CARD, RESOURCES[0], URL)\n"
    )
    incoming = PayloadStore(tmp_path / "landing").incoming(CARD.id)
    with publisher_server(publisher) as slow:
        process = subprocess.Popen([sys.executable, "-c", program, str(slow.port), str(tmp_path)], cwd=ROOT)
        try:
            while not any(part.stat().st_size > RESUMABLE_FROM for part in incoming.glob("*.part")):
                assert process.poll() is None, "the download ended before it was killed"
                time.sleep(0.02)
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait()
            held.until.set()
        clean_incoming(incoming, time.time())
        with live(slow, tmp_path) as feed:
            assert get(feed) == BODY
        assert int(slow.asked[-1].headers["range"].removeprefix("bytes=").removesuffix("-")) > RESUMABLE_FROM
    assert list(incoming.iterdir()) == [], "what did not land is gone with its feed"


def test_a_download_of_an_announced_size_is_resumed(tmp_path: Path, server: tuple[FileServer, PublisherServer]) -> None:
    files, running = server
    files.cuts = [HALF]
    with live(running, tmp_path) as feed:
        assert get(feed, size=len(BODY)) == BODY
    assert ["range" in one.headers for one in running.asked] == [False, True]


def test_a_file_that_begins_like_gzip_is_resumed_where_no_key_is_looked_for(tmp_path: Path) -> None:
    files = FileServer(b"\x1f\x8b" + BODY, [HALF])
    with publisher_server(files) as running, live(running, tmp_path) as feed:
        assert get(feed) == files.body
    assert ["range" in one.headers for one in running.asked] == [False, True]


def test_a_download_of_which_nothing_came_is_asked_for_whole(
    tmp_path: Path, server: tuple[FileServer, PublisherServer]
) -> None:
    files, running = server
    files.cuts = [0, 0, 0]
    with live(running, tmp_path) as feed, pytest.raises(FeedError, match="after 3 attempt"):
        get(feed)
    assert not any("range" in one.headers for one in running.asked)
    assert list(PayloadStore(tmp_path / "landing").incoming(CARD.id).iterdir()) == []


def unfinished(part: Path, body: bytes, stamp: str | None = None) -> None:
    """What a process leaves that dies while it downloads ``BODY``."""
    part.parent.mkdir(parents=True, exist_ok=True)
    part.write_bytes(body)
    mark = {"etag": '"1"', "last_modified": None, "length": len(BODY), "media_type": "application/zip", "stamp": stamp}
    part.with_suffix(".json").write_text(json.dumps(mark))


@pytest.mark.parametrize(
    ("held", "stamp", "asked_stamp", "conditions"),
    [
        (BODY, "2026-07", "2026-07", []),
        (BODY, "2026-06", "2026-07", [{}]),
        (BODY, None, None, [{"if-none-match": '"1"'}]),
        (BODY + b"?", None, None, [{}]),
        (b"", None, None, [{}]),
        (BODY[:HALF], "2026-07", "2026-07", [{"range": f"bytes={HALF}-", "if-range": '"1"'}]),
    ],
)
def test_what_an_earlier_run_received_is_used_as_far_as_it_is_the_same_file(
    tmp_path: Path,
    server: tuple[FileServer, PublisherServer],
    held: bytes,
    stamp: str | None,
    asked_stamp: str | None,
    conditions: list[dict[str, str]],
) -> None:
    """Whole with the announced stamp: nothing is asked. Whole without a stamp: only whether it changed. Too long or of another stamp: again."""
    _, running = server
    path = PayloadStore(tmp_path / "landing").incoming(CARD.id) / f"{request_key('figures', URL, {})}.part"
    unfinished(path, held, stamp)
    with live(running, tmp_path) as feed:
        answer = feed.get(CARD, RESOURCES[0], URL, stamp=asked_stamp)
        assert answer.read() == BODY
        assert (answer.origin.etag, answer.origin.media_type) == ('"1"', "application/zip")
    names = ("range", "if-range", "if-none-match")
    assert [{n: one.headers[n] for n in names if n in one.headers} for one in running.asked] == conditions


def test_a_rest_that_is_not_there_is_asked_for_whole_at_once(tmp_path: Path) -> None:
    clock, headers = HurriedClock(), {"ETag": '"1"', "Accept-Ranges": "bytes"}
    answers = [Reply(BODY, 200, headers, HALF), Reply(b"", 416), Reply(BODY, 200, headers)]
    with publisher_server(lambda _: answers.pop(0)) as running, running.live_feed(tmp_path, clock=clock) as feed:
        assert get(feed) == BODY
    assert ["range" in one.headers for one in running.asked] == [False, True, False]
    assert clock.slept[1] == 0.0


def test_an_unfinished_download_goes_when_the_stored_file_is_the_present_one_again(
    tmp_path: Path, server: tuple[FileServer, PublisherServer]
) -> None:
    files, running = server
    landing = PayloadStore(tmp_path / "landing")
    with live(running, tmp_path) as feed:
        assert stored(feed, landing) == BODY
    files.etag, files.cuts = '"2"', [HALF, 0, 0, 0]
    with live(running, tmp_path) as feed, pytest.raises(FeedError):
        get(feed)
    assert len(list(landing.incoming(CARD.id).iterdir())) == 2
    files.etag = '"1"'
    with live(running, tmp_path) as feed:
        assert stored(feed, landing) == BODY
        assert feed.unchanged == 1
    assert list(landing.incoming(CARD.id).iterdir()) == []


def test_an_endless_body_is_read_no_further_than_wanted(tmp_path: Path) -> None:
    sent: list[int] = []

    def endless() -> Iterator[bytes]:
        for number in range(1000):
            sent.append(number)
            yield b"x" * 100

    def publisher(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=endless())

    with LiveFeed(tmp_path, httpx.MockTransport(publisher), largest=1050) as feed:
        with pytest.raises(FeedError, match=r"1,100 bytes or more, where at most 1,050 are wanted"):
            get(feed)
        assert len(sent) == 11
        sent.clear()
        with pytest.raises(FeedError, match=r"400 bytes or more, where 350 were announced elsewhere"):
            get(feed, size=350)
        assert len(sent) == 4


@pytest.mark.parametrize(("largest", "passes"), [(10, True), (9, False)])
def test_a_body_as_large_as_wanted_is_read(tmp_path: Path, largest: int, passes: bool) -> None:
    with (
        publisher_server(lambda _: Reply(b"whole body")) as running,
        running.live_feed(tmp_path, largest=largest) as feed,
    ):
        if passes:
            assert get(feed) == b"whole body"
        else:
            with pytest.raises(FeedError, match="10 bytes or more, where at most 9 are wanted"):
                get(feed)


def test_a_refusal_is_shown_to_its_300th_letter_and_read_no_further_than_it_may_be_blank(tmp_path: Path) -> None:
    sent: list[int] = []

    def refusal() -> Iterator[bytes]:
        for number in range(1000):
            sent.append(number)
            yield b"no  more   " * 10

    def publisher(_: httpx.Request) -> httpx.Response:
        return httpx.Response(403, content=refusal())

    with LiveFeed(tmp_path, httpx.MockTransport(publisher)) as feed, pytest.raises(FeedError) as error:
        get(feed)
    assert f"HTTP 403: {('no more ' * 40)[:300]} (expected HTTP 200)" in error.value.failure
    assert len(sent) == 11, "1,200 bytes"
    blank = httpx.MockTransport(lambda _: httpx.Response(403, content=b" " * 1_000 + b"x" * 400))
    with LiveFeed(tmp_path, blank) as feed, pytest.raises(FeedError, match=rf"HTTP 403: {'x' * 200} \(expected"):
        get(feed)


def test_a_refusal_that_breaks_off_is_still_one(tmp_path: Path) -> None:
    reply = Reply(b"slow down, please", 403, cut_after=9)
    with (
        publisher_server(lambda _: reply) as running,
        live(running, tmp_path) as feed,
        pytest.raises(FeedError, match=r"after 1 attempt.*HTTP 403: slow down \(expected"),
    ):
        get(feed)


def test_a_page_that_an_accepted_refusal_brings_is_its_answer(tmp_path: Path) -> None:
    page = Reply(b"<html>nothing</html>", 404, {"Content-Type": "text/html"})
    with publisher_server(lambda _: page) as running, live(running, tmp_path) as feed:
        answer = feed.get(CARD, RESOURCES[0], URL, accept=(200, 404), size=9)
        assert (answer.status, answer.read()) == (404, page.body)


def test_the_contact_is_named_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BILATERAL_CONTACT", raising=False)
    assert user_agent() == "bilateral/0.1 (open data warehouse)"
    monkeypatch.setenv("BILATERAL_CONTACT", " Data desk, desk@example.org ")
    assert user_agent() == "bilateral/0.1 (open data warehouse; Data desk, desk@example.org)"


def test_what_nobody_resumes_is_removed_and_the_rest_waits_for_two_weeks(tmp_path: Path) -> None:
    now = time.time()
    kept, old, bare, stored = (tmp_path / f"{name}.part" for name in ("kept", "old", "bare", "stored"))
    mark = '{"etag": "\\"1\\"", "last_modified": null, "length": 9, "media_type": "x", "stamp": null}'
    for part in (kept, old, bare, stored):
        part.write_bytes(b"half")
        if part != bare:
            part.with_suffix(".json").write_text(mark)
    os.utime(old, (now, now - KEPT_SECONDS - 1))
    (tmp_path / "lonely.json").write_text(mark)
    (tmp_path / "landing").mkdir()
    os.link(stored, tmp_path / "landing" / "stored")
    clean_incoming(tmp_path, now)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kept.json", "kept.part", "landing"]


def test_a_short_body_is_tried_again_and_never_an_answer(tmp_path: Path) -> None:
    answers = [Reply(b"whole body", cut_after=4)] * 3
    with publisher_server(lambda _: answers.pop(0)) as running, live(running, tmp_path) as feed:
        with pytest.raises(FeedError, match=r"after 3 attempt.*broke off \(RemoteProtocolError\)"):
            get(feed)
        assert len(running.asked) == 3


def test_a_body_shorter_than_announced_is_refused_whatever_the_transport_says(tmp_path: Path) -> None:
    short = httpx.MockTransport(lambda _: httpx.Response(200, headers={"Content-Length": "10"}, content=b"four"))
    with (
        LiveFeed(tmp_path, short, clock=HurriedClock()) as feed,
        pytest.raises(FeedError, match="10 bytes announced and 4 received"),
    ):
        get(feed)


@pytest.mark.parametrize(("size", "passes"), [(10, True), (9, False), (11, False)])
@pytest.mark.parametrize("announced", [True, False])
def test_another_size_than_announced_elsewhere_is_refused(
    tmp_path: Path, size: int, passes: bool, announced: bool
) -> None:
    def publisher(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=b"whole body" if announced else iter([b"whole ", b"body"]))

    with LiveFeed(tmp_path, httpx.MockTransport(publisher)) as feed:
        if passes:
            assert get(feed, size=size) == b"whole body"
        else:
            with pytest.raises(FeedError, match=f"after 1 attempt.*where {size} were announced elsewhere"):
                get(feed, size=size)


def test_a_body_larger_than_wanted_is_refused_before_it_is_read(
    tmp_path: Path, server: tuple[FileServer, PublisherServer]
) -> None:
    _, running = server
    with running.live_feed(tmp_path, largest=1000) as feed, pytest.raises(FeedError, match="at most 1,000 are wanted"):
        get(feed)


def test_a_page_of_html_is_no_data_unless_html_was_asked_for(tmp_path: Path) -> None:
    page = Reply(b"<html><title>We are down</title></html>", headers={"Content-Type": "text/html; charset=utf-8"})
    with publisher_server(lambda _: page) as running, live(running, tmp_path) as feed:
        with pytest.raises(FeedError, match=r"a page of text/html instead of data: <html><title>We are down"):
            get(feed)
        assert len(running.asked) == 1
        assert get(feed, headers={"Accept": "text/html"}) == page.body


# Unchanged answers


def stored(feed: LiveFeed, landing: PayloadStore, **options: object) -> bytes:
    answer = feed.get(CARD, RESOURCES[0], URL, **options)  # type: ignore[arg-type]
    payload = landing.store(answer)
    landing.remember(answer, payload)
    return payload.read()


def test_what_has_not_changed_is_not_sent_again(tmp_path: Path, server: tuple[FileServer, PublisherServer]) -> None:
    files, running = server
    landing = PayloadStore(tmp_path / "landing")
    for _ in range(2):
        with live(running, tmp_path) as feed:
            assert stored(feed, landing) == BODY
    assert feed.unchanged == 1
    assert running.asked[1].headers["if-none-match"] == '"1"'
    files.body, files.etag = b"new", '"2"'
    with live(running, tmp_path) as feed:
        assert stored(feed, landing) == b"new"
    assert feed.unchanged == 0
    assert list(landing.incoming(CARD.id).iterdir()) == []


def test_a_download_is_stored_without_a_copy(tmp_path: Path, server: tuple[FileServer, PublisherServer]) -> None:
    _, running = server
    with live(running, tmp_path) as feed:
        answer = feed.get(CARD, RESOURCES[0], URL)
        assert isinstance(answer.opener, FileBytes)
        received = answer.opener.path.stat().st_ino
        assert PayloadStore(tmp_path / "landing").store(answer).path.stat().st_ino == received


def test_a_modification_time_replaces_an_etag(tmp_path: Path) -> None:
    stamp = "Wed, 01 Jul 2026 10:00:00 GMT"

    def publisher(asked: Asked) -> Reply:
        same = asked.headers.get("if-modified-since") == stamp
        return Reply(b"" if same else b"body", 304 if same else 200, {"Last-Modified": stamp})

    landing = PayloadStore(tmp_path / "landing")
    with publisher_server(publisher) as running:
        for _ in range(2):
            with live(running, tmp_path) as feed:
                assert stored(feed, landing) == b"body"
    assert feed.unchanged == 1


def test_a_stored_file_with_the_same_stamp_is_not_asked_for(
    tmp_path: Path, server: tuple[FileServer, PublisherServer]
) -> None:
    _, running = server
    landing = PayloadStore(tmp_path / "landing")
    for stamp in ("2026-06", "2026-06", "2026-07", "2026-07"):
        with live(running, tmp_path) as feed:
            assert stored(feed, landing, stamp=stamp) == BODY
    assert len(running.asked) == 2, "the file of July is asked for once, and answered with: not changed"
    with live(running, tmp_path) as feed, pytest.raises(FeedError, match="1,000 were announced"):
        stored(feed, landing, stamp="2026-07", size=1000)


@pytest.mark.parametrize("fault", ["damaged", "withdrawn"])
def test_a_stored_file_that_is_bad_is_asked_for_again(
    tmp_path: Path, server: tuple[FileServer, PublisherServer], fault: str
) -> None:
    _, running = server
    landing = PayloadStore(tmp_path / "landing")
    with live(running, tmp_path) as feed:
        stored(feed, landing, stamp="1")
    (path,) = [path for path in (tmp_path / "landing").rglob("payloads/*/*") if path.is_file()]
    if fault == "damaged":
        path.write_bytes(BODY[:-1] + b"?")
    else:
        landing.withdraw(path.name, "a wrong file")
    running.asked.clear()
    with live(running, tmp_path) as feed:
        assert stored(feed, landing, stamp="1") == BODY
    assert len(running.asked) == 1
    assert "if-none-match" not in running.asked[0].headers


def test_not_modified_without_anything_stored_is_no_answer(tmp_path: Path) -> None:
    with (
        publisher_server(lambda _: Reply(status=304)) as running,
        live(running, tmp_path) as feed,
        pytest.raises(FeedError, match="HTTP 304"),
    ):
        get(feed)


@pytest.mark.parametrize(("limits", "said"), [("ten a day", "ten a day"), ("", "none known")])
def test_a_refusal_names_the_limits_of_the_publisher(limits: str, said: str, tmp_path: Path) -> None:
    with (
        publisher_server(lambda _: Reply(status=404)) as running,
        live(running, tmp_path) as feed,
        pytest.raises(FeedError, match="no answer after 1 attempt") as refusal,
    ):
        feed.get(replace(CARD, limits=limits), RESOURCES[0], URL)
    assert refusal.value.remedy == (
        f"limits of this publisher: {said}; nothing was changed, run the refresh again later"
    )


# Pace and bans


def test_a_request_waits_until_the_pace_allows_it(tmp_path: Path) -> None:
    clock = HurriedClock()
    card = replace(CARD, pace=Pace(requests_per_minute=2))
    with publisher_server(lambda _: Reply(b"x")) as running:
        for _ in range(5):  # each a run of its own: the pace is kept over all of them
            with running.live_feed(tmp_path, pace=tmp_path / "pace", clock=clock) as feed:
                feed.get(card, RESOURCES[0], URL)
    assert clock.slept == pytest.approx([60, 60])


@pytest.mark.parametrize(
    ("pace", "exchanges", "wait"),
    [
        (Pace(), [(99.0, 10**9)], 0),
        (Pace(seconds_between=5), [], 0),
        (Pace(seconds_between=5), [(97.0, 0)], 2),
        (Pace(requests_per_minute=2), [(30.0, 0), (50.0, 0), (90.0, 0)], 10),
        (Pace(requests_per_hour=2), [(10.0, 0), (20.0, 0)], 3510),
        (Pace(megabytes_per_minute=3), [(50.0, 2_000_000), (60.0, 1_000_000), (70.0, 1_000_000)], 10),
        (Pace(megabytes_per_minute=3), [(50.0, 2_000_000), (60.0, 500_000)], 0),
        (Pace(megabytes_per_minute=3), [(50.0, 2_000_000), (60.0, 1_000_000)], 10),
        (Pace(megabytes_per_minute=3), [(60.0, 2_999_998)], 0),
    ],
)
def test_waits_worked_by_hand(pace: Pace, exchanges: list[tuple[float, int]], wait: float) -> None:
    assert wait_needed(pace, exchanges, 100.0) == pytest.approx(wait)


@given(
    st.integers(1, 5), st.floats(0, 20), st.lists(st.tuples(st.floats(0, 40), st.integers(0, 2_000_000)), max_size=40)
)
def test_no_window_ever_holds_more_than_the_pace_allows(
    limit: int, between: float, gaps: list[tuple[float, int]]
) -> None:
    pace = Pace(requests_per_minute=limit, seconds_between=between)
    now = 0.0
    sent: list[tuple[float, int]] = []
    for gap, size in gaps:
        now += gap
        now += wait_needed(pace, sent, now)
        sent.append((now, size))
    moments = [moment for moment, _ in sent]
    assert all(later - earlier >= between - 1e-6 for earlier, later in pairwise(moments))
    assert all(later - earlier >= 60 - 1e-6 for earlier, later in zip(moments, moments[limit:], strict=False))


BANNED = [
    (Pace(ban_seconds=3600), Reply(b"too many", 429), 3600),
    (Pace(ban_seconds=3600), Reply(b"too many", 429, {"Retry-After": "5"}), 3600),
    (Pace(ban_seconds=60), Reply(b"too many", 429, {"Retry-After": "7200"}), 7200),
    (Pace(ban_seconds=600, ban_statuses=(403,)), Reply(b"slow down", 403), 600),
    (Pace(), Reply(b"too many", 429, {"Retry-After": "900"}), 900),
]


@pytest.mark.parametrize(("pace", "answer", "seconds"), BANNED)
def test_a_ban_is_obeyed_over_restarts_until_it_ends(tmp_path: Path, pace: Pace, answer: Reply, seconds: int) -> None:
    clock, card, answers = HurriedClock(), replace(CARD, pace=pace), [answer]

    def feed() -> LiveFeed:
        return running.live_feed(tmp_path, pace=tmp_path / "pace", clock=clock)

    with publisher_server(lambda _: answers.pop(0) if answers else Reply(b"welcome")) as running:
        with feed() as first, pytest.raises(FeedError, match=f"after 1 attempt.*HTTP {answer.status}"):
            first.get(card, RESOURCES[0], URL)
        clock.moment += seconds - 1
        with feed() as second, pytest.raises(FeedError, match=r"has banned its callers until 20\d\d-.* UTC"):
            second.get(card, RESOURCES[1], f"{URL}/other")
        assert len(running.asked) == 1
        clock.moment += 2
        with feed() as third:
            assert third.get(card, RESOURCES[0], URL).read() == b"welcome"


def test_a_ban_that_a_source_takes_as_an_answer_is_remembered_too(tmp_path: Path) -> None:
    card = replace(CARD, pace=Pace(ban_seconds=3600))
    with publisher_server(lambda _: Reply(b"wait", 429)) as running, running.live_feed(tmp_path) as feed:
        answer = feed.get(card, RESOURCES[0], URL, accept=(200, 429))
        assert (answer.status, answer.read()) == (429, b"wait")
        with pytest.raises(FeedError, match="has banned its callers until"):
            feed.get(card, RESOURCES[0], URL, accept=(200, 429))


def test_a_ban_of_one_file_leaves_the_others(tmp_path: Path) -> None:
    card = replace(CARD, pace=Pace(ban_seconds=86400, ban_is_per_file=True))
    with (
        publisher_server(lambda asked: Reply(status=429 if asked.url == URL else 200)) as running,
        running.live_feed(tmp_path) as feed,
    ):
        for _ in range(2):
            with pytest.raises(FeedError):
                feed.get(card, RESOURCES[0], URL)
        feed.get(card, RESOURCES[0], f"{URL}/other")
    assert [one.url for one in running.asked] == [URL, f"{URL}/other"]


@pytest.mark.parametrize(
    "text",
    [
        "9" * 400,
        "999999999999",
        "1e9",
        "Fri, 31 Dec 9999 23:59:59 GMT",
        "Fri, 31 Dec 9999 23:59:59 -2359",
        "Thu, 01 Jan 2099 00:00:00 GMT",
    ],
)
def test_a_pause_is_at_most_seven_days(tmp_path: Path, text: str) -> None:
    clock, answers = HurriedClock(), [Reply(b"wait", 429, {"Retry-After": text})]
    with publisher_server(lambda _: answers.pop(0) if answers else Reply(b"welcome")) as running:
        with running.live_feed(tmp_path, pace=tmp_path / "pace", clock=clock) as feed, pytest.raises(FeedError):
            get(feed)
        clock.moment += 7 * 86400 + 1
        with running.live_feed(tmp_path, pace=tmp_path / "pace", clock=clock) as feed:
            assert get(feed) == b"welcome"


@given(
    st.one_of(
        st.text(st.characters(codec="latin-1", exclude_categories=["Cc"])),
        st.from_regex(
            r"[A-Z][a-z]{2}, [0-9]{1,3} (Jan|Feb|Dec) [0-9]{1,6} [0-9]{1,2}:[0-9]{2}:[0-9]{2} ([A-Z]{3}|[+-][0-9]{4})",
            fullmatch=True,
        ),
        st.integers().map(str),
    )
)
def test_any_retry_after_is_a_pause_of_at_most_seven_days_or_none(text: str) -> None:
    response = httpx.Response(429, headers=[(b"Retry-After", text.encode("latin-1"))])
    seconds = _retry_after(response)
    assert seconds is None or 0 <= seconds <= 7 * 86400


@given(st.text(st.characters(codec="latin-1", exclude_categories=["Cc"])))
def test_any_last_modified_is_a_day_or_none(text: str) -> None:
    assert _day(text) is None or isinstance(_day(text), date)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("5", 5),
        ("000000005", 5),
        ("604800", 604_800),
        ("999999999", 604_800),
        ("9999999999", 604_800),
        ("Wed, 01 Jul 2020 10:00:00 GMT", 0),
        ("\u0665", None),
        ("soon", None),
    ],
)
def test_pauses_worked_by_hand(text: str, seconds: float | None) -> None:
    response = httpx.Response(503, headers=[(b"Retry-After", text.encode())])
    assert _retry_after(response) == seconds
    assert _retry_after(httpx.Response(404, headers=response.headers)) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Wed, 01 Jul 2026 10:00:00 GMT", date(2026, 7, 1)),
        ("Wed, 01 Jul 2026 23:30:00 -0500", date(2026, 7, 2)),
        ("Wed, 01 Jul 2026 00:30:00 +0900", date(2026, 6, 30)),
        ("Wed, 01 Jul 2026 23:30:00 -0000", date(2026, 7, 1)),
        ("Fri, 31 Dec 9999 23:59:59 GMT", date(9999, 12, 31)),
        ("Fri, 31 Dec 9999 23:59:59 -2359", None),
        ("2026-07-01", None),
        ("", None),
    ],
)
def test_days_worked_by_hand(text: str, day: date | None) -> None:
    """In UTC, which is also the zone of a date that names none; a day that no calendar has there is none."""
    assert _day(text) == day


def a_folder(path: Path) -> None:
    (path / "inside").mkdir(parents=True)


def a_pipe(path: Path) -> None:
    os.mkfifo(path)


def a_link(path: Path) -> None:
    path.symlink_to("/etc/hostname")


def bytes_of(body: bytes) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        path.write_bytes(body)

    return write


UNREADABLE = [
    a_folder,
    a_pipe,
    a_link,
    *map(
        bytes_of,
        [
            b"",
            b"{}",
            b"\xff\xfe\x00",
            b"[1, 2]",
            b"null",
            b"[" * 100_000,
            b'{"exchanges": [[1]], "bans": {}}',
            b'{"exchanges": [], "bans": {"*": {"until": 1e300, "why": "x"}}}',
            b'{"exchanges": [], "bans": {"*": {"until": NaN, "why": "x"}}}',
            b'{"exchanges": [], "bans": {"*": 7}}',
            b'{"exchanges": [], "bans": {"*": {"until": 99999999999}}}',
            b'{"exchanges": [], "bans": []}',
            b'{"exchanges": [[1' + b"0" * 400 + b', 1]], "bans": {}}',
            b'{"exchanges": [], "bans": {}}' + b" " * (1 << 20),
        ],
    ),
]


@pytest.mark.parametrize("suffix", [".json", ".lock"])
@pytest.mark.parametrize("make", UNREADABLE)
def test_a_record_of_pace_that_cannot_be_read_is_named_and_replaced(
    tmp_path: Path, make: Callable[[Path], None], suffix: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / f"synthetic.example{suffix}"
    make(path)
    clock, card = HurriedClock(), replace(CARD, pace=Pace(seconds_between=30))
    was_file = path.is_file() and not path.is_symlink()
    with publisher_server(lambda _: Reply(b"x")) as running:
        with running.live_feed(tmp_path, pace=tmp_path, clock=clock) as feed:
            assert feed.get(card, RESOURCES[0], URL).read() == b"x"
        said = capsys.readouterr().err
        if suffix == ".json":
            assert f"synthetic: {tmp_path.name}/synthetic.example.json cannot be read" in said
            assert clock.slept == [30.0], "a request may have been sent just before"
            assert read_json(path) == {"exchanges": [[clock.moment - 30, 0], [clock.moment, 1]], "bans": {}}
        elif not was_file:
            assert "synthetic.example.lock is no file; it is replaced" in said
            assert path.is_file()
        with running.live_feed(tmp_path, pace=tmp_path, clock=clock) as feed:
            feed.get(card, RESOURCES[0], URL)
        assert "cannot be read" not in capsys.readouterr().err


def test_what_was_sent_is_on_disk_before_it_is_sent_and_its_bytes_afterwards(tmp_path: Path) -> None:
    """In a folder that nobody made before, so that a process that dies in mid request is counted too."""
    clock, path = HurriedClock(), tmp_path / "data" / "pace" / "synthetic.example.json"
    pacer, card, begun = Pacer(path.parent, clock), replace(CARD, pace=Pace(seconds_between=0.5)), clock.moment
    old = os.umask(0)
    try:
        for size in (5, 7):
            with pacer.turn(card, URL) as turn:
                assert read_json(path)["exchanges"][-1] == [clock.moment, 0]
                turn.received(size - 1)
                turn.received(1)
    finally:
        os.umask(old)
    assert read_json(path)["exchanges"] == [[begun, 5], [begun + 0.5, 7]]
    assert clock.slept == [0.5]
    assert path.with_suffix(".lock").stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize(("seconds", "said"), [(5, ""), (6, "wait     synthetic: 6 s to keep to 6 s between requests")])
def test_a_wait_of_more_than_five_seconds_is_announced(
    seconds: int, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pacer, card = Pacer(tmp_path, HurriedClock()), replace(CARD, pace=Pace(seconds_between=seconds))
    for _ in range(2):
        with pacer.turn(card, URL):
            pass
    announced = capsys.readouterr().err
    assert said in announced if said else not announced


def test_a_request_waits_for_that_of_another_process_and_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pacer, sent = Pacer(tmp_path, HurriedClock()), threading.Event()

    def send() -> None:
        with pacer.turn(CARD, URL):
            sent.set()

    thread = threading.Thread(target=send)
    with (tmp_path / "synthetic.example.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        thread.start()
        thread.join(timeout=0.2)
        assert not sent.is_set()
    thread.join(timeout=10)
    assert sent.is_set()
    assert "wait     synthetic: another process is asking this publisher" in capsys.readouterr().err


@pytest.mark.slow
def test_two_processes_at_once_keep_one_pace_and_send_one_request_at_a_time(tmp_path: Path) -> None:
    lock, running_now, most = threading.Lock(), 0, 0

    def publisher(asked: Asked) -> Reply:
        nonlocal running_now, most
        with lock:
            running_now += 1
            most = max(most, running_now)
        time.sleep(0.05)
        with lock:
            running_now -= 1
        return Reply(b"x")

    program = (
        "import sys; from dataclasses import replace; from pathlib import Path\n"
        "from tests.publisher_server import ToLocalServer; from orchestration.ingestion.live_feed import LiveFeed\n"
        "from orchestration.contracts.source import Pace; from tests.unit.synthetic_source import CARD, RESOURCES, URL\n"
        "folder = Path(sys.argv[2]); card = replace(CARD, pace=Pace(seconds_between=0.1))\n"
        "feed = LiveFeed(folder / 'drop', ToLocalServer(int(sys.argv[1])), pace=folder / 'pace')\n"
        "for _ in range(4): feed.get(card, RESOURCES[0], URL)\n"
    )
    with publisher_server(publisher) as running:
        command = [sys.executable, "-c", program, str(running.port), str(tmp_path)]
        processes = [subprocess.Popen(command, cwd=ROOT) for _ in range(2)]
        assert [process.wait(timeout=60) for process in processes] == [0, 0]
    ends = [moment for moment, _ in read_json(tmp_path / "pace" / "synthetic.example.json")["exchanges"]]
    assert len(ends) == 8
    assert most == 1
    assert all(later - earlier >= 0.1 for earlier, later in pairwise(ends))


# Secrets


def test_a_redirect_to_another_host_is_followed_without_the_key(tmp_path: Path, key: str) -> None:
    def publisher(asked: Asked) -> Reply:
        if asked.url == URL:
            target = "https://signed.example/file?Signature=abc%2Fdef"
            return Reply(b"go", 302, {"Location": target})
        return Reply(b"the file", headers={"ETag": '"7"'})

    with publisher_server(publisher) as running, live(running, tmp_path) as feed:
        answer = feed.get(
            CARD,
            RESOURCES[0],
            URL,
            secret_params={"UserID": "SYNTHETIC_KEY"},
            secret_headers={"X-API-KEY": "SYNTHETIC_KEY"},
        )
    first, second = running.asked
    assert (first.headers["x-api-key"], first.params["UserID"]) == (key, key)
    assert second.url == "https://signed.example/file"
    assert second.params == {"Signature": "abc/def"}
    assert key.lower() not in repr(second.headers).lower()
    assert answer.origin.url == URL
    assert "Signature" not in repr(answer.origin)


def test_the_key_goes_to_the_first_address_only(tmp_path: Path, key: str) -> None:
    hops = {
        URL: f"{URL}/moved",
        f"{URL}/moved": "https://elsewhere.example/",
        "https://elsewhere.example/": f"{URL}/back",
    }

    def publisher(asked: Asked) -> Reply:
        return Reply(status=301, headers={"Location": hops[asked.url]}) if asked.url in hops else Reply(b"x")

    with publisher_server(publisher) as running, live(running, tmp_path) as feed:
        get(feed, secret_headers={"X-API-KEY": "SYNTHETIC_KEY"})
    assert ["x-api-key" in one.headers for one in running.asked] == [True, False, False, False]


def test_a_request_without_a_key_follows_redirects_within_bounds(tmp_path: Path) -> None:
    with (
        publisher_server(lambda _: Reply(status=302, headers={"Location": URL})) as running,
        live(running, tmp_path) as feed,
        pytest.raises(FeedError, match="more than 5 redirects"),
    ):
        get(feed)
    assert len(running.asked) == 6


@pytest.mark.parametrize(
    ("location", "refusal"),
    [
        (f"https://elsewhere.example/{KEY}/file", "address carries the key"),
        (f"{URL}?UserID={KEY}", "address carries the key"),
        ("ftp://elsewhere.example/", r"a redirect without a usable address \(expected"),
        ("http:///file", r"a redirect without a usable address \(expected"),
        ("/" + "x" * 65_530, r"a redirect without a usable address \(expected"),
        ("https://elsewhere.example:port/", r"after 3 attempt.*a connection that broke off"),
        (URL, "more than 5 redirects"),
    ],
)
def test_a_redirect_that_cannot_be_followed_is_refused(tmp_path: Path, key: str, location: str, refusal: str) -> None:
    with (
        publisher_server(lambda _: Reply(status=302, headers={"Location": location})) as running,
        live(running, tmp_path) as feed,
        pytest.raises(FeedError, match=refusal) as error,
    ):
        get(feed, secret_headers={"X-API-KEY": "SYNTHETIC_KEY"})
    assert key not in str(error.value)


def test_a_redirect_with_a_key_of_any_letters_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYNTHETIC_KEY", "~zz-Secret-Key")
    reply = Reply(status=302, headers={"Location": "https://elsewhere.example/~zz-Secret-Key/file"})
    with (
        publisher_server(lambda _: reply) as running,
        live(running, tmp_path) as feed,
        pytest.raises(FeedError, match="address carries the key"),
    ):
        get(feed, secret_headers={"X-API-KEY": "SYNTHETIC_KEY"})


def test_a_download_behind_a_redirect_is_resumed_there_without_the_key(tmp_path: Path, key: str) -> None:
    files = FileServer(BODY, [HALF])
    signed = "https://signed.example/file"

    def publisher(asked: Asked) -> Reply:
        return files(asked) if asked.url == signed else Reply(status=302, headers={"Location": signed})

    with publisher_server(publisher) as running, live(running, tmp_path) as feed:
        assert get(feed, secret_headers={"X-API-KEY": "SYNTHETIC_KEY"}) == BODY
    assert ["range" in one.headers for one in running.asked if one.url == signed] == [False, True]


def test_a_key_in_the_rest_of_a_download_is_taken_out(tmp_path: Path, key: str) -> None:
    files = FileServer(BODY + key.encode(), [HALF])
    with publisher_server(files) as running, live(running, tmp_path) as feed:
        assert get(feed, secret_headers={"X-Key": "SYNTHETIC_KEY"}) == BODY + REDACTED.encode()
    assert "range" in running.asked[1].headers


def test_a_key_that_is_echoed_reaches_no_file_no_error_and_no_log(
    tmp_path: Path, key: str, caplog: pytest.LogCaptureFixture
) -> None:
    echo = f'{{"UserID": "{key.upper()}", "rows": []}}'.encode()
    answers = [
        Reply(echo, headers={"ETag": '"1"', "X-Echo": key}),
        Reply(b"bad key " + key.encode(), 403),
        Reply(status=302, headers={"Location": "https://signed.example/?Signature=not-for-logs"}),
        Reply(b"x"),
    ]
    secret: dict[str, Any] = {
        "secret_params": {"UserID": "SYNTHETIC_KEY"},
        "secret_headers": {"X-Key": "SYNTHETIC_KEY"},
    }
    for name in ("", "httpx", "httpcore.http11", "httpcore.connection"):
        caplog.set_level(logging.DEBUG, logger=name)
    with publisher_server(lambda _: answers.pop(0)) as running, live(running, tmp_path) as feed:
        assert get(feed, **secret) == echo.replace(key.upper().encode(), REDACTED.encode())
        with pytest.raises(FeedError, match="403: bad key <redacted>") as error:
            get(feed, url=f"{URL}/2", **secret)
        get(feed, url=f"{URL}/3", **secret)
        kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    reported = f"{caplog.text} {error.value!r} {error.value.__cause__!r} {error.value.__context__!r}"
    assert "HTTP Request" in caplog.text, "the library did log"
    assert key.lower() not in reported.lower()
    assert "not-for-logs" not in reported
    assert key.lower().encode() not in kept.lower()


def test_a_download_that_echoes_the_key_is_not_resumed(tmp_path: Path, key: str) -> None:
    body = BODY[:100] + key.encode() + BODY[100:]
    files = FileServer(body, [HALF, 0])
    with publisher_server(files) as running, live(running, tmp_path) as feed:
        assert get(feed, secret_headers={"X-Key": "SYNTHETIC_KEY"}) == body.replace(key.encode(), REDACTED.encode())
    assert all("range" not in one.headers for one in running.asked)


@pytest.mark.parametrize("value", ["two\nlines", "schlüssel-mit-umlaut"])
def test_a_key_that_cannot_be_sent_is_refused_without_being_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("SYNTHETIC_KEY", value)
    with LiveFeed(tmp_path) as feed, pytest.raises(FeedError, match="is not a key") as error:
        get(feed, secret_headers={"X-Key": "SYNTHETIC_KEY"})
    assert value not in repr(error.value)


@given(st.lists(st.integers(1, 60), max_size=30), st.sampled_from([KEY, KEY.upper(), "0f9e-a%2Fb%20c", "0f9e-a/b+c"]))
def test_a_key_across_any_chunks_is_taken_out_whole(cuts: list[int], spelling: str) -> None:
    secrets = Secrets([KEY, "0f9e-a/b c"])
    body = f"head {spelling} middle 0f9e-{spelling} tail 0f9".encode()
    chunks, rest = [], body
    for cut in cuts:
        chunks.append(rest[:cut])
        rest = rest[cut:]
    found: list[bool] = []
    clean = b"".join(secrets.stream([*chunks, rest], lambda: found.append(True)))
    assert clean == body.replace(spelling.encode(), REDACTED.encode())
    assert len(found) == 2


PRINTABLE = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=8, max_size=40)
SPELLINGS: list[Callable[[str], str]] = [
    str,
    str.upper,
    str.lower,
    lambda one: f"%{ord(one):02X}",
    lambda one: f"%{ord(one):02x}",
    lambda one: f"%25{ord(one):02x}",
    lambda one: f"\\u{ord(one):04x}",
    lambda one: f"\\u{ord(one):04X}",
    lambda one: f"\\\\u{ord(one):04x}",
    lambda one: f"\\x{ord(one):02x}",
    lambda one: f"&#{ord(one)};",
    lambda one: f"&#0{ord(one)};",
    lambda one: f"&#x{ord(one):X};",
    lambda one: f"&amp;#{ord(one)};",
    lambda one: f"={ord(one):02X}",
    lambda one: f"={ord(one):02X}=\r\n",
    lambda one: html.escape(one, quote=True),
    lambda one: one if one.isalnum() else f"\\{one}",
]
ENCODINGS = ["utf-8", "utf-16-le", "utf-16-be", "utf-16", "utf-32-le", "utf-32-be"]
PACKINGS: list[Callable[[str], bytes]] = [
    lambda key: base64.b64encode(f"user:{key}".encode()),
    lambda key: base64.b64encode(f"u:{key}".encode()),
    lambda key: base64.b64encode(f"{key}:".encode()),
    lambda key: base64.urlsafe_b64encode(f"me:{key}?".encode()),
    lambda key: base64.encodebytes(f"{'u' * 50}:{key}".encode()),
    lambda key: key.encode().hex().encode(),
    lambda key: key.encode().hex().upper().encode(),
]


def readings(body: bytes) -> Iterator[str]:
    """What a body means in every way in which a program may read it, in small letters."""
    for text in (body.replace(b"\0", b"").decode("latin-1"), *(body.decode(one, "replace") for one in ENCODINGS)):
        read = re.sub(r"=\r?\n", "", text)
        for _ in range(3):
            yield read.lower()
            read = re.sub(r"\\+u00([0-9a-fA-F]{2})|\\+x([0-9a-fA-F]{2})", lambda m: chr(int(m[1] or m[2], 16)), read)
            read = re.sub(r"\\+([^A-Za-z0-9])", r"\1", html.unescape(unquote(read)))
        yield re.sub(r"=([0-9A-F]{2})", lambda m: chr(int(m[1], 16)), re.sub(r"=\r?\n", "", text)).lower()


def cut(body: bytes, cuts: list[int]) -> Iterator[bytes]:
    for size in cuts:
        yield body[:size]
        body = body[size:]
    yield body


@pytest.mark.slow
@given(
    PRINTABLE,
    st.lists(st.sampled_from(SPELLINGS), min_size=40, max_size=40),
    st.sampled_from(ENCODINGS),
    st.lists(st.integers(1, 60), max_size=20),
    st.text(max_size=20),
    st.text(max_size=20),
)
@settings(max_examples=400, deadline=None)
def test_a_key_in_any_mixture_of_spellings_is_taken_out(
    key: str, ways: list[Callable[[str], str]], encoding: str, cuts: list[int], before: str, after: str
) -> None:
    echoed = "".join(way(one) for way, one in zip(ways, key, strict=False))
    body = f"{before} {echoed} {after}".encode(encoding, "replace")
    clean = b"".join(Secrets([key]).stream(cut(body, cuts), lambda: None))
    assert not any(key.lower() in reading for reading in readings(clean))
    assert REDACTED in clean.replace(b"\0", b"").decode("latin-1")
    if encoding.endswith(("le", "be")):
        assert REDACTED in clean.decode(encoding, "replace"), "still text in its encoding"


@pytest.mark.slow
@given(PRINTABLE, st.sampled_from(PACKINGS), st.lists(st.integers(1, 60), max_size=20))
@settings(max_examples=200, deadline=None)
def test_a_key_in_base64_or_hexadecimal_digits_is_taken_out(
    key: str, pack: Callable[[str], bytes], cuts: list[int]
) -> None:
    packed = pack(key)
    body = b'{"echo": "' + packed + b'", "rows": []}'
    clean = b"".join(Secrets([key]).stream(cut(body, cuts), lambda: None))
    assert packed not in clean
    assert b"".join(packed.split()) not in b"".join(clean.split())
    assert clean.startswith(b'{"echo": "')
    assert clean.endswith(b'", "rows": []}')


@given(st.binary(max_size=3000), st.lists(st.integers(1, 200), max_size=20))
def test_a_body_without_a_key_is_passed_on_as_it_is(body: bytes, cuts: list[int]) -> None:
    found: list[bool] = []
    assert b"".join(Secrets([KEY]).stream(cut(body, cuts), lambda: found.append(True))) == body
    assert not found


@pytest.mark.slow
@given(PRINTABLE, st.lists(st.sampled_from(SPELLINGS), min_size=40, max_size=40))
@settings(max_examples=200, deadline=None)
def test_a_key_in_a_message_is_taken_out(key: str, ways: list[Callable[[str], str]]) -> None:
    echoed = "".join(way(one) for way, one in zip(ways, key, strict=False))
    assert not any(key.lower() in one for one in readings(Secrets([key]).clean(f"bad key {echoed}!").encode()))


def test_of_two_keys_of_which_one_begins_the_other_nothing_is_left() -> None:
    secrets = Secrets([KEY[:11], KEY])
    packed = base64.b64encode(KEY.encode()).decode()
    assert secrets.clean(f"one {KEY} two {KEY[:11]}!") == f"one {REDACTED} two {REDACTED}!"
    assert secrets.clean(f"one {packed}!") == f"one {REDACTED}!"


@pytest.mark.parametrize("first", ["%30", "\\u0030", "&#48;", "=30"])
def test_a_text_that_begins_with_an_escape_of_a_key_is_searched_too(first: str) -> None:
    assert Secrets([KEY]).clean(f"{first}{KEY[1:]} is no key") == f"{REDACTED} is no key"


def members(*bodies: bytes) -> bytes:
    return b"".join(gzip.compress(body, mtime=0) for body in bodies)


@pytest.mark.parametrize(
    "body",
    [
        members(b"bad key " + KEY.encode()),
        members(b"x" * 3_000_000 + KEY.encode() + b"y" * 3_000_000),
        members(b"first", b"second " + KEY.encode()),
        members(b"".join(hashlib.sha256(bytes([n % 256, n // 256])).digest() for n in range(625)) * 2 + KEY.encode()),
        members(f"bad key {KEY}".encode("utf-16")),
        members(b"x")[:-4] + KEY.encode(),
        members(b"x") + KEY.encode(),
        gzip.compress(b"stored " + KEY.encode(), 0),
    ],
    ids=["short", "long", "second member", "far repeats", "utf-16", "damaged", "behind the end", "stored"],
)
@pytest.mark.parametrize("headers", [{}, {"ETag": '"1"', "Accept-Ranges": "bytes", "Content-Type": "application/json"}])
def test_a_key_in_an_unlabelled_gzip_is_taken_out(
    tmp_path: Path, key: str, body: bytes, headers: dict[str, str]
) -> None:
    with publisher_server(lambda _: Reply(body, headers=headers)) as running, live(running, tmp_path) as feed:
        kept = get(feed, secret_headers={"X-Key": "SYNTHETIC_KEY"})
        stored = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert key.encode() not in kept + stored
    with suppress(gzip.BadGzipFile, zlib.error, EOFError):
        text = gzip.decompress(kept).replace(b"\0", b"")
        assert key.encode() not in text
        assert REDACTED.encode() in text


def test_a_gzip_without_the_key_keeps_its_bytes(tmp_path: Path, key: str) -> None:
    body = members(b"figures", b"more figures") + b""
    with publisher_server(lambda _: Reply(body)) as running, live(running, tmp_path) as feed:
        assert get(feed, secret_headers={"X-Key": "SYNTHETIC_KEY"}) == body


def test_a_gzip_that_grows_without_measure_is_refused(
    tmp_path: Path, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orchestration.ingestion.redaction.MOST_UNPACKED", 1_000_000)
    with (
        publisher_server(lambda _: Reply(members(bytes(5_000_000)))) as running,
        live(running, tmp_path) as feed,
        pytest.raises(FeedError, match="a gzip body of more than"),
    ):
        get(feed, secret_headers={"X-Key": "SYNTHETIC_KEY"})


@pytest.mark.parametrize("header", ["ETag", "Last-Modified", "Content-Type"])
@pytest.mark.parametrize(
    "spell", [str, str.upper, lambda key: quote(key, safe=""), lambda key: base64.b64encode(key.encode()).decode()]
)
def test_a_key_that_is_echoed_in_a_header_reaches_no_card_and_no_mark(
    tmp_path: Path, key: str, header: str, spell: Callable[[str], str]
) -> None:
    usual = {"ETag": '"1"', "Accept-Ranges": "bytes", "Content-Type": "application/json"}
    echo = f'"{spell(key)}"' if header == "ETag" else f"text/plain; key={spell(key)}"
    reply = Reply(BODY, headers=usual | {header: echo}, cut_after=HALF)
    with publisher_server(lambda _: reply) as running, live(running, tmp_path) as feed:
        with suppress(FeedError):
            get(feed, secret_headers={"X-Key": "SYNTHETIC_KEY"})
        stored = b"".join(path.read_bytes() for path in tmp_path.rglob("*.json"))
        assert spell(key).encode() not in stored
    reply = Reply(b"figures", headers=usual | {header: echo})
    with publisher_server(lambda _: reply) as running, live(running, tmp_path / "whole") as feed:
        answer = feed.get(CARD, RESOURCES[0], URL, secret_headers={"X-Key": "SYNTHETIC_KEY"})
        assert spell(key) not in repr(answer.origin)


def test_a_refusal_that_is_cut_shows_no_part_of_a_key(tmp_path: Path, key: str) -> None:
    body = b"no" + b" " * 1190 + key.encode() * 3
    with (
        publisher_server(lambda _: Reply(body, 403)) as running,
        live(running, tmp_path) as feed,
        pytest.raises(FeedError) as error,
    ):
        get(feed, secret_headers={"X-Key": "SYNTHETIC_KEY"})
    assert key[:6] not in str(error.value)


def test_a_stream_that_breaks_within_a_key_leaves_no_part_of_it() -> None:
    def broken() -> Iterator[bytes]:
        yield b"head " + KEY[:10].encode()
        raise ConnectionError

    written: list[bytes] = []
    with pytest.raises(ConnectionError):
        written.extend(Secrets([KEY]).stream(broken(), lambda: None))
    assert KEY[:3].encode() not in b"".join(written)
