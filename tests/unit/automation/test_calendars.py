"""A card states when its publisher is requested: no source is named in the automation."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import dagster as dg
import pytest

from orchestration.automation.calendars import crons, freshness
from orchestration.automation.run_policy import SILENCE
from orchestration.contracts.source import Feed
from orchestration.core.errors import FeedError
from orchestration.core.settings import Settings
from orchestration.ingestion.fetching import live_resources
from orchestration.sources import load_sources
from tests.unit import synthetic_source as synthetic
from tests.unit.automation.test_triggers import source

CARD = synthetic.CARD
YEAR = "1,2,3,4,5,6,7,8,9,10,11,12"


@pytest.mark.parametrize(
    ("card", "expected"),
    [
        ({}, [f"30 9 * {YEAR} 1"]),
        ({"release_months": (10, 7)}, ["30 9 * 7,10 1-5", "30 9 * 1,2,3,4,5,6,8,9,11,12 1"]),
        ({"release_months": tuple(range(1, 13))}, [f"30 9 * {YEAR} 1-5"]),
        ({"release_hours": (23, 11), "release_months": (3,)}, ["15 11,23 * * *"]),
    ],
)
def test_a_card_states_when_its_publisher_is_requested(card: dict[str, Any], expected: list[str]) -> None:
    assert crons(replace(CARD, **card)) == expected


def test_requested_tables_have_a_freshness_policy(tmp_path: Path) -> None:
    live, bundle = (Settings(root=tmp_path, data=tmp_path, feed=feed) for feed in ("live", "bundle"))
    expected = dg.FreshnessPolicy.time_window(fail_window=SILENCE, warn_window=timedelta(days=8))
    assert freshness(source(), live) == expected
    assert freshness(source(by_hand=True), live) is None
    assert freshness(source(), bundle) is None


class Silent:
    """A feed without answers and files that records whether a request was sent."""

    is_requested = False

    def get(self, *_: Any, **__: Any) -> Any:
        self.is_requested = True
        raise FeedError("no answer")

    def files(self, *_: Any) -> Iterator[Any]:
        return iter(())


@pytest.mark.parametrize("name", load_sources())
def test_sources_send_requests_unless_fed_by_hand(name: str) -> None:
    module, feed = load_sources()[name], Silent()
    for resource in live_resources(module):
        with suppress(FeedError):
            list(module.fetch(resource, cast(Feed, feed)))
    assert feed.is_requested is not module.CARD.by_hand
