"""An economy's page from synthetic data: ranks of countries only, partners with links, missing figures, hostile text,
sentences."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import duckdb
import pytest

from orchestration.reading.facts import SourceFacts
from orchestration.site.chapter import chapters_of
from orchestration.site.lead import body_pages, leads_of
from orchestration.site.pairs import Economy, Pair, economies_with_figures
from orchestration.site.release_context import ReleaseContext
from orchestration.site.sql_parts import ranked
from tests.unit.site.coverage import context_with, write_coverage
from tests.unit.site.test_pages import HOSTILE
from tests.unit.synthetic_project import figure, write_latest

ONE, TWO, THREE, FOUR = (
    Economy("AAA", "Aye"),
    Economy("BBB", HOSTILE),
    Economy("CCC", "Cee"),
    Economy("DDD", "United Dee"),
)
BEA_EU = ("BEA_EU", "EU of another publisher", "aggregate")
METRICS = ("ip_receipts", "ip_payments", "ip_receipts_growth", "bilateral_ip_charges", "technology_upgrading")


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(":memory:") as opened:
        opened.execute("create table dim_area (area varchar, name varchar, kind varchar, definition varchar)")
        areas = [(economy.area, economy.name, "country") for economy in (ONE, TWO, THREE, FOUR)]
        opened.executemany(
            "insert into dim_area (area, name, kind) values (?, ?, ?)",
            [*areas, ("WB_EUU", "European Union", "aggregate"), BEA_EU],
        )
        for table in METRICS:
            write_latest(opened, table, [])
        cover(opened)
        yield opened


@pytest.fixture
def context() -> ReleaseContext:
    return context_with(
        tables=frozenset({"dim_area", "fct_series_coverage", *METRICS}),
        sources={"wb": SourceFacts("wb", "Synthetic bank", "", "", "")},
        names={economy.area: economy.name for economy in (ONE, TWO, THREE, FOUR)},
    )


def held(
    connection: duckdb.DuckDBPyConnection, table: str, *rows: tuple[str, str, int, float | None], **columns: Any
) -> None:
    """Add rows of economy, counterpart, year and value."""
    for area, counterpart, year, value in rows:
        key = {"metric_id": table, "area": area, "counterpart_area": counterpart, "year": year, "source": "wb"}
        status = "Q" if value is None else "A"
        write_latest(connection, table, [figure(**key | {"value": value, "obs_status": status} | columns)])
    cover(connection)


def cover(connection: duckdb.DuckDBPyConnection) -> None:
    figures = " union all ".join(f"from {table}_all" for table in METRICS)
    connection.execute(f"create or replace table metric_vintages as {figures}")
    write_coverage(connection)


def page_of(
    connection: duckdb.DuckDBPyConnection, context: ReleaseContext, economy: Economy, pairs: list[Pair] | None = None
) -> str:
    chapters = {
        name: chapter
        for name, chapter in chapters_of("economy_chapters").items()
        if context.tables.issuperset(chapter.tables)
    }
    subjects = [((economy,), {"economy": economy, "region": None})]
    addresses = {pair.stem: f"../pairs/{pair.address}" for pair in pairs or []}
    leads = leads_of("economy_leads")
    return next(body_pages(connection, context, "economy.html", subjects, chapters, leads, addresses))


def test_aggregates_and_economies_without_a_figure_are_never_ranked(connection: duckdb.DuckDBPyConnection) -> None:
    held(connection, "ip_receipts", ("AAA", "W00", 2024, 5e9), ("BBB", "W00", 2024, 7e9), ("CCC", "W00", 2024, None))
    held(connection, "ip_receipts", ("WB_EUU", "W00", 2024, 9e9), ("DDD", "W00", 2024, 5e9), ("DDD", "AAA", 2024, 8e9))
    ranks = connection.execute(f"select area, place, economies from ({ranked('ip_receipts')}) order by area").fetchall()
    assert ranks == [("AAA", 2, 3), ("BBB", 1, 3), ("DDD", 2, 3)]


def test_the_european_union_is_not_ranked(connection: duckdb.DuckDBPyConnection, context: ReleaseContext) -> None:
    held(connection, "ip_receipts", ("WB_EUU", "W00", 2024, 9e9), ("AAA", "W00", 2024, 5e9), ("W00", "W00", 2024, 2e10))
    (one, union) = economies_with_figures(connection)
    assert (one, union.name, union.in_text) == (ONE, "European Union", "the European Union")
    held(connection, "bilateral_ip_charges", ("BEA_EU", "AAA", 2024, 3e9), item="SH")
    context = replace(context, tables=context.tables | {"metric_vintages"})
    page = page_of(connection, context, union)
    assert re.search(
        r"[Mm]embers of the European Union received .* from one another and the rest of the world", page, re.DOTALL
    )
    assert "EU of another publisher" in page
    assert "of other publishers" not in page_of(connection, context, ONE)
    assert "sums over its members as the World Bank publishes them" in page
    assert not re.search(r"\brank \d", page)
    assert "sums over its members" not in page_of(connection, context, ONE)


def test_completeness_counts_reported_value_not_reporters(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    everybody = [
        ("AAA", "W00", 2023, 1e9),
        ("BBB", "W00", 2023, 1e9),
        ("CCC", "W00", 2023, 9e9),
        ("DDD", "W00", 2023, 1e6),
    ]
    newest = [("AAA", "W00", 2024, 1e9), ("BBB", "W00", 2024, 1e9), ("DDD", "W00", 2024, 1e6)]
    held(connection, "ip_receipts", *everybody, *newest)
    held(connection, "ip_receipts", ("AAA", "W00", 2025, 9e9), source="other")
    assert set(connection.execute(f"select year, source, economies from ({ranked('ip_receipts')})").fetchall()) == {
        (2023, "wb", 4)
    }
