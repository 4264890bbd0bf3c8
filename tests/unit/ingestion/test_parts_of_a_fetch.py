"""Small decisions of a fetch, each worked by hand: what a partial answer continues, what is remembered, and which bans are believed."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest

from orchestration.contracts.source import Resource
from orchestration.core.errors import FeedError
from orchestration.core.settings import Settings
from orchestration.ingestion.archived_versions import archived_resources, resources_since
from orchestration.ingestion.held_vintages import HeldVintage, held_from
from orchestration.ingestion.origin_cards import origin_from, origin_json
from tests.unit import synthetic_source as synthetic
from tests.unit.ingestion.test_live_ingest import source

# Downloads


def partial(span: str | None = "bytes 40-99/100", etag: str | None = None) -> httpx.Response:
    headers = {"Content-Range": span, "ETag": etag}
    return httpx.Response(206, headers={name: value for name, value in headers.items() if value})


# What is remembered of a fetch


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
