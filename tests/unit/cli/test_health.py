"""`bilateral health`: only a publisher's answer is an answer, each problem has a line, and a date ahead of the clock is named."""

from pathlib import Path
from types import SimpleNamespace

import dagster as dg
import pytest

from orchestration.automation.alert_messages import Problem
from orchestration.automation.incidents import alert
from orchestration.cli import health
from orchestration.cli.dagster_instance import HOME
from orchestration.core.files import write_json
from orchestration.core.settings import Settings, now
from orchestration.releases.release_store import Release


@pytest.mark.slow
def test_a_finding_states_what_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A drop folder that was searched is no answer, each problem has a line, and a date ahead of the clock is named."""
    settings = Settings(root=tmp_path / "root", data=tmp_path / "data", feed="live")
    write_json(settings.landing / "safe" / "asked.json", {"at": now().isoformat()})
    alert(settings, [Problem("source safe", "cut off"), Problem("source wto", "no answer")])
    content = {"id": "21000101T000000Z-aaaaaaaa", "published_at": "2100-01-01T00:00:00+00:00"}
    monkeypatch.setattr(health, "current_release", lambda _: Release(Path(content["id"]), content))
    findings = {check["name"]: check for check in health.run_checks(settings)}
    for name, words, lines in (
        ("publishers", "no publisher has answered yet", 1),
        ("problems", "source wto since", 2),
        ("release", "days ahead of the clock", 1),
    ):
        finding = findings[name]
        assert (finding["is_well"], words in finding["words"], len(finding["words"].splitlines())) == (
            False,
            True,
            lines,
        )


def test_a_daemon_without_a_heartbeat_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    beats = {"SENSOR": (True, True), "SCHEDULER": (True, False), "BACKFILL": (False, False)}
    statuses = {
        name: SimpleNamespace(required=required, healthy=healthy) for name, (required, healthy) in beats.items()
    }
    monkeypatch.setattr(dg.DagsterInstance, "get_daemon_statuses", lambda _: statuses)
    monkeypatch.setattr(health, "_location", lambda _: (True, ""))
    monkeypatch.setenv(HOME, "")
    settings = Settings(root=Path(__file__).resolve().parents[3], data=tmp_path)
    findings = {check["name"]: check for check in health.run_checks(settings)}
    assert findings["daemon"]["words"] == "no heartbeat from SCHEDULER; run bilateral serve"
