"""A build as of an earlier day uses vintages published by then and requests nothing; impossible days are refused."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path
from textwrap import dedent
from typing import Any, NoReturn, cast

import pyarrow.parquet as pq
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
UNITS = Path(__file__).resolve().parents[3] / "dbt_project" / "seeds" / "units"


@pytest.fixture
def today(tmp_path: Path) -> Settings:
    """A project whose bundle has vintages of 2018-08-01 and 2026-07-01, and one payload of the second resource in 2026."""
    settings = Settings(root=tmp_path / "root", data=tmp_path / "data")
    synthetic.write_edition(settings.bundle, "2018-08-01", synthetic.body("2016,124", vintage="2018-08-01"))
    synthetic.write_edition(settings.bundle, "2026-07-01", synthetic.body("2016,112", vintage="2026-07-01"))
    synthetic.write_edition(settings.bundle, "2026-07-01", synthetic.body("2016,5", vintage="2026-07-01"), "more")
    return settings


@pytest.fixture
def then(today: Settings) -> Settings:
    return replace(today, as_of=DAY)


def test_only_vintages_published_by_then_take_part_and_the_selection_of_today_stays(
    today: Settings, then: Settings
) -> None:
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


def catalogue(build: Any, table: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(build.raw / "catalogue" / table / f"{table}.parquet").to_pylist()
    return rows


CLAIM = dedent(
    """
    source: {{said_by: A. Writer, said_on: {said_on}, title: A title, url: "https://example.org/text"}}
    claims:
      - {{id: {name}, paraphrase: It was ten., metric: m, measure: m, area: USA, year: 2016, value: 10, unit: USD,
          tolerance: {{absolute: 1, because: printed to one}}}}
    """
)
CORRECTION = dedent(
    """
    source: synthetic
    reason: A slipped digit.
    evidence: {{title: Erratum, url: "https://example.org/erratum"}}
    corrected_on: {corrected_on}
    corrections:
      - {{id: {name}, table: stg_synthetic__indicators, keys: {{area: USA, year: {year}}}, column: value, unit: USD, expect: 124,
          value: 12.4, first_vintage: 2018-08-01}}
    """
)


def test_a_build_states_as_of_when_it_knows_and_what_it_leaves_out(then: Settings) -> None:
    for folder in (then.claims, then.corrections):
        folder.mkdir(parents=True)
    for name, day, year in (("early", "2018-09-29", 2016), ("late", "2025-05-07", 2017)):
        (then.claims / f"{name}.yaml").write_text(CLAIM.format(name=name, said_on=day))
        (then.corrections / f"{name}.yaml").write_text(CORRECTION.format(name=name, corrected_on=day, year=year))
    shutil.copytree(UNITS, then.dbt_project / "seeds" / "units")
    ingest(SOURCE, then)
    build = prepare_build(then, {"synthetic": SOURCE}, "run")
    assert build.as_of() == DAY
    assert build.folder.is_relative_to(then.data / "build" / "as_of"), "no build of today is near it"
    assert [row["fetched_at"].date() for row in catalogue(build, "payloads")] == [date(2018, 8, 1)]
    assert [row["claim_id"] for row in catalogue(build, "claims")] == ["early"]
    assert [row["correction_id"] for row in catalogue(build, "corrections")] == ["early"]
    assert build.later() == {"synthetic.figures": [date(2026, 7, 1)], "catalogue.claims": [date(2025, 5, 7)]}


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
def test_a_day_that_cannot_be_is_refused_before_any_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, day: str, code: int, words: str
) -> None:
    monkeypatch.setenv("BILATERAL_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1785542400")  # 2026-08-01
    result = CliRunner().invoke(cli, ["refresh", "--as-of", day])
    assert result.exit_code == code
    assert words in result.output
    assert not (tmp_path / "data").exists()
