"""A pair's page from synthetic data: hostile text stays text, and missing data is named."""

import html
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import duckdb
import pytest

from orchestration.core.errors import ReleaseError
from orchestration.reading.facts import Event, SourceFacts
from orchestration.site.chapter import Chapter, Part
from orchestration.site.lead import body_pages
from orchestration.site.pairs import Economy, Pair
from orchestration.site.release_context import ReleaseContext
from tests.unit.site.coverage import context_with

HOSTILE = "</script><script>alert(1)</script>\u202e\"'><img src=x onerror=alert(2)>\N{CYRILLIC SMALL LETTER A}"

SQL = """
select name as series, year, value, unit, obs_status, source, vintage, area as key
from synthetic_figures
where area = $area and counterpart_area = $counterpart
order by series, year
"""

CHAPTER = Chapter(
    title="Synthetic figures",
    lead="Invented for tests.",
    events=("SH",),
    parts=(
        Part("lines", "{area} with {counterpart}", SQL, id="trials"),
        Part(
            "table",
            "All of {area}",
            "select name, value, vintage from synthetic_figures where area = $area order by name, value, vintage",
            id="all",
        ),
    ),
)


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(":memory:") as opened:
        opened.execute("create table dim_area (area varchar, name varchar, kind varchar)")
        opened.executemany(
            "insert into dim_area values (?, ?, ?)",
            [
                ["AAA", HOSTILE, "country"],
                ["BBB", "Bee", "country"],
                ["CCC", "Cee", "country"],
                ["W00", "W", "aggregate"],
            ],
        )
        opened.execute(
            "create table synthetic_figures (area varchar, counterpart_area varchar, name varchar, year integer, "
            "value double, unit varchar, obs_status varchar, source varchar, vintage date)"
        )
        rows = [
            ["AAA", "BBB", HOSTILE, 2019, 1.25e9, "USD", "A", "bea", date(2026, 7, 1)],
            ["AAA", "BBB", HOSTILE, 2020, None, "USD", "Q", "bea", date(2026, 7, 1)],
            ["AAA", "BBB", "=cmd()", 2019, -2e9, "USD", "P", "bea", date(2026, 7, 1)],
        ]
        opened.executemany("insert into synthetic_figures values (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
        yield opened


@pytest.fixture
def context() -> ReleaseContext:
    return context_with(
        metrics={"synthetic_figures": {"description": HOSTILE, "formula": "a + b", "sources": [HOSTILE]}},
        tables=frozenset({"synthetic_figures"}),
        sources={"bea": SourceFacts("bea", HOSTILE, "", "", "")},
        events=((frozenset({"AAA"}), Event(date(2019, 5, 1), HOSTILE, ("SH",))),),
    )


def page_of(connection: duckdb.DuckDBPyConnection, context: ReleaseContext, chapter: Chapter = CHAPTER) -> str:
    return one_page(connection, context, Pair(Economy("AAA", HOSTILE), Economy("BBB", "Bee"), 2), chapter)


def one_page(
    connection: duckdb.DuckDBPyConnection, context: ReleaseContext, pair: Pair, chapter: Chapter = CHAPTER
) -> str:
    return next(
        body_pages(connection, context, "pair.html", [(pair.economies, {"pair": pair})], {"synthetic": chapter})
    )


def attributes_of(page: str) -> set[str]:
    """The names of all attributes of all elements."""
    names: set[str] = set()

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            names.update(name for name, _ in attrs)

    Reader().feed(page)
    return names


def test_hostile_text_stays_text(connection: duckdb.DuckDBPyConnection, context: ReleaseContext) -> None:
    page = page_of(connection, context)
    assert "alert(1)</script>" not in page
    assert "<img" not in page
    assert "\u202e" not in page
    assert "\N{CYRILLIC SMALL LETTER A}" not in page
    assert page.count("<script") == page.count("</script>")
    events = json.loads(re.findall(r'<script type="application/json" id="events">(.*?)</script>', page, re.DOTALL)[0])
    assert "\\u202e" in events[0]["title"], "the mark is written out, not dropped"
    of_other_items = page_of(connection, context, replace(CHAPTER, events=("S",)))
    assert 'id="events"' not in of_other_items


def test_the_policy_allows_own_scripts_only(connection: duckdb.DuckDBPyConnection, context: ReleaseContext) -> None:
    page = page_of(connection, context)
    policy = html.unescape(re.findall(r'Content-Security-Policy" content="([^"]*)"', page)[0])
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    assert not {name for name in attributes_of(page) if name.startswith("on") or name == "style"}
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', page), "nothing is fetched from anywhere"


def test_an_invalid_economy_code_never_becomes_a_path() -> None:
    with pytest.raises(ReleaseError, match="is not the code of an economy"):
        _ = Pair(Economy("../A", "A"), Economy("BBB", "Bee"), 1).stem


def test_a_page_shows_events_of_its_economies_and_the_world() -> None:
    areas = ("USA", "USA JPN", "W00", "CHN USA", "JPN")
    events = tuple((frozenset(codes.split()), Event(date(2020, 1, 1), codes, ("SH",))) for codes in areas)
    context = context_with(events=events)
    assert [event.title for event in context.events_of("CHN", "USA")] == ["USA", "W00", "CHN USA"]
    assert [event.title for event in context.events_of("USA")] == ["USA", "USA JPN", "W00", "CHN USA"]
