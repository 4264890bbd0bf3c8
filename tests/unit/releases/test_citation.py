"""Citations: only works whose payloads feed the rows, in at most 600 characters."""

from dataclasses import replace

from orchestration.releases.package import Edition
from tests.unit import synthetic_source as synthetic


def edition(works: int) -> Edition:
    card = synthetic.origin(b"a")
    origins = [
        replace(card, sha256=str(number), citation=f"{card.publisher}, work number {number} of many with a long title")
        for number in range(works)
    ]
    return Edition("20260701T000000Z-aaaaaaaa", "2026-07-01T00:00:00+00:00", tuple(origins))


def test_a_citation_names_the_works_behind_the_rows_and_no_other() -> None:
    cited = edition(3).cited("ip_receipts", ["synthetic"], {"1"})["citation"]
    assert "work number 1 of many" in cited
    assert "work number 2" not in cited


def test_a_table_without_payloads_cites_the_works_of_its_sources() -> None:
    assert "work number 2 of many" in edition(3).cited("revisions", ["synthetic"], set())["citation"]
    assert "Made from" not in edition(3).cited("revisions", ["another"], set())["citation"]
