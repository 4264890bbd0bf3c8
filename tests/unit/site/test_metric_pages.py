"""Pages of metrics from synthetic figures: rankings of countries, exact data files, hostile text."""

import base64
import json
import re
import struct
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import duckdb
import pytest

from orchestration.reading.facts import SourceFacts
from orchestration.site import metric_figures
from orchestration.site.formatting import readable
from orchestration.site.metric_data import data_script
from orchestration.site.metric_figures import read_figures
from orchestration.site.pages.metric_pages import MetricPage, metric_page
from orchestration.site.release_context import ReleaseContext
from orchestration.site.rendering import render
from tests.unit.site.coverage import context_with, words_of, write_coverage
from tests.unit.synthetic_project import figure, write_figures

HOSTILE = "</script><script>alert(1)</script>\u202e\"'><img src=x onerror=alert(2)>"
VINTAGE = date(2026, 7, 1)
NAMES = {"AAA": HOSTILE, "BBB": "Bee", "CCC": "Cee", "DDD": "Dee", "EEE": "Eee", "FFF": "Eff"}


def row(area: str, year: int, value: float | None, **changes: Any) -> dict[str, Any]:
    trial = {
        "metric_id": "ip_trials",
        "measure": "receipts",
        "clock": "reference_year",
        "source": "bea",
        "vintage": VINTAGE,
    }
    return figure(**trial | {"area": area, "year": year, "value": value} | changes)


ROWS = [
    row("AAA", 2019, 1.2e9),
    row("AAA", 2020, 1.25e9),
    row("BBB", 2020, 1.25e9, obs_status="P"),
    row("CCC", 2020, 1e6),
    row("DDD", 2020, None, obs_status="Q"),
    row("EEE", 2019, 7.0),
    row("EEE", 2021, 7.0),
    row("W00", 2020, 9e9),
    row("W00", 2021, 9e9),
    row("CCC", 2020, 5e6, vintage=date(2020, 1, 1), is_latest=False),
    *(row(area, 2020, 3e9, basis="balanced", source="oecd") for area in ("AAA", "BBB", "CCC", "DDD", "EEE")),
]


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(":memory:") as opened:
        opened.execute("create table dim_area (area varchar, name varchar, kind varchar)")
        opened.execute("create table dim_service_item (item varchar, name varchar, level integer)")
        opened.executemany("insert into dim_area values (?, ?, 'country')", [*NAMES.items()])
        opened.execute("insert into dim_area values ('W00', 'World', 'aggregate')")
        opened.execute("insert into dim_service_item values ('SH', 'Charges', 1), ('_T', 'All', 0)")
        fill(opened, ROWS)
        yield opened


def fill(connection: duckdb.DuckDBPyConnection, rows: list[dict[str, Any]]) -> None:
    connection.execute("drop table if exists metric_vintages")
    write_figures(connection, "metric_vintages", rows)
    connection.execute("create or replace table ip_trials_all as from metric_vintages where is_latest")
    write_coverage(connection)


@pytest.fixture
def context() -> ReleaseContext:
    return context_with(
        metrics={
            "ip_trials": {
                "answer": {"question": "How many?", "counterpart": "economies", "additive": True},
                "description": f"What was tried {HOSTILE}. More.",
                "caveats": [HOSTILE],
                "unit": "USD",
                "area_notes": [
                    {"area": "CCC", "note": "with Dee", "measure": "receipts"},
                    {"area": "BBB", "note": "of payments", "measure": "payments"},
                ],
                "terms": [HOSTILE, "office and origin"],
            }
        },
        without_data={"never_tried": ["uspto", "oecd/x"]},
        tables=frozenset({"ip_trials"}),
        sources={"bea": SourceFacts("bea", f"Bureau {HOSTILE}", "", "", HOSTILE)},
        names=NAMES | {"W00": "World", "SH": "Charges"},
        expectations={"ip_trials": 63},
    )


def page_of(connection: duckdb.DuckDBPyConnection, context: ReleaseContext) -> MetricPage:
    return metric_page(connection, context, read_figures(connection, "ip_trials", {"basis": "reported"}))


def html_of(page: MetricPage, linked: frozenset[str] = frozenset()) -> str:
    return render("metric.html", root="../..", context=page.context, page=page, linked=linked)


def said(page: MetricPage) -> str:
    (words,) = re.findall(r'id="answer">(.*?)</p>', html_of(page), re.DOTALL)
    return words_of(words)


def parsed(text: str) -> Any:
    """What a data file assigns."""
    return json.loads(text.rstrip().removesuffix(";").rpartition(" = ")[2])


def decoded(content: Any) -> list[tuple[Any, ...]]:
    """The figures of a data file: area, year, value and status, the varying codes before."""
    values = struct.unpack(f"<{len(base64.b64decode(content['values'])) // 8}d", base64.b64decode(content["values"]))
    statuses = [content["statuses"][place] for place in unrolled(content["status"])]
    figures: list[tuple[Any, ...]] = []
    for key, area, span in zip(*(content["series"][place::3] for place in range(3)), strict=True):
        codes = [
            content["codes"][column][place][0]
            for column, place in zip(content["columns"], content["keys"][key], strict=True)
        ]
        runs = content["spans"][span]
        for first, length in zip(runs[::2], runs[1::2], strict=True):
            for year in range(first, first + length):
                value = values[len(figures)]
                shown = None if value != value else value
                figures.append((*codes, content["areas"][area][0], year, shown, statuses[len(figures)]))
    return figures


