"""The first screens of a pair's page from synthetic charges: who pays whom, why reports differ, titles that state
findings."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import duckdb
import pytest

from orchestration.contracts.unit import units_of_project
from orchestration.reading.facts import SourceFacts
from orchestration.site.answers import ChartFigures, Row
from orchestration.site.batch import ask_each
from orchestration.site.chapter import Part, chapters_of
from orchestration.site.findings import finding
from orchestration.site.lead import body_pages
from orchestration.site.pairs import Economy, Pair
from tests.unit.site.coverage import PROJECT, context_with, words_of
from tests.unit.synthetic_project import figure, write_latest

PAIR = Pair(Economy("CHN", "China"), Economy("USA", "United States"), 9)
TABLES = ("bilateral_ip_charges", "fct_published_figure", "dim_series_break", "dim_policy_event")


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(":memory:") as opened:
        opened.execute(
            "create table dim_area as select * from (values ('CHN', 'China'), ('USA', 'United States')) as areas(area, name);"
            "create table dim_series_break as select '' as area, '' as counterpart_area, 'SH' as item, 1 as year, "
            "'' as what_changed, '' as source_title, '' as source_url limit 0;"
            "create table dim_policy_event as select *, 'W00' as areas, 'S;SH' as items, 'statistical_method' as kind, "
            "'The manual' as source_title, 'https://example.org/' as source_url from (values "
            "('New manual', 'Items are cut again.', date '2017-01-01', ''), ('Manual of a later year', 'E', date '2018-01-01', ''), "
            "('Recast in between', 'E', date '2018-06-01', 'bea;wto'), ('Recast later', 'E', date '2020-06-19', 'bea'), "
            "('Recast of another', 'E', date '2018-06-01', 'wto')) as events(title, effect, date, revises);"
            "create table fct_published_figure as select '' as area, '' as counterpart_area, 'SH' as item, 1 as year, "
            "'' as publisher, '' as title, '' as url, '' as qualifier, true as is_latest limit 0"
        )
        yield opened


def page_of(
    connection: duckdb.DuckDBPyConnection, *rows: tuple[str, str, int, float, str], published: int = 2026
) -> str:
    """The page of the pair with charges of recipient, payer, year, value and basis."""
    figures = [
        figure(
            area=recipient,
            counterpart_area=payer,
            year=year,
            value=value,
            basis=basis,
            source="bea",
            vintage="2017-11-06" if basis == "mirrored" else "2019-08-07",
        )
        for recipient, payer, year, value, basis in rows
    ]
    write_latest(connection, "bilateral_ip_charges", figures)
    context = context_with(
        published_at=f"{published}-07-01T00:00:00+00:00",
        tables=frozenset(TABLES),
        sources={"bea": SourceFacts("bea", "Synthetic bureau", "", "", "")},
    )
    screens = {name: chapter for name, chapter in chapters_of("pair_chapters").items() if chapter.is_screen}
    return next(body_pages(connection, context, "pair.html", [(PAIR.economies, {"pair": PAIR})], screens))


def addresses(page: str) -> dict[str, str]:
    """The figures of the charts of a page by their addresses: the place of the chart, year and key of the series."""
    figures = {}
    for place, table in re.findall(r'<table id="([^"]*)-table"(.*?)</table>', page, re.DOTALL):
        keys = re.findall(r'<th scope="col" data-key="([^"]*)"', table)
        for year, row in re.findall(r'<tr><th scope="row">(\d+)</th>(.*?)</tr>', table, re.DOTALL):
            for key, cell in zip(keys, re.findall(r"<td.*?</td>", row), strict=True):
                figures.update({f"{place} {year}.{key}": value for value in re.findall(r'<data value="([^"]*)"', cell)})
    return figures


def test_addresses_of_figures_survive_edits_of_pages(
    connection: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [("USA", "CHN", year, year * 1e6, basis) for year in (2016, 2017) for basis in ("reported", "mirrored")]
    before = addresses(page_of(connection, *rows))
    assert len(before) == 6, "one side's lines, and both sides' reports"
    assert [
        place for place in before if re.search(r"^differ-reports-USA-USD 2017\..*\bSH\.USA\.CHN\..*mirrored$", place)
    ]
    connection.execute("update dim_area set name = 'P.R. ' || name")
    reordered = {
        name: replace(chapter, parts=tuple(replace(part, title="Other words") for part in chapter.parts[::-1]))
        for name, chapter in chapters_of("pair_chapters").items()
    }
    monkeypatch.setattr(f"{__name__}.chapters_of", lambda folder: reordered)
    larger = (
        ("CHN", "USA", 2017, 9e12, "reported"),
        ("USA", "CHN", 2018, 8e9, "balanced"),
        ("USA", "CHN", 2018, 9e9, "reported"),
    )
    after = addresses(page_of(connection, *larger, *rows))
    assert before.items() <= after.items()
    assert len(after) > len(before)


def titles(page: str) -> list[str]:
    return [words_of(title) for title in re.findall("<h3[^>]*>(.*?)</h3>", page)]


@pytest.mark.parametrize(("published", "is_old"), [(2021, False), (2026, True)])
def test_years_without_report_are_hatched(connection: duckdb.DuckDBPyConnection, published: int, is_old: bool) -> None:
    rows = [("USA", "CHN", year, year * 1e6, "reported") for year in (2017, 2018)]
    page = page_of(connection, *rows, ("USA", "CHN", 2019, 8e9, "balanced"), published=published)
    assert (
        "What China paid the United States, by the recipient's report, came to 2.02 billion US dollars in 2018, as in 2017"
        in titles(page)
    )
    assert "No report of what the United States paid China is in this release" in page
    assert ("none after 2018 of the other direction" in page) is is_old
    reason = "the live feed of the US Bureau of Economic Analysis would bring"
    assert (
        f'data-since="2018" data-until="{published}" data-gap="No report after 2018: {reason} one."' in page
    ) == is_old
    assert 'id="differ"' not in page, "one side's report differs from nothing"


def test_joint_publications_of_two_editions_never_make_one_line(connection: duckdb.DuckDBPyConnection) -> None:
    pair = {"area": "CHN", "counterpart_area": "USA", "measure": "whole_count", "unit": "PATN", "source": "bea"}
    pair |= {"clock": "publication_year"}
    write_latest(
        connection,
        "co_publications",
        [
            figure(**pair, item=item, authority=authority, vintage=vintage, year=year, value=value)
            for item, authority, vintage, year, value in (
                ("_T", "OLD", "2019-12-17", 1996, 1000),
                ("_T", "OLD", "2019-12-17", 2018, 7000),
                ("_T", "NEW", "2023-12-11", 2018, 8000),
                ("_T", "NEW", "2023-12-11", 2022, 9000),
                ("FIELD", "NEW", "2023-12-11", 2022, 500),
            )
        ],
    )
    context = context_with(
        tables=frozenset({"co_publications"}), sources={"bea": SourceFacts("bea", "Bureau", "", "", "")}
    )
    subjects = [(PAIR.economies, {"pair": PAIR})]
    science = {"science": chapters_of("pair_chapters")["science"]}
    page = next(body_pages(connection, context, "pair.html", subjects, science))
    assert titles(page) == ["Joint publications came to 9,000 in 2022 and 8,000 in 2018"]


def answer_of(**series: dict[int, float]) -> ChartFigures:
    rows = [
        Row(name, year, value, "PATN", "A", "wipo", date(2025, 3, 1))
        for name, values in series.items()
        for year, value in values.items()
    ]
    return ChartFigures(tuple(rows), units_of_project(PROJECT)["PATN"])


SUBJECTS = {"trend": "Joint inventions", "race": "applications", "largest": "fields", "apart": "the flow"}


@pytest.mark.parametrize(
    ("kind", "series", "title"),
    [
        ("trend", {"a": {2020: 5, 2021: 9}}, "Joint inventions came to 9 in 2021 and 5 in 2020"),
        ("trend", {"a": {2019: 4, 2020: 5, 2021: 9}}, "Joint inventions rose to 9 in 2021, from 4 in 2019"),
        ("trend", {"a": {2019: 9, 2020: 8, 2021: 5}}, "Joint inventions fell to 5 in 2021, from 9 in 2019"),
        (
            "trend",
            {"a": {2019: 1, 2020: 9, 2021: 5}},
            "Joint inventions peaked at 9 in 2020 and came to 5 in 2021 (years from 2019)",
        ),
        (
            "trend",
            {"a": {2019: 9, 2020: 4, 2021: 5}},
            "Joint inventions peaked at 9 in 2019 and came to 5 in 2021 (years from 2019)",
        ),
        (
            "trend",
            {"a": {2010: 1, 2020: 9, 2021: 5}},
            "Joint inventions peaked at 9 in 2020 and came to 5 in 2021 (3 years from 2010)",
        ),
        (
            "race",
            {"China": {2018: 5, 2019: 9}, "Japan": {2018: 6, 2019: 8}},
            "China passed Japan in applications in 2019",
        ),
        (
            "race",
            {"China": {2017: 5, 2019: 9}, "Japan": {2017: 6, 2019: 8}},
            "China had 9 applications in 2019, Japan 8",
        ),
        (
            "race",
            {"China": {2018: 5, 2019: 8}, "Japan": {2018: 4, 2019: 8}},
            "China had 8 applications in 2019, Japan 8",
        ),
        (
            "largest",
            {"Physics": {2023: 50}, "Electricity": {2024: 9}, "Chemistry": {2024: 8}},
            "Of 2 fields, electricity is the largest: 9 in 2024",
        ),
        ("race", {"Netherlands": {2019: 9}}, "The Netherlands had 9 applications in 2019"),
        ("race", {"China": {2018: 5}, "Japan": {2019: 8}}, ""),
        ("trend", {"a": {2020: 5}}, "Joint inventions came to 5 in 2020"),
        ("trend", {"a": {2019: 5, 2020: 4, 2021: 5}}, "Joint inventions came to 5 in 2021, as in 2019"),
        (
            "apart",
            {"a": {2020: 100, 2021: 100}, "b": {2020: 50, 2021: 102.03}},
            "The reports of the flow nearly agreed for 2021 and were 50 patent documents apart for 2020",
        ),
        (
            "apart",
            {"a": {2020: 100, 2021: 100}, "b": {2020: 50, 2021: 80}},
            "The reports of the flow were 50 patent documents apart for 2020 and 20 for 2021",
        ),
        (
            "apart",
            {"a": {2020: 100, 2021: 100}, "b": {2020: 100, 2021: 98.5}},
            "The reports of the flow were 1.5 patent documents apart for 2021",
        ),
        ("apart", {"a": {2020: 100}, "b": {2021: 80}}, ""),
        ("", {"a": {2020: 5}}, ""),
    ],
)
def test_a_title_states_what_the_figures_show(kind: str, series: dict[str, dict[int, float]], title: str) -> None:
    declared: dict[str, Any] = {kind: SUBJECTS[kind]} if kind else {}
    assert finding(Part("lines", "A title", "select", **declared), answer_of(**series), PAIR.economies) == title


@pytest.mark.parametrize(
    ("newest", "broken", "title"),
    [
        (2.0e9, None, "Receipts rose to 3.00 billion US dollars in 2022, from 1.00 billion in 2019"),
        (2.0e9, 2021, "Receipts came to 3.00 billion US dollars in 2022 and 2.00 billion in 2021"),
        (2.5e9, None, "Receipts came to 3.00 billion US dollars in 2022 and 2.50 billion in 2021"),
        (1.3e9, 2021, "Receipts came to 3.00 billion US dollars in 2022"),
    ],
    ids=["none", "a break", "a large step", "a break, then a large step"],
)
def test_a_title_does_not_compare_across_a_break_or_a_large_step(newest: float, broken: int | None, title: str) -> None:
    rows = [
        Row("a", year, value, "USD", "B" if year == broken else "A", "world_bank", date(2025, 3, 1))
        for year, value in ((2019, 1.0e9), (2020, 1.2e9), (2021, newest), (2022, 3.0e9))
    ]
    answer = ChartFigures(tuple(rows), units_of_project(PROJECT)["USD"])
    assert finding(Part("lines", "A title", "select", trend="receipts"), answer, PAIR.economies) == title


@pytest.mark.parametrize(
    ("bases", "title"),
    [
        ((1e7, 1e7, 1e7), "Receipts per dollar rose to 3.00 in 2021, from 1.00 in 2019"),
        ((9e6, 1e7, 1e7), "Receipts per dollar came to 3.00 in 2021"),
        ((1e7, 1e7, 9e6), ""),
    ],
)
def test_a_title_states_no_ratio_on_a_small_base(bases: tuple[float, ...], title: str) -> None:
    rows = [
        Row("World Bank", 2019 + place, 1.0 + place, "PN", "A", "world_bank", date(2025, 3, 1), base=base)
        for place, base in enumerate(bases)
    ]
    answer = ChartFigures(tuple(rows), units_of_project(PROJECT)["PN"])
    part = Part("lines", "A title", "select", trend="receipts per dollar")
    assert finding(part, answer, PAIR.economies[:1], lambda _: "World Bank") == title


@pytest.mark.parametrize(
    ("broken", "title"),
    [
        (2018, "China passed Japan in applications in 2020"),
        (2019, "China had 9 applications in 2021, Japan 7"),
        (2020, "China had 9 applications in 2021, Japan 7"),
        (2021, "China passed Japan in applications in 2020"),
    ],
    ids=["before it", "in a year of equality", "in the year of passing", "after it"],
)
@pytest.mark.parametrize("name", ["China", "Japan"])
def test_a_series_does_not_pass_another_by_a_break(name: str, broken: int, title: str) -> None:
    whole = answer_of(
        China={2017: 3, 2018: 5, 2019: 8, 2020: 9, 2021: 9}, Japan={2017: 6, 2018: 6, 2019: 8, 2020: 8, 2021: 7}
    )
    rows = [replace(row, obs_status="B") if (row.series, row.year) == (name, broken) else row for row in whole.rows]
    part = Part("lines", "", "", race="applications")
    assert finding(part, replace(whole, rows=tuple(rows)), PAIR.economies) == title


@pytest.mark.parametrize(
    ("status", "vintage", "newest"),
    [("A", 2022, 2022), ("U", 2025, 2021), ("P", 2021, 2021), ("P", 2022, 2021), ("P", 2023, 2022)],
)
def test_a_title_ends_with_the_newest_reliable_figure_of_a_whole_year(status: str, vintage: int, newest: int) -> None:
    earlier = answer_of(a={2019: 4, 2020: 5, 2021: 9})
    answer = replace(earlier, rows=(*earlier.rows, Row("a", 2022, 20, "PATN", status, "wipo", date(vintage, 6, 1))))
    assert f" in {newest}, from 4 in 2019" in finding(Part("lines", "", "", trend="Joint"), answer, PAIR.economies)


def test_charts_of_filings_share_no_measure(connection: duckdb.DuckDBPyConnection) -> None:
    units = {
        "applications": "PATN",
        "grants": "PATN",
        "pct_national_phase_grants": "PATN",
        "families": "PATF",
        "pct_share_of_grants": "PT",
    }
    pair = {"metric_id": "patent_filing_flows", "area": "CHN", "counterpart_area": "USA"}
    figures = [
        figure(**pair, measure=name, unit=unit, value=float(place)) for place, (name, unit) in enumerate(units.items())
    ]
    write_latest(connection, "patent_filing_flows", figures)
    parts = chapters_of("pair_chapters")["filings"].parts
    found = {part.id: next(ask_each(connection, part.sql, [("CHN", "USA")])) for part in parts}
    shown = {place: [row[answer.columns.index("value")] for row in answer.rows] for place, answer in found.items()}
    assert shown == {"applications": [0], "grants": [1, 2], "families": [3], "pct": [4]}
