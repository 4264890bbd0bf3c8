"""`bilateral health`: only a publisher's answer is an answer, each problem has a line, and a date ahead of the clock is named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from orchestration.automation.alert_messages import Problem
from orchestration.automation.incidents import alert
from orchestration.cli import health
from orchestration.core.files import write_json
from orchestration.core.settings import Settings, now
from orchestration.ingestion.payload_store import PayloadStore
from orchestration.releases.release_store import Release


def searched_a_drop_folder(settings: Settings, _: pytest.MonkeyPatch) -> None:
    write_json(settings.landing / "safe" / "asked.json", {"at": now().isoformat()})


def was_answered(settings: Settings, _: pytest.MonkeyPatch) -> None:
    PayloadStore(settings.landing).note_answer("world_bank", now())


def has_two_problems(settings: Settings, _: pytest.MonkeyPatch) -> None:
    alert(settings, [Problem("source safe", "cut off"), Problem("source wto", "no answer")])


def has_a_release_of_2100(_: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    release = Release(
        Path("21000101T000000Z-aaaaaaaa"),
        {"id": "21000101T000000Z-aaaaaaaa", "published_at": "2100-01-01T00:00:00+00:00"},
    )
    monkeypatch.setattr(health, "current_release", lambda _: release)


@pytest.mark.parametrize(
    ("prepare", "name", "is_well", "words", "lines"),
    [
        (searched_a_drop_folder, "publishers", False, "no publisher has answered yet", 1),
        (was_answered, "publishers", True, "the last answer came on", 1),
        (has_two_problems, "problems", False, "source wto since", 2),
        (has_a_release_of_2100, "release", False, "days ahead of the clock", 1),
    ],
)
def test_a_finding_states_what_is_wrong(
    prepare: Callable[[Settings, pytest.MonkeyPatch], None],
    name: str,
    is_well: bool,
    words: str,
    lines: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings = Settings(root=tmp_path / "root", data=tmp_path / "data", feed="live")
    prepare(settings, monkeypatch)
    finding = {check.name: check for check in health.run_checks(settings)}[name]
    assert (finding.is_well, words in finding.words, len(finding.words.splitlines())) == (is_well, True, lines), finding
