"""A card states when its publisher is requested: no source is named in the automation."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest

from orchestration.automation.calendars import crons, reads_dropped_files_only
from orchestration.contracts.source import Source
from orchestration.sources import load_sources
from tests.unit import synthetic_source as synthetic

CARD = synthetic.CARD
YEAR = "1,2,3,4,5,6,7,8,9,10,11,12"


@pytest.mark.parametrize(
    ("card", "expected"),
    [
        ({}, [f"30 9 * {YEAR} 1"]),
        ({"release_months": (10, 7)}, ["30 9 * 7,10 1-5", "30 9 * 1,2,3,4,5,6,8,9,11,12 1"]),
        ({"release_months": tuple(range(1, 13))}, [f"30 9 * {YEAR} 1-5"]),
        ({"release_hours": (23, 11), "release_months": (3,)}, ["15 11,23 * * *"]),
    ],
)
def test_a_card_states_when_its_publisher_is_requested(card: dict[str, Any], expected: list[str]) -> None:
    assert crons(replace(CARD, **card)) == expected


def test_a_source_that_only_reads_dropped_files_is_known_by_what_it_does() -> None:
    def from_files(resource: Any, feed: Any) -> Any:
        yield from feed.files(CARD, resource)

    by_hand = SimpleNamespace(CARD=CARD, RESOURCES=synthetic.RESOURCES, TABLES={}, fetch=from_files, parse=None)
    assert reads_dropped_files_only(cast(Source, by_hand))
    assert not reads_dropped_files_only(cast(Source, synthetic.module()))
    assert {name for name, source in load_sources().items() if reads_dropped_files_only(source)} == {
        "ncses",
        "publications",
        "safe",
        "wipo",
    }
