"""What a pair's page says first: the right direction, years and multiples from synthetic figures, and nothing where
there is none."""

from collections.abc import Iterator

import duckdb
import pytest

from orchestration.reading.facts import SourceFacts
from orchestration.site.formatting import multiple
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


def test_without_a_figure_there_is_no_sentence(connection: duckdb.DuckDBPyConnection) -> None:
    charges(connection, ("USA", "CHN", 2018, None, "reported"), ("DEU", "CHN", 2018, 1e9, "reported"))
    assert said(connection) == []


def test_leads_give_the_newest_report_and_compare_both_directions(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    charges(connection, ("USA", "CHN", 2018, 8.5e9, "reported"))
    charges(connection, ("USA", "CHN", 2016, 8e9, "reported"), ("CHN", "USA", 2016, 5e8, "mirrored"), source="wto")
    charges(connection, ("USA", "CHN", 2019, 8.1e9, "balanced"), ("CHN", "USA", 2019, 4e8, "balanced"), source="oecd")
    assert said(connection) == [
        "China paid the United States 8.50 billion US dollars for the use of intellectual property in 2018, the newest report in this release.",
        "In 2016, the last year with both directions from one publisher, China paid about 16 times what it earned from the United States.",
    ]


@pytest.mark.parametrize(("paid", "back"), [(9e9, 0.0), (9e9, 9.9e6)])
def test_small_bases_are_not_compared(connection: duckdb.DuckDBPyConnection, paid: float, back: float) -> None:
    charges(connection, ("USA", "CHN", 2016, 8e9, "reported"), ("CHN", "USA", 2016, 5e8, "mirrored"))
    charges(connection, ("USA", "CHN", 2018, paid, "reported"), ("CHN", "USA", 2018, back, "mirrored"))
    (sentence,) = said(connection)
    assert sentence.startswith("China paid the United States 9.00 billion US dollars")


@pytest.mark.parametrize("turned", [False, True])
def test_the_recipients_own_report_is_compared(connection: duckdb.DuckDBPyConnection, turned: bool) -> None:
    back = [("CHN", "USA", 2025, 3e9, "reported"), ("CHN", "USA", 2025, 4e9, "mirrored")]
    charges(connection, ("USA", "CHN", 2025, 1e9, "reported"), ("USA", "CHN", 2025, 9e8, "mirrored"))
    charges(connection, *(reversed(back) if turned else back))
    assert "the United States paid about 3.0 times what it earned from China" in said(connection)[1]


def test_balanced_estimates_speak_only_where_nobody_reports(connection: duckdb.DuckDBPyConnection) -> None:
    charges(connection, ("CHN", "USA", 2018, 9e9, "balanced"), ("USA", "CHN", 2019, 8e9, "balanced"))
    charges(connection, ("CHN", "USA", 2019, 4e5, "balanced"))
    (sentence,) = said(connection)
    assert sentence == (
        "By balanced estimates (source: Synthetic bureau), China paid the United States "
        "8.00 billion US dollars for the use of intellectual property in 2019 and earned less than 1 million US dollars from it."
    )
    charges(connection, ("USA", "CHN", 2010, 1e9, "reported"))
    assert not [sentence for sentence in said(connection) if "balanced" in sentence]


def test_a_provisional_year_is_not_a_peak_of_joint_inventions(connection: duckdb.DuckDBPyConnection) -> None:
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


@pytest.mark.parametrize(
    ("larger", "smaller", "shown"),
    [
        (8e9, 5e8, "about 16 times"),
        (3.04, 1, "about 3.0 times"),
        (1.03, 1, "about"),
        (1.55, 1, "about 1.6 times"),
        (12345, 1, "about 12,000 times"),
    ],
)
def test_multiples_have_two_digits(larger: float, smaller: float, shown: str) -> None:
    assert words_of(multiple(larger, smaller)) == shown
