"""The list of all checks that gate a release is pinned: a guard that disappears fails here, by name."""

from __future__ import annotations

from collections import Counter

from orchestration.releases.guard_list import gating_checks, pinned_path
from orchestration.transform.build import latest_build
from tests.integration.conftest import PublishedCopy


def checks(text: str) -> Counter[str]:
    return Counter(line for line in text.splitlines() if line.startswith("  "))


def test_no_guard_disappears_without_a_word(published_copy: PublishedCopy) -> None:
    settings = published_copy.settings
    made = gating_checks(settings, latest_build(settings).manifest())
    now, pinned = checks(made), checks(pinned_path(settings).read_text(encoding="utf-8"))
    gone, unpinned = pinned - now, now - pinned
    assert not gone, f"these guards are gone; if that is right, run `bilateral guards pin` and commit:\n{sorted(gone)}"
    assert not unpinned, f"these guards are new; run `bilateral guards pin` and commit:\n{sorted(unpinned)}"
    assert made == pinned_path(settings).read_text(encoding="utf-8")


def test_what_is_pinned_is_what_the_receipt_counts(published_copy: PublishedCopy) -> None:
    """The list is complete: as many expectations and tests as ran for the release, and those of metrics that are not fed."""
    settings = published_copy.settings
    build = latest_build(settings)
    results = Counter(item["unique_id"].split(".")[0] for item in build.run_results())
    text = gating_checks(settings, build.manifest())
    for title, count in (
        ("Models and seeds that are built", results["model"] + results["seed"]),
        ("Unit tests of formulas", results["unit_test"]),
        ("Tests of dbt", results["test"]),
    ):
        assert f"{title}: {count:,}\n" in text
