"""A live refresh of one source: history from the bundle, files by hand, failures that lose nothing."""

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pyarrow.parquet as pq
import pytest

from orchestration.admission.ingest import ingest
from orchestration.contracts.payload import Answer
from orchestration.contracts.source import Feed, Resource, Source
from orchestration.core.errors import BilateralError, NothingDroppedError, PayloadError
from orchestration.core.settings import Settings
from orchestration.ingestion.live_feed import LiveFeed
from orchestration.ingestion.payload_store import PayloadStore
from orchestration.ingestion.selection import Selection, read_selection
from orchestration.releases.fingerprint import fingerprint
from tests.publisher_server import Asked, PublisherServer, Reply, publisher_server
from tests.unit import synthetic_source as synthetic

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("unversioned_readers")]
FEED = "live"

BODY = synthetic.body("2024,1", "2025,2")


def source(**changes: Any) -> Source:
    """The synthetic source, with one resource and these parts exchanged."""
    names = ("CARD", "RESOURCES", "TABLES", "fetch", "parse")
    parts = {name: getattr(synthetic, name) for name in names} | {"RESOURCES": synthetic.RESOURCES[:1]}
    module = SimpleNamespace(**{**parts, **changes}, __name__=synthetic.__name__)
    return cast(Source, module)


def by_hand(resource: Resource, feed: Feed) -> Iterator[Answer]:
    """Only files that a person dropped."""
    answers = list(feed.files(synthetic.CARD, resource))
    if not answers:
        raise NothingDroppedError("a person downloads the file; there is none", publisher=synthetic.CARD.publisher)
    yield from answers


class Publisher:
    """Answers every request with ``answers``, by the resource that is requested."""

    def __init__(self) -> None:
        self.answers: dict[str, Reply] = {"figures": Reply(BODY, headers={"ETag": '"1"'})}

    def __call__(self, request: Asked) -> Reply:
        reported = self.answers[request.params["of"]]
        same = reported.headers.get("ETag", "none") == request.headers.get("if-none-match")
        return Reply(status=304) if same else reported


@pytest.fixture
def server() -> Iterator[tuple[Publisher, PublisherServer]]:
    publisher = Publisher()
    with publisher_server(publisher) as running:
        yield publisher, running


def refresh(
    settings: Settings, server: PublisherServer, module: Source | None = None, resources: list[Resource] | None = None
) -> Selection:
    def open_live(settings: Settings, landing: PayloadStore) -> LiveFeed:
        return server.live_feed(settings.data, landing=landing, pace=settings.pace)

    return ingest(module or source(), settings, open_live, resources)


def held(selection: Selection) -> dict[str, list[str]]:
    return {feed: [str(day) for day in days] for feed, days in selection.vintages_by_feed.items()}


def values(settings: Settings) -> list[float]:
    files = [item for item in read_selection(settings, "synthetic").files if item.table == "figures"]
    return [row["value"] for item in files for row in pq.read_table(item.path).to_pylist()]


