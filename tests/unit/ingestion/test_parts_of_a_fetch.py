"""Small decisions of a fetch, each worked by hand: what a partial answer continues, what is remembered, and which bans are believed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from orchestration.contracts.payload import Answer
from orchestration.contracts.source import Feed, Pace, Resource
from orchestration.core.errors import FeedError
from orchestration.core.settings import Settings
from orchestration.ingestion.archived_versions import archived_resources, resources_since
from orchestration.ingestion.download import (
    RESUMABLE_FROM,
    BrokenError,
    Mark,
    _length,
    _mark_of,
    _position,
    strong,
)
from orchestration.ingestion.feeds import Recorder
from orchestration.ingestion.fetching import _arrivals, _not_withdrawn
from orchestration.ingestion.held_vintages import HeldVintage, held_from
from orchestration.ingestion.origin_cards import origin_from, origin_json
from orchestration.ingestion.pacing import HOUR, LONGEST_PAUSE, _ban
from tests.unit import synthetic_source as synthetic
from tests.unit.ingestion.test_live_ingest import source

# Downloads


class HeldPart:
    """Forty bytes of a file of a hundred."""

    def __init__(self, mark: Mark | None) -> None:
        self.mark, self.size, self.restarted = mark, 40, 0

    def restart(self, mark: Mark | None) -> None:
        self.restarted += 1


MARK = Mark('"1"', None, 100, "text/csv", None)


def partial(span: str | None = "bytes 40-99/100", etag: str | None = None) -> httpx.Response:
    headers = {"Content-Range": span, "ETag": etag}
    return httpx.Response(206, headers={name: value for name, value in headers.items() if value})


@pytest.mark.parametrize("etag", [None, '"1"'])
def test_the_rest_of_the_same_file_is_appended(etag: str | None) -> None:
    part: Any = HeldPart(MARK)
    assert _position(partial(etag=etag), part) == 40
    assert part.restarted == 0


@pytest.mark.parametrize(
    ("answer", "mark"),
    [
        (partial(etag='"2"'), MARK),
        (partial(etag='"0"'), MARK),
        (partial("bytes 41-99/100"), MARK),
        (partial("bytes 39-99/100"), MARK),
        (partial("bytes 40-99/101"), MARK),
        (partial("bytes 40-99/99"), MARK),
        (partial("bytes 40-99/*"), MARK),
        (partial(None), MARK),
        (partial(), None),
    ],
    ids=[
        "a later ETag",
        "an earlier one",
        "behind",
        "before",
        "longer",
        "shorter",
        "no length",
        "no range",
        "nothing held",
    ],
)
def test_the_rest_of_another_file_begins_again(answer: httpx.Response, mark: Mark | None) -> None:
    part: Any = HeldPart(mark)
    with pytest.raises(BrokenError, match="belongs to another one"):
        _position(answer, part)
    assert part.restarted == 1


def test_a_whole_file_begins_at_its_beginning() -> None:
    part: Any = HeldPart(MARK)
    assert _position(httpx.Response(200), part) == 0


RESUMABLE = {"ETag": '"1"', "Accept-Ranges": "bytes", "Content-Length": str(RESUMABLE_FROM), "Content-Type": "text/csv"}


def mark_of(status: int = 200, **changes: str | None) -> Mark | None:
    named = {name.replace("_", "-"): value for name, value in changes.items()}
    headers = httpx.Headers({name: value for name, value in {**RESUMABLE, **named}.items() if value is not None})
    return _mark_of(httpx.Response(status, headers=headers), headers, "2026-07")


def test_what_resuming_needs_is_marked() -> None:
    assert mark_of() == Mark('"1"', None, RESUMABLE_FROM, "text/csv", "2026-07")
    dated = mark_of(ETag=None, Last_Modified="Wed, 01 Jul 2026 10:00:00 GMT", Content_Type=None)
    assert dated == Mark(None, "Wed, 01 Jul 2026 10:00:00 GMT", RESUMABLE_FROM, "application/octet-stream", "2026-07")


@pytest.mark.parametrize(
    "changes",
    [
        {"ETag": None},
        {"Accept_Ranges": None},
        {"Accept_Ranges": "none"},
        {"Content_Length": str(RESUMABLE_FROM - 1)},
        {"Content_Length": None},
        {"Content_Encoding": "gzip"},
        {"status": 404},
    ],
)
def test_what_cannot_be_resumed_is_not_marked(changes: dict[str, Any]) -> None:
    assert mark_of(**changes) is None


def test_a_length_counts_only_for_the_body_itself() -> None:
    lengths = {
        ("12", None): 12,
        ("12", "identity"): 12,
        ("12", "gzip"): None,
        ("-12", None): None,
        ("", None): None,
    }
    for (text, encoding), expected in lengths.items():
        headers = {"Content-Length": text, **({"Content-Encoding": encoding} if encoding else {})}
        response: Any = SimpleNamespace(headers=httpx.Headers(headers))
        assert _length(response) == expected


def test_only_a_strong_etag_promises_the_same_bytes() -> None:
    assert [strong(one) for one in ('"1"', 'W/"1"', "", None)] == ['"1"', None, None, None]
    assert [Mark(one, "d", 9, "x", None).validator for one in ('"1"', 'W/"1"', None)] == ['"1"', "d", "d"]


# What is remembered of a fetch


@pytest.mark.parametrize(
    ("asked", "sent", "found", "by_hand", "lacks"),
    [
        (True, False, False, True, True),
        (True, False, True, True, False),
        (True, True, False, False, False),
        (False, False, False, False, False),
        (False, True, False, False, False),
    ],
)
def test_a_fetch_is_by_hand_where_only_files_were_asked_for(
    asked: bool, sent: bool, found: bool, by_hand: bool, lacks: bool
) -> None:
    feed: Any = None
    recorder = Recorder(feed, sent_requests=sent, asked_for_files=asked, found_files=found)
    assert (recorder.is_by_hand, recorder.lacks_files) == (by_hand, lacks)


class Landing:
    """A payload store that keeps what it was given."""

    def __init__(self) -> None:
        self.stored: list[Answer] = []
        self.remembered: list[Answer] = []

    def store(self, answer: Answer) -> Any:
        self.stored.append(answer)
        return SimpleNamespace(origin=answer.origin)

    def remember(self, answer: Answer, payload: Any) -> None:
        self.remembered.append(answer)


def test_only_unmodified_answers_are_remembered_for_the_next_request() -> None:
    """A part that a source cut out of an answer is stored, but no later answer is compared with it."""

    def answer(text: str) -> Answer:
        origin: Any = SimpleNamespace(url=f"https://publisher.example/{text}", parameters={})
        return Answer(origin, lambda: None)  # type: ignore[arg-type,return-value]

    whole, other = answer("whole"), answer("other")
    cut = replace(answer("whole"), opener=lambda: None)  # type: ignore[arg-type,return-value]

    class Publisher:
        def get(self, *_: Any, **__: Any) -> Answer:
            return whole

    def fetch(resource: Resource, feed: Feed) -> Iterator[Answer]:
        yield feed.get(synthetic.CARD, resource, synthetic.URL)
        yield cut
        yield other

    landing: Any = Landing()
    feed: Any = Publisher()
    (arrival,) = _arrivals(source(fetch=fetch), feed, landing, synthetic.RESOURCES[:1], ())
    assert (len(arrival.payloads), arrival.asides, arrival.feed) == (3, (), "live")
    assert landing.stored == [whole, cut, other]
    assert landing.remembered == [whole]


def test_the_first_withdrawn_payload_of_an_answer_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    withdrawn = {
        digest * 64: SimpleNamespace(sha256=digest * 64, withdrawn_at=datetime(2026, 1, day, tzinfo=UTC), reason=reason)
        for digest, day, reason in (("b", 2, "in thousands"), ("c", 3, "a wrong year"))
    }
    landing: Any = SimpleNamespace(withdrawals=lambda source_id: withdrawn)

    def arrival(*digests: str) -> Any:
        payloads = [SimpleNamespace(origin=SimpleNamespace(sha256=one * 64)) for one in digests]
        return SimpleNamespace(resource=SimpleNamespace(key="figures"), payloads=payloads)

    good, bad = arrival("a"), arrival("a", "b", "c")
    assert list(_not_withdrawn(source(), landing, [bad, good])) == [good]
    assert "still answers with sha256:bbbbbbbbbbbb, withdrawn on 2026-01-02: in thousands" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"size": "many", "sha256": 1}, "sha256: Input should be a valid string"),
        ({"fetched_at": "yesterday"}, "fetched_at: Input should be a valid datetime"),
        ({"url": None}, "url: Input should be a valid string"),
    ],
)
def test_an_origin_card_that_is_wrong_is_refused_with_its_first_fault(changes: dict[str, Any], said: str) -> None:
    card = origin_json(synthetic.origin(b"x"))
    assert origin_from(card, "card") == synthetic.origin(b"x")
    with pytest.raises(FeedError, match=f"^an origin card is incomplete or wrong: {said}") as refusal:
        origin_from({**card, **changes}, "figures.csv.origin.json")
    assert refusal.value.payload == "figures.csv.origin.json"


def test_a_held_vintage_names_its_payloads_and_its_worst_reasons() -> None:
    reasons = tuple({"sentence": f"reason {number}"} for number in range(1, 6))
    held = HeldVintage(date(2026, 7, 1), "held", (("figures", "0123456789abcdef"), ("more", "f" * 64)), reasons, True)
    assert held.payloads == "figures sha256:0123456789ab, more sha256:ffffffffffff"
    assert held.sentences(3) == ["reason 1", "reason 2", "reason 3", "and 2 more reasons"]
    assert held.sentences(5) == held.sentences(6) == [f"reason {number}" for number in range(1, 6)]
    assert held_from(held.as_json()) == held


# Pace


@pytest.mark.parametrize(
    ("pace", "longest"),
    [(Pace(), LONGEST_PAUSE), (Pace(ban_seconds=60), LONGEST_PAUSE), (Pace(ban_seconds=10**7), 10**7)],
)
def test_a_ban_is_believed_up_to_the_longest_pause(pace: Pace, longest: float) -> None:
    now = 1_000_000.0
    assert _ban({"until": now + longest + HOUR, "why": 429}, now, pace) == {"until": now + longest + HOUR, "why": "429"}
    with pytest.raises(ValueError, match=f"a ban of {longest + HOUR + 1:.0f} seconds"):
        _ban({"until": now + longest + HOUR + 1, "why": "x"}, now, pace)
    with pytest.raises(ValueError, match="a ban of nan seconds"):
        _ban({"until": "nan", "why": "x"}, now, pace)


# Archived versions


def archive(**changes: Any) -> Any:
    kept = Resource("figures", "figures", ask={"since": "202001", "code": "X"})
    return source(RESOURCES=(kept, Resource("texts", "texts")), **changes)


def test_archived_versions_are_asked_for_from_a_month_on(tmp_path: Path) -> None:
    one, live = archive(), Settings(tmp_path, tmp_path, feed="live")
    assert [each.key for each in archived_resources(one)] == ["figures"]
    assert [dict(each.ask) for each in resources_since(one, live, "200804")] == [{"since": "200804", "code": "X"}, {}]


@pytest.mark.parametrize(
    ("version", "feed", "is_archive"),
    [
        ("2008", "live", True),
        ("200813", "live", True),
        ("210001", "live", True),
        ("200804", "bundle", True),
        ("200804", "live", False),
    ],
)
def test_archived_versions_need_a_month_a_live_feed_and_an_archive(
    version: str, feed: Any, is_archive: bool, tmp_path: Path
) -> None:
    one = archive() if is_archive else source()
    with pytest.raises(FeedError, match=f"seen '{version}' on the {feed} feed, and {int(is_archive)} resources"):
        resources_since(one, Settings(tmp_path, tmp_path, feed=feed), version)
