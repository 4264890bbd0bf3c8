"""A card states when its publisher is requested: no source is named in the automation."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any, cast

import pytest

from orchestration.contracts.source import Feed
from orchestration.core.errors import FeedError
from orchestration.ingestion.fetching import live_resources
from orchestration.sources import load_sources
from tests.unit import synthetic_source as synthetic

CARD = synthetic.CARD


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
