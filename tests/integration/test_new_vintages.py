"""Vintages of all economies and of another year pass every guard but admission.

The World Bank's answers reach the live feed over sockets. Where admission holds a vintage back, an override admits it. Tests, models
and suites are replayed.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from orchestration.admission.ingest import ingest
from orchestration.admission.ledger import ADMITTED
from orchestration.admission.vintages import decide
from orchestration.core.settings import Settings, now
from orchestration.ingestion import live_feed as live_feeds
from orchestration.ingestion.selection import Selection
from orchestration.sources import load_sources, world_bank
from orchestration.transform.build import latest_build, prepare_build
from tests.integration.conftest import PublishedCopy
from tests.integration.replay import RUN, Caught, Replay
from tests.integration.world_bank_answers import (
    Edition,
    area_codes,
    bundled,
    in_a_year,
    with_all_areas,
)
from tests.publisher_server import publisher_server

pytestmark = pytest.mark.campaign


def asked_live(settings: Settings, edition: Edition) -> Selection:
    """Ingest an edition over the network, and admit what is held back."""
    live = replace(settings, feed="live", live_sources=frozenset({"world_bank"}))
    with publisher_server(edition.publisher) as server:
        selection = ingest(
            world_bank,
            live,
            open_live=lambda source_settings, landing: server.live_feed(source_settings.data, landing=landing),
        )
    for held in selection.held:
        decide(world_bank, replace(live, feed="landing"), held.vintage, ADMITTED, "the publisher confirmed it")
    return selection


@dataclass(frozen=True)
class Pipeline:
    """Yield the published build, replayed on new answers of the World Bank."""

    published: Settings
    folder: Path

    def failures(self, edition: Edition) -> list[Caught]:
        """Every dbt test and suite that fails on the raw files of an edition."""
        settings = Settings(root=self.published.root, data=self.folder / "data")
        shutil.copytree(self.published.raw, settings.raw)
        asked_live(settings, edition)
        build = prepare_build(settings, load_sources(), RUN)
        replay = Replay(latest_build(self.published), self.folder, build.raw)
        replay.connection.execute("begin")
        try:
            return [*replay.failing_tests("world_bank"), *replay.failing_suites(settings.expectations)]
        finally:
            replay.connection.execute("rollback")
            replay.connection.close()


@pytest.fixture
def pipeline(published_copy: PublishedCopy, tmp_path: Path) -> Pipeline:
    return Pipeline(published_copy.settings, tmp_path)


def messages(failures: list[Caught]) -> str:
    return "\n\n".join(failure.message for failure in failures)


def test_a_first_live_answer_of_all_areas_at_a_reviewed_vintage_passes(pipeline: Pipeline) -> None:
    edition = with_all_areas(bundled())
    areas = {row["countryiso3code"] for row in edition.rows["gdp"]}
    assert areas >= area_codes()
    failures = pipeline.failures(edition)
    assert failures == [], messages(failures)


def test_a_year_later_all_areas_with_a_new_year_pass(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_feeds, "now", lambda: now() + timedelta(days=366))
    edition = in_a_year(with_all_areas(bundled()), "2027-07-01")
    failures = pipeline.failures(edition)
    assert failures == [], messages(failures)
