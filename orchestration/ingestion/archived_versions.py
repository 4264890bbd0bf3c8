"""Archived versions: requests for older ones than a source module requests by default."""

import re
from dataclasses import replace

from orchestration.contracts.source import Resource, Source
from orchestration.core.errors import FeedError
from orchestration.core.settings import Settings
from orchestration.ingestion.fetching import live_resources

_VERSION = re.compile(r"(19|20)[0-9]{2}(0[1-9]|1[0-2])")


def resources_since(source: Source, settings: Settings, first_version: str) -> list[Resource]:
    """Return the resources of a source with every archived version from ``first_version`` (year and month, 200804) on.

    Raises:
        FeedError: it is not a year and a month, the publisher keeps no versions, or the feed sends no requests.
    """
    archived = [item for item in source.RESOURCES if "since" in item.ask and _VERSION.fullmatch(item.ask["since"])]
    if not _VERSION.fullmatch(first_version) or not archived or not settings.fetches_live(source.CARD.id):
        raise FeedError(
            "archived versions are requested on the live feed, from a year and month on, of a publisher that keeps "
            f"them; seen {first_version!r} on the {settings.feed} feed, and {len(archived)} resources with archived "
            "versions",
            publisher=source.CARD.publisher,
            remedy="write the first version like 200804 and set BILATERAL_FEED=live",
        )
    return [
        replace(item, ask={**item.ask, "since": first_version}) if item in archived else item
        for item in live_resources(source)
    ]
