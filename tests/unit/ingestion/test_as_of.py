"""A build as of an earlier day uses vintages published by then and requests nothing; impossible days are refused."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import NoReturn, cast

import pytest
from click.testing import CliRunner

from orchestration.admission.ingest import ingest
from orchestration.cli.main import cli
from orchestration.contracts.source import Source
from orchestration.core.errors import FeedError
from orchestration.core.settings import Settings
from orchestration.ingestion.payload_store import PayloadStore
from orchestration.ingestion.selection import read_selection
from orchestration.transform.build import prepare_build
from tests.unit import synthetic_source as synthetic

SOURCE = cast(Source, synthetic.module())
DAY = date(2018, 12, 31)


@pytest.fixture
def today(tmp_path: Path) -> Settings:
    """A project with vintages of 2018-08-01 and 2026-07-01, and a payload of the second resource in 2026."""
    settings = Settings(root=tmp_path / "root", data=tmp_path / "data")
    synthetic.write_edition(settings.bundle, "2018-08-01", synthetic.body("2016,124", vintage="2018-08-01"))
    synthetic.write_edition(settings.bundle, "2026-07-01", synthetic.body("2016,112", vintage="2026-07-01"))
    synthetic.write_edition(settings.bundle, "2026-07-01", synthetic.body("2016,5", vintage="2026-07-01"), "more")
    return settings


@pytest.fixture
def then(today: Settings) -> Settings:
    return replace(today, as_of=DAY)


def test_only_vintages_published_by_then_take_part(today: Settings, then: Settings) -> None:
    whole = ingest(SOURCE, today)
    selection = ingest(SOURCE, then)
    assert selection.vintages == [date(2018, 8, 1)]
    assert [origin.fetched_at.date() for origin in selection.origins] == [date(2018, 8, 1)]
    assert selection.rows() == {"figures": 1, "never_filled": 0}
    assert selection.later == {"figures": (date(2026, 7, 1),)} == read_selection(then, "synthetic").later
    assert ingest(SOURCE, replace(today, as_of=date(2018, 8, 1))).vintages == [date(2018, 8, 1)]
    assert ingest(SOURCE, replace(today, as_of=date(2018, 7, 31))).vintages == []
    assert read_selection(today, "synthetic").vintages == whole.vintages == [date(2018, 8, 1), date(2026, 7, 1)]
    with pytest.raises(FeedError, match="materialise the raw assets of synthetic first"):
        read_selection(replace(then, as_of=date(2019, 1, 1)), "synthetic")


def test_no_request_is_sent_on_the_live_feed(then: Settings) -> None:
    def refuse(settings: Settings, landing: PayloadStore) -> NoReturn:
        raise AssertionError("a publisher was requested what it says today")

    selection = ingest(SOURCE, replace(then, feed="live"), open_live=refuse)
    assert selection.vintages == [date(2018, 8, 1)]
    assert PayloadStore(then.landing).answered_at("synthetic") is None


def test_before_the_first_vintage_there_is_nothing_to_build(today: Settings) -> None:
    early = replace(today, as_of=date(2018, 7, 31))
    ingest(SOURCE, early)
    with pytest.raises(
        FeedError, match=r"nothing had been published by 2018-07-31(.|\n)*name 2018-08-01 or a later day"
    ):
        prepare_build(early, {"synthetic": SOURCE}, "run")


@pytest.mark.parametrize(
    ("day", "code", "words"),
    [
        ("2018-13-01", 2, "does not match the format"),
        ("2026-08-02", 1, "2026-08-02 is in the future (today is 2026-08-01)"),
    ],
)
def test_impossible_days_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, day: str, code: int, words: str
) -> None:
    monkeypatch.setenv("BILATERAL_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1785542400")  # 2026-08-01
    result = CliRunner().invoke(cli, ["refresh", "--as-of", day])
    assert result.exit_code == code
    assert words in result.output
    assert not (tmp_path / "data").exists()
