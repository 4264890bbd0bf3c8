"""Archived versions are brought in one run, from a chosen one on, and stay. All figures here are synthetic."""

from collections.abc import Iterator
from typing import Any

import pytest

from orchestration.contracts.payload import Answer
from orchestration.contracts.source import Feed, Resource, Source
from orchestration.core.settings import Settings
from orchestration.ingestion.archived_versions import resources_since
from tests.publisher_server import Asked, Reply, publisher_server
from tests.unit import synthetic_source as synthetic
from tests.unit.ingestion.test_live_ingest import refresh, source

pytestmark = pytest.mark.usefixtures("unversioned_readers")
FEED = "live"

VERSIONS = ("202604", "202605", "202606", "202607")
ARCHIVE = Resource("figures", "synthetic figures, archived versions", {"since": "202607"})


def fetch_versions(resource: Resource, feed: Feed) -> Iterator[Answer]:
    for version in VERSIONS:
        if version >= resource.ask["since"]:
            yield feed.get(synthetic.CARD, resource, f"{synthetic.URL}/{version}", params={"of": resource.key})


def answered(request: Asked) -> Reply:
    version = request.url.rsplit("/", 1)[-1]
    mark = f'"{version}"'
    if request.headers.get("if-none-match") == mark:
        return Reply(status=304)
    body = synthetic.body("2024,1", vintage=f"{version[:4]}-{version[4:]}-28")
    return Reply(body, headers={"ETag": mark})


def archive() -> Source:
    return source(RESOURCES=(ARCHIVE,), fetch=fetch_versions)


def months(selection: Any) -> list[str]:
    return [f"{vintage:%Y%m}" for vintage in selection.vintages]


def test_one_run_brings_every_version_from_the_chosen_one_on_and_they_stay(settings: Settings) -> None:
    with publisher_server(answered) as server:
        assert months(refresh(settings, server, archive())) == ["202607"]
        filled = refresh(settings, server, archive(), resources_since(archive(), settings, "202605"))
        assert months(filled) == ["202605", "202606", "202607"]
        assert filled.unchanged == 1, "a version that is stored is not sent again"
        assert months(refresh(settings, server, archive())) == ["202605", "202606", "202607"]
