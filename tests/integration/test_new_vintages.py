"""Later vintages pass every guard but admission; reviewed figures stay unchanged.

The World Bank's answers reach the real live feed over real sockets. Where admission holds one back, one word admits it: after that
no other guard asks. Tests, models and suites are replayed as in replay.py; one step is published by the real command.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
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
from orchestration.releases.release_store import require_current
from orchestration.sources import load_sources, world_bank
from orchestration.transform.build import latest_build, prepare_build
from tests.integration.conftest import PublishedCopy, copy_tree, run_bilateral
from tests.integration.replay import RUN, Caught, Replay
from tests.integration.world_bank_answers import (
    CURRENT,
    NEWEST,
    Edition,
    Row,
    area_codes,
    bundled,
    in_a_year,
    with_all_areas,
)
from tests.publisher_server import publisher_server

pytestmark = pytest.mark.campaign

BEFORE = "2025-12-17"
REVISED_FROM, REVISION = 2000, 0.7


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


def revised(key: str, row: Row) -> float:
    """A comprehensive revision: every amount since 2000 is 30 percent lower."""
    is_revised = CURRENT[key]["unit"] == "current US$" and int(row["date"]) >= REVISED_FROM
    return float(row["value"] * (REVISION if is_revised else 1.0))


def test_an_admitted_comprehensive_revision_is_not_held_again(pipeline: Pipeline) -> None:
    failures = pipeline.failures(replace(bundled(), updated="2026-10-01").changed(revised))
    assert failures == [], messages(failures)


def moved(area: str, year: str) -> Callable[[str, Row], float]:
    """One percent more receipts of one area in one year."""

    def change(key: str, row: Row) -> float:
        is_it = (key, row["countryiso3code"], row["date"]) == ("ip_receipts", area, year)
        return float(row["value"] * (1.01 if is_it else 1.0))

    return change


def test_a_changed_figure_of_a_reviewed_vintage_is_stopped_whatever_comes_beside_it(pipeline: Pipeline) -> None:
    failures = pipeline.failures(with_all_areas(bundled()).changed(moved("KOR", "2019")))
    (pin,) = [failure for failure in failures if failure.message.startswith("reviewed_figures_hold")]
    assert "'source': 'world_bank'" in pin.message
    assert "'area': 'KOR'" in pin.message


@pytest.fixture
def half_a_year_before(published_copy: PublishedCopy, tmp_path: Path) -> Settings:
    """A tree whose bundle ends with the World Bank's edition of December 2025; payloads that were read once are not read again."""
    settings = Settings(root=copy_tree(tmp_path / "tree"), data=tmp_path / "data")
    shutil.rmtree(settings.bundle / "world_bank" / NEWEST)
    published_copy.lend_parse(settings.data)
    shutil.copytree(published_copy.settings.raw, settings.raw)
    return settings


def test_the_step_of_december_2025_to_july_2026_is_published(half_a_year_before: Settings) -> None:
    """Real figures of both; indicators without an edition of December in the bundle are those of July under its date."""
    settings = half_a_year_before
    december = replace(bundled(), updated=BEFORE)
    december = replace(december, rows={**december.rows, **bundled(BEFORE).rows})
    published = []
    for edition in (december, bundled()):
        asked_live(settings, edition)
        done = run_bilateral(settings.root, settings.data, "refresh", BILATERAL_FEED="landing")
        assert done.returncode == 0, done.stderr
        published.append(require_current(settings))
    first, second = published
    assert first.content["accepted"] is second.content["accepted"] is None
    assert second.content["previous"] == first.id
    assert second.content["sources"]["world_bank"]["vintages"][-1] == NEWEST
    assert second.content["diff"]["changed"] > 0
