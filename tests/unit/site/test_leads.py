"""What a pair's page says first: the right direction, years and multiples from synthetic figures, and nothing where there is none."""

from collections.abc import Iterator

import duckdb
import pytest

from orchestration.reading.facts import SourceFacts
from orchestration.site.lead import leads_of, sentences_of
from orchestration.site.pairs import Economy, Pair
from orchestration.site.release_context import ReleaseContext
from tests.unit.site.coverage import context_with, words_of
from tests.unit.synthetic_project import figure, write_latest

PAIR = Pair(Economy("CHN", "China"), Economy("USA", "United States"), 9)
TABLES = (
    "bilateral_ip_charges",
    "bilateral_services_balance",
    "co_inventions",
    "patent_filing_flows",
    "us_patent_grants",
    "trademark_registrations",
)


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(":memory:") as opened:
        for table in TABLES:
            write_latest(opened, table, [])
        yield opened


def charges(
    connection: duckdb.DuckDBPyConnection, *rows: tuple[str, str, int, float | None, str], source: str = "bea"
) -> None:
    """Rows of recipient, payer, year, value and basis."""
    figures = [
        figure(area=recipient, counterpart_area=payer, year=year, value=value, basis=basis, source=source)
        for recipient, payer, year, value, basis in rows
    ]
    write_latest(connection, "bilateral_ip_charges", figures)


def context_of(published: int) -> ReleaseContext:
    return context_with(
        published_at=f"{published}-07-01T00:00:00+00:00",
        tables=frozenset(TABLES),
        sources={"bea": SourceFacts("bea", "Synthetic bureau", "", "", "")},
        names={economy.area: economy.name for economy in PAIR.economies},
    )


def said(connection: duckdb.DuckDBPyConnection) -> list[str]:
    (sentences,) = sentences_of(connection, context_of(2026), [PAIR.economies], leads_of("pair_leads"))
    return [words_of(sentence) for sentence in sentences]


@pytest.mark.parametrize("turned", [False, True])
def test_the_recipients_own_report_is_compared(connection: duckdb.DuckDBPyConnection, turned: bool) -> None:
    back = [("CHN", "USA", 2025, 3e9, "reported"), ("CHN", "USA", 2025, 4e9, "mirrored")]
    charges(connection, ("USA", "CHN", 2025, 1e9, "reported"), ("USA", "CHN", 2025, 9e8, "mirrored"))
    charges(connection, *(reversed(back) if turned else back))
    assert "the United States paid about 3.0 times what it earned from China" in said(connection)[1]


def test_a_provisional_year_is_no_peak_of_joint_inventions(connection: duckdb.DuckDBPyConnection) -> None:
    pair = {
        "area": "CHN",
        "counterpart_area": "USA",
        "item": "_T",
        "measure": "whole_count",
        "unit": "PATN",
        "source": "bea",
    }
    inventions = [
        figure(**pair, authority="US50", clock="grant_year", year=year, value=value, obs_status=status)
        for year, value, status in ((2019, 300, "A"), (2020, 310, "A"), (2021, 290, "A"), (2022, 500, "P"))
    ]
    write_latest(connection, "co_inventions", inventions)
    assert said(connection) == [
        "Joint inventions at the United States office, by grant year, peaked in 2020 at 310 patent documents; "
        "in 2021 there were 290 patent documents."
    ]
