"""The front page: what is new since the previous release, headline figures, claims, and links to pairs."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.contracts.unit import units_of_project
from orchestration.ingestion.selection import HeldVintage
from orchestration.site.pages.a10_front import front_page
from orchestration.site.pairs import Economy, Pair
from orchestration.site.release_context import ReleaseContext, Source

PAIRS = [
    Pair(Economy("CHN", "China"), Economy("USA", "United States"), 3638),
    Pair(Economy("CHN", "China"), Economy("DEU", "<b>Germany</b>"), 12),
]
DIFF: dict[str, Any] = {
    "before": "20260601T000000Z-bbbbbbbb",
    "added": 1200,
    "gone": 3,
    "changed": 41,
    "metrics": {
        "ip_receipts": {
            "rows_before": 4500,
            "rows_after": 5697,
            "added": 1200,
            "gone": 3,
            "changed": 41,
            "largest_movements": [
                {
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
            ],
        },
        "ip_payments": {
            "rows_before": 9,
            "rows_after": 9,
            "added": 0,
            "gone": 0,
            "changed": 0,
            "largest_movements": [],
        },
    },
}


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(":memory:") as opened:
        opened.execute(
            "create table metric_vintages as select 'ip_receipts' as metric_id, 'world_bank' as source, date '2026-07-01' as vintage"
        )
        opened.execute(
            "create table ip_receipts as select 'USA' as area, 'W00' as counterpart_area, 2025 as year, 189e9 as value, "
            "'USD' as unit, 'A' as obs_status, 'world_bank' as source, date '2026-07-01' as vintage"
        )
        opened.execute(
            "create table fct_claim_audit (claim_id varchar, paraphrase varchar, said_by varchar, said_on date, url varchar, "
            "claimed_value double, value_latest double, unit varchar, verdict varchar, explanation varchar)"
        )
        verdict = ("not_verifiable", "no figure is held")
        opened.executemany(
            "insert into fct_claim_audit values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [["one", "A <claim>", "nobody", date(2025, 5, 7), "javascript:alert(1)", 144.5e9, None, "USD", *verdict]],
        )
        yield opened


def context(diff: dict[str, Any] | None, held: dict[str, list[HeldVintage]] | None = None) -> ReleaseContext:
    return ReleaseContext(
        release="20260701T000000Z-aaaaaaaa",
        published_at="2026-07-01T00:00:00+00:00",
        metrics={},
        without_data={"cross_border_ownership": ["uspto"]},
        tables=frozenset({"ip_receipts", "fct_claim_audit", "metric_vintages"}),
        sources={"world_bank": Source("world_bank", "World Bank", "", "", "World Bank, 2026")},
        names={"USA": "United States", "SH": "Charges for the use of intellectual property"},
        units=units_of_project(Path(__file__).parents[3] / "dbt_project"),
        events=(),
        diff=diff,
        held=held or {},
    )


def test_what_is_held_back_is_named_with_its_reasons(connection: duckdb.DuckDBPyConnection) -> None:
    reasons = ({"sentence": "World and 44 aggregates are missing"}, {"sentence": "<b>countries</b> are complete"})
    held = HeldVintage(date(2026, 12, 17), "held_back", (("ip_receipts", "a" * 64),), reasons, is_open=True)
    page = front_page(connection, context(None, {"world_bank": [held]}), PAIRS, 0)
    assert "Held back: vintage 2026-12-17 of World Bank" in page
    assert "World and 44 aggregates are missing; &lt;b&gt;countries" in page
    assert "Held back" not in front_page(connection, context(None), PAIRS, 0)


def test_what_is_new_comes_from_the_comparison_with_the_release_before(connection: duckdb.DuckDBPyConnection) -> None:
    page = front_page(connection, context(DIFF), PAIRS, 0)
    assert "1,200 figures added, 3 removed, 41 changed" in page
    assert DIFF["before"] in page
    assert re.search(r"ip_receipts</th><td>4,500</td><td>5,697</td><td>1,200</td><td>3</td><td>41</td>", page)
    assert "ip_payments" not in page, "what does not differ is not listed"
    words = "receipts at the United States office, United States, Charges for the use of intellectual property, 2024, by filing year"
    assert re.search(rf"{words}.*144.5 billion US dollars.*169.5 billion US dollars", page, re.DOTALL)


def test_the_first_release_says_that_it_is_the_first(connection: duckdb.DuckDBPyConnection) -> None:
    assert "This is the first release" in front_page(connection, context(None), PAIRS, 0)


def test_headlines_have_value_year_source_and_vintage_and_none_is_made_up(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    page = front_page(connection, context(None), PAIRS, 0)
    tile = re.findall(r'<ul class="tiles three">(.*?)</ul>', page, re.DOTALL)[0]
    assert tile.count("<li>") == 1, "only the table that is there gives a headline"
    assert all(words in tile for words in ("189.0 billion US dollars", "2025", "World Bank", "vintage 2026-07-01"))


def test_a_claim_without_an_official_figure_says_so(connection: duckdb.DuckDBPyConnection) -> None:
    page = front_page(connection, context(None), PAIRS, 0)
    assert re.search(r"A &lt;claim&gt;.*not verifiable.*144.5 billion US dollars.*no figure", page, re.DOTALL)
    assert "javascript:" not in page


def test_every_pair_is_linked_and_the_finder_knows_it_in_either_order(connection: duckdb.DuckDBPyConnection) -> None:
    page = front_page(connection, context(None), PAIRS, 7)
    finder = json.loads(re.findall(r'id="finder-pairs">(.*?)</script>', page)[0])
    assert sorted(finder) == [["CHN", "DEU", "CHN-DEU"], ["CHN", "USA", "CHN-USA"]]
    assert {'href="pairs/CHN-DEU.html"', 'href="pairs/CHN-USA.html"'} <= set(re.findall(r'href="[^"]*"', page))
    assert "<b>Germany" not in page
    assert "<b>Germany</b>" in html.unescape(page)
    assert re.search(r"7 pairs with\s+balanced estimates alone have no page", page)
