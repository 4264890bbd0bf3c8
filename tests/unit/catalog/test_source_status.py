"""What is said about sources: the list, one live look, and the generated page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from orchestration.catalog.source_status import Sight, look, states
from orchestration.cli.main import cli
from orchestration.contracts.payload import Answer
from orchestration.contracts.source import Feed, Pace, Resource
from orchestration.core.errors import FeedError, PayloadError
from orchestration.core.settings import Settings
from orchestration.formats.dropped_files import Layout, recognised
from orchestration.ingestion.payload_store import PayloadStore
from orchestration.sources import load_sources
from tests.publisher_server import PublisherServer, Reply, publisher_server
from tests.unit import synthetic_source as synthetic
from tests.unit.ingestion.test_live_ingest import BODY, Publisher, by_hand, refresh, source

ROOT = Path(__file__).resolve().parents[3]
CARD = synthetic.CARD


@pytest.fixture(autouse=True)
def readers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orchestration.ingestion.raw_tables.reader_version", lambda _: "synthetic")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(root=tmp_path / "root", data=tmp_path / "data", feed="live")


@pytest.fixture
def server() -> Iterator[tuple[Publisher, PublisherServer]]:
    publisher = Publisher()
    with publisher_server(publisher) as running:
        yield publisher, running


def test_the_page_of_sources_names_every_source_and_key() -> None:
    page = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")
    wanted = {text for name, source in load_sources().items() for text in (name, source.CARD.key_env) if text}
    assert {text for text in wanted if f"`{text}`" not in page} == set()


def test_limits_are_one_sentence() -> None:
    card = replace(CARD, limits="ask nicely", pace=Pace(60, 100, 5, 1.5, 3600, (403, 429)))
    assert card.all_limits == (
        "at most 60 requests a minute, at most 100 requests an hour, at most 5 MB a minute, 1.5 s between requests, "
        "after HTTP 403 or 429 no request at all for 3,600 s; ask nicely"
    )


@pytest.mark.parametrize(
    ("months", "vintage", "due"),
    [
        ((7, 10), date(2026, 7, 2), date(2026, 10, 1)),
        ((7, 10), date(2026, 10, 31), date(2027, 7, 1)),
        ((10, 7), date(2026, 1, 1), date(2026, 7, 1)),
        ((7,), date(2026, 7, 31), date(2027, 7, 1)),
        (tuple(range(1, 13)), date(2026, 12, 1), date(2027, 1, 1)),
        ((), date(2026, 7, 1), None),
    ],
)
def test_the_next_vintage_is_due_in_the_next_month_of_the_calendar(
    months: tuple[int, ...], vintage: date, due: date | None
) -> None:
    assert replace(CARD, release_months=months).next_release(vintage) == due


def test_every_card_names_real_months_and_possible_limits() -> None:
    for name, one in load_sources().items():
        card = one.CARD
        assert set(card.release_months) <= set(range(1, 13)), name
        assert card.pace.seconds_between >= 0, name
        assert card.pace.ban_seconds is None or card.pace.ban_seconds > 0, name


def test_states_before_and_after_a_live_refresh(
    settings: Settings, server: tuple[Publisher, PublisherServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = source(CARD=replace(CARD, key_env="SYNTHETIC_KEY", release_months=(10,)))
    (before,) = states({"synthetic": one}, settings)
    assert (before.last_vintage, before.asked_at, before.next_due, before.key_is_set) == (None, None, None, False)
    refresh(settings, server[1], one)
    monkeypatch.setenv("SYNTHETIC_KEY", "x")
    (after,) = states({"synthetic": one}, settings)
    assert (after.last_vintage, after.next_due, after.key_is_set) == (date(2026, 7, 1), date(2026, 10, 1), True)
    assert after.asked_at is not None
    assert after.as_json()["next_due"] == "2026-10"


def test_a_look_says_what_came_and_whether_it_is_stored(
    settings: Settings, server: tuple[Publisher, PublisherServer]
) -> None:
    publisher, running = server
    landing = PayloadStore(settings.landing)

    def seen() -> Any:
        with running.live_feed(settings.data) as feed:
            return look(source(), feed, landing)

    sight = seen()
    assert (sight.answer.status, sight.size, sight.vintage) == (200, len(BODY), date(2026, 7, 1))
    assert sight.comparison == "no answer to this request is stored here"
    assert not settings.landing.exists(), "a look writes nothing into landing"
    refresh(settings, running)
    assert seen().comparison.startswith("the same bytes as those that stored from the fetch of 20")
    publisher.answers["figures"] = Reply(synthetic.body("2024,3", vintage="2026-10-01"))
    changed = seen()
    assert changed.comparison.startswith("other bytes")
    assert changed.vintage == date(2026, 10, 1)


def test_a_look_sends_one_request_even_where_a_fetch_sends_many(
    settings: Settings, server: tuple[Publisher, PublisherServer]
) -> None:
    def fetch(resource: Resource, feed: Feed) -> Iterator[Answer]:
        feed.get(CARD, resource, synthetic.URL, params={"of": "count"})
        yield from synthetic.fetch(resource, feed)

    server[0].answers["count"] = Reply(BODY)
    with server[1].live_feed(settings.data) as feed:
        sight = look(source(fetch=fetch), feed, PayloadStore(settings.landing))
    assert sight is not None
    assert sight.size == len(BODY)
    assert len(server[1].asked) == 1


def test_a_look_at_a_source_without_an_api(settings: Settings, server: tuple[Publisher, PublisherServer]) -> None:
    with server[1].live_feed(settings.data) as feed:
        assert look(source(fetch=by_hand), feed, PayloadStore(settings.landing)) is None
    folder = settings.drop / "synthetic"
    folder.mkdir(parents=True)
    (folder / "figures.csv").write_bytes(BODY)
    with server[1].live_feed(settings.data) as feed:
        sight = look(source(fetch=by_hand), feed, PayloadStore(settings.landing))
    assert sight is not None
    assert sight.vintage == date(2026, 7, 1)


def test_a_look_at_a_folder_that_lacks_the_first_resource_takes_the_next(
    settings: Settings, server: tuple[Publisher, PublisherServer]
) -> None:
    def fetch(resource: Resource, feed: Feed) -> Iterator[Answer]:
        yield from recognised(
            synthetic.CARD, resource, feed, lambda _: "figures", layout=Layout("anything", "anywhere"), remedy="save"
        )

    one = source(fetch=fetch, RESOURCES=(Resource("absent", "no file of this one"), Resource("figures", "figures")))
    folder = settings.drop / "synthetic"
    folder.mkdir(parents=True)
    for body, expected in ((None, None), (BODY, date(2026, 7, 1))):
        (folder / "figures.csv").write_bytes(body) if body else (folder / ".DS_Store").write_bytes(b"")
        with server[1].live_feed(settings.data) as feed:
            sight = look(one, feed, PayloadStore(settings.landing))
        assert (sight and sight.vintage) == expected


def test_a_look_that_fails_says_why(settings: Settings, server: tuple[Publisher, PublisherServer]) -> None:
    def parse(payload: Any) -> Any:
        raise payload.error("an answer holds figures")

    with server[1].live_feed(settings.data) as feed, pytest.raises(PayloadError, match="an answer holds figures"):
        look(source(parse=parse), feed, PayloadStore(settings.landing))
    server[0].answers["figures"] = Reply(b"gone", 410)
    with server[1].live_feed(settings.data) as feed, pytest.raises(FeedError, match="HTTP 410: gone"):
        look(source(), feed, PayloadStore(settings.landing))


def test_the_list_names_every_source_and_fits_its_terminal(tmp_path: Path) -> None:
    environment = {"BILATERAL_DATA": str(tmp_path), "COLUMNS": "80", "BEA_API_KEY": ""}
    shown = CliRunner().invoke(cli, ["sources"], env=environment)
    assert shown.exit_code == 0
    assert max(map(len, shown.output.splitlines())) <= 80
    assert all(any(line.split()[:1] == [name] for line in shown.output.splitlines()) for name in load_sources())
    listed = json.loads(CliRunner().invoke(cli, ["sources", "--json"], env=environment).output)
    assert [one["source"] for one in listed] == list(load_sources())
    (bea,) = [one for one in listed if one["source"] == "bea"]
    assert (bea["key"], bea["key_is_set"], bea["last_vintage"]) == ("BEA_API_KEY", False, None)


def test_an_unknown_source_cannot_be_checked() -> None:
    refused = CliRunner().invoke(cli, ["sources", "nowhere"])
    assert refused.exit_code == 2
    assert "world_bank" in refused.output


def test_a_check_says_the_same_to_people_and_to_programs(
    settings: Settings, server: tuple[Publisher, PublisherServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    with server[1].live_feed(settings.data) as feed:
        sight = look(source(), feed, PayloadStore(settings.landing))
    monkeypatch.setattr("orchestration.catalog.source_status.live_look", lambda *_: sight)
    monkeypatch.setattr("orchestration.sources.load_sources", lambda: {"synthetic": source()})
    assert sight is not None
    reported = json.loads(CliRunner().invoke(cli, ["sources", "synthetic", "--json"]).stdout)
    assert reported["source"] == "synthetic"
    assert reported["answer"]["status"] == 200
    assert reported["answer"]["bytes"] == sight.size
    assert reported["answer"]["url"] == sight.answer.origin.url
    shown = CliRunner().invoke(cli, ["sources", "synthetic"]).stdout
    for words in (
        reported["publisher"],
        reported["answer"]["url"],
        f"HTTP 200, {sight.size:,} bytes",
        sight.comparison,
    ):
        assert words in shown

    monkeypatch.setattr("orchestration.catalog.source_status.live_look", lambda *_: None)
    assert json.loads(CliRunner().invoke(cli, ["sources", "synthetic", "--json"]).stdout)["answer"] is None
    assert "manual download" in CliRunner().invoke(cli, ["sources", "synthetic"]).stdout


def test_of_a_long_file_only_the_headers_are_read_and_they_show_a_change(tmp_path: Path) -> None:
    body, mark = b"x" * 5000, ['"1"']
    with publisher_server(lambda _: Reply(body, headers={"ETag": mark[0]})) as server:
        landing = PayloadStore(tmp_path / "landing")

        def see() -> Sight:
            with server.live_feed(tmp_path, glance=1000) as feed:
                sight = look(source(), feed, landing)
            assert sight is not None
            return sight

        first = see()
        assert (first.size, first.vintage, first.comparison) == (None, None, "no answer to this request is stored here")
        with server.live_feed(tmp_path, landing=landing) as feed:
            answer = feed.get(synthetic.CARD, synthetic.RESOURCES[0], synthetic.URL, params={"of": "figures"})
            landing.remember(answer, landing.store(answer))
        assert see().comparison.startswith("the same marks")
        mark[0] = '"2"'
        assert see().comparison.startswith("other marks")
