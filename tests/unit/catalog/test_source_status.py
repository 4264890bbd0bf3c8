"""Status of sources: the table and JSON of `bilateral sources`, next vintages, and the page of sources."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from click.testing import CliRunner

from orchestration.catalog.source_status import states
from orchestration.cli.main import cli
from orchestration.core.errors import FeedError
from orchestration.core.settings import Settings
from orchestration.ingestion.fetch_failures import noting_failure
from tests.publisher_server import PublisherServer
from tests.unit import synthetic_source as synthetic
from tests.unit.ingestion.test_live_ingest import Publisher, refresh, server, source

__all__ = ["server"]

pytestmark = pytest.mark.usefixtures("unversioned_readers")
FEED = "live"

CARD = synthetic.CARD


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
