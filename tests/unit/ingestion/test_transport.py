"""Every transfer against a local publisher over real sockets: resumption, pace, bans, redirects, limits and keys."""

import gzip
import re
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Collection, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from orchestration.contracts.source import Pace
from orchestration.core.errors import FeedError
from orchestration.core.files import read_json
from orchestration.core.public_hosts import addresses_of, is_public
from orchestration.ingestion.live_feed import LiveFeed
from orchestration.ingestion.pacing import wait_needed
from orchestration.ingestion.payload_store import PayloadStore
from orchestration.ingestion.transfer_watch import TransferLimits
from tests.publisher_server import Asked, HurriedClock, PublisherServer, Reply, publisher_server
from tests.unit.synthetic_source import CARD, RESOURCES, URL

ROOT = Path(__file__).resolve().parents[3]
KEY = "0f9e-Secret-Key-77"
BODY = b"".join(number.to_bytes(4, "big") for number in range(3 << 18))
"""Three MiB without a repeated passage."""
HALF = len(BODY) // 2
SECRET: dict[str, Any] = {"secret_headers": {"X-API-KEY": "SYNTHETIC_KEY"}}


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYNTHETIC_KEY", KEY)


def get(feed: LiveFeed, url: str = URL, **options: Any) -> bytes:
    return feed.get(CARD, RESOURCES[0], url, **options).read()


# single answers

HTML = Reply(b"<html><title>We are down</title></html>", headers={"Content-Type": "text/html; charset=utf-8"})
PACKED = Reply(gzip.compress(b"figures"), headers={"Content-Encoding": "gzip"})
CUT, LAST = Reply(b"whole body", cut_after=4), Reply(b"at last")
DATES = ("Fri, 31 Dec 9999 23:59:59 GMT", "Thu, 01 Jan 2099 00:00:00 GMT", "Thu, 01 Jan 2026 00:00:00 GMT")


def busy(retry_after: str, status: int = 429) -> Reply:
    return Reply(b"too many", status, {"Retry-After": retry_after})


