"""True vintages of the World Bank that are unlike those of the bundle break no guard: one indicator behind the others, a
year more.

Payloads of the bundle are changed and stored as if the publisher had sent them; the changes are synthetic. Whatever
admission holds back is admitted by override. A build is replayed (replay.py): dbt's own SQL of the models and tests
below the source, the constraints of the models, and the suites.
"""

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from orchestration.admission.ingest import choose_again
from orchestration.admission.ledger import ADMITTED
from orchestration.admission.vintages import decide
from orchestration.contracts.payload import Answer
from orchestration.core.settings import Settings
from orchestration.ingestion.feeds import BundleEdition
from orchestration.ingestion.payload_store import PayloadStore
from orchestration.sources import load_sources
from orchestration.transform.build import latest_build, prepare_build
from orchestration.transform.nodes import node_of
from tests.integration.conftest import REPOSITORY, PublishedCopy
from tests.integration.replay import RUN, Replay

pytestmark = pytest.mark.campaign

SOURCE, FETCHED = "world_bank", datetime(2027, 7, 2, tzinfo=UTC)
SOURCES = load_sources()
EDITION = BundleEdition(REPOSITORY / "data" / "bundle" / SOURCE / "2026-07-01")
INDICATORS = [resource.key for resource in SOURCES[SOURCE].RESOURCES if "since" not in resource.ask]
"""Those of which the publisher has one current vintage."""

Change = Callable[[list[dict[str, Any]]], object]


def answers(indicator: str, change: Change, updated: date) -> Iterator[Answer]:
    """Yield the payload of an indicator as a live fetch would, with changed rows."""
    for answer in EDITION.answers(indicator):
        with answer.opener() as stream:
            envelope, rows = json.load(stream)
        change(rows)
        envelope |= {"lastupdated": updated.isoformat(), "total": len(rows)}
        body = json.dumps([envelope, rows]).encode()
        origin = replace(answer.origin, fetched_at=FETCHED, publisher_last_updated=updated, sha256="", size=0)
        yield Answer(origin, partial(BytesIO, body))


@pytest.fixture
def settings(published_copy: PublishedCopy, tmp_path: Path) -> Settings:
    """A data folder with the raw files and selections of the release, for vintages that are added."""
    settings = replace(published_copy.settings, data=tmp_path, feed="landing")
    shutil.copytree(published_copy.settings.raw, settings.raw)
    for source in SOURCES.values():
        choose_again(source, settings)
    return settings


def land(settings: Settings, indicators: list[str], change: Change, updated: date) -> None:
    """Store changed payloads, have them judged, and admit what is held back."""
    store = PayloadStore(settings.landing)
    for indicator in indicators:
        store.record("live", [store.store(answer) for answer in answers(indicator, change, updated)])
    for held in choose_again(SOURCES[SOURCE], settings).open_held:
        decide(SOURCES[SOURCE], settings, held.vintage, ADMITTED, "the publisher confirmed it")


def failures(settings: Settings, published: Settings) -> list[str]:
    """Build what is below the source; return the guards that fail."""
    build = prepare_build(settings, SOURCES, RUN)
    replay = Replay(latest_build(published), build.folder, build.raw)
    try:
        tests = [failure.message for failure in replay.failing_tests(SOURCE)]
        contracts = [key for key in replay.below(SOURCE) if _breaks_its_contract(replay, key)]
        suites = [result.message() for result in replay.failing_suites(settings.expectations)]
        return [*tests, *contracts, *suites, *replay.unexplained()]
    finally:
        replay.connection.close()


def _breaks_its_contract(replay: Replay, key: str) -> bool:
    node = node_of(key, replay.nodes[key], "model")
    if not node.has_contract:
        return False
    replay.connection.execute(f"create or replace temp view model as from {node.stated['relation_name']}")
    rules = [rule.broken_where for rule in node.constraints()]
    return any(replay.connection.execute(f"from model where {rule} limit 1").fetchall() for rule in rules)


def a_year_later(rows: list[dict[str, Any]]) -> None:
    """Add a year to every series."""
    year = max(row["date"] for row in rows)
    rows += [
        {**row, "date": str(int(year) + 1), "value": row["value"] and _times(row["value"], 1.01)}
        for row in rows
        if row["date"] == year
    ]


def _times(value: float, factor: float) -> float:
    return max(1.0, round(value * factor)) if float(value).is_integer() else value * factor


@pytest.mark.parametrize("held", ["population", "gdp", "exports_share_of_gdp", "ip_payments", "merchandise_exports"])
def test_one_held_indicator_breaks_no_guard(published_copy: PublishedCopy, settings: Settings, held: str) -> None:
    """While one part of a ratio is held back, the ratios of the newest common vintage stay the latest."""
    land(settings, [name for name in INDICATORS if name != held], lambda rows: None, date(2026, 10, 1))
    assert failures(settings, published_copy.settings) == []


def test_a_year_later_no_guard_breaks(published_copy: PublishedCopy, settings: Settings) -> None:
    indicators = [name for name in INDICATORS if name != "national_currency_per_us_dollar"]
    land(settings, indicators, a_year_later, date(2027, 7, 1))
    assert failures(settings, published_copy.settings) == []
