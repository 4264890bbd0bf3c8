"""Releases follow each other in time, whatever the clock says, and record what they hold: sources, metrics and corrections."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest

from orchestration.core.settings import Settings
from orchestration.releases import publish

NOON = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("released", "logged", "moment"),
    [
        ([], [], "12:00:00"),
        (["2026-03-01T11:59:58+00:00"], [], "12:00:00"),
        (["2026-03-01T12:00:00.750000+00:00"], [], "12:00:01"),
        (["2026-03-01T12:00:07+00:00", "2026-03-01T12:00:03+00:00"], [], "12:00:08"),
        (["2026-03-01T12:00:07+00:00"], ["2026-03-01T12:30:00+00:00"], "12:30:01"),
    ],
)
def test_a_release_is_later_than_every_event_before_it(
    released: list[str], logged: list[str], moment: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To the second, in which ids are written; a clock that was set back changes nothing."""
    monkeypatch.setattr(publish, "now", lambda: NOON)
    monkeypatch.setattr(
        publish, "published_releases", lambda settings: [SimpleNamespace(published_at=moment) for moment in released]
    )
    monkeypatch.setattr(publish, "entries", lambda settings: [SimpleNamespace(time=moment) for moment in logged])
    result = publish._moment(Settings(tmp_path, tmp_path))
    assert result.isoformat() == f"2026-03-01T{moment}+00:00"


def test_a_release_names_its_corrections_with_their_vintages(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        connection.execute(f"create table {publish.CORRECTIONS} (correction_id varchar, vintage date)")
        connection.executemany(
            f"insert into {publish.CORRECTIONS} values (?, ?)",
            [["b", date(2026, 1, 1)], ["a", date(2026, 2, 1)], ["a", date(2025, 7, 1)]],
        )
    assert publish._corrections(tmp_path, {publish.CORRECTIONS: 3}) == {
        "a": ["2025-07-01", "2026-02-01"],
        "b": ["2026-01-01"],
    }
    assert publish._corrections(tmp_path / "none", {"figures": 9}) == {}
