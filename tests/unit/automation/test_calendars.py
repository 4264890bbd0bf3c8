"""A card says when its publisher is asked: no source is named in the automation."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest

from orchestration.automation.calendars import (
    awaits_a_release,
    cadence,
    crons,
    overdue_since,
    reads_dropped_files_only,
    sources_of,
)
from orchestration.contracts.source import Source
from orchestration.sources import load_sources
from tests.unit import synthetic_source as synthetic

CARD = synthetic.CARD


@pytest.mark.parametrize(
    ("card", "expected"),
    [
        ({}, ["30 9 * * 1"]),
        ({"release_months": (10, 7)}, ["30 9 * 7,10 1-5", "30 9 * 1,2,3,4,5,6,8,9,11,12 1"]),
        ({"release_months": tuple(range(1, 13))}, ["30 9 * * 1-5"]),
        ({"release_hours": (23, 11), "release_months": (3,)}, ["15 11,23 * * *"]),
    ],
)
def test_a_card_says_when_its_publisher_is_asked(card: dict[str, Any], expected: list[str]) -> None:
    assert crons(replace(CARD, **card)) == expected


def test_a_publisher_is_asked_daily_only_until_its_vintage_is_here() -> None:
    card = replace(CARD, release_months=(7,))
    assert awaits_a_release(card, None, date(2026, 7, 1))
    assert awaits_a_release(card, date(2025, 7, 20), date(2026, 7, 1))
    assert not awaits_a_release(card, date(2026, 7, 3), date(2026, 7, 6))


def test_a_vintage_is_overdue_some_time_after_the_month_in_which_it_was_due() -> None:
    assert overdue_since(replace(CARD, release_months=(7,)), date(2025, 7, 20)) == date(2026, 7, 31) + timedelta(
        days=45
    )
    assert overdue_since(CARD, date(2025, 7, 20)) is None
    assert overdue_since(replace(CARD, release_months=(7,)), None) is None


@pytest.mark.parametrize(
    ("months", "days"), [((), 366), ((7,), 366), ((7, 10), 274), ((3, 6, 9, 12), 92), (tuple(range(1, 13)), 30)]
)
def test_the_cadence_is_the_longest_wait_between_two_vintages(months: tuple[int, ...], days: int) -> None:
    assert cadence(replace(CARD, release_months=months)) == timedelta(days=days)


def test_a_source_that_only_reads_dropped_files_is_known_by_what_it_does() -> None:
    def from_files(resource: Any, feed: Any) -> Any:
        yield from feed.files(CARD, resource, "*.csv")

    by_hand = SimpleNamespace(CARD=CARD, RESOURCES=synthetic.RESOURCES, TABLES={}, fetch=from_files, parse=None)
    assert reads_dropped_files_only(cast(Source, by_hand))
    assert not reads_dropped_files_only(cast(Source, synthetic.module()))
    assert {name for name, source in load_sources().items() if reads_dropped_files_only(source)} == {
        "ncses",
        "publications",
        "safe",
        "wipo",
    }


def test_the_sources_of_a_metric_are_those_that_its_description_names() -> None:
    sources = {name: synthetic.module() for name in ("bea", "wto", "world_bank")}
    assert sources_of({"sources": ["world_bank (indicator X)"], "awaits": ["bea, partner all countries"]}, sources) == [
        "bea",
        "world_bank",
    ]
    assert sources_of({"sources": ["every other metric"]}, sources) == ["bea", "world_bank", "wto"]