def unrolled(runs: list[int]) -> list[int]:
    return [place for place, length in zip(runs[::2], runs[1::2], strict=True) for _ in range(length)]


def test_countries_rank_and_aggregates_never_do(connection: duckdb.DuckDBPyConnection, context: ReleaseContext) -> None:
    page = page_of(connection, context)
    ranks = {country.area: country.rank for country in page.countries}
    assert ranks == {"AAA": 1, "BBB": 1, "CCC": 3, "DDD": None}, "equal figures share a rank"
    assert [country.name for country in page.countries[1:3]] == ["Bee", "Cee (with Dee)"], "notes of this measure"
    last = page.rows[-1]
    assert (last.area, last.rank, last.is_country) == ("W00", None, False), "the largest figure is an aggregate's"
    assert "first of" not in said(page), "three economies are no ranking"


def test_the_newest_complete_year_is_ranked(connection: duckdb.DuckDBPyConnection, context: ReleaseContext) -> None:
    sizes = dict(zip(NAMES, (5e9, 60e9, 4e9, 3e9, 2e9, 1e9), strict=True))
    older = [row(area, 2024, size) for area, size in sizes.items()]
    fill(connection, [*older, *(row(area, 2025, sizes[area]) for area in NAMES if area != "BBB")])
    page = page_of(connection, context)
    assert page.figures.first.year == 2024
    assert (
        "In 2024, the newest complete year, Bee ranks first of the 6 economies with a figure, with 60.0 billion US dollars."
        in said(page)
    )
    assert "2025 is not ranked: Bee has not reported; that is 80 percent of the sum of 2024." in said(page)
    title = "Bee: 60.0 billion US dollars in 2024, the newest complete year, the highest of 6 economies"
    assert title in words_of(html_of(page))
    per_person = replace(context.units["USD"], dimension="ratio")
    rates = page_of(connection, replace(context, units={**context.units, "USD": per_person}))
    assert "percent of the sum" not in said(rates), "rates in dollars per person have no sum"
    described = context.metrics["ip_trials"]
    answer = {**described["answer"], "additive": False, "additive_measures": ["payments"]}
    undeclared = replace(context, metrics={"ip_trials": {**described, "answer": answer}})
    assert "percent of the sum" not in said(page_of(connection, undeclared)), "dollars of a metric that does not add up"
    fill(connection, [*older, *(row(area, 2025, sizes[area]) for area in NAMES if area != "FFF")])
    page = page_of(connection, context)
    assert (page.figures.first.year, page.figures.years) == (2025, range(2024, 2026))
    assert "In 2025, Bee ranks first of the 5 economies" in said(page)


@pytest.mark.parametrize(
    ("value", "unit", "status", "source", "words"),
    [
        (8e9, "USD", "E", "publications", "about 8 billion US dollars"),
        (28.7e9, "USD", "E", "publications", "about 28.7 billion US dollars"),
        (6.428, "PT", "E", "publications+world_bank", "about 6 percent"),
        (6.428, "PT", "A", "publications+world_bank", "6.43 percent"),
        (0.0, "PT", "A", "publications", "0 percent"),
        (120e9, "USD", "A", "publications", "120 billion US dollars"),
        (7.1e9, "USD", "A", "publications", "7.1 billion US dollars"),
        (28.74e9, "USD", "A", "publications", "28.7 billion US dollars"),
        (12.0, "PT", "A", "publications", "12 percent"),
        (12.0, "PT", "A", "world_bank", "12.0 percent"),
        (8.0, "USD", "E", "oecd", "less than 1 million US dollars"),
        (0.0, "USD", "E", "oecd", "less than 1 million US dollars"),
        (-8.0, "USD", "E", "oecd", "above minus 1 million US dollars"),
        (1e6, "USD", "E", "oecd", "1.00 million US dollars"),
    ],
)
def test_quoted_figures_keep_digits(
    context: ReleaseContext, value: float, unit: str, status: str, source: str, words: str
) -> None:
    assert readable(value, context.units[unit], status, source) == words


def test_hostile_text_stays_text(connection: duckdb.DuckDBPyConnection, context: ReleaseContext) -> None:
    page = page_of(connection, context)
    html = html_of(page, frozenset({"AAA"}))
    assert '<a href="../methods.html#term-office-and-origin">office and origin</a>' in html
    data = data_script(page.figures, context)
    for text in (html, data):
        assert "<script>alert" not in text
        assert "<img" not in text
        assert "\u202e" not in text
    assert "<" not in data
    assert not re.search(r"<[^>]*\s(?:on[a-z]+|style)=", html)
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', html)


def test_large_metrics_are_cut(
    connection: duckdb.DuckDBPyConnection, context: ReleaseContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metric_figures, "MOST_FIGURES", 10)
    page = page_of(connection, context)
    content = parsed(data_script(page.figures, context))
    assert {figure[0] for figure in decoded(content)} == {"reported"}
    assert "This page has 9 of 14 figures" in html_of(page)
    monkeypatch.setattr(metric_figures, "MOST_FIGURES", 3)
    assert page_of(connection, context).figures.published == page.figures.published, "the first view is whole"
    monkeypatch.setattr(metric_figures, "MOST_FIGURES", 14)
    assert "This page has" not in html_of(page_of(connection, context))
