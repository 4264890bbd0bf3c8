"""Fetches, marks and selections cannot be changed once they are made."""

from __future__ import annotations

import orchestration.ingestion
from tests.unit.frozen import changeable


def test_only_what_records_and_what_paces_has_a_state() -> None:
    assert changeable(orchestration.ingestion) == [
        "orchestration.ingestion.feeds.Recorder",
        "orchestration.ingestion.pacing._State",
    ]
