"""The live feed requests every publisher: recorded answers from a local server, then broken ones."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, ClassVar

import pytest

from tests.journeys.conftest import ROOT, clean_environment
from tests.journeys.publishers import Publishers, behind_proxy
from tests.recorded_answers import LIVE, recorded

pytestmark = pytest.mark.campaign

BIN = Path(sys.executable).parent


class Recorded(Publishers):
    answers: ClassVar = {(url, tuple(sorted(asked.items()))): body for url, asked, body in recorded()}


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("live")
    keys = {"BEA_API_KEY": "0" * 36, "USPTO_API_KEY": "k"}
    feed = {"BILATERAL_FEED": "live", "BILATERAL_LIVE_SOURCES": ",".join(LIVE), **behind_proxy(folder, Recorded)}
    return clean_environment(BILATERAL_DATA=str(folder / "data"), DAGSTER_HOME=str(folder), **keys, **feed)


def fetch(environment: dict[str, str]) -> dict[str, dict[str, Any]]:
    """Fetch every publisher; return what the status command states of each."""
    command = [str(BIN / "dagster"), "asset", "materialize", "-m", "orchestration.definitions", "--select", "group:raw"]
    subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, timeout=1_800, check=False)
    listed = subprocess.run(
        [BIN / "bilateral", "sources", "--json"], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    rows = {row["source"]: row for row in json.loads(listed.stdout)}
    print(*((name, rows[name]["last_vintage"], rows[name]["last_fetch_failed"]) for name in LIVE), sep="\n")
    return rows


def test_every_publisher_is_fetched_and_a_broken_answer_costs_nothing(environment: dict[str, str]) -> None:
    fetched = fetch(environment)
    assert [name for name in LIVE if not fetched[name]["last_vintage"]] == []
    failures = {name: fetched[name]["last_fetch_failed"] for name in LIVE}
    assert [name for name, failed in failures.items() if failed and "does not have" not in failed["failure"]] == []
    Recorded.is_broken = True
    landing = Path(environment["BILATERAL_DATA"]) / "landing"
    before = {path for path in landing.rglob("*") if path.is_file()}
    broken = fetch(environment)
    for name in LIVE:
        failed = broken[name]["last_fetch_failed"]
        assert failed["publisher"] == broken[name]["publisher"], name
        assert all((failed["failure"], failed["remedy"], failed["at"] > fetched[name]["last_live_fetch"])), failed
        assert broken[name]["last_vintage"] == fetched[name]["last_vintage"], name
    assert before <= set(landing.rglob("*")), "what was stored stays"
