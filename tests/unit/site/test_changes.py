"""What changed from the release before, in sentences for a page and for the changelog of a release. All figures are
synthetic."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from orchestration.ingestion.held_vintages import HeldVintage
from orchestration.reading.facts import SourceFacts
from orchestration.site.pages.changes import KEPT, ChangeSection, changelog, sections_of
from orchestration.site.release_context import ReleaseContext
from tests.unit.site.coverage import context_with

MOVED: dict[str, Any] = {
    "measure": "receipts",
    "area": "USA",
    "counterpart_area": "W00",
    "item": "SH",
    "clock": "filing_year",
    "authority": "US50",
    "year": 2024,
    "base_year": None,
    "source": "world_bank",
    "value_before": 144.5e9,
    "value_after": 169.5e9,
    "unit_before": "USD",
    "unit_after": "USD",
}
DIFF: dict[str, Any] = {
    "before": "r1",
    "beyond": [],
    "vintages": {
        "gained": {"world_bank": ["2026-07-01"], "wto": [f"{year}-07-01" for year in range(2009, 2017)]},
        "lost": {"wto": [f"{year}-07-01" for year in range(2002, 2009)], "oecd": ["2024-07-01", "2025-07-01"]},
    },
    "metrics": {
        "ip_receipts": {"rows_after": 5697, "added": 1200, "gone": 3, "changed": 41, "largest_movements": [MOVED]},
        "ip_payments": {"rows_after": 9, "added": 0, "gone": 0, "changed": 0, "largest_movements": []},
    },
    "tables": {
        "ip_receipts": {"rows_before": 4500, "rows_after": 5697},
        "ip_trials": {"rows_before": None, "rows_after": 12},
        "fct_gone": {"rows_before": 7, "rows_after": None},
    },
}


@pytest.fixture
def context() -> ReleaseContext:
    return context_with(
        release="r2",
        published_at="2026-07-02T06:00:00+00:00",
        metrics={"ip_receipts": {}, "ip_payments": {}, "ip_trials": {}},
        tables=frozenset({"ip_receipts", "ip_payments", "ip_trials"}),
        sources={"world_bank": SourceFacts("world_bank", "World Bank", "", "", "")},
        names={"USA": "United States", "SH": "charges for the use of intellectual property"},
        diff=DIFF,
    )


def test_what_moved_is_stated_with_both_figures(context: ReleaseContext) -> None:
    held = HeldVintage(date(2026, 6, 1), "held", (), ({"sentence": "Half of it is missing."},), True)
    sections = sections_of(replace(context, held={"world_bank": [held]}))
    text = " ".join(sentence for section in sections for sentence in section.sentences)
    for fact in (
        "2026-07-01",
        "Half of it is missing.",
        "ip_trials",
        "fct_gone",
        "41 changed of 5,697",
        "144.5",
        "169.5",
    ):
        assert fact in text


def test_the_changelog_keeps_what_earlier_releases_stated(context: ReleaseContext) -> None:
    first = changelog(replace(context, release="r1", diff=None), [], "")
    assert first == (
        "# What changed from release to release\n\n## r1, 2026-07-02\n\nThe first release: 3 metrics in 3 tables.\n"
    )
    second = changelog(context, [ChangeSection("Figures", ("One <b>moved</b> [a](javascript:b) a|b \u202e.",))], first)
    assert second.index("## r2, 2026-07-02\n\nCompared with r1.\n\n### Figures\n\n- One") < second.index("\n## r1, ")
    assert "One &lt;b&gt;moved&lt;/b&gt; \\[a\\](javascript:b) a\\|b" in second
    assert "\u202e" not in second
    assert second.endswith("The first release: 3 metrics in 3 tables.\n")
    third = changelog(replace(context, release="r3"), [], second)
    assert third.count("\n## ") == 3
    assert "The same figures as in r1." in third
    for _ in range(KEPT):
        third = changelog(context, [], third)
    assert third.count("\n## ") == KEPT
