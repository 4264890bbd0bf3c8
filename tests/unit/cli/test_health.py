"""`bilateral health`: each problem has a line, and only a publisher's answer counts as an answer."""

from collections.abc import Callable
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import MagicMock

import dagster as dg
import pytest

from orchestration.automation.alert_messages import Problem
from orchestration.automation.incidents import alert
from orchestration.automation.run_policy import SILENCE
from orchestration.cli import health
from orchestration.cli.dagster_instance import HOME
from orchestration.core.data_lock import hold
from orchestration.core.files import write_json
from orchestration.core.settings import Settings, now
from orchestration.reading.release import Release

MOMENT = 1_782_864_000
"""2026-07-01, as SOURCE_DATE_EPOCH."""


@pytest.mark.parametrize(
    ("seconds", "lock", "words"),
    [
        (0, None, "2 daemons running, the last heartbeat at 2026-07-01 00:00:00 UTC"),
        (0, "held", "2 daemons running, the last heartbeat at 2026-07-01 00:00:00 UTC"),
        (0, "left", "the service has ended; its last heartbeat came at 2026-07-01 00:00:00 UTC. Run bilateral serve"),
        (301, "held", "no heartbeat from SCHEDULER since 2026-07-01 00:00:00 UTC; run bilateral serve"),
        (None, None, "no heartbeat from SCHEDULER since 2026-07-01 00:00:00 UTC; run bilateral serve"),
    ],
)
def test_a_missing_heartbeat_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seconds: int | None, lock: str | None, words: str
) -> None:
    """``seconds`` is the age of the scheduler's heartbeat, ``lock`` the state of the service's lock."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(MOMENT))
    ages = {"SENSOR": 0, "SCHEDULER": seconds, "BACKFILL": None}
    statuses = {
        name: SimpleNamespace(
            required=name != "BACKFILL",
            healthy=True,
            last_heartbeat=None if age is None else SimpleNamespace(timestamp=MOMENT - age),
        )
        for name, age in ages.items()
    }
    monkeypatch.setattr(dg.DagsterInstance, "get_daemon_statuses", lambda _: statuses)
    monkeypatch.setattr("orchestration.definitions.build_definitions", MagicMock())
    monkeypatch.setenv(HOME, "")
    settings = Settings(root=Path(__file__).resolve().parents[3], data=tmp_path)
    if lock == "left":
        (tmp_path / "service.lock").touch()
    with hold(tmp_path / "service.lock", "", alone=True) if lock == "held" else nullcontext():
        findings = {check["name"]: check for check in health.run_checks(settings)}
    assert (findings["daemon"]["is_well"], findings["daemon"]["words"]) == (words.startswith("2 daemons"), words)
    assert findings["code location"]["is_well"], "loads with 0 schedules and 0 sensors"


Check = Callable[..., tuple[bool, str]]


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Check:
    """Return outcome and words of one check of an empty data folder; the present moment is fixed."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1782864000")
    for name in ("_location", "_daemon"):
        monkeypatch.setattr(health, name, lambda _: (True, ""))

    def outcome(name: str, test_alerts: bool = False, feed: str = "bundle") -> tuple[bool, str]:
        settings = Settings(root=tmp_path / "root", data=tmp_path / "new" / "data", feed=feed)
        (found,) = [item for item in health.run_checks(settings, test_alerts) if item["name"] == name]
        return found["is_well"], found["words"]

    return outcome


@pytest.mark.parametrize(
    ("age", "is_well", "words"),
    [
        (timedelta(days=3), True, "r1, published 3 days ago"),
        (timedelta(hours=12), True, "r1, published 0 days ago"),
        (timedelta(days=-1), True, "r1, published 0 days ago"),
        (
            timedelta(days=-1, seconds=-1),
            False,
            "r1 is dated 2 days ahead of the clock: set the clock right, then refresh",
        ),
        (None, False, "no release yet; run bilateral refresh"),
    ],
)
def test_release_age(
    check: Check, monkeypatch: pytest.MonkeyPatch, age: timedelta | None, is_well: bool, words: str
) -> None:
    release = age is not None and Release(Path("r1"), {"id": "r1", "published_at": (now() - age).isoformat()})
    monkeypatch.setattr(health, "current_release", lambda _: release or None)
    assert check("release") == (is_well, words)


def test_the_newest_answer_of_a_publisher_may_be_fifteen_days_old(check: Check, tmp_path: Path) -> None:
    write_json(tmp_path / "new" / "data" / "landing" / "safe" / "asked.json", {"at": now().isoformat()})
    waiting = (True, "waiting: no publisher has been requested yet; each is on the calendar of its card")
    assert check("publishers", feed="live") == waiting, "its folder was searched"
    refused = {"at": now().isoformat(), "failure": "no answer"}
    write_json(tmp_path / "new" / "data" / "raw" / "wto" / "not_fetched.json", refused)
    assert check("publishers", feed="live") == (False, "no publisher has answered yet; requests failed of wto")
    for source, age, is_well in (("wto", SILENCE + timedelta(seconds=1), False), ("safe", SILENCE, True)):
        answered = {"at": (now() - age).isoformat()}
        write_json(tmp_path / "new" / "data" / "landing" / source / "answered.json", answered)
        found = check("publishers", feed="live")
        assert found == (is_well, f"the last answer came on {now() - age:%Y-%m-%d %H:%M} UTC")
    assert check("publishers") == (True, "figures come from the bundle; no publisher is requested")
    assert check("problems") == (True, "none open")
    settings = Settings(root=tmp_path, data=tmp_path / "new" / "data")
    alert(settings, [Problem("source safe", "no space"), Problem("source wto", "no answer")])
    alert(settings, [Problem("source safe", "cut off")])  # the present cause is named
    since = f"since {now().isoformat(timespec='seconds')}"
    assert check("problems") == (False, f"source safe {since}: cut off\nsource wto {since}: no answer")