def test_live_answers_precede_the_bundle(settings: Settings, server: tuple[Publisher, PublisherServer]) -> None:
    synthetic.write_edition(settings.bundle, "2025-12-17", synthetic.body("2024,10", vintage="2025-12-17"))
    synthetic.write_edition(settings.bundle, "2026-07-01", synthetic.body("2024,99"))
    selection = refresh(settings, server[1])
    assert held(selection) == {"bundle": ["2025-12-17"], "live": ["2026-07-01"]}
    assert held(read_selection(settings, "synthetic")) == held(selection)
    assert values(settings) == [10.0, 1.0, 2.0]
    server[0].answers["figures"] = Reply(synthetic.body("2024,1.5", vintage="2026-10-01"))
    moved_on = refresh(settings, server[1])
    assert held(moved_on) == {"bundle": ["2025-12-17"], "live": ["2026-07-01", "2026-10-01"]}
    assert moved_on.new_payloads == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"fetch": lambda *_: iter(())}, "the fetch yielded no payload"),
        ({"parse": lambda _: iter(())}, "the payload yielded no raw table"),
        ({"TABLES": {}}, "raw table 'figures' is not declared in TABLES"),
    ],
)
def test_sources_without_payload_table_or_declaration_are_refused(
    settings: Settings, server: tuple[Publisher, PublisherServer], changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(BilateralError, match=words):
        refresh(settings, server[1], source(**changes))


def test_dropped_files_replace_the_bundle(
    settings: Settings, server: tuple[Publisher, PublisherServer], capsys: pytest.CaptureFixture[str]
) -> None:
    dropped = source(fetch=by_hand)
    assert held(refresh(settings, server[1], dropped)) == {}
    assert "no file was dropped for figures; it stays empty" in capsys.readouterr().err
    synthetic.write_edition(settings.bundle, "2025-12-17", synthetic.body("2024,10", vintage="2025-12-17"))
    assert held(refresh(settings, server[1], dropped)) == {"bundle": ["2025-12-17"]}
    assert "no file was dropped for figures; its earlier files stay in use" in capsys.readouterr().err
    folder = settings.drop / "synthetic"
    folder.mkdir(parents=True)
    (folder / "new.csv").write_bytes(BODY)
    expected = {"bundle": ["2025-12-17"], "drop": ["2026-07-01"]}
    assert held(refresh(settings, server[1], dropped)) == expected
    (folder / "new.csv").unlink()
    assert held(refresh(settings, server[1], dropped)) == expected, "what was dropped once is stored"
    assert server[1].asked == []


def test_a_bad_payload_stops_one_refresh_only(settings: Settings, server: tuple[Publisher, PublisherServer]) -> None:
    def parse(payload: Any) -> Any:
        if b"error" in payload.read():
            raise payload.error("an answer holds figures")
        return synthetic.parse(payload)

    publisher, running = server
    good, one = publisher.answers["figures"], source(parse=parse)
    publisher.answers["figures"] = Reply(b"error", headers={"ETag": '"bad"'})
    for _ in range(2):
        with pytest.raises(PayloadError, match="an answer holds figures"):
            refresh(settings, running, one)
    stored = [path.read_bytes() for path in settings.landing.rglob("payloads/*/*")]
    assert stored == [b"error"], "what a publisher sent is evidence and stays"
    publisher.answers["figures"] = good
    assert held(refresh(settings, running, one)) == {"live": ["2026-07-01"]}


def test_a_missing_file_loses_no_other(settings: Settings, server: tuple[Publisher, PublisherServer]) -> None:
    server[0].answers["more"] = Reply(b"no such version", 404)
    whole = source(RESOURCES=synthetic.RESOURCES)
    with suppress(BilateralError):
        refresh(settings, server[1], whole)
    assert values(settings) == [1.0, 2.0]


def test_a_fetch_waits_and_cleans_up(settings: Settings, server: tuple[Publisher, PublisherServer]) -> None:
    landing = PayloadStore(settings.landing)
    mine = landing.incoming("synthetic") / "mine.part"
    with ThreadPoolExecutor() as pool:
        with landing.in_use("synthetic"):
            mine.write_bytes(b"on its way")
            waiting = pool.submit(refresh, settings, server[1])
            with pytest.raises(TimeoutError):
                waiting.result(0.5)
            assert mine.exists()
        assert waiting.result(30)
    assert not mine.exists()


def test_landing_alone_is_enough(settings: Settings, server: tuple[Publisher, PublisherServer], tmp_path: Path) -> None:
    publisher, running = server
    refresh(settings, running)
    publisher.answers["figures"] = Reply(synthetic.body("2024,3", vintage="2026-08-01"), headers={"ETag": '"2"'})
    refresh(settings, running)
    assert held(refresh(settings, running)) == {"live": ["2026-07-01", "2026-08-01"]}

    restored = Settings(root=settings.root, data=tmp_path / "restored", feed="landing")
    shutil.copytree(settings.landing, restored.landing)
    ingest(source(), restored, open_live=no_request_is_sent)
    assert raw_bytes(restored) == raw_bytes(settings)
    assert fingerprint(restored) == fingerprint(settings)


def no_request_is_sent(*_: object) -> LiveFeed:
    raise AssertionError("a publisher is asked")


def raw_bytes(settings: Settings) -> dict[str, bytes]:
    files = (path for path in settings.raw.rglob("*") if path.is_file() and not path.name.startswith("."))
    return {str(path.relative_to(settings.raw)): path.read_bytes() for path in files}
