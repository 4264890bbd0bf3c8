"""The front page: questions with their answers, what is new since the previous release, claims, and links to pairs."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import duckdb
import pandas as pd
import pytest

from orchestration.ingestion.held_vintages import HeldVintage
from orchestration.reading.facts import SourceFacts
from orchestration.site.pages.front import front_page
from orchestration.site.release_context import ReleaseContext
from tests.unit.site.coverage import context_with, words_of
from tests.unit.synthetic_project import figure, write_latest

PAID = "How much does China pay the United States?"

CLAIM: dict[str, Any] = {
    "metric_id": "ip_receipts",
    "measure": "receipts",
    "area": "USA",
    "counterpart_area": "W00",
    "item": "SH",
    "clock": "_Z",
    "authority": "_Z",
    "claimed_value": 144500000000.0,
    "tolerance": 5e7,
    "unit": "USD",
    "said_on": date(2025, 5, 7),
    "value_when_said": None,
    "fits_measure": None,
    "fits_year": None,
    "fits_value": None,
    "bound_reason": None,
    "hint": "The number is that of 2021.",
    "status_latest": "A",
    "missing_input": "a figure",
    "source": "world_bank",
    "basis": "reported",
    "source_that_would_bring_it": "an older edition",
    "said_by": "nobody",
    "title": "An article",
    "url": "javascript:alert(1)",
}
OFFICIAL = {
    "vintage_latest": date(2026, 7, 1),
    "value_latest": 102e9,
}
CLAIMS = [
    CLAIM
    | dict.fromkeys(OFFICIAL)
    | {"claim_id": "one", "paraphrase": "A <claim>", "verdict": "not_verifiable", "year": 2016},
    CLAIM | OFFICIAL | {"claim_id": "two", "paraphrase": "Another", "verdict": "differs_now", "year": 2021},
]


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(":memory:") as opened:
        opened.execute(
            "create table metric_vintages as select 'ip_receipts' as metric_id, 'receipts' as measure, 'USA' as area, "
            "'W00' as counterpart_area, 'SH' as item, '_Z' as clock, '_Z' as authority, 'USD' as unit, 2019 + n as year, "
            "(100 + n) * 1e9 as value, 'reported' as basis, true as is_latest, 'world_bank' as source, date '2026-04-01' as vintage "
            "from range(3) as years(n)"
        )
        opened.execute("create table dim_payload as select 'world_bank' as source, '2018-08-01 2026-04-01' as vintages")
        opened.execute(
            "create table ip_receipts as select 'USA' as area, 'W00' as counterpart_area, 2025 as year, 189e9 as value, "
            "'USD' as unit, 'A' as obs_status, 'world_bank' as source, date '2026-07-01' as vintage"
        )
        opened.execute("create table dim_area as select unnest(['USA', 'CHN']) as area, 'country' as kind")
        opened.register("claims", pd.DataFrame(CLAIMS))
        opened.execute("create table fct_claim_audit as from claims")
        yield opened


def context(diff: dict[str, Any] | None, held: dict[str, list[HeldVintage]] | None = None) -> ReleaseContext:
    return context_with(
        without_data={"cross_border_ownership": ["uspto"]},
        tables=frozenset({"ip_receipts", "fct_claim_audit", "metric_vintages"}),
        sources={"world_bank": SourceFacts("world_bank", "World Bank", "", "", "World Bank, 2026")},
        names={"USA": "United States", "CHN": "China", "SH": "Charges for the use of intellectual property"},
        diff=diff,
        held=held or {},
    )


def front(connection: duckdb.DuckDBPyConnection, held: ReleaseContext) -> str:
    return front_page(connection, held, 1200)


def test_what_is_held_back_is_named_with_its_reasons(connection: duckdb.DuckDBPyConnection) -> None:
    reasons = ({"sentence": "World and 44 aggregates are missing"}, {"sentence": "<b>countries</b> are complete"})
    held = HeldVintage(date(2026, 12, 17), "held_back", (("ip_receipts", "a" * 64),), reasons, is_open=True)
    page = front(connection, context(None, {"world_bank": [held]}))
    assert "Held back: vintage 2026-12-17 of World Bank" in page
    assert "World and 44 aggregates are missing; &lt;b&gt;countries" in page
    assert "Held back" not in front(connection, context(None))


def answers(page: str) -> dict[str, tuple[str, str]]:
    """The sentence and the age of the answer by question."""
    found = re.findall(r'<h3>(.*?)</h3>\s*<p class="answer">(.*?)</p>\s*<p class="source">(.*?)</p>', page, re.DOTALL)
    return {question: (words_of(sentence), words_of(age)) for question, sentence, age in found}


@pytest.mark.parametrize(("year", "is_old"), [(2018, True), (2025, False)])
def test_answers_state_the_age_of_figures(connection: duckdb.DuckDBPyConnection, year: int, is_old: bool) -> None:
    assert not {*answers(front(connection, context(None)))} & {PAID}
    rows = [
        figure(area="USA", counterpart_area="CHN", item="SH", basis="reported", year=of, value=value, source="bea")
        for of, value in ((year, 8.5e9), (2005, 1.192e9))
    ]
    held = replace(context(None), tables=context(None).tables | {"bilateral_ip_charges"})
    write_latest(connection, "bilateral_ip_charges", rows[:1])
    assert PAID not in answers(front(connection, held)), "without an earlier year there is nothing to set against it"
    rows.append({**rows[1], "year": 2001, "vintage": date(2018, 12, 12)})
    write_latest(connection, "bilateral_ip_charges", rows[1:])
    page = front(connection, held)
    assert 'paid the United States <b><data value="8500000000.0">' in page
    sentence, age = answers(page)[PAID]
    now = f"China paid the United States 8.50 billion US dollars in {year}"
    assert sentence == f"{now}, against 1.19 billion in 2005 in the same edition."
    assert age.startswith(f"{year} · bea, July 2026")
    assert ("would bring a newer report" in age) == is_old


@pytest.fixture
def figures(connection: duckdb.DuckDBPyConnection) -> ReleaseContext:
    """The context of a release whose answers would be others by any other year, order, sign or column."""
    sizes = {"USA": (90e9, 60e9), "NLD": (50e9, 80e9), "CHN": (10e9, 40e9), "IRL": (5e9, 5e9)}
    for place, metric in enumerate(("ip_receipts", "ip_payments")):
        connection.execute(f"drop table if exists {metric}")
        rows = [
            figure(
                metric_id=metric,
                area=area,
                value=values[place],
                source="world_bank",
                obs_status="U" if area == "IRL" else "A",
            )
            for area, values in sizes.items()
        ]
        write_latest(connection, metric, rows)
    applications = {2017: (6, 5), 2018: (4, 5), 2019: (7, 6), 2020: (9, 8)}
    shared = {"measure": "applications", "clock": "filing_year", "authority": "9P50_1", "unit": "PATN", "item": "_T"}
    filed = [
        figure(area=area, year=year, value=float(value), **shared)
        for year, values in applications.items()
        for area, value in zip(("CHN", "USA"), values, strict=True)
    ]
    write_latest(connection, "pct_applications", filed)
    sides = {("NLD", "USA"): (10e9, 30e9), ("USA", "CHN"): (25e9, 10e9)}
    reports = [
        figure(area=area, counterpart_area=other, basis=basis, value=value)
        for (area, other), values in sides.items()
        for basis, value in zip(("reported", "mirrored"), values, strict=True)
    ]
    unreliable = {"area": "CHN", "counterpart_area": "NLD", "obs_status": "U"}
    reports += [figure(**unreliable, basis="reported", value=1e9), figure(**unreliable, basis="mirrored", value=90e9)]
    write_latest(connection, "bilateral_ip_charges", reports)
    connection.execute("""
        alter table dim_area add column name varchar;
        update dim_area set name = area;
        insert into dim_area values ('NLD', 'country', 'NLD'), ('IRL', 'country', 'IRL'), ('WB_HIC', 'aggregate', 'WB_HIC');
        create table fct_series_coverage as
        select unnest(['ip_receipts', 'ip_payments']) as metric_id, 'W00' as counterpart_area, 'world_bank' as source,
            2024 as year, 3 as economies, true as is_latest_complete;
        create table fct_indicator as from (values
            ('USA', 2024, 300e6), ('NLD', 2024, 20e6), ('CHN', 2024, 1e9), ('NLD', 2023, 2e9), ('IRL', 2024, 1e6)
        ) as people(area, year, value), (select 'population' as indicator, true as is_latest);
        create table fct_revision as
        select *, value - previous_value as change, 100 * (value / previous_value - 1) as relative_change
        from (values
            ('USA', 'ip_receipts', 2016, 100e9, 112e9), ('CHN', 'ip_receipts', 2010, 1e9, 2e9), ('NLD', 'ip_payments', 2012, 50e9, 45e9),
            ('WB_HIC', 'ip_receipts', 2015, 300e9, 330e9)
        ) as revised(area, series, year, previous_value, value),
        (select 'revised' as kind, 'USD' as unit, 'world_bank' as source, date '2018-08-01' as previous_vintage,
            date '2026-07-01' as vintage)
    """)
    tables = ("ip_payments", "pct_applications", "bilateral_ip_charges", "fct_series_coverage", "fct_indicator")
    names = {"USA": "United States", "CHN": "China", "NLD": "Netherlands"}
    release = context(None)
    return replace(
        release,
        names={**release.names, **names},
        tables=release.tables | {*tables, "fct_revision", "dim_area", "dim_unit"},
    )


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Who earns most for each inhabitant?", "Netherlands: 2,500 US dollars for each inhabitant, 50.0 billion"),
        ("When did China pass", "In 2019: applicants from China filed 7"),
        ("Whose reports of one payment disagree most?", "Netherlands reported receiving 10.0 billion US dollars from"),
        ("Which figure was revised most?", "What the United States earned in 2016: 100.0 billion"),
        ("Who earns most from intellectual property?", "ahead of the Netherlands (50.0 billion"),
        ("Who pays most?", "The Netherlands paid the world 80.0 billion"),
    ],
)
def test_answers_are_exact(
    connection: duckdb.DuckDBPyConnection, figures: ReleaseContext, question: str, sentence: str
) -> None:
    (answer,) = [given for asked, (given, _) in answers(front(connection, figures)).items() if question in asked]
    assert sentence in answer
