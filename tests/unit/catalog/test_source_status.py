"""Status of sources: the table and JSON of `bilateral sources`, next vintages, and the page of sources."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from orchestration.catalog.source_status import states
from orchestration.cli.main import cli
from orchestration.contracts.source import Pace
from orchestration.core.errors import FeedError
from orchestration.core.settings import Settings
from orchestration.ingestion.fetch_failures import noting_failure
from orchestration.ingestion.selection import Selection, write_selection
from orchestration.sources import load_sources
from tests.publisher_server import PublisherServer, publisher_server
from tests.unit import synthetic_source as synthetic
from tests.unit.ingestion.test_live_ingest import Publisher, refresh, source
from tests.unit.sources.fakes import make_origin

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
        ((), date(2026, 7, 1), None),
    ],
)
def test_the_next_vintage_is_due_in_the_next_month_of_the_calendar(
    months: tuple[int, ...], vintage: date, due: date | None
) -> None:
    assert replace(CARD, release_months=months).next_release(vintage) == due


def test_states_before_and_after_a_live_refresh(
    settings: Settings, server: tuple[Publisher, PublisherServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    dated = source(CARD=replace(CARD, key_env="SYNTHETIC_KEY", release_months=(10,)))
    (before,) = states({"synthetic": dated}, settings)
    assert (before.last_vintage, before.answered_at, before.next_due, before.key_is_set) == (None, None, None, False)
    refresh(settings, server[1], dated)
    monkeypatch.setenv("SYNTHETIC_KEY", "x")
    (after,) = states({"synthetic": dated}, settings)
    assert (after.last_vintage, after.next_due, after.key_is_set) == (date(2026, 7, 1), date(2026, 10, 1), True)
    assert after.answered_at is not None
    assert after.as_json()["next_due"] == "2026-10"
    monkeypatch.setattr("orchestration.cli.sources.load_sources", lambda: {"synthetic": dated})
    with pytest.raises(FeedError), noting_failure("synthetic", settings):
        raise FeedError("no answer")
    for day, is_due in ((date(2026, 9, 30), False), (date(2026, 10, 1), True)):
        moment = str(int(datetime(*day.timetuple()[:3], tzinfo=UTC).timestamp()))
        places = {"BILATERAL_DATA": str(settings.data), "BILATERAL_FEED": "live", "SOURCE_DATE_EPOCH": moment}
        listed = CliRunner().invoke(cli, ["sources"], env=places).output
        (words,) = (line.split() for line in listed.splitlines() if line.split()[:1] == ["synthetic"])
        assert words[1:3] == ["2026-07-01", "2026-10"]
        assert ("due" in words) == is_due
    assert re.search(r"synthetic: the fetch of \d{4}-\d\d-\d\dT\d\d:\d\d UTC failed: no answer\n", listed)


def test_the_list_states_which_sources_are_selections(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    origin = replace(make_origin(CARD, "figures"), excerpt="ten of 200 economies")
    write_selection(settings, Selection(CARD.id, (), (origin, origin, make_origin(CARD, "others"))))
    monkeypatch.setattr("orchestration.cli.sources.load_sources", lambda: {CARD.id: source()})
    listed = CliRunner().invoke(cli, ["sources"], env={"BILATERAL_DATA": str(settings.data)}).output
    assert [line for line in listed.splitlines() if "selection" in line] == [
        f"{CARD.id} is a selection: ten of 200 economies"
    ]


def test_the_list_names_every_source_and_fits_its_terminal(tmp_path: Path) -> None:
    environment = {"BILATERAL_DATA": str(tmp_path), "COLUMNS": "80", "BEA_API_KEY": ""}
    shown = CliRunner().invoke(cli, ["sources"], env=environment)
    assert shown.exit_code == 0
    assert max(map(len, shown.output.splitlines())) <= 80
    assert "none yet" in shown.output
    assert all(any(line.split()[:1] == [name] for line in shown.output.splitlines()) for name in load_sources())
    listed = json.loads(CliRunner().invoke(cli, ["sources", "--json"], env=environment).output)
    assert [row["source"] for row in listed] == list(load_sources())
    (bea,) = [row for row in listed if row["source"] == "bea"]
    assert (bea["key"], bea["key_is_set"], bea["last_vintage"]) == ("BEA_API_KEY", False, None)