ANSWERS: dict[str, tuple[list[Reply], dict[str, Any], bytes | str, tuple[float, float]]] = {
    "the largest size": ([Reply(b"12345")], {"largest": 5}, b"12345", (0, 0)),
    "one byte more": ([Reply(b"12345")], {"largest": 4}, r"5 bytes or more; the limit is 4", (0, 0)),
    "a short body": ([CUT] * 3, {}, r"after 3 attempt.*no complete answer \(RemoteProtocolError\)", (0.5, 120)),
    "a page": ([HTML], {}, r"a page of text/html instead of data: <html><title>We are down", (0, 0)),
    "a page that was requested": ([HTML], {"headers": {"Accept": "text/html"}}, HTML.body, (0, 0)),
    "gzip": ([PACKED], {}, b"figures", (0, 0)),
    "server errors": ([Reply(status=503), Reply(status=502), LAST], {}, b"at last", (0.5, 120)),
    "a short pause": ([busy("5"), LAST], {}, b"at last", (5, 5.5)),
    "a pause after 403": ([busy("60", 403), LAST], {}, b"at last", (60, 60.5)),
    "a pause that is over": ([busy(DATES[2]), LAST], {}, b"at last", (0, 0.5)),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_is_read_retried_or_refused(tmp_path: Path, name: str) -> None:
    replies, options, outcome, slept = ANSWERS[name]
    left, clock = list(replies), HurriedClock()
    with publisher_server(lambda _: left.pop(0)) as server, server.live_feed(tmp_path, clock=clock) as feed:
        if isinstance(outcome, bytes):
            assert get(feed, **options) == outcome
        else:
            with pytest.raises(FeedError, match=outcome):
                get(feed, **options)
    assert left == []
    assert slept[0] <= sum(clock.slept) <= slept[1]


INSIDE = ("localhost", "127.0.0.1", "127.1", "2130706433", "0x7f000001", "[::1]", "169.254.169.254")
REDIRECTS = {
    **{f"https://{host}/latest/": "a redirect to .*(is not a public one|has no address)" for host in INSIDE},
    "http://elsewhere.example/": "over http; redirects are followed over https only",
    f"https://elsewhere.example/{KEY}/file": "address carries the key",
    f"{URL}?UserID={KEY}": "address carries the key",
    "ftp://elsewhere.example/": "a redirect without a usable address",
    "/" + "x" * 65_530: r"no complete answer \(InvalidURL\)",
    URL: "more than 5 redirects",
}


@pytest.mark.parametrize("location", REDIRECTS, ids=lambda location: location[:40])
def test_a_redirect_that_cannot_be_followed_is_refused(tmp_path: Path, location: str) -> None:
    def resolve(host: str) -> Collection[str]:
        return ["93.184.216.34"] if host.endswith(".example") else addresses_of(host)

    with (
        publisher_server(lambda _: Reply(status=302, headers={"Location": location})) as server,
        server.live_feed(tmp_path, resolve=resolve) as feed,
        pytest.raises(FeedError, match=REDIRECTS[location]) as error,
    ):
        get(feed, **SECRET)
    assert KEY not in str(error.value)


def test_the_key_goes_to_the_first_address_only(tmp_path: Path) -> None:
    signed = "https://signed.example/file?Signature=abc%2Fdef"
    hops = {URL: f"{URL}/moved", f"{URL}/moved": signed, "https://signed.example/file": f"{URL}/back"}

    def publisher(request: Asked) -> Reply:
        return Reply(status=301, headers={"Location": hops[request.url]}) if request.url in hops else Reply(b"x")

    with publisher_server(publisher) as server, server.live_feed(tmp_path) as feed:
        origin = feed.get(CARD, RESOURCES[0], URL, secret_params={"UserID": "SYNTHETIC_KEY"}, **SECRET).origin
    first, *later = server.asked
    assert (first.headers["x-api-key"], first.params["UserID"]) == (KEY, KEY)
    assert [request.params for request in later] == [{}, {"Signature": "abc/def"}, {}]
    assert not any(KEY.lower() in repr(request.headers).lower() for request in later)
    assert (origin.url, "Signature" in repr(origin)) == (URL, False)


PUBLIC = "93.184.216.34 2606:2800:220:1:248:1893:25c8:1946 64:ff9b::5db8:d822 ::ffff:93.184.216.34"
PRIVATE = (
    "127.0.0.1 10.1.2.3 172.16.0.1 192.168.1.1 169.254.169.254 100.100.100.200 0.0.0.0 224.0.0.1 ::1 fe80::1%eth0 "
    "fd00:ec2::254 ::ffff:127.0.0.1 ::ffff:100.64.0.1 ::ffff:224.0.0.1 64:ff9b::7f00:1 2002:7f00:1:: "
    "2001:0:4136:e378:8000:63bf:3fff:fdd2"
)


def test_public_addresses_are_told_from_private_ones() -> None:
    assert [address for address in PUBLIC.split() if not is_public(address)] == []
    assert [address for address in PRIVATE.split() if is_public(address)] == []


# interrupted and unchanged downloads


class FileServer:
    """A static file with ETag and ranges; ``cuts`` breaks the first answers after so many bytes."""

    def __init__(self) -> None:
        self.body, self.etag, self.ranges = BODY, '"1"', True
        self.cuts: list[int] = []
        self.rest: dict[str, str] = {}
        """Wrong headers of an answer with the rest."""
        self.next: dict[str, Any] = {}
        """Attributes after the first answer."""

    def __call__(self, request: Asked) -> Reply:
        reply = self._answer(request, self.cuts.pop(0) if self.cuts else None)
        vars(self).update(self.next)
        return reply

    def _answer(self, request: Asked, cut: int | None) -> Reply:
        headers = {"ETag": self.etag, "Accept-Ranges": "bytes", "Content-Type": "application/zip"}
        if request.headers.get("if-none-match") == self.etag:
            return Reply(status=304, headers=headers)
        span = re.fullmatch(r"bytes=(\d+)-", request.headers.get("range", ""))
        if span and self.ranges and request.headers.get("if-range") == self.etag:
            start, end = int(span[1]), len(self.body)
            headers["Content-Range"] = f"bytes {start}-{end - 1}/{end}"
            return Reply(self.body[start:], 206, headers | self.rest, cut)
        return Reply(self.body, 200, headers, cut)


@pytest.fixture
def server() -> Iterator[tuple[FileServer, PublisherServer]]:
    files = FileServer()
    with publisher_server(files) as running:
        yield files, running


def test_a_broken_download_is_resumed(tmp_path: Path, server: tuple[FileServer, PublisherServer]) -> None:
    files, running = server
    files.cuts = [HALF, 0, len(BODY) // 4]
    with running.live_feed(tmp_path) as feed:
        assert get(feed) == BODY
    assert [request.headers.get("if-range") for request in running.asked] == [None, '"1"', '"1"', '"1"']
    starts = [int(request.headers["range"].removeprefix("bytes=").removesuffix("-")) for request in running.asked[1:]]
    assert 0 < starts[0] == starts[1] < starts[2]
    assert list(PayloadStore(tmp_path / "landing").incoming(CARD.id).iterdir()) == [], "gone with its feed"


RESTARTS: dict[str, tuple[dict[str, str], dict[str, Any], list[bool]]] = {
    "another length": ({"Content-Range": f"bytes {HALF}-{len(BODY) - 1}/{len(BODY) + 1}"}, {}, [False, True, False]),
    "another start": ({"Content-Range": f"bytes 0-{len(BODY) - 1}/{len(BODY)}"}, {}, [False, True, False]),
    "no range": ({"Content-Range": "bytes */*"}, {}, [False, True, False]),
    "another tag": ({"ETag": '"2"'}, {}, [False, True, False]),
    "another file": ({}, {"body": BODY[::-1], "etag": '"2"'}, [False, True]),
    "no ranges any more": ({}, {"ranges": False}, [False, True]),
}


@pytest.mark.parametrize("name", RESTARTS)
def test_a_wrong_rest_is_discarded(tmp_path: Path, server: tuple[FileServer, PublisherServer], name: str) -> None:
    files, running = server
    files.rest, files.next, has_range = RESTARTS[name]
    files.cuts = [HALF]
    with running.live_feed(tmp_path) as feed:
        assert get(feed) == files.body
    assert ["range" in request.headers for request in running.asked] == has_range


MODIFIED = "Wed, 01 Jul 2026 00:00:00 GMT"


@pytest.mark.parametrize(
    ("headers", "condition"),
    [({"Last-Modified": MODIFIED, "ETag": 'W/"1"'}, MODIFIED), ({"ETag": 'W/"1"'}, None), ({}, None)],
)
def test_a_weak_etag_falls_back_to_the_time(tmp_path: Path, headers: dict[str, str], condition: str | None) -> None:
    def publisher(request: Asked) -> Reply:
        if len(running.asked) == 1:
            return Reply(BODY, 200, {**headers, "Accept-Ranges": "Bytes"}, cut_after=HALF)
        if request.headers.get("if-range") != condition or condition is None:
            return Reply(BODY)
        start = int(request.headers["range"].removeprefix("bytes=").removesuffix("-"))
        return Reply(BODY[start:], 206, {"Content-Range": f"bytes {start}-{len(BODY) - 1}/{len(BODY)}", "ETag": '"b"'})

    with publisher_server(publisher) as running, running.live_feed(tmp_path) as feed:
        assert get(feed) == BODY
    assert running.asked[1].headers.get("if-range") == condition


def test_unchanged_files_are_not_downloaded_again(tmp_path: Path, server: tuple[FileServer, PublisherServer]) -> None:
    files, running = server
    landing = PayloadStore(tmp_path / "landing")
    for body, etag, unchanged in ((BODY, '"1"', 0), (BODY, '"1"', 1), (b"new", '"2"', 0)):
        files.body, files.etag = body, etag
        with running.live_feed(tmp_path) as feed:
            answer = feed.get(CARD, RESOURCES[0], URL)
            payload = landing.store(answer)
            landing.remember(answer, payload)
        assert (payload.read(), feed.unchanged) == (body, unchanged)
    assert running.asked[1].headers["if-none-match"] == '"1"'
    assert list(landing.incoming(CARD.id).iterdir()) == []


# pace and bans


@pytest.mark.parametrize(
    ("pace", "pauses"), [(Pace(requests_per_minute=2), [60, 60]), (Pace(seconds_between=0.5), [0.5] * 4)]
)
def test_a_request_waits_until_the_pace_allows_it(tmp_path: Path, pace: Pace, pauses: list[float]) -> None:
    clock = HurriedClock()
    with publisher_server(lambda _: Reply(b"x")) as running:
        for _ in range(5):  # each a run of its own: the pace is kept over all of them
            with running.live_feed(tmp_path, clock=clock) as feed:
                feed.get(replace(CARD, pace=pace), RESOURCES[0], URL)
    assert clock.slept == pytest.approx(pauses)


@pytest.mark.parametrize(
    ("pace", "exchanges", "wait"),
    [
        (Pace(), [(99.0, 10**9)], 0),
        (Pace(seconds_between=5), [], 0),
        (Pace(seconds_between=5), [(97.0, 0)], 2),
        (Pace(requests_per_minute=2), [(30.0, 0), (50.0, 0), (90.0, 0)], 10),
        (Pace(requests_per_hour=2), [(10.0, 0), (20.0, 0)], 3510),
        (Pace(megabytes_per_minute=3), [(50.0, 2_000_000), (60.0, 1_000_000), (70.0, 1_000_000)], 10),
        (Pace(megabytes_per_minute=3), [(50.0, 2_000_000), (60.0, 1_000_000)], 10),
        (Pace(megabytes_per_minute=3), [(60.0, 2_999_998)], 0),
    ],
)
def test_waits_worked_by_hand(pace: Pace, exchanges: list[tuple[float, int]], wait: float) -> None:
    assert wait_needed(pace, exchanges, 100.0) == pytest.approx(wait)


WEEK = 7 * 86_400
BANNED = [
    (Pace(ban_seconds=3600), Reply(b"too many", 429), 3600),
    (Pace(ban_seconds=3600), busy("5"), 3600),
    (Pace(ban_seconds=60), busy("7200"), 7200),
    (Pace(ban_seconds=600, ban_statuses=(403,)), Reply(b"slow down", 403), 600),
    (Pace(), busy("900"), 900),
    *((Pace(), busy(text), WEEK) for text in ("9" * 400, *DATES[:2])),
]


@pytest.mark.parametrize(("pace", "answer", "seconds"), BANNED)
def test_a_ban_is_obeyed_over_restarts_until_it_ends(tmp_path: Path, pace: Pace, answer: Reply, seconds: int) -> None:
    clock, card, answers = HurriedClock(), replace(CARD, pace=pace), [answer]
    with publisher_server(lambda _: answers.pop(0) if answers else Reply(b"welcome")) as running:
        with (
            running.live_feed(tmp_path, clock=clock) as first,
            pytest.raises(FeedError, match=f"after 1 attempt.*HTTP {answer.status}"),
        ):
            first.get(card, RESOURCES[0], URL)
        clock.moment += seconds - 1
        with (
            running.live_feed(tmp_path, clock=clock) as second,
            pytest.raises(FeedError, match=r"has banned its callers until 20\d\d-.* UTC"),
        ):
            second.get(card, RESOURCES[1], f"{URL}/another")
        assert len(running.asked) == 1
        clock.moment += 2
        with running.live_feed(tmp_path, clock=clock) as third:
            assert third.get(card, RESOURCES[0], URL).read() == b"welcome"


def test_a_ban_of_one_file_leaves_the_others(tmp_path: Path) -> None:
    card = replace(CARD, pace=Pace(ban_seconds=86400, ban_is_per_file=True))
    with (
        publisher_server(lambda request: Reply(status=429 if request.url == URL else 200)) as running,
        running.live_feed(tmp_path) as feed,
    ):
        for _ in range(2):
            with pytest.raises(FeedError):
                feed.get(card, RESOURCES[0], URL)
        feed.get(card, RESOURCES[0], f"{URL}/another")
    assert [request.url for request in running.asked] == [URL, f"{URL}/another"]


PROGRAM = (
    "import sys; from dataclasses import replace; from pathlib import Path\n"
    "from tests.publisher_server import ToLocalServer; from orchestration.ingestion.live_feed import LiveFeed\n"
    "from orchestration.ingestion.payload_store import PayloadStore\n"
    "from orchestration.contracts.source import Pace; from tests.unit.synthetic_source import CARD, RESOURCES, URL\n"
    "folder = Path(sys.argv[2]); card = replace(CARD, pace=Pace(seconds_between=0.1))\n"
    "transport = ToLocalServer(int(sys.argv[1]))\n"
    "feed = LiveFeed(folder / 'drop', PayloadStore(folder), folder / 'pace', transport=transport)\n"
    "for _ in range(4): feed.get(card, RESOURCES[0], URL)\n"
)


@pytest.mark.slow
def test_two_processes_keep_one_pace_and_send_one_request_at_a_time(tmp_path: Path) -> None:
    lock, active, most = threading.Lock(), 0, 0

    def publisher(request: Asked) -> Reply:
        nonlocal active, most
        with lock:
            active += 1
            most = max(most, active)
        time.sleep(0.05)
        with lock:
            active -= 1
        return Reply(b"x")

    with publisher_server(publisher) as running:
        command = [sys.executable, "-c", PROGRAM, str(running.port), str(tmp_path)]
        processes = [subprocess.Popen(command, cwd=ROOT) for _ in range(2)]
        assert [process.wait(timeout=60) for process in processes] == [0, 0]
    ends = [moment for moment, _ in read_json(tmp_path / "pace" / "synthetic.example.json")["exchanges"]]
    assert (len(ends), most) == (8, 1)
    assert all(later - earlier >= 0.1 for earlier, later in pairwise(ends))


# limits

SHORT = TransferLimits(first_byte=0.4, window=0.3, slowest=1000, usual=200_000, tick=0.05)
STEADY = TransferLimits(first_byte=0.5, usual=1e9, tick=0.02)
RESERVED = TransferLimits(reserve=1 << 60)
MOST = 1_000_000
"""Bytes; low, so that the tests are fast."""


def endless() -> Iterator[bytes]:
    while True:
        yield b"1234567890," * 6_000


def bomb() -> Iterator[bytes]:
    packer = zlib.compressobj(9, wbits=31)
    while True:
        yield packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_SYNC_FLUSH)


def gzip_without_content() -> Iterator[bytes]:
    """A gzip header with an endless file name: nothing is ever unpacked."""
    yield b"\x1f\x8b\x08\x08\0\0\0\0\0\xff"
    yield from endless()


def drip() -> Iterator[bytes]:
    yield b"1" * 5_000
    while True:
        yield b"1"
        time.sleep(0.02)


GZIP = {"Content-Encoding": "gzip"}
HOSTILE: dict[str, tuple[Reply, TransferLimits, str]] = {
    "endless": (Reply(endless=endless), SHORT, "1,000,000"),  # bytes on the wire or of the body, whichever is first
    "endless refusal": (Reply(status=500, endless=endless), SHORT, "HTTP 500"),
    "bomb": (Reply(headers=GZIP, endless=bomb), SHORT, "the limit is 1,000,000"),
    "hidden": (Reply(headers=GZIP, endless=gzip_without_content), SHORT, "more than 1,000,000 bytes"),
    "packed twice": (Reply(headers={"Content-Encoding": "gzip, gzip"}, endless=bomb), SHORT, "encoding 'gzip, gzip'"),
    "drip": (Reply(endless=drip), SHORT, r"\d\d? bytes in 0 s, where at least 1,000 bytes a second are required"),
    "steady drip": (Reply(endless=drip), STEADY, "took longer than 1 s, the most for 1,000,000 bytes"),
    "late": (Reply(b"x", delay=1.2), SHORT, "no complete headers within 0 s"),
    "full disk": (Reply(b"x"), RESERVED, r"free on the disk, where 1,152,921,504\.6 GB must stay free"),
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", HOSTILE)
def test_every_hostile_body_ends_within_its_limits(kind: str, tmp_path: Path) -> None:
    reply, limits, words = HOSTILE[kind]
    with (
        publisher_server(lambda _: reply) as server,
        server.live_feed(tmp_path, limits=limits, largest=MOST) as feed,
        pytest.raises(FeedError) as caught,
    ):
        get(feed)
    assert re.search(words, caught.value.failure)
    assert sum(path.stat().st_size for path in (tmp_path / "landing").rglob("*") if path.is_file()) <= MOST
