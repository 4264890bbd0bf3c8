"""The live feed: retries only where they help, never shows a secret, and refuses what is not a success."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from orchestration.core.errors import FeedError
from orchestration.ingestion.live_feed import LiveFeed
from tests.unit.synthetic_source import CARD, RESOURCES, URL


def feed(tmp_path: Path, answers: list[httpx.Response | Exception], seen: list[httpx.Request]) -> LiveFeed:
    def handle(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return LiveFeed(tmp_path / "drop", transport=httpx.MockTransport(handle))


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    waited: list[float] = []
    monkeypatch.setattr("orchestration.ingestion.live_feed.time.sleep", waited.append)
    return waited


def test_a_server_error_and_a_time_out_are_tried_again(tmp_path: Path, no_waiting: list[float]) -> None:
    seen: list[httpx.Request] = []
    answers: list[httpx.Response | Exception] = [
        httpx.Response(503),
        httpx.ReadTimeout("slow"),
        httpx.Response(200, content=b"at last"),
    ]
    assert feed(tmp_path, answers, seen).get(CARD, RESOURCES[0], URL).read() == b"at last"
    assert len(seen) == 3
    assert len(no_waiting) == 2


def test_a_short_retry_after_is_obeyed(tmp_path: Path, no_waiting: list[float]) -> None:
    answers: list[httpx.Response | Exception] = [
        httpx.Response(429, headers={"Retry-After": "5"}),
        httpx.Response(200, content=b"ok"),
    ]
    assert feed(tmp_path, answers, []).get(CARD, RESOURCES[0], URL).read() == b"ok"
    (waited,) = no_waiting
    assert 5.0 <= waited <= 5.5


@pytest.mark.parametrize(
    "answer",
    [httpx.Response(429), httpx.Response(429, headers={"Retry-After": "3600"}), httpx.Response(404, text="no")],
)
def test_a_ban_or_a_refusal_is_not_asked_again(tmp_path: Path, answer: httpx.Response) -> None:
    seen: list[httpx.Request] = []
    with pytest.raises(FeedError, match=f"HTTP {answer.status_code}"):
        feed(tmp_path, [answer], seen).get(CARD, RESOURCES[0], URL)
    assert len(seen) == 1
