"""Requests keep to the pace of each publisher, over processes and restarts, and stop where it bans its callers."""

import subprocess
import sys
import threading
import time
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from orchestration.contracts.source import Pace
from orchestration.core.errors import FeedError
from orchestration.core.files import read_json
from orchestration.ingestion.live_feed import LiveFeed
from orchestration.ingestion.pacing import wait_needed
from tests.publisher_server import Asked, HurriedClock, Reply, publisher_server
from tests.unit.synthetic_source import CARD, RESOURCES, URL

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize(
    ("pace", "pauses"), [(Pace(requests_per_minute=2), [60, 60]), (Pace(seconds_between=0.5), [0.5] * 4)]
)
def test_a_request_waits_until_the_pace_allows_it(tmp_path: Path, pace: Pace, pauses: list[float]) -> None:
    clock = HurriedClock()
    card = replace(CARD, pace=pace)
    with publisher_server(lambda _: Reply(b"x")) as running:
        for _ in range(5):  # each a run of its own: the pace is kept over all of them
            with running.live_feed(tmp_path, pace=tmp_path / "pace", clock=clock) as feed:
                feed.get(card, RESOURCES[0], URL)
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


@pytest.mark.parametrize(
    ("refusals", "least", "most"),
    [
        ([Reply(status=503), Reply(status=502)], 0.5, 120),
        ([Reply(b"too many", 429, {"Retry-After": "5"})], 5.0, 5.5),
        ([Reply(b"too many", 403, {"Retry-After": "60"})], 60.0, 60.5),
        ([Reply(b"too many", 429, {"Retry-After": "Thu, 01 Jan 2026 00:00:00 GMT"})], 0.0, 0.5),
    ],
)
def test_a_server_error_and_a_short_pause_are_followed_by_another_request(
    tmp_path: Path, refusals: list[Reply], least: float, most: float
) -> None:
    clock, answers = HurriedClock(), [*refusals, Reply(b"at last")]
    with (
        publisher_server(lambda _: answers.pop(0)) as running,
        running.live_feed(tmp_path, pace=tmp_path / "pace", clock=clock) as feed,
    ):
        assert feed.get(CARD, RESOURCES[0], URL).read() == b"at last"
    assert len(clock.slept) == len(refusals)
    assert least <= sum(clock.slept) <= most


def test_a_ban_of_one_file_leaves_the_others(tmp_path: Path) -> None:
    card = replace(CARD, pace=Pace(ban_seconds=86400, ban_is_per_file=True))
    with (
        publisher_server(lambda request: Reply(status=429 if request.url == URL else 200)) as running,
        running.live_feed(tmp_path) as feed,
    ):
        for _ in range(2):
            with pytest.raises(FeedError):
                feed.get(card, RESOURCES[0], URL)
        feed.get(card, RESOURCES[0], f"{URL}/other")
    assert [request.url for request in running.asked] == [URL, f"{URL}/other"]


@pytest.mark.parametrize(
    "text",
    [
        "9" * 400,
        "Fri, 31 Dec 9999 23:59:59 GMT",
        "Thu, 01 Jan 2099 00:00:00 GMT",
    ],
)
def test_a_pause_is_at_most_seven_days(tmp_path: Path, text: str) -> None:
    clock, answers = HurriedClock(), [Reply(b"wait", 429, {"Retry-After": text})]
    with publisher_server(lambda _: answers.pop(0) if answers else Reply(b"welcome")) as running:
        with running.live_feed(tmp_path, pace=tmp_path / "pace", clock=clock) as feed, pytest.raises(FeedError):
            feed.get(CARD, RESOURCES[0], URL)
        clock.moment += 7 * 86400 + 1
        with running.live_feed(tmp_path, pace=tmp_path / "pace", clock=clock) as feed:
            assert feed.get(CARD, RESOURCES[0], URL).read() == b"welcome"


@pytest.mark.slow
def test_two_processes_at_once_keep_one_pace_and_send_one_request_at_a_time(tmp_path: Path) -> None:
    lock, running_now, most = threading.Lock(), 0, 0

    def publisher(request: Asked) -> Reply:
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
        "from orchestration.ingestion.payload_store import PayloadStore\n"
        "from orchestration.contracts.source import Pace; from tests.unit.synthetic_source import CARD, RESOURCES, URL\n"
        "folder = Path(sys.argv[2]); card = replace(CARD, pace=Pace(seconds_between=0.1))\n"
        "transport = ToLocalServer(int(sys.argv[1]))\n"
        "feed = LiveFeed(folder / 'drop', PayloadStore(folder), folder / 'pace', transport=transport)\n"
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
