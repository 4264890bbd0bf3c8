"""Bundle editions out of live fetches: a bundle refresh reads what the live one read."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration.admission.ingest import ingest
from orchestration.contracts.payload import Answer
from orchestration.contracts.source import Feed, Resource, Source
from orchestration.core.errors import FeedError
from orchestration.core.settings import Settings
from orchestration.ingestion.bundle_snapshot import snapshot
from orchestration.ingestion.payload_store import PayloadStore
from orchestration.ingestion.selection import read_selection
from tests.publisher_server import Asked, PublisherServer, Reply, publisher_server
from tests.unit import synthetic_source as synthetic
from tests.unit.ingestion.test_live_ingest import refresh, source

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("unversioned_readers")]
FEED = "live"

PAGES = [synthetic.body(*(f"{year},{page}.5" for year in range(1, 900))) for page in (1, 2)]


def publisher(request: Asked) -> Reply:
    if request.params.get("count"):
        return Reply(b"2", headers={"Content-Type": "application/json"})
    if request.params["of"] == "more":
        return Reply(synthetic.body("2024,", vintage="2026-06-01"))
    return Reply(PAGES[int(request.params["page"]) - 1])


def paged(resource: Resource, feed: Feed) -> Iterator[Answer]:
    """As publishers do: a count that is not handed on, then pages; or one answer."""
    if resource.key == "more":
        yield from synthetic.fetch(resource, feed)
        return
    parameters = {"of": resource.key}
    pages = int(feed.get(synthetic.CARD, resource, synthetic.URL, params={**parameters, "count": "yes"}).read())
    for page in range(1, pages + 1):
        yield feed.get(synthetic.CARD, resource, synthetic.URL, params={**parameters, "page": str(page)})


@pytest.fixture
def server() -> Iterator[PublisherServer]:
    with publisher_server(publisher) as running:
        yield running


def one() -> Source:
    return source(fetch=paged, RESOURCES=synthetic.RESOURCES)


def tables(settings: Settings) -> dict[str, pa.Table]:
    """Every raw file of the selection, by name."""
    return {item.path.name: pq.read_table(item.path) for item in read_selection(settings, "synthetic").files}


def test_a_snapshot_replays_the_live_refresh(settings: Settings, server: PublisherServer, tmp_path: Path) -> None:
    live = refresh(settings, server, one())
    (edition,) = snapshot([one()], PayloadStore(settings.landing), settings.bundle)
    assert edition.parent == settings.bundle / "synthetic"
    assert len(list(edition.glob("*.origin.json"))) == 3
    assert "Synthetic Statistics Office" in (edition.parent / "LICENCE.md").read_text()
    elsewhere = Settings(root=settings.root, data=tmp_path / "another", feed="bundle")
    replayed = ingest(one(), elsewhere)
    assert replayed.rows() == live.rows()
    assert replayed.origins == live.origins
    assert tables(elsewhere).keys() == tables(settings).keys()
    assert all(table.equals(tables(settings)[name], check_metadata=True) for name, table in tables(elsewhere).items())


def test_editions_have_only_news(settings: Settings, server: PublisherServer, monkeypatch: pytest.MonkeyPatch) -> None:
    landing = PayloadStore(settings.landing)
    refresh(settings, server, one())
    (first,) = snapshot([one()], landing, settings.bundle)
    with pytest.raises(FeedError, match="there are none of synthetic"):
        snapshot([one()], landing, settings.bundle)
    monkeypatch.setitem(globals(), "PAGES", [page.replace(b".5", b".75") for page in PAGES])
    refresh(settings, server, one())
    with pytest.raises(FeedError, match="there is one of that day already"):
        snapshot([one()], landing, settings.bundle)
    first.rename(first.with_name("2026-07-01"))
    (second,) = snapshot([one()], landing, settings.bundle)
    assert {path.name for path in second.glob("more*")} == set(), "the unchanged resource is in the first edition"
    newest = next(item for item in ingest(one(), replace(settings, feed="bundle")).files if item.resource == "figures")
    assert pq.read_table(newest.path).column("value")[0].as_py() == 1.75, "of one vintage the newer edition counts"


def test_oversized_payloads_are_named(
    settings: Settings, server: PublisherServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    refresh(settings, server, one())
    monkeypatch.setattr("orchestration.ingestion.bundle_snapshot.SMALL_PAYLOAD_LIMIT", 1000)
    with pytest.raises(FeedError, match="at most 1,000 bytes"):
        snapshot([one()], PayloadStore(settings.landing), settings.bundle)
    assert [path for path in settings.bundle.rglob("*") if path.is_file()] == []
    monkeypatch.setattr("orchestration.ingestion.bundle_snapshot.SMALL_PAYLOAD_LIMIT", max(map(len, PAGES)))
    assert snapshot([one()], PayloadStore(settings.landing), settings.bundle), "one of the largest size is written"
