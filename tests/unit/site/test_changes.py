"""What changed from the release before, in sentences for a page and for the changelog of a release. All figures are synthetic."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from orchestration.ingestion.held_vintages import HeldVintage
from orchestration.reading.facts import SourceFacts
from orchestration.site.pages.changes import KEPT, Section, changelog, sections_of
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


def test_vintages_metrics_and_figures_are_sentences(context: ReleaseContext) -> None:
    held = HeldVintage(date(2026, 6, 1), "held", (), ({"sentence": "Half of it is missing."}, {"sentence": "b"}), True)
    sections = sections_of(replace(context, held={"world_bank": [held]}))
    sentences = {section.title: section.sentences for section in sections}
    assert sentences == {
        "Vintages": (
            "World Bank: new vintage 2026-07-01.",
            "wto: new vintages 2016-07-01, 2015-07-01, 2014-07-01, 2013-07-01, 2012-07-01, 2011-07-01 and 2 earlier ones.",
            "wto: without vintages 2008-07-01, 2007-07-01, 2006-07-01, 2005-07-01, 2004-07-01, 2003-07-01 and 1 earlier "
            "one, which the release before held.",
            "oecd: without vintages 2025-07-01, 2024-07-01, which the release before held.",
            "World Bank: vintage 2026-06-01 is held back. Half of it is missing. and 1 more reason",
        ),
        "Metrics and tables": (
            "New metric IP trials (ip_trials): 12 rows.",
            "The table fct_gone is gone; it had 7 rows.",
        ),
        "Figures": (
            "IP receipts: 1,200 added, 3 removed, 41 changed of 5,697. Receipts at the United States office, United States, "
            "charges for the use of intellectual property, 2024, by filing year (World Bank): "
            "144.5 billion US dollars before, 169.5 billion US dollars now.",
        ),
    }


def test_the_changelog_keeps_what_earlier_releases_stated(context: ReleaseContext) -> None:
    first = changelog(replace(context, release="r1", diff=None), [], "")
    assert first == (
        "# What changed from release to release\n\n## r1, 2026-07-02\n\nThe first release: 3 metrics in 3 tables.\n"
    )
    second = changelog(context, [Section("Figures", ("One <b>moved</b> [a](javascript:b) a|b \u202e.",))], first)
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
